#!/bin/sh
# s390-tools' genprotimg, built here from the locked source, and ours: each
# header opens with the other's rules, the components decrypt, the digests are
# those of the header, and of 26 sets of host key document, chain and
# revocation lists both take and refuse the same. TAP.
set -eu
. tests/lib/tap.sh

B=${B:-build}
husk=$B/bin/husk
mkse=$B/bin/mkse
src=$B/src/s390-tools
[ -x "$mkse" ] || skip_all "$mkse is not built"
[ -f "$B/s390x/se/stage3a.bin" ] || skip_all 'run make se-stages first'
pkg-config --exists glib-2.0 libcurl libcrypto 2>/dev/null ||
	skip_all 'no headers of glib, libcurl and openssl'

tmp=$(mktemp -d "${TMPDIR:-/tmp}/husk-interop.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/src" "$tmp/genprotimg"
cp -r "$src/common.mak" "$src/include" "$src/zipl" "$src/genprotimg" "$tmp/src"
cp "$B/s390x/se/stage3a.bin" "$B/s390x/se/stage3b_reloc.bin" "$tmp/genprotimg"
env -u V MAKEFLAGS= make -C "$tmp/src/genprotimg/src" TOOLS_DATADIR="$tmp" \
    >"$tmp/log" 2>&1 || skip_all 'genprotimg does not build here'
genprotimg=$tmp/src/genprotimg/src/genprotimg

tests/lib/sekernel.py "$tmp"
certs_dir=$src/rust/pv/tests/assets/cert
hkd=$certs_dir/host.crt
stages="--stage3a $B/s390x/se/stage3a.bin --stage3b $B/s390x/se/stage3b_reloc.bin"
parts="--kernel $tmp/kernel --parmfile $tmp/parmfile --hdr-key $tmp/hdr-key"

"$genprotimg" --no-verify -k "$hkd" -i "$tmp/kernel" -r "$tmp/initrd" \
    -p "$tmp/parmfile" --x-header-key "$tmp/hdr-key" \
    --x-comp-key "$tmp/image-key" --comm-key "$tmp/cck" --enable-dump \
    -o "$tmp/theirs" >"$tmp/log" 2>&1
# shellcheck disable=SC2086 # lists of words
ok 'their image holds what it was given' "$husk" measure --target se \
    --image "$tmp/theirs" $parts --initrd "$tmp/initrd" \
    --host-key-document "$hkd" --no-verify
has 'their flags are read' 'allow-dumping' "$tap_out"

# shellcheck disable=SC2086
"$mkse" $parts --ramdisk "$tmp/initrd" $stages --host-key-document "$hkd" \
    --no-verify --output "$tmp/ours" 2>"$tmp/log"
ok 'their script finds our header' \
    "$src/rust/pvattest/tools/pvextract-hdr" -o "$tmp/hdr.bin" "$tmp/ours"
"$mkse" --extract "$tmp/ours" --header "$tmp/hdr.own"
ok 'it is the one that we find' cmp "$tmp/hdr.bin" "$tmp/hdr.own"

files()
{
	for f in $2; do
		printf ' %s %s' "$1" "$certs_dir/$f"
	done
}

# agree NAME DOCUMENT CERTS CRLS ROOT: both take it, or both refuse it.
agree()
{
	certs=$(files --cert "$3")
	crls=$(files --crl "$4")
	theirs=0
	ours=0
	# shellcheck disable=SC2086
	{
	"$genprotimg" --offline -i "$tmp/kernel" -k "$certs_dir/$2" $certs $crls \
	    --root-ca "$certs_dir/$5" -o "$tmp/a" >/dev/null 2>&1 || theirs=1
	"$mkse" --kernel "$tmp/kernel" $stages --host-key-document \
	    "$certs_dir/$2" $certs $crls --root-ca "$certs_dir/$5" \
	    --output "$tmp/b" >/dev/null 2>&1 || ours=1
	}
	is "$1" "$theirs" "$ours"
	[ "$1" != 'a good document' ] || is 'it is taken' 0 "$ours"
}

tests/lib/sechains | {
while IFS='|' read -r name document certs crls root; do
	agree "$name" "$document" "$certs" "$crls" "$root"
done
plan
}
