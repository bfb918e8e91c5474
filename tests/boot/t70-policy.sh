#!/bin/sh
# Policies: those that initdata brings, to the letter, and SetPolicy. A guest
# for each. Codes: 3 invalid argument, 7 denied, 13 internal.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh

pod='package agent_policy
default CreateSandboxRequest := true
default StartContainerRequest := true
default WaitProcessRequest := true
default SignalProcessRequest := true
default RemoveContainerRequest := true
default WriteStreamRequest := true
default CloseStdinRequest := true
default ExecProcessRequest := false
default SetPolicyRequest := false
default DestroySandboxRequest := true
default CreateContainerRequest := false
'

# initdata POLICY-TEXT: $scratch/image
initdata()
{
	printf '%s' "$1" >"$scratch/policy.rego"
	printf 'url = "http://192.0.2.1"\n' >"$scratch/aa.toml"
	"$husk" initdata pack --policy "$scratch/policy.rego" \
	    --aa "$scratch/aa.toml" --format image --out "$scratch/image"
}

initdata "$pod"'default ReadStreamRequest := true
CreateContainerRequest if input.OCI.Process.Args == ["echo", "one word"]
'
ok 'a guest with initdata' boot -I "$scratch/image"
is 'what has no rule is an error' 13 "$(code_of GetGuestDetails)"
digest=$("$husk" initdata digest --input "$scratch/image" |
    sed -n 's/^sha384 *//p')
policy=$(sha256sum "$scratch/policy.rego")
has 'the console tells its digest' "initdata sha384 $digest" \
    "$(cat "$run/console")"
has "and its policy's" "policy sha256 ${policy%% *} (initdata)" \
    "$(cat "$run/console")"
in_guest echo 'one word'
is 'the one command line runs' 'one word' "$stdout"
in_guest echo one word
ok 'another one does not' test "$code" -ne 0
has 'and is told' 'CreateContainerRequest is blocked by policy: policy.rego:' \
    "$stderr"
has 'which comparison failed' 'request "one" is not policy "one word"' \
    "$stderr"
is 'exec is denied' 7 "$(code_of ExecProcess "$(text 1 x)$(text 2 y)")"
has 'by name' 'ExecProcessRequest is blocked by policy' \
    "$(request ExecProcess "$(text 1 x)$(text 2 y)")"
is 'so is another policy' 7 "$(code_of SetPolicy "$(text 1 'package x')")"
has 'by name, too' 'GuestDetailsRequest: internal error policy check' \
    "$(request GetGuestDetails)"
is 'an id that would lead elsewhere' 3 \
    "$(code_of StartContainer "$(text 1 a/b)")"

initdata "$pod"'default ReadStreamRequest := false
CreateContainerRequest := true
'
ok 'initdata on a SCSI disk' boot -I "scsi:$scratch/image" -a scsi_mod.scan=sync
in_guest sh -c 'head -c 1000000 /dev/zero; exit 9'
is 'a program whose output is denied runs to its end' 9 "$code"
is 'and nothing of it is told' '' "$stdout"
has 'the disk was found by its first bytes' '(initdata)' "$(cat "$run/console")"

must_boot
ok 'without initdata' ctl details
has "the policy is the root file system's" \
    '(/etc/kata-opa/default-policy.rego)' "$(cat "$run/console")"
printf 'package agent_policy\nx = ' >"$scratch/p"
not_ok 'SetPolicy of what is none' ctl set-policy "$scratch/p"
has 'is told with its place' 'policy.rego:2:' \
    "$(ctl set-policy "$scratch/p" 2>&1 || :)"
ok 'nothing has changed' ctl details
printf '%s' "$pod" >"$scratch/p"
ok 'SetPolicy' ctl set-policy "$scratch/p"
is 'it holds at once' 13 "$(code_of GetGuestDetails)"
not_ok 'and lets nobody set another' ctl set-policy "$scratch/p"
plan
