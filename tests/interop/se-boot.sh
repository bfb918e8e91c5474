#!/bin/sh
# Images of mkse under QEMU, which has no Ultravisor: stage3a, built from
# source, starts and says so; and with components in the clear stage3b hands
# kernel, command line and initrd over. TAP.
set -eu
. tests/lib/tap.sh

B=${B:-build}
mkse=$B/bin/mkse
cross=s390x-linux-gnu-
[ -x "$mkse" ] || skip_all "$mkse is not built"
[ -f "$B/s390x/se/stage3a.bin" ] || skip_all 'run make se-stages first'
command -v qemu-system-s390x >/dev/null || skip_all 'no qemu-system-s390x'
command -v ${cross}gcc >/dev/null || skip_all 'no compiler for s390x'

tmp=$(mktemp -d "${TMPDIR:-/tmp}/husk-se.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
for f in unpacked kernel; do
	${cross}gcc -c -o "$tmp/$f.o" tests/interop/se/$f.S
	${cross}objcopy -O binary -j .text "$tmp/$f.o" "$tmp/$f"
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp521r1 -nodes \
    -keyout "$tmp/key" -subj /CN=host -out "$tmp/host.crt" 2>"$tmp/log"
printf initrd >"$tmp/initrd"

# boot STAGE3A OPTION...: what the guest writes, and how it ends, in $said.
boot()
{
	stage3a=$1
	shift
	"$mkse" --kernel "$tmp/kernel" --ramdisk "$tmp/initrd" --cmdline a=1 \
	    --stage3a "$stage3a" --stage3b "$B/s390x/se/stage3b_reloc.bin" \
	    --host-key-document "$tmp/host.crt" --no-verify "$@" \
	    --output "$tmp/image" 2>"$tmp/log"
	timeout "${seconds:-60}" qemu-system-s390x -M s390-ccw-virtio -accel tcg -m 512 \
	    -display none -monitor none -serial stdio -no-reboot \
	    -d guest_errors -D "$tmp/qemu" -kernel "$tmp/image" \
	    </dev/null >"$tmp/console" 2>&1 || :
	said=$(cat "$tmp/console" "$tmp/qemu" | tr -d '\0')
}

boot "$B/s390x/se/stage3a.bin"
has 'stage3a starts and finds no Ultravisor' \
    'Secure unpack facility is not available' "$said"
boot "$tmp/unpacked" --disable-image-encryption
has 'stage3b hands everything over' 0x000000000000600d "$said"
seconds=5
boot "$tmp/unpacked"
case $said in
*600d*) bad=1 ;;
*) bad=0 ;;
esac
is 'what is encrypted does not start' 0 $bad
plan
