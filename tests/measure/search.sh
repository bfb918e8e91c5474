#!/bin/sh
# husk verify --search: which guest an SNP digest is of that was not predicted.
# TAP.
set -eu
. tests/measure/common
. tests/measure/evidence
python3 tests/measure/evidence.py "$ev" "$tmp/snp.json" "$tmp/tdx.json" \
    > "$tmp/out" 2> "$tmp/err" || { cat "$tmp/err" >&2; exit 1; }

v="verify $ev/snp.json"
r="--root $ev/ark.pem --search"
# shellcheck disable=SC2086 # lists of words
{
gives 1 "the same files with vcpus 1, vcpu_sig 0x800f12, guest_features 0x1" \
    $v --against "$tmp/snp-other.json" $r
"$husk" measure $snp --cmdline nr_cpus=5 --vcpus 5 --format json > "$tmp/five"
gives 1 "with vcpus 1 and nr_cpus=1 in the command line" $v \
    --against "$tmp/five" $r
"$husk" measure $snp --cmdline nr_cpus=1 --vmm qemu-pre-6.10 \
    --guest-features 0x5 --format json > "$tmp/five"
gives 1 "vcpus 1, vcpu_sig 0x800f12, guest_features 0x1, vmm qemu" \
    $v --against "$tmp/five" $r
"$husk" measure --target snp --firmware "$tmp/fw" --vcpus 3 \
    --guest-features 0x5 --format hex > "$tmp/hex"
python3 -c 'import sys; b = bytearray(open(sys.argv[1], "rb").read())
b[0x90:0xc0] = bytes.fromhex(open(sys.argv[2]).read())
open(sys.argv[3], "wb").write(b)' "$ev/snp.bin" "$tmp/hex" "$tmp/bare.bin"
gives 1 "the firmware without kernel hashes with vcpus 3" verify \
    "$tmp/bare.bin" --against "$tmp/five" --compare-only --search
"$husk" measure $snp --cmdline other --format json > "$tmp/five"
gives 1 "none of the guests that were tried" $v --against "$tmp/five" \
    $r
}
echo "1..$n"
