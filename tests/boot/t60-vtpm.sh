#!/bin/sh
# Predicted = observed: a UKI boots from a disk by OVMF with a TPM, and every PCR
# that the guest reads is the one that husk measure says, but for those that it
# says it does not know. Two versions of OVMF and of systemd-stub, with and
# without Secure Boot, two sizes of disk: four guests.
set -eu
. tests/lib/tap.sh
. tests/lib/uki.sh

B=${B:-build}
ARCH=${ARCH:-x86_64}
husk=$B/bin/husk
new=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware
old=/usr/share/OVMF
path='PciRoot(0x0)/Pci(0x1,0x0)'
for f in "$old/OVMF_CODE_4M.fd" "$new/OVMF_CODE_4M.fd" "$snakeoil.key"; do
	[ -f "$f" ] || skip_all "no $f: run make setup"
done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-vtpm.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP

old_tag=$(tag "$(dpkg-query -W -f '${Version}' ovmf)")
new_tag=$(tag "$(sed -n 's/^ovmf-generic //p' "$new/versions")")
make_ukis "$B/src/systemd-stub/usr/lib/systemd/boot/efi/linuxx64.efi.stub" \
    uki-old
make_ukis "$new/linuxx64.efi.stub" uki-new

# check NAME TAG CODE VARS UKI MIB-OF-DISK SMM UNKNOWN: boot it, compare.
check()
{
	echo "# $1"
	run=$scratch/run
	rm -rf "$run"
	mkdir "$run"
	code=$3 vars=$4 smm=$7
	"$B/bin/mkdisk" -s "$6" "$run/disk" "/EFI/BOOT/BOOTX64.EFI=$scratch/$5"
	tests/lib/vtpm-guest dump "$run" "$code" "$vars" "$run/disk" 256 "$smm"
	"$husk" measure --target vtpm --firmware "$code" --vars "$vars" \
	    --disk "$run/disk" --ovmf-version "$2" --disk-path "$path" \
	    --acpi-tables "$run/acpi-tables" --acpi-rsdp "$run/acpi-rsdp" \
	    --acpi-loader "$run/acpi-loader" --smbios "$run/smbios" \
	    --format json >"$run/predicted"
	is "$1: what is not predicted" "$8" \
	    "$(jq -r '.registers | to_entries | map(select((.value.value |
	    not) and (.key | endswith("384") | not)).key) | join(" ")' \
	    "$run/predicted")"
	ok "$1: the guest boots" tests/lib/vtpm-guest boot "$run" "$code" \
	    "$vars" "$run/disk" 256 "$smm"
	tr -d '\r' <"$run/console" | sed -n 's/.*\(sha[0-9]* [0-9]* \)/\1/p' |
	    grep -E '^sha(256|384) [0-9]+ [0-9a-f]+$' >"$run/observed"
	"$husk" replay "$run/log" --format json >"$run/events"
	for bank in sha256 sha384; do
		wanted=$(jq -r ".registers | to_entries[] |
		    select(.value.value and .value.algorithm == \"$bank\") |
		    \"$bank \\(.key | ltrimstr(\"pcr\") |
		    rtrimstr(\"_sha384\")) \\(.value.value)\"" \
		    "$run/predicted")
		is "$1: every predicted PCR is observed, $bank" "$wanted" \
		    "$(echo "$wanted" | grep -Fxf "$run/observed")"
		wanted=$(jq -r ".banks.$bank | to_entries[] |
		    \"$bank \\(.key | ltrimstr(\"pcr\")) \\(.value)\"" \
		    "$run/events")
		is "$1: the log replays to the PCRs, $bank" "$wanted" \
		    "$(echo "$wanted" | grep -Fxf "$run/observed")"
	done
}

# The same boot in a TD: what its log leads to there.
check_td()
{
	"$husk" measure --target tdx --firmware "$new/OVMF.fd" --disk \
	    "$run/disk" --ovmf-version "$new_tag" --format json >"$run/td"
	is "$1: RTMR1 and RTMR2 of a TD follow from the same log" \
	    "$(python3 tests/lib/tcglog.py rtmr "$run/events" "$2")" \
	    "$(jq -r '.registers | "\(.rtmr1.value) \(.rtmr2.value)"' "$run/td")"
}

check "OVMF $old_tag" "$old_tag" "$old/OVMF_CODE_4M.fd" \
    "$old/OVMF_VARS_4M.fd" uki-old 36 off pcr0
check_td "stub without a TD's registers" 0
check "OVMF $new_tag" "$new_tag" "$new/OVMF_CODE_4M.fd" \
    "$new/OVMF_VARS_4M.fd" uki-new 64 off ''
check_td "stub with them" 1
check "OVMF $old_tag, Secure Boot" "$old_tag" "$old/OVMF_CODE_4M.secboot.fd" \
    "$old/OVMF_VARS_4M.snakeoil.fd" uki-old-signed 64 on pcr0
check "OVMF $new_tag, Secure Boot" "$new_tag" "$new/OVMF_CODE_4M.secboot.fd" \
    "$old/OVMF_VARS_4M.snakeoil.fd" uki-new-signed 36 on pcr0
plan
