#!/bin/sh
# What an attestation policy does not compare it names, with the reason. TAP.
set -eu
. tests/measure/common
cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"

"$husk" measure --target snp --firmware "$tmp/fw" --format policy > "$tmp/out" \
    2> "$tmp/err"
has '# reported_tcb_snp is not compared: it was not given' \
    '# platform_smt_enabled is not compared: it was not given'
"$husk" measure --target tdx --firmware "$tmp/td" --format policy > "$tmp/out" \
    2> "$tmp/err"
has '# quote.body.xfam is not compared: it was not given'
"$husk" measure --target vtpm --format policy > "$tmp/out" 2> "$tmp/err"
has '# ak_public is not compared: it was not given'
echo "1..$n"
