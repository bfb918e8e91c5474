#!/bin/sh
# Every target for a TEE that this machine can emulate, as it is released: UEFI
# firmware, command line, devices and policy as Kata's Go runtime gives them, without
# the TEE. Initdata, on a disk that is there from the start, brings the policy
# under which a container runs; without it the target's own holds. A guest for
# each initrd, and for one image; t17-rs.sh has the others.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/qmp.sh
. tests/lib/target.sh

# A release runs a pod, and lets nobody look into it.
check_strict()
{
	ok "$name: the guest comes up without initdata" boot -t 300
	in_guest sh -c 'exit 7'
	is 'its own policy lets a container run' 7 "$code"
	in_guest echo hello
	is 'and nobody read what it prints' '' "$stdout"
	is 'denies exec' 7 "$(code_of ExecProcess "$(text 1 c)$(text 2 e)")"
	is 'and another policy' 7 \
	    "$(code_of SetPolicy "$(text 1 'package x')")"
	end
}

for TARGET in $(tee_targets); do
	name=$TARGET
	[ "$TARGET" != sev ] || check_strict
	check_form initrd go
	[ "$TARGET" != tdx ] || check_form verity go
done
plan
