#!/bin/sh
# Sizes have limits; times are shown, not judged.
set -eu
. tests/lib/tap.sh
B=${B:-build}
ARCH=${ARCH:-x86_64}
TARGET=${TARGET:-coco-dev}

at_most()
{
	size=$(stat -Lc %s "$2" 2>/dev/null || echo 999999999)
	echo "# $2: $size bytes"
	ok "$1" test "$size" -le "$3"
}

at_most '/init is at most 1 MiB' "$B/$ARCH/init" 1048576
at_most 'the initrd is at most 700 KiB' "$B/$TARGET/initrd" 716800
at_most 'the kernel is at most 5 MiB' "$B/$ARCH/vmlinuz" 5242880
if [ -f "$B/s390x/vmlinuz" ] && [ -f "$B/se/initrd" ]; then
	cat "$B/s390x/vmlinuz" "$B/se/initrd" >"$B/se/both"
	at_most 'the s390x guest is at most 7 MiB' "$B/se/both" 7340032
	rm "$B/se/both"
else
	skip 'the s390x guest' "no $B/s390x/vmlinuz: make se-ready"
fi
plan
