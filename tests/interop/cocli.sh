#!/bin/sh
# CoRIMs of husk read, signed and verified by veraison's cocli, and what is in
# their CoMIDs. COCLI names the program, which Go builds of the package cocli
# in the module github.com/veraison/corim. TAP.
#
# cocli of version 1.1.2 is older than the draft that husk writes: it looks for
# a CoMID's tag within the bytes, and knows no keys of measurements that are
# texts, which Trustee makes its names of. So its CoMID is checked taken out,
# with numbers for keys.
set -eu
. tests/measure/common

cocli=${COCLI:-cocli}
if ! command -v "$cocli" > /dev/null; then
	echo "1..0 # SKIP $cocli is not installed"
	exit 0
fi
if ! python3 -c 'import cbor2' 2> /dev/null; then
	echo "1..0 # SKIP no cbor2 for Python"
	exit 0
fi
cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
printf 'version = "0.1.0"\nalgorithm = "sha256"\n[data]\n' > "$tmp/initdata"
echo '{"signer":{"name":"test"}}' > "$tmp/meta"
# RFC 7517, A.2
cat > "$tmp/jwk" <<'END'
{"kty":"EC","crv":"P-256","use":"enc","kid":"1",
 "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
 "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
 "d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}
END
cat > "$tmp/take.py" <<'END'
import sys, cbor2
corim = cbor2.load(open(sys.argv[1], "rb"))
assert corim.tag == 501 and [t.tag for t in corim.value[1]] == [506]
comid = cbor2.loads(corim.value[1][0].value)
n = 0
for environment, measurements in comid[4][0]:
    for m in measurements:
        assert isinstance(m[0], str)
        m[0] = n
        n += 1
cbor2.dump(comid, open(sys.argv[2], "wb"))
END

# corim NAME OPTION...: one result as a CoRIM, through cocli.
corim()
{
	which=$1
	shift
	bad=0
	"$husk" measure --format corim "$@" > "$tmp/$which.cbor" 2> "$tmp/err"
	"$cocli" corim sign -f "$tmp/$which.cbor" -k "$tmp/jwk" \
	    -m "$tmp/meta" -o "$tmp/$which-signed.cbor" > "$tmp/out" 2>&1 &&
	    "$cocli" corim verify -f "$tmp/$which-signed.cbor" -k "$tmp/jwk" \
		>> "$tmp/out" 2>&1 || bad=1
	verdict $bad "$which: cocli signs and verifies it"
	bad=0
	python3 "$tmp/take.py" "$tmp/$which.cbor" "$tmp/$which-comid.cbor" \
	    2> "$tmp/err" &&
	    "$cocli" comid validate -f "$tmp/$which-comid.cbor" > "$tmp/out" 2>&1 &&
	    "$cocli" comid display -f "$tmp/$which-comid.cbor" >> "$tmp/out" 2>&1 ||
	    bad=1
	grep -q '"model": "inputs"' "$tmp/out" || bad=1
	verdict $bad "$which: its CoMID is valid"
}

corim snp --target snp --firmware "$tmp/fw" --kernel "$tmp/kernel" \
    --initrd "$tmp/initrd" --vcpus 1..3 --initdata "$tmp/initdata"
corim tdx --target tdx --firmware "$tmp/td" --kernel "$tmp/bzimage" \
    --initdata "$tmp/initdata" --mrtd-order both
corim vtpm --target vtpm --initdata "$tmp/initdata"
corim sev --target sev --firmware "$tmp/fw" --kernel "$tmp/kernel"
echo "1..$n"
