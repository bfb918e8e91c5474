#!/bin/sh
# husk verify: the forms of reference values, types as Trustee's policy compares
# them, refusals. TAP.
set -eu
. tests/measure/common
. tests/measure/evidence
python3 tests/measure/evidence.py "$ev" "$tmp/snp.json" "$tmp/tdx.json" \
    > "$tmp/out" 2> "$tmp/err" || { cat "$tmp/err" >&2; exit 1; }

v="verify $ev"
c="--compare-only --against"
tcb="--tcb bootloader=10,tee=3,snp=23,microcode=206 --smt on --tsme off"
for f in trustee rvps-sample rvps-store rvps-store-array; do
	# shellcheck disable=SC2086 # lists of words
	"$husk" measure $snp --cmdline nr_cpus=1 $tcb --format $f \
	    > "$tmp/$f" 2> "$tmp/err"
	# shellcheck disable=SC2086
	gives 0 snp_launch_measurement $v/snp.bin $c "$tmp/$f"
	has snp_bootloader snp_smt_enabled snp_guest_abi_major
	# shellcheck disable=SC2086
	"$husk" measure $tdx --cmdline 'console=ttyS0 nr_cpus=1 quiet' \
	    --format $f > "$tmp/tdx-$f" 2> "$tmp/err"
	# shellcheck disable=SC2086
	gives 0 tdvfkernelparams $v/tdx.json $c "$tmp/tdx-$f"
	has rtmr_1 rtmr_2 mr_td
done
# shellcheck disable=SC2086
m=$("$husk" measure $snp --cmdline nr_cpus=1 --format hex)

# values JSON: reference values in a file.
values() { printf '%s' "$1" > "$tmp/values"; }

# shellcheck disable=SC2086 # $v and $c are lists of words
{
values "{\"snp_launch_measurement\":\"$m\"}"
gives 1 "compares with a list, and the reference value is one" $v/snp.bin $c \
    "$tmp/values"
values '{"snp_smt_enabled":[true]}'
gives 1 "compares with one value" $v/snp.bin $c "$tmp/values"
values '{"snp_bootloader":["10"]}'
gives 1 "10 is not one of" $v/snp.bin $c "$tmp/values"
values '{"snp_bootloader":[9,10]}'
gives 0 "snp_bootloader" $v/snp.bin $c "$tmp/values"
values '{"mr_td":["00"]}'
gives 2 "none of the reference values is one of snp" $v/snp.bin $c "$tmp/values"
values '{"tdvfkernel":"00"}'
gives 1 "does not cover it" $v/tdx.bin $c "$tmp/values"
values '{"a":1} x'
gives 2 "something after the value" $v/snp.bin $c "$tmp/values"
values '{"a":1,"a":2}'
gives 2 "the key 'a' twice" $v/snp.bin $c "$tmp/values"
values '[{"name":"x"}]'
gives 2 "without 'name' and 'value'" $v/snp.bin $c "$tmp/values"
values '{"payload":"*"}'
gives 2 "no base64" $v/snp.bin $c "$tmp/values"
values '{}'
gives 2 "none of the forms" $v/snp.bin $c "$tmp/values"
values '{"schema":"husk-reference-values-1","target":"snp"}'
gives 2 "'registers': missing" $v/snp.bin $c "$tmp/values"
gives 0 "policy" $v/snp.bin $c measurement=$m,policy=0x30000,smt_enabled=true
gives 1 "is not the reference value" $v/snp.bin $c policy=1
gives 2 "snp evidence has no 'mrtd'" $v/snp.bin $c mrtd=00
gives 2 "'policy' twice" $v/snp.bin $c policy=1,policy=2
gives 2 "not NAME=VALUE" $v/snp.bin $c policy=1,x
gives 2 "No such file" $v/snp.bin $c "$tmp/none"
gives 2 "No such file" $v/none $c policy=1
gives 2 "--against is missing" $v/snp.bin
gives 2 "the file of the evidence is missing" verify --against policy=1
gives 2 "not an SNP report" verify "$tmp/fw" $c policy=1
gives 2 "JSON that is no evidence" verify "$tmp/trustee" $c policy=1
gives 2 "not a time in UTC" $v/snp.bin $c policy=1 --at tomorrow
gives 2 "not 1 to 64 bytes" $v/snp.bin $c policy=1 --report-data x
gives 2 "not 64 bytes" $v/se.json $c tag=00 --measurement-key "$ev/se.nonce"
gives 2 "not text or json" $v/snp.bin $c policy=1 --format xml
gives 2 "--root" $v/snp.bin $c policy=1 --root "$tmp/fw"
gives 2 "no PUBLIC KEY" $v/tpm.json $c pcr0=00 --ak "$ev/ark.pem"
gives 2 "no registers that events extend" $v/snp.bin $c policy=1 \
    --log "$ev/ccel.bin"
gives 1 '"verdict": "mismatch"' $v/snp.bin $c policy=1 --format json
has '"schema": "husk-verification-1"' '"result": "not checked"' \
    '"measurement": "' '"compare_only": true'
gives 0 "usage: husk verify" verify --help
}
echo "1..$n"
