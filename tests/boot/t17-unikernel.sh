#!/bin/sh
# The kernel that holds its initramfs and command line: whatever the host adds to
# it is ignored, and its one digest is all that there is to tell. Started as
# Kata starts a kernel, and by firmware from a disk, with a TPM. Two guests.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/tpm.sh

unikernel=$B/$TARGET/unikernel.efi
words=$(cat "$B/$TARGET/uki.efi.cmdline")
need_tpm

register()
{
	"$husk" measure --target vtpm --uki "$1" --secure-boot off \
	    --format hex --register "$2"
}

# What a host would try: the root of another target, whose policy differs, and
# another program to start.
must_boot -t 300 -f unikernel -i "$B/tdx/initrd" -a 'rdinit=/bin/sh init=/x'
has 'the host has passed a command line' 'rdinit=/bin/sh' "$(cat "$run/argv")"
has 'and an initrd' "-initrd $B/tdx/initrd" "$(cat "$run/argv")"
in_guest cat /proc/cmdline
is 'the guest has its own command line' "$words" "$stdout"
is 'and its own root: the policy lets a container print' 0 "$code"
end

"$B/bin/mkdisk" "$scratch/disk" "/EFI/BOOT/BOOTX64.EFI=$unikernel"
start_tpm
must_boot -t 300 -f uki -D "$scratch/disk" -T "$scratch/tpm"
in_guest cat /proc/cmdline
is 'from a disk, the same' "$words" "$stdout"
is 'PCR 4 is as its digest tells' "$(register "$unikernel" pcr4)" "$(pcr 4)"
is 'no stub measures anything' "$(printf %064d 0)" "$(pcr 11)"
end

python3 -c 'import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[len(b) // 2] ^= 1
open(sys.argv[2], "wb").write(b)' "$unikernel" "$scratch/flipped"
ok 'one bit of it changes PCR 4' test "$(register "$unikernel" pcr4)" != \
    "$(register "$scratch/flipped" pcr4)"
plan
