#!/bin/sh
# The targets for a TEE, emulated without it: UEFI firmware, their command line,
# devices and policy `strict`. The initrd is the one for debugging, because the
# release says nothing to a harness. Initdata brings the policy under which a
# container runs. Two guests.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh

"$husk" initdata pack --policy guest/policies/allow-all.rego --format image \
    --out "$scratch/image"

# emulated NAME OPTION...: boot the target NAME.
emulated()
{
	TARGET=$1
	shift
	boot -t 300 -i "$B/$TARGET-debug/initrd" "$@"
}

ok 'tdx: the guest comes up with initdata' emulated tdx -I "$scratch/image"
in_guest echo hello
is 'and runs a container that its policy allows' hello "$stdout"
# shellcheck source=boot/targets/tdx.conf
is 'its command line is the one that is measured, with what the firmware adds' \
    "$(. boot/targets/tdx.conf
    echo "$CMDLINE husk.report=ttyS1 initrd=initrd")" \
    "$(in_guest cat /proc/cmdline
    echo "$stdout")"
end
ok 'snp: the guest comes up without' emulated snp
is 'and its own policy denies exec' 7 "$(code_of ExecProcess "$(text 1 c)$(text 2 e)")"
is 'and another policy' 7 "$(code_of SetPolicy "$(text 1 'package x')")"
plan
