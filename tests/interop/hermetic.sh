#!/bin/sh
# A hermetic build has the bytes of one with this machine's tools, and a second
# one has them again, by another user where that can be tried. Without the
# kernel: it takes most of the time, and the same compiler. Skipped where this
# machine's compiler is not the locked one. TAP.
set -eu
. tests/lib/tap.sh

B=${B:-build}
gcc=$(dpkg-query -W -f '${Version}' gcc-12 2>/dev/null || :)
locked=$(awk '$1 == "gcc-12" { print $2 }' image/hermetic.lock)
if [ "$gcc" != "$locked" ]; then
	echo "1..0 # SKIP gcc-12 is '$gcc' here, locked is $locked"
	exit 0
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-hermetic.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# A make of its own: what called this may have its jobs and variables.
quiet()
{
	env -u MAKEFLAGS -u MAKELEVEL make KERNEL=0 B="$B" "$@" >"$scratch/log" 2>&1
}

ok 'builds with the tools of this machine' quiet manifest
ok 'builds hermetically' quiet hermetic
is 'with the same bytes' "$(cat "$B/manifest")" "$(cat "$B/hermetic/manifest")"
openssl genpkey -algorithm ed25519 -out "$scratch/key"
openssl pkey -in "$scratch/key" -pubout -out "$scratch/pub"
ok 'signs what came out' "$B/bin/husk" manifest sign --key "$scratch/key" \
    --manifest "$B/hermetic/manifest"
ok 'and finds it whole' "$B/bin/husk" manifest verify --key "$scratch/pub" \
    --manifest "$B/hermetic/manifest"
rm -r "$B/hermetic"
as=''
[ "$(id -u)" != 0 ] || ! setpriv --reuid=65534 --clear-groups unshare -rmn \
    true 2>/dev/null || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
dl=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}
mkdir "$scratch/out" && chmod 777 "$scratch" "$scratch/out"
# Its folders are not that user's, and need not be: all is there by now.
if [ -n "$as" ] && $as test -r "$dl/hermetic"; then
	# shellcheck disable=SC2086 # words
	ok 'builds again, as another user' $as env DL_DIR="$dl" KERNEL=0 \
	    TMPDIR="$scratch" B="$scratch/out" scripts/hermetic
else
	ok 'builds again' env KERNEL=0 B="$scratch/out" scripts/hermetic
fi
is 'with the same bytes again' "$(cat "$B/manifest")" \
    "$(cat "$scratch/out/hermetic/manifest")"
plan
