#!/bin/sh
# What a TD measures of a boot from a disk is what a guest with a TPM measures,
# which tests/boot/t60-vtpm.sh observes: every event of RTMR0 to RTMR2 but the
# list of memory and the variable store has a digest that some PCR's event has.
# TAP.
set -eu
. tests/measure/common

fw=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware/OVMF.fd
stub=tests/corpus/measurements/uki/stub
path='PciRoot(0x0)/Pci(0x1,0x0)'
for f in qemu-system-x86_64 jq; do
	command -v $f > /dev/null || { echo "1..0 # SKIP no $f"; exit 0; }
done
[ -f "$fw" ] || { echo "1..0 # SKIP no $fw: run make setup"; exit 0; }
printf 'ID=x\n' > "$tmp/osrel"
printf 'quiet' > "$tmp/cmdline"
"${B:-build}/bin/mkuki" "$tmp/uki" "$stub" ".osrel=$tmp/osrel" \
    ".cmdline=$tmp/cmdline" ".initrd=$tmp/initrd" ".linux=$stub"
"${B:-build}/bin/mkdisk" "$tmp/disk" "/EFI/BOOT/BOOTX64.EFI=$tmp/uki"
"$husk" acpi-dump --out "$tmp/dump" -- qemu-system-x86_64 \
    -machine q35,smm=off,pic=off -m @MEMORY@M -smp @VCPUS@ -nodefaults \
    -drive "file=$tmp/disk,format=raw,if=none,id=disk,readonly=on" \
    -device virtio-blk-pci,drive=disk,bootindex=0 > "$tmp/out"

# measure TARGET OPTION...: as JSON
measure()
{
	target=$1
	shift
	"$husk" measure --target "$target" --firmware "$fw" --disk "$disk" \
	    --disk-path "$path" --format json "$@" 2> "$tmp/err"
}

# compare OPTION...: the events of the TD that no PCR of a TPM has, in
# $tmp/out, and all of them in $tmp/events; options are for both.
compare()
{
	s=$tmp/dump/2G-1
	measure tdx --acpi "$tmp/dump" --memory 2G --qemu-version 7.2 > "$tmp/td"
	measure vtpm --acpi-tables "$s/acpi-tables" --smbios "$s/smbios" \
	    --acpi-rsdp "$s/acpi-rsdp" --acpi-loader "$s/acpi-loader" \
	    --ovmf-version 202608 "$@" > "$tmp/tpm"
	jq -r '.. | objects | select(.digest? and .register) | .digest' \
	    "$tmp/tpm" | sort -u > "$tmp/known"
	jq -r '.. | objects | select(.digest? and .register) |
	    [.digest, .register + " " + .what] | @tsv' "$tmp/td" > "$tmp/events"
	grep -vFf "$tmp/known" "$tmp/events" | cut -f 2 > "$tmp/out" || :
	printf 'rtmr0 TD HOB\nrtmr0 variable store\n' | cmp -s - "$tmp/out" &&
	    bad=0 || bad=1
}

disk=$tmp/disk
compare
verdict "$bad" "all events but two are those of a boot with a TPM"
[ "$(grep -c rtmr0 "$tmp/events")" = 17 ] &&
    grep -q 'rtmr0 Boot0003' "$tmp/events" && bad=0 || bad=1
verdict "$bad" "which are the 17 of RTMR0, the shell's boot option the last"

# The same with Debian's test keys in the variable store, and a UKI that they
# let pass.
vars=/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd
key=/usr/share/ovmf/PkKek-1-snakeoil
name="all events but two where Secure Boot is on"
n=$((n + 1))
if [ ! -f "$vars" ] || ! command -v sbsign > /dev/null; then
	echo "ok $n - $name # SKIP no $vars, or no sbsign"
else
	n=$((n - 1))
	openssl rsa -in $key.key -passin pass:snakeoil -out "$tmp/key" 2> /dev/null
	sbsign --key "$tmp/key" --cert $key.pem --output "$tmp/signed" \
	    "$tmp/uki" > /dev/null 2>&1
	disk=$tmp/signed-disk
	"${B:-build}/bin/mkdisk" "$disk" "/EFI/BOOT/BOOTX64.EFI=$tmp/signed"
	{ cat "$vars"; tail -c +$(($(wc -c < "$vars") + 1)) "$fw"; } > "$tmp/sb"
	fw=$tmp/sb
	compare --vars "$vars"
	verdict "$bad" "$name"
	[ "$(tail -n +18 "$tmp/events" | grep -m 1 rtmr0 | cut -f 2)" = \
	    "rtmr0 entry of db" ] && bad=0 || bad=1
	verdict "$bad" "what let the UKI pass is the last of RTMR0"
fi
echo "1..$n"
