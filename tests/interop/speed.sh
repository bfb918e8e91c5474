#!/bin/sh
# How long husk and virtee's sev-snp-measure take for the same SNP digests, in
# turn: firmware of 4 MiB, with the kernel and initrd that were built and
# without, and a table of 32 shapes, which one of them makes at once. What it takes is said, not judged; that the digests are the same is.
# Said as well: one pass of SHA-256 over the kernel, which cannot be split, and
# a husk that starts and ends: nothing takes less than the two. TAP.
# SEV_SNP_MEASURE names the program, OVMF the firmware, ROUNDS (20) how often.
set -eu

B=${B:-build}
husk=$B/bin/husk
other=${SEV_SNP_MEASURE:-sev-snp-measure}
rounds=${ROUNDS:-20}
fw=${OVMF:-${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware/OVMF.amdsev.fd}
fw=${fw%% *}
kernel=$B/x86_64/vmlinuz
initrd=$B/snp/initrd
skip() { echo "1..0 # SKIP $*"; exit 0; }

# pyenv's shims are a program of their own, which takes longer than the other.
case $(command -v "$other") in
*/shims/*) other=$(pyenv which "$other") ;;
esac
command -v "$other" > /dev/null || skip "$other is not installed"
for f in "$fw" "$kernel" "$initrd"; do
	[ -f "$f" ] || skip "no $f"
done
cpu="--vcpus 1 --vcpu-type EPYC-v4"
launch="--kernel $kernel --initrd $initrd"
ours="$husk measure --target snp --firmware $fw --format hex $cpu"
theirs="$other --mode snp --ovmf $fw $cpu"

# same NUMBER WHAT OURS THEIRS
same()
{
	[ "$($3)" = "$($4)" ] || printf 'not '
	echo "ok $1 - the same digest $2"
}

# The digests of shapes of 1 to 32 vCPUs.
# shellcheck disable=SC2086 # commands are words
our_table() { ${ours%--vcpus*} $launch --cmdline x --vcpus 1..32; }
# shellcheck disable=SC2086 # likewise
their_table()
{
	for n in $(seq 32); do
		${theirs%--vcpus*} --vcpu-type EPYC-v4 $launch --append x \
		    --vcpus "$n"
	done
}

# ms COMMAND: how long it takes
ms()
{
	from=$(date +%s%3N)
	"$1" > /dev/null
	echo $(($(date +%s%3N) - from))
}

echo 1..4
same 1 'of firmware, kernel and initrd' "$ours $launch --cmdline x" \
    "$theirs $launch --append x"
same 2 'of firmware alone' "$ours" "$theirs"
same 3 'of 32 shapes' our_table their_table
# shellcheck disable=SC2086 # commands are words
times=$("$B/bin/bench-runs" "$rounds" $ours $launch --cmdline x -- \
    $theirs $launch --append x -- $ours -- $theirs -- "$husk" version) ||
    printf 'not '
pass=$("$B/bin/bench-pass" "$rounds" "$kernel") || printf 'not '
echo "$times" | awk -v pass="$pass" '
{ wall[NR] = $1; cpu[NR] = $2 }
function row(i, what) {
	return sprintf("%s in %d us and %d us, ratio %.1f; of processor time" \
	    " %d us and %d us, ratio %.1f", what, wall[i], wall[i + 1],
	    wall[i + 1] / wall[i], cpu[i], cpu[i + 1], cpu[i + 1] / cpu[i])
}
END {
	print "ok 4 - " row(1, "all") "; " row(3, "firmware alone")
	floor = pass + wall[5]
	printf "# SHA-256 of the kernel %d us, start and end %d us: husk takes" \
	    " %.2f of both, and the ratio could be %.1f\n", pass, wall[5],
	    wall[1] / floor, wall[2] / floor
}'
ours_ms=$(ms our_table)
theirs_ms=$(ms their_table)
echo "# the table in $ours_ms ms and $theirs_ms ms," \
    "ratio $((theirs_ms / ours_ms))"
