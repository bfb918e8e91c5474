#!/bin/sh
# What a user gets wrong is told in one line that names it. No guest.
set -eu
. tests/lib/tap.sh

B=${B:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-inputs.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
boot=/EFI/BOOT/BOOTX64.EFI

# refuses WHAT TEXT COMMAND...: fails, with TEXT on the one line that it prints.
refuses()
{
	what=$1 text=$2
	shift 2
	code=0
	got=$(env -u MAKEFLAGS -u MAKELEVEL -u TARGET -u ARCH "$@" 2>&1) || code=$?
	[ "$code" != 0 ] || got="it took it: $got"
	[ "$(printf '%s\n' "$got" | wc -l)" = 1 ] || got="more than a line: $got"
	has "refuses $what" "$text" "$got"
}

targets=$(cd boot/targets && echo *.conf | sed 's/\.conf//g')
refuses 'to build for an unknown target' \
    "no target 'tdy'; there are: $targets" make TARGET=tdy initrd
refuses 'to start one' "no target 'tdy'; there are: $targets" boot/qemu tdy
refuses 'a form that the target has not' \
    "no form 'floppy' of the rootfs; coco-dev has: initrd" \
    boot/qemu -f floppy coco-dev
refuses 'to build it for another architecture' \
    "target 'tdx' is for x86_64, not for s390x" make TARGET=tdx ARCH=s390x initrd
refuses 'firmware that is not there' \
    '/nowhere/OVMF.fd is missing: install the package ovmf' \
    env BIOS=/nowhere/OVMF.fd ACCEL=tcg boot/qemu -r "$scratch/run" tdx
refuses 'to measure with it' "/nowhere/OVMF.fd" "$B/bin/husk" measure \
    --target snp --firmware /nowhere/OVMF.fd --kernel "$B/x86_64/vmlinuz" \
    --cmdline x --vcpu-type EPYC-v4
refuses 'an initrd that is not there' '/nowhere/initrd is missing: run make' \
    boot/qemu -r "$scratch/run" -i /nowhere/initrd coco-dev

head -c 5000 "$B/bin/husk" >"$scratch/data"
for salt in 123 '' "$(printf %0514d 0)" 0x; do
	refuses "a salt of ${#salt} digits: $(echo "$salt" | cut -c 1-8)" \
	    'a salt is 2 to 512 lower-case hexadecimal digits' \
	    "$B/bin/mkverity" -s "$salt" "$scratch/image" "$scratch/data"
done

head -c 40000000 /dev/zero >"$scratch/payload"
refuses 'a disk that is smaller than its payload' \
    'the files do not fit into' \
    "$B/bin/mkdisk" -s 36 "$scratch/disk" "$boot=$scratch/payload"
ok 'and leaves none behind' test ! -e "$scratch/disk"

# An arm64 kernel is a PE image, too.
stub=tests/corpus/measurements/uki/stub
python3 -c 'import struct, sys
b = bytearray(open(sys.argv[1], "rb").read())
at = struct.unpack_from("<I", b, 0x3c)[0]
struct.pack_into("<H", b, at + 4, 0xaa64)
open(sys.argv[2], "wb").write(b)' $stub "$scratch/arm64"
printf x >"$scratch/cmdline"
refuses 'a UKI with the kernel of another architecture' \
    'a kernel for another architecture' "$B/bin/mkuki" "$scratch/uki" $stub \
    ".cmdline=$scratch/cmdline" ".linux=$scratch/arm64"
plan
