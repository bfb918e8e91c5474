# shellcheck shell=sh disable=SC2034 # used by those who source this
# Guests of the target se for shell tests; sourced after bundle.sh.
#
#	must_boot_se [OPTION...]	boot se with the initrd for debugging
#					and a policy that allows everything
#	on_channel ID			bundles come from the disk at that CCW
#					bus id; the launcher's first is 0.0.0010
#
# Ends the program as skipped where the guest or its machine is not there: its
# kernel is built by `make TARGET=se kernel` and by nothing else.

TARGET=se
disk=$B/images/busybox-s390x/disk.erofs
command -v qemu-system-s390x >/dev/null || skip_all 'no qemu-system-s390x'
for f in "$B/s390x/vmlinuz" "$B/se-debug/initrd" "$disk"; do
	[ -f "$f" ] || skip_all "no $f: make se-ready se-test-guests"
done

on_channel()
{
	b_driver=blk-ccw b_source=$1
}

# shellcheck disable=SC2120 # most need no option
must_boot_se()
{
	"$husk" initdata pack --policy guest/policies/allow-all.rego \
	    --format image --out "$scratch/image"
	must_boot -t 120 -i "$B/se-debug/initrd" -I "$scratch/image" "$@"
}
