#!/bin/sh
# husk verify: evidence of every TEE, signatures, culprits, forms of reference
# values, exit codes. TAP.
set -eu
. tests/measure/common
. tests/measure/evidence
python3 tests/measure/evidence.py "$ev" "$tmp/snp.json" "$tmp/tdx.json" \
    > "$tmp/out" 2> "$tmp/err" || { cat "$tmp/err" >&2; exit 1; }
cat "$ev/vcek.pem" "$ev/ask.pem" > "$ev/amd.pem"
cat "$ev/vcek-turin.pem" "$ev/ask.pem" > "$ev/turin.pem"
zero=0000000000000000000000000000000000000000000000000000000000000000
nonce=6465666768696a6b6c6d6e6f

v="verify $ev"
a="--against $tmp/snp.json --root $ev/ark.pem --certs $ev/amd.pem"
t="--against $tmp/tdx.json --root $ev/pck-root.pem"
# shellcheck disable=SC2086 # $a and $t are lists of words
{
gives 0 "'SEV-VCEK' by 'ASK' by 'ARK', a root" $v/snp.bin $a
has "revocation" "when the certificates expire" "AMD's latest" "that it is new"
gives 0 "on the lists that were given" $v/snp.json --against "$tmp/snp.json" \
    --root "$ev/ark.pem" --crl "$ev/crls.pem" --at 2027-01-01T00:00:00Z
gives 1 "'SEV-VCEK' was revoked" $v/snp.bin $a --crl "$ev/crl-revoked.pem"
gives 1 "expired" $v/snp.bin $a --at 2099-01-01T00:00:00Z
gives 1 "not valid yet" $v/snp.bin $a --at 2020-01-01T00:00:00Z
gives 1 "no certificate 'ASK'" $v/snp.bin --against "$tmp/snp.json" \
    --root "$ev/ark.pem" --certs "$ev/vcek.pem"
gives 1 "not signed by the 'ARK' at hand" $v/snp.json --against \
    "$tmp/snp.json" --root "$ev/other-ark.pem"
gives 1 "no certificate of the VCEK" $v/snp-null.json --against \
    "$tmp/snp.json" --root "$ev/ark.pem"
gives 1 "has the key that signed" $v/snp.bin --against "$tmp/snp.json" \
    --root "$ev/ark.pem" --certs "$ev/turin.pem"
gives 0 "the report is of Turin" $v/snp-turin.bin --against "$tmp/snp.json" \
    --root "$ev/ark.pem" --certs "$ev/turin.pem"
gives 1 "lets the host debug" $v/snp-debug.bin $a
gives 1 "VMPL 2" $v/snp-vmpl.bin $a
gives 2 "--root is missing" $v/snp.bin --against "$tmp/snp.json"
mkdir "$tmp/refs"
cp "$tmp/snp.json" "$tmp/refs/reference-values.json"
gives 0 "'SEV-VCEK' by 'ASK' by 'ARK', a root" $v/snp.bin --against "$tmp/refs" \
    --root "$ev/ark.pem" --certs "$ev/amd.pem"
gives 2 "open '$ev/reference-values.json'" $v/snp.bin --against "$ev" \
    --compare-only
gives 0 "who reported them is not known" $v/snp.bin --against \
    "$tmp/snp.json" --compare-only
gives 1 "predicted from: cmdline 'nr_cpus=1', vcpus 2" $v/snp.json \
    --against "$tmp/snp-other.json" --root "$ev/ark.pem"
has "the nearest of 3 shapes"
gives 0 "answers the challenge" $v/az-snp.json --root "$ev/ark.pem" --certs \
    "$ev/ask.pem" --against pcr1=$zero --initdata "$ev/initdata.toml" \
    --report-data "$(printf %s $nonce)707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f90919293"
has "by pcr8" "the hash of the vTPM's key"
gives 1 "answers another" $v/snp.bin $a --report-data ff
gives 1 "by host_data" $v/snp.bin $a --initdata "$ev/initdata.toml"
gives 2 "no place for it" $v/se.json --compare-only --against tag=00 \
    --initdata "$ev/initdata.toml"

gives 0 "a root that was given" $v/tdx.bin $t
has "FMSPC 00906ed50000" "Intel's list" "rtmr0" "revocation"
gives 0 "lead to the registers" $v/tdx.bin $t --log "$ev/ccel.bin"
gives 0 "the quote is signed" $v/tdx5.bin $t
gives 0 "lead to the registers" $v/tdx.json $t
gives 0 "platform key" $v/tdx-null.json $t
gives 1 "let the host debug" $v/tdx-debug.bin $t
has "td_attributes"
gives 0 "(--allow-debug)" $v/tdx-debug.bin --root "$ev/pck-root.pem" \
    --allow-debug --against xfam=e702060000000000
gives 1 "nr_cpus=3 in place of nr_cpus=1" $v/tdx-cmdline.json $t
gives 1 "one that was not predicted, before Linux initrd" $v/tdx-extra.json $t
gives 1 "the log does not have it" $v/tdx-lacks.json $t
gives 1 "it does not lead to rtmr2" $v/tdx-log.json $t
gives 1 "not a root that was given" $v/tdx.bin --against "$tmp/tdx.json" \
    --root "$ev/ark.pem"
gives 2 "an event log of its own" $v/tdx.json $t --log "$ev/ccel.bin"
gives 2 "of a TPM, and the evidence is of a TD" $v/tdx.bin $t --log "$ev/tpm.log"
gives 0 "vTPM key" $v/az-tdx.json --root "$ev/pck-root.pem" --against pcr1=$zero
gives 0 "is the one that was given" $v/tpm.json --ak "$ev/ak.pem" --against \
    pcr0=$zero --log "$ev/tpm.log"
gives 0 "signed by the attestation key" $v/tpm-pss.json --ak "$ev/ak.pem" \
    --against pcr0=$zero
gives 0 "signed by the attestation key" $v/tpm-ec.json --ak "$ev/ak-ec.pem" \
    --against pcr0=$zero
gives 1 "is not the one that was given" $v/tpm-ec.json --ak "$ev/ak.pem" \
    --against pcr0=$zero
gives 2 "--ak is missing" $v/tpm.json --against pcr0=$zero
gives 2 "tpm evidence has no 'pcr5'" $v/tpm-some.json --ak "$ev/ak.pem" \
    --against pcr5=$zero
gives 0 "the Ultravisor's HMAC is right" $v/se.json --measurement-key \
    "$ev/se.key" --request-nonce "$ev/se.nonce" --against \
    tag=c0c1c2c3c4c5c6c7c8c9cacbcccdcecf
gives 1 "of other tags, data, nonce" $v/se.json --measurement-key "$ev/se.key" \
    --against tag=c0c1c2c3c4c5c6c7c8c9cacbcccdcecf
gives 1 "not signed by anything" $v/sample.json --against svn=1
}
echo "1..$n"
