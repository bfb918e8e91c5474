#!/bin/sh
# The UKI of the target, as make disk has it, starts from a disk by OVMF, and
# the agent in it serves. One bit flipped in it gives other registers. One guest.
set -eu
. tests/lib/tap.sh

B=${B:-build}
ARCH=${ARCH:-x86_64}
TARGET=${TARGET:-coco-dev}
husk=$B/bin/husk
ovmf=/usr/share/OVMF/OVMF
[ -f "${ovmf}_CODE_4M.fd" ] || skip_all "no ${ovmf}_CODE_4M.fd: run make setup"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-uki.XXXXXX")
guest=''
end()
{
	[ -z "$guest" ] || kill "$guest" 2>/dev/null || :
	wait
	rm -rf "$scratch"
}
trap end EXIT
trap 'exit 1' INT TERM HUP

printf 'console=ttyS0 quiet panic=1 husk.report=ttyS1' >"$scratch/cmdline"
printf 'ID=husk\n' >"$scratch/osrel"
"$B/bin/mkuki" "$scratch/uki" \
    "$B/src/systemd-stub/usr/lib/systemd/boot/efi/linuxx64.efi.stub" \
    .osrel="$scratch/osrel" .cmdline="$scratch/cmdline" \
    .initrd="$B/$TARGET/initrd" .linux="$B/$ARCH/vmlinuz"

register()
{
	"$husk" measure --target vtpm --uki "$scratch/$1" --secure-boot off \
	    --format hex --register "$2"
}

# flip WHAT REGISTERS...: one bit in the middle of what the UKI has of a file.
flip()
{
	what=$1
	shift
	at=$(python3 -c 'import sys
uki, part = (open(f, "rb").read() for f in sys.argv[1:3])
i = uki.index(part) + len(part) // 2
open(sys.argv[3], "wb").write(uki[:i] + bytes([uki[i] ^ 1]) + uki[i + 1:])
' "$scratch/uki" "$what" "$scratch/flipped" 2>&1) || echo "# $at"
	for pcr; do
		ok "a bit in $(basename "$what") changes $pcr" test \
		    "$(register uki "$pcr")" != "$(register flipped "$pcr")"
	done
}

flip "$scratch/cmdline" pcr4 pcr9 pcr11
flip "$B/$TARGET/initrd" pcr4 pcr9 pcr11
flip "$B/$ARCH/vmlinuz" pcr4 pcr11
flip "$scratch/osrel" pcr4 pcr11

"$B/bin/mkdisk" "$scratch/disk" "/EFI/BOOT/BOOTX64.EFI=$scratch/uki"
mkdir "$scratch/run"
mkfifo "$scratch/run/report"
tests/lib/vtpm-guest boot "$scratch/run" "${ovmf}_CODE_4M.fd" \
    "${ovmf}_VARS_4M.fd" "$scratch/disk" 256 off \
    -chardev "file,id=report,path=$scratch/run/report" \
    -device isa-serial,chardev=report,index=1 >"$scratch/out" 2>&1 &
guest=$!
line=''
# The port starts with what the firmware says on it.
while IFS= read -r line; do
	case $line in
	*'"event"'*) break ;;
	esac
done <"$scratch/run/report"
has 'the agent serves' '"event":"serving"' "$line"
plan
