#!/bin/sh
# husk measure --target vtpm, and a TD's from a disk: refusals, forms. TAP.
set -eu
. tests/measure/common

stub=tests/corpus/measurements/uki/stub
fw=tests/corpus/measurements/fwvol/ovmf
vars=/usr/share/OVMF/OVMF_VARS_4M.fd
printf 'ID=x\n' > "$tmp/osrel"
printf 'quiet' > "$tmp/cmdline"
"${B:-build}/bin/mkuki" "$tmp/uki" "$stub" ".osrel=$tmp/osrel" \
    ".cmdline=$tmp/cmdline" ".initrd=$tmp/initrd" ".linux=$stub"
"${B:-build}/bin/mkdisk" "$tmp/disk" "/EFI/BOOT/BOOTX64.EFI=$tmp/uki"
"${B:-build}/bin/mkdisk" "$tmp/empty" "/A=$tmp/uki"
"${B:-build}/bin/mkdisk" "$tmp/extras" "/EFI/BOOT/BOOTX64.EFI=$tmp/uki" \
    "/LOADER/A=$tmp/uki"
head -c 40000000 "$tmp/disk" | tail -c +513 > "$tmp/shifted"
head -c 20000000 "$tmp/disk" > "$tmp/cut"
printf 'algorithm = "sha384"\n[data]\n' > "$tmp/initdata"

# expect EXIT-CODE TEXT ARGUMENT...: one line of error with TEXT in it, or for
# "" none; what fails prints no result.
expect()
{
	want=$1 text=$2 rc=0 bad=0
	shift 2
	"$husk" measure --target "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ $rc = "$want" ] || bad=1
	if [ -n "$text" ]; then
		grep -qF -- "$text" "$tmp/err" || bad=1
		[ "$(wc -l < "$tmp/err")" = 1 ] || bad=1
	else
		[ ! -s "$tmp/err" ] || bad=1
	fi
	[ "$want" != 2 ] || [ ! -s "$tmp/out" ] || bad=1
	verdict $bad "husk measure --target $*"
}

refuses() { expect 2 "$@"; }

# has TEXT...: the last command printed all of them.
has()
{
	bad=0
	for text; do
		grep -qF -- "$text" "$tmp/out" || bad=1
	done
	verdict $bad "which prints $*"
}

hex="--format hex --register"

# shellcheck disable=SC2086 # $hex is a list of words
{
refuses "--uki and --disk" vtpm --uki "$tmp/uki" --disk "$tmp/disk"
refuses "platform 'x': not one of qemu" vtpm --platform x
refuses "--ovmf-version: '1'" vtpm --ovmf-version 1
refuses "--disk-path: 'x'" vtpm --disk-path x
refuses "--secure-boot 'x': not on or off" vtpm --secure-boot x
refuses "go together" vtpm --register pcr1
refuses "register 'pcr16'" vtpm $hex pcr16
refuses "unsupported: pcr4: no --uki or --disk" vtpm $hex pcr4
refuses "unsupported: pcr5: no --disk" vtpm $hex pcr5 --uki "$tmp/uki"
refuses "no 'EFI PART'" vtpm --disk "$tmp/shifted"
refuses "ends beyond the disk" vtpm --disk "$tmp/cut"
refuses "has no /EFI/BOOT/BOOTX64.EFI" vtpm --disk "$tmp/empty"
refuses "not a PE image" vtpm --uki "$tmp/kernel"
refuses "is empty" vtpm --uki /dev/null
refuses "neither a UKI" vtpm --uki "$stub"
refuses "without a compressed volume" vtpm --firmware "$tmp/kernel"
refuses "not a volume of variables" vtpm --vars "$fw"
refuses "initdata" vtpm --initdata "$tmp/kernel"
refuses "files that the UKI's stub may pick up" vtpm $hex pcr12 \
    --disk "$tmp/extras"
refuses "what the firmware of azure" vtpm --platform azure $hex pcr4 \
    --uki "$tmp/uki"
expect 0 "" vtpm $hex pcr11_sha384 --uki "$tmp/uki"
expect 0 "" vtpm $hex pcr8 --initdata "$tmp/initdata"
expect 0 "" vtpm --disk "$tmp/disk" --firmware "$fw" --ovmf-version 202608
has "firmware_version 2026.08" "stub             258" "PEI volume" \
    "no --acpi-tables" "no variable store"
expect 0 "" vtpm --platform aws --disk "$tmp/disk" --format trustee
has '"PCR4": [' '"PCR12": [' '"platform": "aws"' '"PCR7": "no variable store'
expect 0 "" vtpm --platform azure --disk "$tmp/disk" --format trustee
has '"snp_pcr11": [' '"tdx_pcr11": ['
expect 0 "" vtpm --platform azure --disk "$tmp/disk" --format policy
has 'azure := input["az-tdx-vtpm"]' 'azure.tpm.pcr11 in reference.pcr11'
expect 0 "" vtpm --help
refuses "only one of them" tdx --firmware "$fw" --kernel "$tmp/kernel" \
    --disk "$tmp/disk"
if [ -f "$vars" ]; then
	expect 0 "" vtpm --vars "$vars" $hex pcr7
	has b5710bf57d25623e4019027da116821fa99f5c81e9e38b87671cc574f9281439
fi
}
echo "1..$n"
