#!/bin/sh
# An image of mkse with the target's own kernel, a command line of its own, and
# components in the clear, since there is no Ultravisor to decrypt them: the
# encrypted boot stage of s390-tools puts them in place and starts the guest.
# What Kata's runtime passes besides has no effect. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/se.sh

cross=s390x-linux-gnu-
stage3b=$B/s390x/se/stage3b_reloc.bin
[ -f "$stage3b" ] || skip_all "no $stage3b: make se-stages"
command -v ${cross}gcc >/dev/null || skip_all 'no compiler for s390x'
${cross}gcc -c -o "$scratch/o" tests/interop/se/unpacked.S
${cross}objcopy -O binary -j .text "$scratch/o" "$scratch/stage3a"

ok 'mkse packs the guest' "$B/bin/mkse" --kernel "$B/s390x/vmlinuz" \
    --ramdisk "$B/se-debug/initrd" --cmdline 'quiet sealed husk.report=hvc1' \
    --stage3a "$scratch/stage3a" --stage3b "$stage3b" --no-verify \
    --host-key-document tests/lib/se-host.crt --disable-image-encryption \
    --output "$scratch/se.img"
must_boot_se -f image -k "$scratch/se.img"
ok 'it starts, serves and answers Check' ctl check
on_channel 0.0.0010
in_guest cat /proc/cmdline
is 'its command line is the sealed one' 'quiet sealed husk.report=hvc1' \
    "$stdout"
has "though QEMU was given Kata's" 'scsi_mod.scan=none' "$(cat "$run/argv")"
plan
