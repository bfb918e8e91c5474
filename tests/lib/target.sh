# shellcheck shell=sh disable=SC2154
# Guests as Kata starts them, without the TEE; sourced after boot.sh, bundle.sh and
# qmp.sh.
#
#	check_form FORM RUNTIME	TARGET comes up with what that runtime gives it, with
#				initdata from the start, and takes disks later
#	tee_targets		the targets for a TEE that this machine can emulate

"$husk" initdata pack --policy guest/policies/allow-all.rego --format image \
    --out "$scratch/image"
digest=$("$husk" initdata digest --input "$scratch/image" |
    sed -n 's/^sha384 *//p')

# passed FORM RUNTIME: the command line that QEMU is given, with what firmware adds.
passed()
{
	B=$B boot/qemu -n -f "$1" -R "$2" "$TARGET" |
	    sed -n '/^  -append$/{n;s/^  //p;}'
	[ "$1" != initrd ] || [ "$TARGET" = coco-dev ] || echo 'initrd=initrd'
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
	ok "$name: the guest comes up with initdata" boot_twice -t 300 -f "$1" \
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

# Other architectures and hypervisors have tests of their own.
tee_targets()
{
	for conf in boot/targets/*.conf; do
		(
			HYPERVISOR=''
			# shellcheck source=boot/targets/tdx.conf
			. "$conf"
			[ "$ARCH-${HYPERVISOR:-qemu}" != x86_64-qemu ] ||
			    [ -z "$TEE" ] || echo "$NAME"
		)
	done
}
