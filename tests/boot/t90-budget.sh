#!/bin/sh
# Sizes and memory have limits; times are shown, not judged. Two guests.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
ARCH=${ARCH:-x86_64}
mib=1048576

# at_most WHAT LIMIT BYTES
at_most()
{
	echo "# $1: $3 bytes"
	ok "$1 is at most $2 bytes" test "$3" -le "$2"
}

# size FILE...: of all of them; too much when one is missing.
size()
{
	stat -Lc %s "$@" 2>/dev/null >"$scratch/sizes" || echo 999999999
	awk '{ n += $1 } END { print n }' "$scratch/sizes"
}

kernel=$B/$ARCH/vmlinuz
at_most /init $mib "$(size "$B/$ARCH/init")"
at_most 'the kernel' $((5 * mib)) "$(size "$kernel")"

# form TARGET FORM
form()
{
	case $2 in
	initrd)
		at_most "$1: its initrd" 716800 "$(size "$B/$1/initrd")"
		at_most "$1: kernel and initrd" $((7 * mib)) \
		    "$(size "$kernel" "$B/$1/initrd")"
		;;
	verity)
		at_most "$1: its verity image" $((4 * mib)) \
		    "$(size "$B/$1/rootfs.img")"
		;;
	uki)
		at_most "$1: what its disk holds" $((16 * mib)) \
		    $(($(stat -c '%b * %B' "$B/$1/disk.raw")))
		;;
	unikernel)
		at_most "$1: its unikernel" $((7 * mib)) \
		    "$(size "$B/$1/unikernel.efi")"
		;;
	esac
}

for conf in boot/targets/*.conf; do
	# Other architectures have tests of their own.
	grep -qx ARCH=x86_64 "$conf" || continue
	# shellcheck source=boot/targets/coco-dev.conf
	. "$conf"
	for f in $ROOTFS; do
		form "$NAME" "$f"
	done
done
TARGET=coco-dev
must_boot -m 256
in_guest cat /proc/meminfo
used=$(echo "$stdout" | awk '$1 == "MemTotal:" { n += $2 }
    $1 == "MemAvailable:" { n -= $2 } END { print n }')
echo "# memory used at 256 MiB: $used KiB"
ok 'a guest of 256 MiB that does nothing uses at most 24 MiB' \
    test "$used" -gt 0 -a "$used" -le 24576

# As scripts/least-memory finds it.
least=44
ok "a guest of $least MiB comes up" boot -m $least
in_guest echo hello
is 'and runs busybox' hello "$stdout"
plan
