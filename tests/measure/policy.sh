#!/bin/sh
# The attestation policies that husk measure writes, evaluated by husk: claims of
# Trustee's verifiers are affirmed when they are the guest's, and no others. TAP.
# shellcheck disable=SC2016 # jq has variables, too
set -eu
. tests/measure/common
command -v jq > /dev/null || { echo "1..0 # SKIP no jq"; exit 0; }
cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
printf 'version = "0.1.0"\nalgorithm = "sha256"\n[data]\n' > "$tmp/initdata"

# policy CLAIMS OPTION...: a policy, and by the jq program CLAIMS from the JSON
# form of the same, the claims of a guest that is the last of its shapes.
policy()
{
	made=$1
	shift
	"$husk" measure "$@" --format policy > "$tmp/policy.rego" 2> "$tmp/err"
	"$husk" measure "$@" --format json 2> "$tmp/err" |
	    jq "(if type == \"array\" then .[-1] else . end) |
	    .registers as \$r | .parameters as \$p |
	    def reg(n): \$r[n].value // \$r[n].values[0]; $made" > "$tmp/good"
}

# verdict_is EXECUTABLES/HARDWARE/CONFIGURATION EDIT: of the claims after EDIT.
verdict_is()
{
	jq "$2" "$tmp/good" > "$tmp/claims"
	"$husk" policy eval -q data.policy.trust_claims -i "$tmp/claims" \
	    "$tmp/policy.rego" > "$tmp/trust" 2> "$tmp/err" || :
	got=$(jq -r '"\(.executables)/\(.hardware)/\(.configuration)"' "$tmp/trust")
	[ "$got" = "$1" ] && bad=0 || bad=1
	echo "got $got" > "$tmp/out"
	verdict "$bad" "$target: $2 is $1"
}

each()
{
	want=$1
	shift
	for edit; do verdict_is "$want" "$edit"; done
}

target=snp
policy '{snp: {measurement: reg("measurement"), init_data: reg("host_data"),
    policy_abi_major: 0, policy_abi_minor: 0, policy_smt_allowed: true,
    policy_single_socket: false, policy_migrate_ma: false,
    policy_debug_allowed: false, platform_smt_enabled: true,
    platform_tsme_enabled: false, reported_tcb_bootloader: 4,
    reported_tcb_tee: 1, reported_tcb_snp: 22, reported_tcb_microcode: 213}}' \
    --target snp --firmware "$tmp/fw" --kernel "$tmp/kernel" --vcpus 1..3 \
    --initdata "$tmp/initdata" --smt on --tsme off \
    --tcb bootloader=4,tee=0,snp=22,microcode=213
each 3/2/2 . '.snp.reported_tcb_snp = 23' '.snp.more = 1'
each 33/2/2 '.snp.measurement = "00"' '.snp.init_data |= "0" + .[1:] + "x"' \
    'del(.snp.measurement)' '.snp.measurement |= ascii_upcase' \
    '.snp.measurement |= [.]'
each 3/97/2 '.snp.reported_tcb_bootloader = 3' '.snp.reported_tcb_snp = 0' \
    'del(.snp.reported_tcb_microcode)'
each 3/2/36 '.snp.policy_debug_allowed = true' '.snp.policy_migrate_ma = true' \
    '.snp.policy_abi_major = 1' '.snp.policy_smt_allowed = false' \
    '.snp.policy_single_socket = true' '.snp.platform_smt_enabled = false' \
    '.snp.platform_tsme_enabled = true' 'del(.snp.policy_debug_allowed)'
each 33/97/36 '{}' '{tdx: .snp}'
target=tdx
policy '{tdx: {quote: {header: {tee_type: "81000000",
    vendor_id: "939a7233f79c4ca9940a0db3957f0607"}, body: {mr_td: reg("mrtd"),
    rtmr_0: "00", rtmr_1: reg("rtmr1"), rtmr_2: reg("rtmr2"), rtmr_3: "00",
    mr_config_id: reg("mrconfigid"), xfam: $p.xfam}}, tcb_status: "UpToDate",
    collateral_expiration_status: "0", td_attributes: {debug: false}}}' \
    --target tdx --firmware "$tmp/td" --kernel "$tmp/bzimage" --cmdline x \
    --ovmf-version 202502 --qemu-version 10.1 --initdata "$tmp/initdata" \
    --cpu-model sapphire-rapids
each 3/2/2 .
each 33/2/2 '.tdx.quote.body.mr_td = "00"' '.tdx.quote.body.rtmr_1 = "00"' \
    '.tdx.quote.body.rtmr_2 = .tdx.quote.body.rtmr_1' \
    '.tdx.quote.body.mr_config_id = "00"' 'del(.tdx.quote.body.rtmr_2)'
each 3/97/2 '.tdx.tcb_status = "OutOfDate"' '.tdx.quote.header.tee_type = "0"' \
    'del(.tdx.collateral_expiration_status)'
each 3/2/36 '.tdx.td_attributes.debug = true' '.tdx.quote.body.xfam = "00"' \
    'del(.tdx.td_attributes)'
each 33/97/36 '{}' '{snp: .tdx}'
target=sample
policy '{sample: {launch_digest: $p.launch_digest, svn: $p.svn, debug: false,
    platform_version: {major: $p.major_version, minor: 4}}}' --target sample
each 3/2/2 . '.sample.platform_version.minor = 5'
each 33/2/2 '.sample.launch_digest = "abcdf"'
each 3/97/2 '.sample.svn = "2"' '.sample.platform_version.major = 2' \
    '.sample.platform_version.minor = 3' 'del(.sample.platform_version)'
each 3/2/36 '.sample.debug = true' 'del(.sample.debug)'
target=azure
policy '{"az-snp-vtpm": {tpm: {pcr08: reg("pcr8")}}}' \
    --target vtpm --platform azure --initdata "$tmp/initdata"
each 3/2/2 .
each 33/2/2 '."az-snp-vtpm".tpm.pcr08 = "00"'
# Where nothing is known of what runs, nothing is affirmed.
policy '{"az-tdx-vtpm": {tpm: {}}}' --target vtpm --platform azure
each 33/2/2 . '."az-tdx-vtpm".tpm.pcr08 = "00"'
echo "1..$n"
