#!/bin/sh
# TARGET=se: what `make` says when something is missing, and the image for a key
# that no machine has, where kernel and boot stages are there.
set -eu
. tests/lib/tap.sh

B=${B:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-se.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# makes WORD...: what make writes, without its own name for an error.
makes()
{
	env -u MAKEFLAGS -u MAKELEVEL -u ARCH -u TARGET make \
	    --no-print-directory B="$B" "$@" 2>&1 |
	    grep -v '^make.*Error 1$' || :
}

is 'without host keys it says so in one line' "  se.img   not made: HKD= \
names no host key documents (HKD=test: a key that no machine has)" \
    "$(makes TARGET=se se-image)"
is 'a host key document that is not there is named' \
    "se.img: there is no '/no/host.crt'" \
    "$(makes TARGET=se HKD=/no/host.crt /no/host.crt)"
is 'no other target has such an image' \
    'se-image: is for TARGET=se, this is tdx' "$(makes TARGET=tdx se-image)"
has 'a target is refused for another architecture' \
    "target 'tdx' is for x86_64, not for s390x" "$(makes TARGET=tdx ARCH=s390x help)"
has 'and one that does not exist is named, with those that do' \
    "no target 'none'; there are:" "$(makes TARGET=none help)"

image=$B/se/se.img
if [ ! -f "$B/s390x/vmlinuz" ] || [ ! -f "$B/s390x/se/stage3a.bin" ]; then
	skip 'the image' "no $B/s390x/vmlinuz (make se-ready) or se-stages"
	plan
	exit
fi
makes TARGET=se HKD=test se-image >"$scratch/log"
ok 'the image is made' test -f "$image"
cp "$image" "$scratch/image"
rm "$image"
makes TARGET=se HKD=test se-image >>"$scratch/log"
ok 'and is the same each time' cmp "$scratch/image" "$image"
size=$(stat -Lc %s "$image")
ok 'it is at most 7 MiB' test "$size" -le 7340032
is 'its header is beside it' \
    "$("$B/bin/husk" measure --target se --image "$image" --format hex 2>&1 |
	tail -n 1)" \
    "$("$B/bin/husk" measure --target se --header "$B/se/hdr.bin" \
	--format hex 2>&1 | tail -n 1)"
openssl ecparam -name secp384r1 -genkey -noout -out "$scratch/key" 2>/dev/null
openssl req -x509 -new -key "$scratch/key" -subj /CN=host -days 1 \
    -out "$scratch/p384.crt"
is 'a key on another curve is refused in one line' 1 \
    "$(makes TARGET=se HKD="$scratch/p384.crt" HKD_VERIFY=no se-image |
	grep -c 'P-521 is needed')"
is 'and so is one that nothing verifies' 1 "$(makes TARGET=se \
    HKD=tests/lib/se-host.crt se-image | grep -c 'are verified by')"
plan
