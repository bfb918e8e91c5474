#!/bin/sh
# The same launches measured by virtee's sev-snp-measure and by husk: COMBOS
# combinations for each firmware, picked by a fixed seed. TAP.
# SEV_SNP_MEASURE names the program, OVMF more firmware images.
set -eu

husk=${B:-build}/bin/husk
other=${SEV_SNP_MEASURE:-sev-snp-measure}
combos=${COMBOS:-100}

if ! command -v "$other" > /dev/null; then
	echo "1..0 # SKIP $other is not installed"
	exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
{
	head -c 65024 /dev/zero
	cat tests/corpus/measurements/ovmf/amdsev
} > "$tmp/corpus.fd"
head -c 100000 "$husk" > "$tmp/kernel"
head -c 33333 "$husk" > "$tmp/initrd"
: > "$tmp/empty"

# Lines "mode vmm vcpus cpu features kernel cmdline".
pick()
{
	awk -v n="$combos" -v seed="$1" 'BEGIN {
	srand(seed)
	nm = split("snp snp snp seves sev", mode)
	nv = split("QEMU QEMU ec2 gce", vmm)
	nc = split("EPYC EPYC-v1 EPYC-v2 EPYC-v3 EPYC-v4 EPYC-IBPB EPYC-Rome" \
	    " EPYC-Rome-v3 EPYC-Milan EPYC-Milan-v2 EPYC-Genoa" \
	    " EPYC-Genoa-v1 EPYC-Turin", cpu)
	nf = split("0x1 0x21 0x201 33 0xf00000000000001", feature)
	nk = split("none kernel kernel+initrd kernel+empty empty", kernel)
	for (i = 0; i < n; i++)
		print mode[1 + int(rand() * nm)], vmm[1 + int(rand() * nv)],
		    1 + int(rand() * rand() * 40), cpu[1 + int(rand() * nc)],
		    feature[1 + int(rand() * nf)], kernel[1 + int(rand() * nk)],
		    int(rand() * 4)
	}'
}

# The arguments for both from one line, and the two digests.
compare()
{
	fw=$1 mode=$2 vmm=$3 vcpus=$4 cpu=$5 features=$6 kernel=$7
	case $8 in
	0) cmdline= ;;
	1) cmdline='console=ttyS0' ;;
	2) cmdline='a="b c" \d *e é' ;;
	*) cmdline=$(head -c 1500 /dev/zero | tr '\0' x) ;;
	esac
	case $mode in
	seves) target=sev-es ;;
	*) target=$mode ;;
	esac
	set --
	case $kernel in
	none) ;;
	*+*) set -- --kernel "$tmp/${kernel%+*}" --initrd "$tmp/${kernel#*+}" ;;
	*) set -- --kernel "$tmp/$kernel" ;;
	esac
	# What one refuses, the other must.
	theirs=$("$other" --mode "$mode" --ovmf "$fw" --vcpus "$vcpus" \
	    --vcpu-type "$cpu" --vmm-type "$vmm" --guest-features "$features" \
	    "$@" ${1:+--append "$cmdline"} 2> /dev/null) || theirs=refused
	case $vmm in
	QEMU) vmm=qemu ;;
	esac
	ours=$("$husk" measure --format hex --target "$target" \
	    --firmware "$fw" --vcpus "$vcpus" --vcpu-type "$cpu" --vmm "$vmm" \
	    --guest-features "$features" "$@" ${1:+--cmdline "$cmdline"} \
	    2> /dev/null) || ours=refused
	[ "$ours" = "$theirs" ]
}

n=0
# shellcheck disable=SC2086 # OVMF is a list
for fw in "$tmp/corpus.fd" ${OVMF:-}; do
	pick $((n + 1)) > "$tmp/list"
	while read -r line; do
		n=$((n + 1))
		ours='' theirs='' not='not '
		# shellcheck disable=SC2086 # a line is words
		compare "$fw" $line && not=''
		echo "${not}ok $n - $(basename "$fw") $line" \
		    "$([ "$ours" != refused ] || echo '(both refuse)')"
		[ -z "$not" ] || echo "# ours $ours theirs $theirs"
	done < "$tmp/list"
done
echo "1..$n"
