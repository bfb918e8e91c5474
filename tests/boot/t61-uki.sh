#!/bin/sh
# The UKI of the target, as `make disk` has it, starts from a disk by OVMF with
# a TPM: the agent answers, a container runs, and the registers that it reads are
# those that husk measure told. One bit flipped in any part of the UKI gives
# others. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/tpm.sh

ARCH=${ARCH:-x86_64}
uki=$B/$TARGET/uki.efi
need_tpm

register()
{
	"$husk" measure --target vtpm --uki "$1" --secure-boot off \
	    --format hex --register "$2"
}

# flip WHAT FILE REGISTERS...: one bit in the middle of what the UKI has of it.
flip()
{
	what=$1
	part=$2
	shift 2
	at=$(python3 -c 'import sys
uki, part = (open(f, "rb").read() for f in sys.argv[1:3])
i = uki.index(part) + len(part) // 2
open(sys.argv[3], "wb").write(uki[:i] + bytes([uki[i] ^ 1]) + uki[i + 1:])
' "$uki" "$part" "$scratch/flipped" 2>&1) || echo "# $at"
	for pcr; do
		ok "a bit in its $what changes $pcr" test \
		    "$(register "$uki" "$pcr")" != \
		    "$(register "$scratch/flipped" "$pcr")"
	done
}

flip 'command line' "$uki.cmdline" pcr4 pcr9 pcr11
flip initrd "$B/$TARGET/initrd" pcr4 pcr9 pcr11
flip kernel "$B/$ARCH/vmlinuz" pcr4 pcr11
flip release "$uki.osrel" pcr4 pcr11

start_tpm
must_boot -t 300 -f uki -T "$scratch/tpm"
ok 'the agent in it answers' ctl check
for pcr in 4 9 11 12; do
	is "PCR $pcr is as told" "$(register "$uki" pcr$pcr)" "$(pcr $pcr)"
done
in_guest cat /proc/cmdline
is 'its command line is the one of the UKI' "$(cat "$uki.cmdline")" "$stdout"
plan
