#!/bin/sh
# husk acpi-dump: what it refuses, of its options and of a QEMU's answers. TAP.
set -eu
. tests/measure/common

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
says 2 "--out is missing" acpi-dump
says 2 "unknown option" $d --x
says 2 "not go or rs" $d --kata c
says 2 "--disks without --kata" $d --disks 1
says 2 "not a number up to" $d --kata go --disks 99
says 2 "firmware 'coreboot'" $d --firmware coreboot
says 2 "--phys-bits '35'" $d --phys-bits 35
says 2 "--processor-id '00'" $d --processor-id 00
says 2 "--vcpus '0'" $d --vcpus 0
says 2 "not whole MiB" $d --memory 1025K
says 2 "no command line after --" $d --
says 2 "--cpu and a command line" $d --cpu x -- qemu
says 2 "No such file" $d --qemu "$tmp/none"
says 2 "ended before it answered" $d --qemu false
says 2 "ended before it answered" $d --qemu "$tmp/silent"
says 2 "FAIL no such thing" $d --qemu "$tmp/fails"
says 2 "more than one answer" $d --qemu "$tmp/twice"
says 2 "not 4 bytes of memory" $d --qemu "$tmp/odd"
says 2 "4294967295 items" $d --qemu "$tmp/many"
says 0 "usage: husk acpi-dump" acpi-dump --help
[ ! -e "$tmp/dump" ] && bad=0 || bad=1
verdict $bad "no files of failures"
}

echo "1..$n"
