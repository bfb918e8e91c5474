#!/bin/sh
# husk acpi-dump with the QEMU that is installed, and husk measure --acpi with
# what it wrote. That the tables are right is for tests/boot/t65-acpi.sh. TAP.
set -eu
. tests/measure/common

if ! command -v qemu-system-x86_64 > /dev/null; then
	echo "1..0 # SKIP no qemu-system-x86_64"
	exit 0
fi
d="acpi-dump --out $tmp/dump"

# shellcheck disable=SC2086
{
says 0 "window 0x380000000000" $d --kata go --disks 1 --initdata \
    --vcpus 1,2 --memory 1G,2G
says 0 "window 0x0" acpi-dump --out "$tmp/bare" --vcpus 2
says 0 "window 0x800000000" acpi-dump --out "$tmp/rs" --kata rs \
    --phys-bits 0
}
find "$tmp/dump" -type f | wc -l > "$tmp/out"
[ "$(cat "$tmp/out")" = 20 ] && bad=0 || bad=1
verdict $bad "five files in each of four folders"
# shellcheck disable=SC2086
says 0 "window" $d --processor-id a1b2c3d4e5f60718
od -An -v -tx1 "$tmp/dump/2G-1/smbios" | tr -d ' \n' |
    grep -q a1b2c3d4e5f60718 && bad=0 || bad=1
verdict $bad "the processor is the one that is named"
[ "$(sha256sum "$tmp"/dump/*/acpi-tables | cut -d ' ' -f 1 | sort -u |
    wc -l)" -ge 2 ] && bad=0 || bad=1
verdict $bad "tables differ with the shape"

fw=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware/OVMF.fd
if [ -f "$fw" ]; then
	m="measure --target tdx --firmware $fw"
	h="$m --format hex --register rtmr0 --vcpus 2 --memory 2G"
	# shellcheck disable=SC2086
	{
	says 0 '"acpi_tables"' $m --format json --acpi "$tmp/dump" --vcpus 1,2 --memory 1G,2G
	says 2 "No such file" $m --acpi "$tmp/dump" --vcpus 3 --memory 1G
	s=$tmp/dump/2G-2
	"$husk" $h --acpi "$tmp/dump" > "$tmp/a"
	"$husk" $h --acpi-tables "$s/acpi-tables" --smbios "$s/smbios" \
	    --acpi-rsdp "$s/acpi-rsdp" --acpi-loader "$s/acpi-loader" > "$tmp/b"
	"$husk" $h --acpi-tables "$s/acpi-tables" --smbios "$s/smbios" > "$tmp/c"
	}
	cmp -s "$tmp/a" "$tmp/b" && [ -s "$tmp/a" ] && bad=0 || bad=1
	verdict $bad "the same RTMR0 by --acpi and by single files"
	cmp -s "$tmp/a" "$tmp/c" && bad=0 || bad=1
	verdict $bad "and where loader and RSDP follow from the tables"
	# shellcheck disable=SC2086
	"$husk" explain ${m#measure } --acpi "$tmp/dump" --memory 2G \
	    --html "$tmp/page"
	grep -q ">in the ACPI and SMBIOS tables<" "$tmp/page" && bad=0 || bad=1
	verdict $bad "husk explain says where devices are from"
	# shellcheck disable=SC2086
	{
	says 0 "acpi_tables      one for each shape" $m --acpi "$tmp/dump" --memory 1G,2G
	"$husk" acpi-dump --out "$tmp/disk" --kata go --disks 2 > /dev/null
	"$husk" $m --memory 2G --format json --acpi "$tmp/dump" > "$tmp/a"
	"$husk" $m --memory 2G --format json --acpi "$tmp/disk" > "$tmp/b"
	says 1 "rtmr0: ACPI loader's commands: " diff "$tmp/a" "$tmp/b"
	says 1 "; ACPI tables: " diff "$tmp/a" "$tmp/b"
	}
fi
echo "1..$n"
