#!/bin/sh
# What mkuki and mkdisk write, read back by other programs and by husk.
set -eu
. tests/lib/tap.sh

B=${B:-build}
stub=tests/corpus/measurements/uki/stub
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-disk.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
boot=/EFI/BOOT/BOOTX64.EFI
uki=$scratch/uki
disk=$scratch/disk

printf 'ID=x\n' >"$scratch/osrel"
printf 'quiet' >"$scratch/cmdline"
head -c 5000 "$B/bin/husk" >"$scratch/initrd"

# The UKI $1, with the sections that follow.
mkuki()
{
	out=$1
	shift
	"$B/bin/mkuki" "$out" "$stub" "$@"
}

sections=".osrel=$scratch/osrel .cmdline=$scratch/cmdline \
.initrd=$scratch/initrd .linux=$stub"
# shellcheck disable=SC2086 # a list of words
{
mkuki "$uki" $sections
(umask 077 && sleep 1 && touch "$scratch/osrel" "$scratch/initrd" &&
    TZ=Asia/Tokyo mkuki "$uki-2" $sections)
ok 'mkuki: the same bytes at another time' cmp "$uki" "$uki-2"
}
is 'husk finds the sections that the stub measures' \
    '.linux .osrel .cmdline .initrd' \
    "$("$B/bin/husk" measure --target vtpm --uki "$uki" --format json |
    jq -r '[.events[] | select(.register == "pcr11" and
        (.what | startswith("."))) | .what] | join(" ")')"
objcopy -O binary --only-section=.initrd "$uki" "$scratch/got" 2>/dev/null
ok "objcopy finds .initrd" cmp -n 5000 "$scratch/initrd" "$scratch/got"

# refuses WHAT TEXT COMMAND...
refuses()
{
	what=$1 text=$2
	shift 2
	code=0
	got=$("$@" 2>&1) || code=$?
	[ "$code" = 1 ] || got="code $code: $got"
	has "refuses $what" "$text" "$got"
}

refuses 'a UKI without a kernel' 'no .linux' mkuki "$uki-3" \
    ".osrel=$scratch/osrel"
refuses 'a kernel that is no PE image' 'not a kernel' mkuki "$uki-3" \
    ".linux=$scratch/osrel"
refuses 'a section twice' 'given twice' mkuki "$uki-3" ".linux=$stub" \
    ".linux=$stub"
refuses 'a section of the stub' 'already' mkuki "$uki-3" ".linux=$stub" \
    ".rodata=$stub"
refuses 'an empty section' 'is empty' mkuki "$uki-3" ".linux=$stub" \
    .osrel=/dev/null
refuses 'a name that is too long' 'not a section' mkuki "$uki-3" \
    ".cmdlines=$stub"
refuses 'a stub that is none' 'not a PE image' "$B/bin/mkuki" "$uki-3" \
    "$scratch/initrd" ".linux=$stub"

"$B/bin/mkdisk" "$disk" "$boot=$uki" "/A.TXT=$scratch/cmdline"
(umask 077 && cp "$uki" "$uki-2" && TZ=Asia/Tokyo \
    "$B/bin/mkdisk" "$disk-2" "$boot=$uki-2" "/A.TXT=$scratch/cmdline")
ok 'mkdisk: the same bytes from another file' cmp "$disk" "$disk-2"
mcopy -i "$disk@@1M" ::EFI/BOOT/BOOTX64.EFI "$scratch/got"
ok 'mtools find the UKI' cmp "$uki" "$scratch/got"
is 'and the other file' quiet "$(mtype -i "$disk@@1M" ::A.TXT)"
is 'husk finds it on the disk' \
    "$("$B/bin/husk" measure --target vtpm --uki "$uki" --format hex \
    --register pcr11)" "$("$B/bin/husk" measure --target vtpm --disk "$disk" \
    --format hex --register pcr11)"
for form in qcow2=qcow2 vhd=vpc; do
	"$B/bin/mkdisk" -f ${form%=*} "$disk.${form%=*}" "$boot=$uki" \
	    "/A.TXT=$scratch/cmdline"
	ok "qemu-img reads the same disk from ${form%=*}" qemu-img compare \
	    -f "${form#*=}" -F raw "$disk.${form%=*}" "$disk"
done
ok 'and finds no errors' qemu-img check -q "$disk.qcow2"
"$B/bin/mkdisk" -f gcp "$disk.tar" "$boot=$uki"
tar -xf "$disk.tar" -C "$scratch"
"$B/bin/mkdisk" -s 1024 "$disk-2" "$boot=$uki"
ok 'tar unpacks disk.raw of 1 GiB' cmp "$scratch/disk.raw" "$disk-2"

refuses 'a path in small letters' 'names in capitals' \
    "$B/bin/mkdisk" "$disk" "/efi=$uki"
refuses 'a path twice' 'given twice' "$B/bin/mkdisk" "$disk" "/A=$uki" "/A=$uki"
refuses 'a disk that is too small' 'not the size of a FAT32' \
    "$B/bin/mkdisk" -s 20 "$disk" "$boot=$uki"
refuses 'another form' 'not one of raw' "$B/bin/mkdisk" -f iso "$disk" "/A=$uki"
refuses 'what is no GUID' 'not a GUID' "$B/bin/mkdisk" -g 1 "$disk" "/A=$uki"
refuses 'a size that a cloud does not take' 'multiple of 1024 MiB' \
    "$B/bin/mkdisk" -f gcp -s 36 "$disk" "/A=$uki"
plan
