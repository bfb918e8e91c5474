#!/bin/sh
# husk diff: what differs and why, forms, refusals. TAP.
set -eu
. tests/measure/common
. tests/measure/evidence

# shellcheck disable=SC2086 # lists of words
measure() { "$husk" measure "$@" --format json 2> "$tmp/err"; }

printf other > "$tmp/initrd2"
c="console=ttyS0 nr_cpus=1 quiet"
# shellcheck disable=SC2086 # lists of words
{
gives 0 "The registers that are known are the same" diff "$tmp/tdx.json" "$tmp/tdx.json"
gives 1 "rtmr2: kernel command line: \`nr_cpus=1\` → \`nr_cpus=2\`; initrd" \
    diff "$tmp/tdx.json" "$tmp/tdx2.json"
has "mrtd: the same" "rtmr0: not known in either" "unchanged" \
    "tdx, 1 vCPU, 2 GiB → tdx, 2 vCPUs, 2 GiB" "number of vCPUs: \`1\` → \`2\`"
measure $tdx --cmdline "$c" > "$tmp/a"
measure ${tdx%%--initrd*} --ovmf-version 202511 --qemu-version 11.0 \
    --memory 2G --initrd "$tmp/initrd2" --cmdline "$c" > "$tmp/b"
gives 1 "rtmr2: initrd: \`$tmp/initrd\` (6 bytes" diff "$tmp/a" "$tmp/b"
has "kernel command line, version of edk2 unchanged"
measure $tdx --cmdline "quiet $c" > "$tmp/b"
gives 1 "\`quiet\` added" diff "$tmp/a" "$tmp/b"
measure $tdx --cmdline "nr_cpus=1 quiet console=ttyS0" > "$tmp/b"
gives 1 "\`console=ttyS0\` moved" diff "$tmp/a" "$tmp/b"
measure $tdx --cmdline "console=ttyS0  nr_cpus=1 quiet" > "$tmp/b"
gives 1 "only white space" diff "$tmp/a" "$tmp/b"
measure $tdx > "$tmp/b"
gives 1 "\`quiet\` removed" diff "$tmp/a" "$tmp/b"
measure $snp --cmdline "$c" --vcpus 1..3 > "$tmp/c"
measure $snp --cmdline "$c" --vcpus 2..4 --guest-features 0x21 > "$tmp/d"
gives 1 "measurement: SEV features: \`0x1\` → \`0x21\`" diff "$tmp/c" "$tmp/d"
has "snp, 1 vCPU: in A only" "snp, 4 vCPUs: in B only"
gives 1 "in A only" diff "$tmp/a" "$tmp/d"
sed 's/"value": "./"value": "f/' "$tmp/a" > "$tmp/b"
gives 1 "nothing that it depends on differs" diff "$tmp/a" "$tmp/b"
mkdir "$tmp/x" "$tmp/y"
cp "$tmp/tdx.json" "$tmp/x/reference-values.json"
cp "$tmp/tdx2.json" "$tmp/y/reference-values.json"
gives 1 "nr_cpus=2" diff "$tmp/x" "$tmp/y"
gives 1 '"result": "differs"' diff "$tmp/x" "$tmp/y" --format json
has '"schema": "husk-diff-1"' '"same": false' '"why": "kernel command line'
gives 0 '"same": true' diff "$tmp/x" "$tmp/x" --format=json
gives 2 "two files or folders" diff "$tmp/x"
gives 2 "unknown argument" diff "$tmp/x" "$tmp/y" "$tmp/x"
gives 2 "No such file" diff "$tmp/x" "$tmp/none"
gives 2 "No such file" diff "$tmp" "$tmp/x"
gives 2 "not JSON" diff "$tmp/fw" "$tmp/x"
gives 2 "not text or json" diff "$tmp/x" "$tmp/y" --format xml
sed 's/"depends": \[/&3,/' "$tmp/a" > "$tmp/b"
gives 2 "'depends': not a string" diff "$tmp/a" "$tmp/b"
sed 's/"target": "tdx"/"target": "t\\u001bx"/' "$tmp/a" > "$tmp/b"
gives 2 "not a name" diff "$tmp/a" "$tmp/b"
sed 's/"digest": "../"digest": "/' "$tmp/a" > "$tmp/b"
gives 2 "right length" diff "$tmp/a" "$tmp/b"
gives 0 "usage: husk diff" diff --help
}
# Images that are all of a guest, as they are.
cp tests/corpus/measurements/uki/stub-262 "$tmp/one"
LC_ALL=C sed 's/quiet/louds/' "$tmp/one" > "$tmp/two"
{ cat "$tmp/one"; printf '%512s' x; } > "$tmp/longer"
gives 0 "The registers that are known are the same" diff "$tmp/one" "$tmp/one"
gives 1 "pcr11: unified kernel image" diff "$tmp/one" "$tmp/two"
has "pcr0: not known in either"
gives 1 "pcr4: unified kernel image" diff "$tmp/one" "$tmp/longer"
gives 0 '"same": true' diff "$tmp/one" "$tmp/one" --format json
gives 0 "UKI" explain "$tmp/one"
gives 2 "not a PE image" diff tests/corpus/measurements/gpt/disk "$tmp/one"
gives 2 "not JSON" diff "$tmp/one" "$tmp/initrd"
printf MZ > "$tmp/short"
gives 2 "PE" diff "$tmp/short" "$tmp/one"
echo "1..$n"
