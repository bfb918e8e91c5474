#!/bin/sh
# scripts/reference-values: which targets it measures, from which files, and what
# it says of those that it cannot.
set -eu
. tests/lib/tap.sh

b=$(cd "${B:-build}" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/husk-measure.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
corpus=tests/corpus/measurements
mkdir -p "$tmp/b/x86_64" "$tmp/b/coco-dev" "$tmp/dl/firmware"
ln -s "$b/bin" "$tmp/b/bin"
cp $corpus/pe/kernel "$tmp/b/x86_64/vmlinuz"
printf coco-dev >"$tmp/b/coco-dev/initrd"
{ head -c 65024 /dev/zero; cat $corpus/ovmf/amdsev; } \
    >"$tmp/dl/firmware/OVMF.amdsev.fd"
cp $corpus/tdvf/ovmf "$tmp/dl/firmware/OVMF.inteltdx.fd"

measure() # ARGUMENT...
{
	rc=0
	B=$tmp/b DL_DIR=$tmp/dl scripts/reference-values "$@" >"$tmp/out" \
	    2>"$tmp/err" || rc=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

measure snp
is 'a target that is named is measured' 0 $rc
has 'in every form' 'snp: every form in ' "$out"
ok 'the named one alone' [ ! -e "$tmp/b/tdx" ]
has "of coco-dev's initrd, which it says" "snp: with coco-dev's initrd" "$out"
has 'and the values say it as well' coco-dev/initrd \
    "$(cat "$tmp/b/snp/reference-values.json")"
mkdir -p "$tmp/b/snp"
printf snp >"$tmp/b/snp/initrd"
measure snp
is 'its own initrd needs no words' '' "$(echo "$out" | grep coco-dev || :)"
has 'and is what is measured' snp/initrd \
    "$(cat "$tmp/b/snp/reference-values.json")"
measure
has 'without a name all targets are' 'tdx: every form in ' "$out"
printf 'no kernel\n' >"$tmp/b/x86_64/vmlinuz"
measure snp sev
has 'a warning names the target' '  sev: warning: the kernel is none' "$err"
rm "$tmp/b/x86_64/vmlinuz"
measure snp
has 'no kernel' 'snp: no kernel yet' "$out"
measure se
has 'no image of se' 'se: no se.img (HKD=) yet' "$out"
measure remote-azure
has 'no UKI' 'remote-azure: no UKI yet' "$out"
measure bogus
is 'an unknown target' 2 $rc
has 'is named' "no target 'bogus'; there are: clh-tdx coco-dev" "$err"
ok 'nothing half written stays' [ -z "$(find "$tmp/b" -name '*.new*')" ]

# What `make measure` asks for.
# shellcheck disable=SC2016 # make has variables, too
measured()
{
	env -u MAKEFLAGS -u TARGET -u ARCH make --no-print-directory B="$b" --eval \
	    'measured: ; @echo "measured:$(MEASURED)"' measured "$@" 2>&1
}
is 'make measure is of every target' measured: "$(measured)"
is 'make measure TARGET= is of that one' measured:snp "$(measured TARGET=snp)"
has 'make gpu-image is for two targets' 'gpu-image: is for TARGET=nvidia-gpu-tdx' \
    "$(env -u MAKEFLAGS -u TARGET -u ARCH make --no-print-directory B="$b" gpu-image \
	2>&1 || :)"
plan
