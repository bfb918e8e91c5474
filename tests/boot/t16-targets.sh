#!/bin/sh
# Every target for a TEE that this machine can emulate, in each of its forms, as
# it is released: UEFI firmware, command line, devices and policy as Kata gives
# them, without the TEE. Initdata, on a disk that is there from the start,
# brings the policy under which a container runs; without it the target's own
# holds. A guest for each.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/qmp.sh

"$husk" initdata pack --policy guest/policies/allow-all.rego --format image \
    --out "$scratch/image"
digest=$("$husk" initdata digest --input "$scratch/image" |
    sed -n 's/^sha384 *//p')

# passed: the command line that QEMU is given, with what firmware adds.
passed()
{
	B=$B boot/qemu -n -f "$1" "$TARGET" | sed -n '/^  -append$/{n;s/^  //p;}'
	[ "$1" != initrd ] || echo 'initrd=initrd'
}

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

# Behind the bridge that firmware is kept from by a port: 02/00/03.
check_hot_plug()
{
	ok 'QEMU plugs a disk in behind the bridge' plug_disk "$disk" 3
	b_source=02/00/03
	in_guest echo from the new disk
	is 'a container runs from it' 'from the new disk' "$stdout"
	reset_bundle
}

check_form()
{
	name=$TARGET-$1
	ok "$name: the guest comes up with initdata" boot -t 300 -f "$1" \
	    -I "$scratch/image"
	in_guest cat /proc/cmdline
	is 'a container tells the command line that Kata passes' \
	    "$(passed "$1" | tr '\n' ' ' | sed 's/ $//')" "$stdout"
	has 'the console says which initdata' "initdata sha384 $digest" \
	    "$(cat "$run/console")"
	[ "$1" != initrd ] || check_hot_plug
	end
}

for conf in boot/targets/*.conf; do
	# shellcheck source=boot/targets/tdx.conf
	. "$conf"
	case "$ARCH ${TEE:-none}" in
	'x86_64 none') continue ;;
	x86_64*) ;;
	*) continue ;;
	esac
	TARGET=$NAME
	name=$TARGET
	[ "$NAME" != sev ] || check_strict
	for form in $ROOTFS; do
		check_form "$form"
	done
done
plan
