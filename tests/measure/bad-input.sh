#!/bin/sh
# Files that are damaged or of another kind: one line that names where it is
# wrong, and the rule. TAP.
set -eu
. tests/measure/common
. tests/measure/expect

cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
cp tests/corpus/measurements/tdquote/version-4 "$tmp/quote"

# patched FILE OFFSET BYTES: a copy in $tmp/bad with octal BYTES at OFFSET.
patched()
{
	cp "$tmp/$1" "$tmp/bad"
	# shellcheck disable=SC2059 # the bytes are the format
	printf "$3" | dd of="$tmp/bad" bs=1 seek="$(($2))" conv=notrunc 2> /dev/null
}

cut() { head -c "$2" "$tmp/$1" > "$tmp/bad"; }

snp() { refuses "$1" measure --target snp --firmware "$tmp/bad"; }
tdx() { refuses "$1" measure --target tdx --firmware "$tmp/bad"; }
kernel()
{
	refuses "$1" measure --target tdx --firmware "$tmp/td" \
	    --kernel "$tmp/bad" --ovmf-version "$2" --qemu-version "$3" \
	    --memory 2G --format hex --register rtmr1
}

# The SEV metadata of this firmware is at 0xfe00: header, sections of 12 bytes.
cut fw 65000
snp "bad': not an OVMF image: no GUID table before the reset vector"
patched fw 0xfe04 '\007\000\000\000'
snp "a length of 7 at offset 0xfe04 for 7 sections, with 512 bytes to the end"
patched fw 0xfe08 '\002'
snp "version 2 at offset 0xfe08, and only 1 is known"
patched fw 0xfe0c '\377\377'
snp "65535 sections by offset 0xfe0c, and 64 is the limit"
patched fw 0xfe10 '\000\260\200\000'
snp "sections 0 and 1 overlap at 0x80a000"
patched fw 0xfe10 '\000\360\377\377'
snp "section 0 (0xfffff000, size 0x9000) ends beyond 4 GiB"
patched fw 0xfe10 '\001'
snp "section 0 (0x800001, size 0x9000) is not whole"

# The TDX metadata of this one is at 0x1210: header, sections of 32 bytes.
cut td 4000
tdx "of 0xfa0 bytes"
patched td 0x1214 '\005'
tdx "a length of 5 at offset 0x1214 for 6 sections, with 3568 bytes to the end"
patched td 0x1218 '\007'
tdx "version 7 at offset 0x1218, and only 1 is known"
patched td 0x121c '\377'
tdx "255 sections by offset 0x121c, and"
patched td 0x1220 '\377\377\377\177'
tdx "section 0 (BFV): data 0x7fffffff+0x1000 ends beyond the image of 0x2000"
patched td 0x1238 '\143'
tdx "section 0 has the unknown type 99"
patched td 0x1248 '\000\360\377\377'
tdx "sections 0 and 1 overlap at 0xfffff000"

cut fw 5000
kernel "not a Linux kernel: no 'HdrS' at offset 0x202" 202411 9.1
kernel "kernel: not a PE image: no 'MZ'" 202511 11.0
patched bzimage 0x3c '\377\377\377\177'
kernel "kernel: not a PE image: no 'PE' at offset 0x7fffffff" 202511 11.0
long=$(head -c 65536 /dev/zero | tr '\0' x)
rc=0 bad=0
"$husk" measure --target snp --firmware "$tmp/fw" --kernel "$tmp/kernel" \
    --cmdline "$long" > "$tmp/out" 2> "$tmp/err" || rc=$?
grep -qF "the command line has 65536 bytes or more" "$tmp/err" && [ $rc = 2 ] ||
    bad=1
verdict $bad "husk measure --cmdline with 65536 bytes"

v="--against mr_td=00 --compare-only"
# shellcheck disable=SC2086 # a list of words
{
patched quote 0 '\011'
refuses "version 9 at offset 0, and only 4 and 5 are known" verify "$tmp/bad" $v
patched quote 4 '\000'
refuses "not an SNP report (1184 bytes), a TD quote" verify "$tmp/bad" $v
cut quote 40
refuses "40 bytes" verify "$tmp/bad" $v
}
echo "1..$n"
