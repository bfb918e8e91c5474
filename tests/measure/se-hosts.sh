#!/bin/sh
# Secure Execution: host keys that are not to be trusted, and parts that make
# no image, are refused by name. TAP.
set -eu
. tests/measure/secommon

# shellcheck disable=SC2086 # lists of words
{
for name in 'revoked|revoked' 'expired|expired' 'early|not valid yet' \
    'p384|the key is on P-384, P-521 is needed' 'k256|curve secp256k1'; do
	expect 1 "${name#*|}" build $parts $trust --host-key-document \
	    "$tmp/${name%|*}.crt"
done
for name in expired p384; do
	expect 1 '' build $parts --no-verify --host-key-document "$tmp/$name.crt"
done
expect 1 'no valid revocation list' build $parts $host --cert \
    "$tmp/signing.crt" --root-ca "$tmp/root.crt" --crl "$tmp/signing.crl"
expect 1 'nor a trusted root' build $parts $host --cert "$tmp/signing.crt" \
    --root-ca "$tmp/host.crt" --crl "$tmp/root.crl"
expect 1 '0 IBM Z signing keys' build $parts $host --cert "$tmp/root.crt" \
    --root-ca "$tmp/root.crt" --crl "$tmp/root.crl"
expect 1 'are verified by' build $parts $host
expect 1 'not for s390x' build $loaders $host $trust --kernel "$tmp/initrd"
expect 1 'has 64 bytes: this key has 32' build $parts $host $trust --hdr-key \
    "$tmp/image-key"
expect 1 '--enable-dump needs --cck' build $parts $host $trust --enable-dump
expect 2 'without --seed' "$husk" measure --target se $parts $host $trust
}

echo "1..$n"
