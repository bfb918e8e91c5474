#!/bin/sh
# husk manifest: what it lists, signatures that openssl and it make and check for
# each other, every way in which files may differ, what it refuses. TAP.
set -eu
. tests/measure/common

t=$tmp/tree
mkdir -p "$t/oci/blobs" "$t/obj"
printf one >"$t/init"
printf two >"$t/oci/index.json"
printf three >"$t/oci/blobs/x y"
printf four >"$t/obj/not-listed"

key() { openssl genpkey "$@" 2>/dev/null; }
key -algorithm ed25519 -out "$tmp/ed25519"
for c in P-256 P-384 P-521; do
	key -algorithm EC -pkeyopt ec_paramgen_curve:$c -out "$tmp/$c"
done
openssl ecparam -name secp256k1 -genkey -noout -out "$tmp/k1"
openssl ecparam -name prime256v1 -genkey -out "$tmp/sec1"
key -algorithm RSA -out "$tmp/rsa"
key -algorithm ed448 -out "$tmp/ed448"
openssl pkcs8 -topk8 -passout pass:x -in "$tmp/ed25519" -out "$tmp/locked"
for k in ed25519 P-256 P-384 P-521 k1 sec1 rsa ed448; do
	openssl pkey -in "$tmp/$k" -pubout -out "$tmp/$k.pub"
done

# What openssl says of a signature of the manifest: the same as we?
theirs()
{
	case $1 in
	ed25519) openssl pkeyutl "-$2" -rawin -inkey "$tmp/$1$3" \
	    ${3:+-pubin} -in "$m" "$4" "$m.sig" ;;
	*) set -- "$1" "$2" "$3" "$([ "$2" = sign ] && echo -out || echo -signature)"
		case $1 in P-384) h=384 ;; P-521) h=512 ;; *) h=256 ;; esac
		openssl dgst -sha$h "-$2" "$tmp/$1$3" "$4" "$m.sig" "$m" ;;
	esac >"$tmp/err" 2>&1
}

m=$tmp/manifest
expect 0 '' manifest make --base "$t" --file oci --file init --out "$m"
{
	echo 'husk-manifest 1'
	echo 'tree oci'
	for f in init 'oci/blobs/x y' oci/index.json; do
		echo "file $(sha256sum <"$t/$f" | cut -d ' ' -f 1)" \
		    "$(stat -c %s "$t/$f") $f"
	done
} >"$tmp/want"
cmp "$m" "$tmp/want" >"$tmp/out" && bad=0 || bad=1
verdict $bad 'the manifest is sorted, with sizes and digests'
expect 0 '' manifest make --base "$t" --file init --file oci --out "$tmp/again"
cmp -s "$m" "$tmp/again" && bad=0 || bad=1
verdict $bad 'the order of the options does not matter'
says 0 'and nothing else in oci' manifest show --manifest "$m"
says 0 '"path": "oci/blobs/x y"' manifest show --manifest "$m" --format json

v="manifest verify --manifest $m --base $t --key $tmp"
# shellcheck disable=SC2086 # $v is words
for k in ed25519 P-256 P-384 P-521 sec1; do
	expect 0 '' manifest sign --manifest "$m" --key "$tmp/$k"
	says 0 '3 files as signed by the' $v/$k.pub
	theirs $k verify .pub -sigfile && bad=0 || bad=1
	verdict $bad "openssl takes our signature by $k"
	theirs $k sign '' -out && bad=0 || bad=1
	verdict $bad "openssl signs with $k"
	says 0 '3 files as signed by the' $v/$k.pub
	cp "$m.sig" "$tmp/sig"
	byte=$(od -An -tu1 -j 40 -N 1 "$m.sig")
	# shellcheck disable=SC2059 # an escape is what is to be printed
	printf "\\$(printf %03o $((255 - byte)))" |
	    dd of="$m.sig" bs=1 seek=40 conv=notrunc 2>"$tmp/err"
	expect 1 'the signature is not right' $v/$k.pub
	head -c 40 "$tmp/sig" >"$m.sig"
	expect 1 'the signature is not right' $v/$k.pub
	: >"$m.sig"
	expect 1 'the signature is not right' $v/$k.pub
	cp "$tmp/sig" "$m.sig"
	sed 's/three/x/; s/ 3 / 4 /' "$m" >"$tmp/other"
	expect 1 'the signature is not right' manifest verify --base "$t" \
	    --manifest "$tmp/other" --signature "$m.sig" --key "$tmp/$k.pub"
done
. tests/measure/manifest-files
for i in ../x /etc/passwd; do
	expect 2 "'$i': not below --base" manifest make --base "$t" --file $i
done
expect 2 'sign or verify is missing (see --help)' manifest
echo "1..$n"
