#!/bin/sh
# Every field of evidence, changed once, must be noticed. TAP.
set -eu
. tests/measure/common
. tests/measure/evidence
python3 tests/measure/evidence.py "$ev" "$tmp/snp.json" "$tmp/tdx.json" \
    > "$tmp/out" 2> "$tmp/err" || { cat "$tmp/err" >&2; exit 1; }
cat "$ev/vcek.pem" "$ev/ask.pem" > "$ev/amd.pem"
python3 tests/measure/tamper.py "$husk" "$ev" "$tmp/snp.json" "$tmp/tdx.json"
