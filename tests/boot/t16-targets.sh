#!/bin/sh
# Every target for a TEE that this machine can emulate, as it is released: UEFI
# firmware, command line, devices and policy as Kata gives them, without the TEE.
# An initrd as the Go runtime starts it, an image as runtime-rs does, and of tdx
# each as both do. Initdata, on a disk that is there from the start, brings the
# policy under which a container runs; without it the target's own holds. A guest
# for each.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/qmp.sh

"$husk" initdata pack --policy guest/policies/allow-all.rego --format image \
    --out "$scratch/image"
digest=$("$husk" initdata digest --input "$scratch/image" |
    sed -n 's/^sha384 *//p')

# passed FORM RUNTIME: the command line that QEMU is given, with what firmware adds.
passed()
{
	B=$B boot/qemu -n -f "$1" -R "$2" "$TARGET" |
	    sed -n '/^  -append$/{n;s/^  //p;}'
	[ "$1" != initrd ] || [ -z "$FIRMWARE" ] || echo 'initrd=initrd'
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

# runtime-rs lets the guest look for SCSI disks by itself.
check_scsi_plug()
{
	ok 'QEMU plugs in a SCSI disk' plug_scsi "$disk" 0 1
	b_driver=scsi b_source=0:1
	in_guest echo from the SCSI disk
	is 'a container runs from it' 'from the SCSI disk' "$stdout"
	reset_bundle
}

# check_form FORM RUNTIME
check_form()
{
	name="$TARGET, $1, $2"
	ok "$name: the guest comes up with initdata" boot -t 300 -f "$1" \
	    -R "$2" -I "$scratch/image"
	in_guest cat /proc/cmdline
	is 'a container tells the command line that Kata passes' \
	    "$(passed "$1" "$2" | tr '\n' ' ' | sed 's/ $//')" "$stdout"
	has 'the console says which initdata' "initdata sha384 $digest" \
	    "$(cat "$run/console")"
	case $1-$2 in
	initrd-go) check_hot_plug ;;
	*-rs) check_scsi_plug ;;
	esac
	end
}

for conf in boot/targets/*.conf; do
	HYPERVISOR=''
	# shellcheck source=boot/targets/tdx.conf
	. "$conf"
	# Other architectures and hypervisors have tests of their own.
	case $ARCH-${HYPERVISOR:-qemu}-${TEE:-none} in
	*-none) continue ;;
	x86_64-qemu-*) ;;
	*) continue ;;
	esac
	TARGET=$NAME
	name=$TARGET
	[ "$NAME" != sev ] || check_strict
	check_form initrd go
	check_form verity rs
	[ "$NAME" = tdx ] || continue
	check_form initrd rs
	check_form verity go
done
# shellcheck source=boot/targets/coco-dev.conf
. boot/targets/coco-dev.conf
TARGET=$NAME
check_form initrd rs
check_form verity rs
plan
