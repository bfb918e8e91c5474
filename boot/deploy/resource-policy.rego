# Who gets what KBS keeps: a guest of which everything that was attested is
# affirming, by the attestation policy beside this one. KBS asks for data.policy.allow
# with the token's claims as input and the request's path as data.
package policy

import rego.v1

default allow := false

allow if {
	data.plugin == "resource"
	count(input.submods) > 0
	every _, submod in input.submods {
		submod["ear.status"] == "affirming"
	}
}
