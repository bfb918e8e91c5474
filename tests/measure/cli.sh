#!/bin/sh
# husk and husk measure: refusals, warnings, exit codes. TAP.
set -eu
. tests/measure/common

# expect EXIT-CODE TEXT ARGUMENT...: standard error is the one line with TEXT
# in it, or silent for "". What fails prints no result.
expect()
{
	want=$1 text=$2
	shift 2
	rc=0
	"$husk" "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	bad=0
	[ $rc = "$want" ] || bad=1
	if [ -n "$text" ]; then
		grep -qF -- "$text" "$tmp/err" || bad=1
		[ "$(wc -l < "$tmp/err")" = 1 ] || bad=1
	else
		[ ! -s "$tmp/err" ] || bad=1
	fi
	[ "$want" = 0 ] || [ ! -s "$tmp/out" ] || bad=1
	verdict $bad "husk $*"
}

refuses() { expect 2 "$@"; }

image unknown-section unknown
image metadata-version-2 version2
k="--kernel $tmp/kernel --initrd $tmp/initrd --cmdline"
m="measure --target snp --firmware $tmp/fw"

# shellcheck disable=SC2086 # $k and $m are lists of words
{
expect 0 "unknown type 0x55" measure --target snp --firmware "$tmp/unknown"
refuses "--target is missing" measure --firmware "$tmp/fw"
refuses "target 'tdz'" measure --target tdz --firmware "$tmp/fw"
refuses "--firmware is missing" measure --target snp
refuses "unknown option '--frobnicate'" $m --frobnicate
refuses "unknown argument 'x'" $m x
refuses "--vcpus needs a value (LIST)" $m --vcpus
refuses "--vcpus '0'" $m --vcpus 0
refuses "--vcpus '4097'" $m --vcpus 4097
refuses "--vcpus '1x'" $m --vcpus 1x
refuses "--vcpus '2..1'" $m --vcpus 2..1
refuses "--vcpus '1,1..2'" $m --vcpus 1,1..2
refuses "--vcpus '1,'" $m --vcpus 1,
refuses "more than 1024 shapes" $m --vcpus 1..1000 --memory 1G,2G
refuses "--expires '2099'" $m --expires 2099
refuses "--tcb 'snp=256'" $m --tcb snp=256
refuses "--smt 'yes'" $m --smt yes
refuses "tdx only" $m --mrtd-order both
refuses "go together" $m --register measurement
refuses "register 'x': snp has measurement" $m --format hex --register x
refuses "target sev: none of the values" measure --target sev \
    --firmware "$tmp/fw" --format trustee
refuses "--runtime without --kata-config" $m --runtime go
expect 0 "bit 17" $m --policy 0
expect 0 "debug the guest" $m --policy 0xa0000
printf 'package agent_policy\n' > "$tmp/rego"
expect 0 "" $m --agent-policy "$tmp/rego" --format hex --register host_data
[ "$(cat "$tmp/out")" = "$(sha256sum < "$tmp/rego" | cut -d ' ' -f 1)" ] &&
    bad=0 || bad=1
verdict $bad "HOST_DATA is the SHA-256 of a policy"
refuses "HOST_DATA holds the digest of one" $m --agent-policy "$tmp/rego" \
    --initdata "$tmp/rego"
refuses "--vcpus is given twice" $m --vcpus 1 --vcpus 1
refuses "vCPU type 'EPYC-v9'" $m --vcpu-type EPYC-v9
refuses "vCPU type 'host'" $m --vcpu-type host
refuses "give one of" $m --vcpu-type EPYC --vcpu-sig 1
refuses "go together" $m --vcpu-family 25
refuses "--vcpu-stepping '16'" $m --vcpu-family 25 --vcpu-model 1 \
    --vcpu-stepping 16
refuses "VMM 'xen'" $m --vmm xen
refuses "format 'xml'" $m --format xml
refuses "--guest-features '-1'" $m --guest-features -1
refuses "--cmdline without --kernel" $m --cmdline ""
refuses "--initrd without --kernel" $m --initrd "$tmp/initrd"
refuses "--ovmf-hash: not 96" $m --ovmf-hash 00
refuses "snp only" measure --target sev --firmware "$tmp/fw" --ovmf-hash 00
refuses "--svsm and --svsm-vars-size" $m --svsm "$tmp/fw"
refuses "gets no kernel hashes" $m --svsm "$tmp/fw" --svsm-vars-size 0 $k x
refuses "No such file" measure --target snp --firmware "$tmp/none"
refuses "not a regular file" $m --kernel /dev/zero
refuses "not a regular file" $m --kernel /
refuses "not an OVMF image" measure --target sev --firmware /dev/null
refuses "not an OVMF image" measure --target snp --firmware "$husk"
refuses "SEV metadata: version 2 at offset 0xfe08, and only 1" measure --target snp --firmware "$tmp/version2"
refuses "a verb is missing"
refuses "unknown verb 'frobnicate'" frobnicate
refuses "unknown option '--frobnicate'" --frobnicate
expect 0 "" --help
expect 0 "" --version
expect 0 "" help measure
expect 0 "" measure --help
"$husk" $m > /dev/full 2> "$tmp/err" && rc=0 || rc=$?
verdict $((rc != 2)) "a result that cannot be written is an error"
}
echo "1..$n"
