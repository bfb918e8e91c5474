#!/bin/sh
# husk snp-id-block: openssl agrees with the signatures, both PEM forms and DER
# are read, bad keys are refused. TAP.
set -eu
. tests/measure/common

b64() { openssl base64 -d -A; }
digest=$(openssl rand -hex 48)
openssl ecparam -name secp384r1 -genkey -noout -out "$tmp/id.pem"
openssl ecparam -name secp384r1 -genkey -out "$tmp/author.pem"
openssl pkcs8 -topk8 -nocrypt -in "$tmp/id.pem" -out "$tmp/id.p8"
openssl pkcs8 -topk8 -passout pass:x -in "$tmp/id.pem" -out "$tmp/id.enc"
openssl ec -in "$tmp/id.pem" -aes128 -passout pass:x -out "$tmp/id.old" \
    2>/dev/null
openssl ec -in "$tmp/id.pem" -outform DER -out "$tmp/id.der" 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in "$tmp/id.pem" -outform DER -out "$tmp/id.p8d"
for c in prime256v1 secp521r1 secp256k1; do
	openssl ecparam -name $c -genkey -noout -out "$tmp/$c"
done
openssl genpkey -algorithm RSA -out "$tmp/rsa" 2>/dev/null

# json ARGUMENT...: the pair as JSON in $tmp/out.
json()
{
	"$husk" snp-id-block --digest "$digest" --author-key "$tmp/author.pem" \
	    --format json "$@" >"$tmp/out" 2>"$tmp/err"
}

expect()
{
	want=$1 text=$2
	shift 2
	rc=0
	"$husk" "$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
	bad=0
	[ $rc = "$want" ] || bad=1
	[ -z "$text" ] || grep -qF -- "$text" "$tmp/err" || bad=1
	verdict $bad "$text: husk $1 ... $(echo "$*" | tail -c 40)"
}

# signed OFFSET KEY BYTES: the field of the ID auth page is KEY's signature.
signed()
{
	python3 - "$tmp/auth" "$1" >"$tmp/sig" <<-'END'
	import sys
	page = open(sys.argv[1], "rb").read()
	at = int(sys.argv[2], 0)
	def number(i):
	    v = page[at + i:at + i + 72][::-1].lstrip(b"\0")
	    v = (b"\0" if v[0] >= 128 else b"") + v
	    return b"\2" + bytes([len(v)]) + v
	body = number(0) + number(72)
	sys.stdout.buffer.write(b"\x30" + bytes([len(body)]) + body)
	END
	bad=0
	openssl ec -in "$2" -pubout -out "$tmp/pub" 2>/dev/null
	openssl dgst -sha384 -verify "$tmp/pub" -signature "$tmp/sig" "$3" \
	    >"$tmp/err" 2>&1 || bad=1
	verdict $bad "openssl verifies the signature at $1"
}

json --id-key "$tmp/id.pem"
cp "$tmp/out" "$tmp/first"
jq -r .id_block "$tmp/out" >"$tmp/block.b64"
jq -r .id_auth "$tmp/out" >"$tmp/auth.b64"
b64 <"$tmp/block.b64" >"$tmp/block"
b64 <"$tmp/auth.b64" >"$tmp/auth"
signed 0x40 "$tmp/id.pem" "$tmp/block"
tail -c +577 "$tmp/auth" | head -c 1028 >"$tmp/key"
signed 0x680 "$tmp/author.pem" "$tmp/key"
want=$(openssl dgst -sha384 -r "$tmp/key" | cut -d ' ' -f 1)
[ "$want" = "$(jq -r .id_key_digest "$tmp/out")" ] && bad=0 || bad=1
verdict $bad 'the key digest is the SHA-384 of the key structure'
for form in id.p8 id.der id.p8d; do
	json --id-key "$tmp/$form" || :
	cmp -s "$tmp/out" "$tmp/first" && bad=0 || bad=1
	verdict $bad "$form gives the same bytes"
done
v="--id-block @$tmp/block.b64 --id-auth @$tmp/auth.b64"
# shellcheck disable=SC2086 # lists of words
expect 0 '' snp-id-block $v
cp "$tmp/block" "$tmp/changed"
printf '\002' | dd of="$tmp/changed" bs=1 seek=80 conv=notrunc 2>"$tmp/err"
openssl base64 -A -in "$tmp/changed" -out "$tmp/other"
expect 2 'version 2 at offset 0x50' snp-id-block --id-block "@$tmp/other" \
    --id-auth "@$tmp/auth.b64"
sed 's/^....../AAAAAA/' "$tmp/block.b64" >"$tmp/other"
expect 1 'signature of the ID block at offset 0x40 is not right' \
    snp-id-block --id-block "@$tmp/other" --id-auth "@$tmp/auth.b64"

. tests/measure/snp-refusals
echo "1..$n"
