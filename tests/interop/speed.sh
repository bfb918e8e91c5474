#!/bin/sh
# How long husk and virtee's sev-snp-measure take for the same SNP digest, in
# turn: firmware of 4 MiB, the kernel and initrd that were built. What it takes
# is said, not judged; that the digests are the same is. TAP.
# SEV_SNP_MEASURE names the program, OVMF the firmware, ROUNDS (20) how often.
set -eu

B=${B:-build}
husk=$B/bin/husk
other=${SEV_SNP_MEASURE:-sev-snp-measure}
fw=${OVMF:-${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware/OVMF.amdsev.fd}
fw=${fw%% *}
kernel=$B/x86_64/vmlinuz
initrd=$B/snp/initrd
skip() { echo "1..0 # SKIP $*"; exit 0; }

command -v "$other" > /dev/null || skip "$other is not installed"
for f in "$fw" "$kernel" "$initrd"; do
	[ -f "$f" ] || skip "no $f"
done
launch="--kernel $kernel --initrd $initrd --vcpus 1 --vcpu-type EPYC-v4"
ours="$husk measure --target snp --firmware $fw $launch --cmdline x"
theirs="$other --mode snp --ovmf $fw $launch --append x"

echo 1..2
[ "$($ours --format hex)" = "$($theirs)" ] || printf 'not '
echo 'ok 1 - the same digest'
# shellcheck disable=SC2086 # commands are words
times=$("$B/bin/bench-runs" "${ROUNDS:-20}" $ours --format hex -- $theirs) ||
    printf 'not '
echo "$times" | awk '
{ wall[NR] = $1; cpu[NR] = $2 }
END {
	printf "ok 2 - in %d us and %d us, ratio %.1f; of processor time %d us" \
	    " and %d us, ratio %.1f\n", wall[1], wall[2], wall[2] / wall[1],
	    cpu[1], cpu[2], cpu[2] / cpu[1]
}'
