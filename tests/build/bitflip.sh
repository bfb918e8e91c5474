#!/bin/sh
# One bit changed in anything that a TEE measures gives another measurement. What
# nothing but the guest itself notices is in tests/boot: t15 (verity), t61 (UKI),
# t75 (initdata). No guest.
set -eu
. tests/lib/tap.sh

B=${B:-build}
husk=$B/bin/husk
dl=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware
for f in "$dl/OVMF.amdsev.fd" "$dl/OVMF.inteltdx.fd" "$B/x86_64/vmlinuz"; do
	[ -f "$f" ] || skip_all "no $f: run make setup kernel"
done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-bitflip.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# flip FILE OFFSET: $scratch/flipped, FILE with the lowest bit there changed
flip()
{
	cp "$1" "$scratch/flipped"
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf %o $((byte ^ 1)))" | dd of="$scratch/flipped" \
	    bs=1 seek="$2" conv=notrunc status=none
}

# measure REGISTER: with the files and words that are set
measure()
{
	# shellcheck disable=SC2086 # more is words
	"$husk" measure --target "$target" --firmware "$firmware" \
	    --kernel "$kernel" --initrd "$initrd" --cmdline "$CMDLINE" \
	    --initdata "$initdata" $more --format hex --register "$1"
}

# check WHAT VARIABLE REGISTER: a bit in the middle of the file that it names
check()
{
	eval "was=\$$2"
	flip "$was" $(($(stat -Lc %s "$was") / 2))
	before=$(measure "$3")
	eval "$2=\$scratch/flipped"
	ok "$target: a bit in the $1 changes $3" \
	    test "$before" != "$(measure "$3")"
	eval "$2=\$was"
}

# check_words FROM TO REGISTER: the command line with one bit changed
check_words()
{
	was=$CMDLINE
	before=$(measure "$3")
	CMDLINE=$(printf '%s' "$was" | sed "s/$1/$2/")
	ok "$target: a bit in its command line changes $3" \
	    test "$was" != "$CMDLINE" -a "$before" != "$(measure "$3")"
	CMDLINE=$was
}

printf 'package agent_policy\n' >"$scratch/policy.rego"
"$husk" initdata pack --policy "$scratch/policy.rego" --format toml \
    --out "$scratch/initdata"
initdata=$scratch/initdata

for target in snp tdx; do
	# shellcheck source=boot/targets/snp.conf
	. "boot/targets/$target.conf"
	firmware=$dl/$FIRMWARE kernel=$B/x86_64/vmlinuz initrd=$B/$NAME/initrd
	if [ $target = snp ]; then
		more='--vcpu-type EPYC-v4' m=measurement f=$m k=$m i=$m c=$m
		d=host_data
	else
		more='--memory 2048M --qemu-version 11.0' f=mrtd k=rtmr1 i=rtmr2 c=rtmr2
		d=mrconfigid
	fi
	check firmware firmware $f
	check kernel kernel $k
	check initrd initrd $i
	check_words panic=1 panic=0 $c
	sed 's/agent_policy/agent_policx/' "$initdata" >"$scratch/other"
	before=$(measure $d)
	initdata=$scratch/other
	ok "$target: a bit in its initdata changes $d" test \
	    "$before" != "$(measure $d)"
	initdata=$scratch/initdata
done
plan
