#!/bin/sh
# husk acpi-dump: what it refuses, what it writes, and that husk measure --acpi
# reads it. That the tables are right is for tests/boot/t65-acpi.sh. TAP.
set -eu
. tests/measure/common

# expect EXIT-CODE TEXT ARGUMENT...: TEXT is in what is printed.
expect()
{
	want=$1 text=$2 rc=0 bad=0
	shift 2
	"$husk" "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ $rc = "$want" ] || bad=1
	cat "$tmp/out" "$tmp/err" | grep -qF -- "$text" || bad=1
	verdict $bad "husk $*"
}

# fake NAME LINE...: a QEMU that answers every line with the next of LINE...
fake()
{
	out=$tmp/$1
	shift
	{
		echo '#!/bin/sh'
		for line; do
			echo "read -r x; printf '%b' '$line'"
		done
	} > "$out"
	chmod +x "$out"
}

d="acpi-dump --out $tmp/dump"
fake silent
fake fails 'FAIL no such thing\n'
fake twice 'OK\nOK\n'
fake odd 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' \
    'OK\n' 'OK\n' 'OK 0x00\n'
fake many 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' 'OK\n' \
    'OK\n' 'OK\n' 'OK 0xffffffff\n'

# shellcheck disable=SC2086 # $d is words
{
expect 2 "--out is missing" acpi-dump
expect 2 "unknown option" $d --x
expect 2 "not go or rs" $d --kata c
expect 2 "--disks without --kata" $d --disks 1
expect 2 "not a number up to" $d --kata go --disks 99
expect 2 "firmware 'coreboot'" $d --firmware coreboot
expect 2 "--phys-bits '35'" $d --phys-bits 35
expect 2 "--processor-id '00'" $d --processor-id 00
expect 2 "--vcpus '0'" $d --vcpus 0
expect 2 "not whole MiB" $d --memory 4096
expect 2 "no command line after --" $d --
expect 2 "--cpu and a command line" $d --cpu x -- qemu
expect 2 "No such file" $d --qemu "$tmp/none"
expect 2 "ended before it answered" $d --qemu false
expect 2 "ended before it answered" $d --qemu "$tmp/silent"
expect 2 "FAIL no such thing" $d --qemu "$tmp/fails"
expect 2 "more than one answer" $d --qemu "$tmp/twice"
expect 2 "not 4 bytes of memory" $d --qemu "$tmp/odd"
expect 2 "4294967295 items" $d --qemu "$tmp/many"
expect 0 "usage: husk acpi-dump" acpi-dump --help
[ ! -e "$tmp/dump" ] && bad=0 || bad=1
verdict $bad "no files of failures"
}

if ! command -v qemu-system-x86_64 > /dev/null; then
	echo "1..$n # no QEMU for the rest"
	exit 0
fi
# shellcheck disable=SC2086
{
expect 0 "window 0x380000000000" $d --kata go --disks 1 --initdata \
    --vcpus 1,2 --memory 1G,2G
expect 0 "window 0x0" acpi-dump --out "$tmp/bare" --vcpus 2
expect 0 "window 0x800000000" acpi-dump --out "$tmp/rs" --kata rs \
    --phys-bits 0
}
find "$tmp/dump" -type f | wc -l > "$tmp/out"
[ "$(cat "$tmp/out")" = 20 ] && bad=0 || bad=1
verdict $bad "five files in each of four folders"
# shellcheck disable=SC2086
expect 0 "window" $d --processor-id a1b2c3d4e5f60718
grep -q "$(printf '\\xa1\\xb2\\xc3\\xd4\\xe5\\xf6\\x07\\x18')" "$tmp/dump/2G-1/smbios" &&
    bad=0 || bad=1
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
	expect 0 '"acpi_tables"' $m --format json --acpi "$tmp/dump" --vcpus 1,2 --memory 1G,2G
	expect 2 "No such file" $m --acpi "$tmp/dump" --vcpus 3 --memory 1G
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
fi
echo "1..$n"
