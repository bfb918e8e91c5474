#!/bin/sh
# Tables of shapes, and files of every form. TAP.
set -eu
. tests/measure/common

cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
snp="measure --target snp --firmware $tmp/fw --kernel $tmp/bzimage --cmdline x"
tdx="measure --target tdx --firmware $tmp/td --kernel $tmp/bzimage --cmdline x
    --initrd $tmp/initrd --ovmf-version 202411 --qemu-version 9.1"
shapes="--vcpus 1..32 --memory 512M,2G,8G"

# count WANT PATTERN TEXT: so many lines of the output match.
count()
{
	got=$(grep -c -- "$2" "$tmp/out" || :)
	[ "$got" = "$1" ] && bad=0 || bad=1
	verdict "$bad" "$3"
}

# shellcheck disable=SC2086 # $snp, $tdx and $shapes are lists of words
{
"$husk" $snp $shapes > "$tmp/out"
count 32 '^[0-9]* *any *measurement ' "snp: a row for each number of vCPUs"
count 32 '  firmware, kernel, initrd, cmdline, vcpus, vcpu_sig' \
    "and in each what it depends on"
count 1 '^  policy  *0x30000$' "and the parameters that all shapes have"
count 0 '^  vcpus ' "but not those of one"
"$husk" $snp --vcpus 7 --format hex > "$tmp/one"
"$husk" $snp $shapes --format hex > "$tmp/out"
count 96 . "hex: a line for each shape"
count 3 "$(cat "$tmp/one")" "of which three are the digest of seven vCPUs"
"$husk" $snp $shapes --format json > "$tmp/out"
count 96 '"schema": "husk-reference-values-1"' "json: an array of 96"

"$husk" $tdx --vcpus 1,2 --memory 512M,2G,4G,8G > "$tmp/out"
count 1 '^any *any *mrtd ' "tdx: MRTD is one value"
count 4 '^any *[0-9]*[MG] *rtmr1 .*memory$' \
    "RTMR1 is by the memory, where QEMU writes into the kernel"
count 1 '^any *any *rtmr0 *unsupported: variable store' \
    "and what is not known says why"
"$husk" $tdx --memory 2G,4G --acpi-tables "$tmp/fw" > "$tmp/out" 2> "$tmp/err"
count 1 'rtmr0 *unsupported: the ACPI tables that are given are those of one' \
    "ACPI tables are of one shape"

mkdir "$tmp/o"
echo old > "$tmp/o/reference-values.rego"
echo old > "$tmp/o/reference-values.json"
"$husk" measure --target sev --firmware "$tmp/fw" --output "$tmp/o" \
    --format hex > "$tmp/one"
ls -A "$tmp/o" > "$tmp/out"
count 3 . "--output: a file for each form that has something to say"
"$husk" measure --target sev --firmware "$tmp/fw" --format json |
    cmp -s - "$tmp/o/reference-values.json" && bad=0 || bad=1
verdict "$bad" "which is the form itself"
"$husk" measure --target sev --firmware "$tmp/fw" --output "$tmp/none/o" \
    > "$tmp/out" 2> "$tmp/err" && bad=1 || bad=0
[ -s "$tmp/out" ] && bad=1
verdict "$bad" "--output: a folder whose parent is not there is an error"
}
echo "1..$n"
