#!/bin/sh
# The root of a hermetic build: its lock, what is refused, what is unpacked. A
# whole hermetic build is tests/interop/hermetic.sh.
set -eu
. tests/lib/tap.sh

scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-hermetic.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export DL_DIR="$scratch/dl" HERMETIC_LOCK="$scratch/lock"
mkdir -p "$scratch/bin" "$DL_DIR" "$scratch/pkg/DEBIAN" "$scratch/pkg/bin"
# The archive cannot be had here.
for tool in apt-get apt-cache; do
	printf '#!/bin/sh\nexit 1\n' >"$scratch/bin/$tool"
	chmod +x "$scratch/bin/$tool"
done
PATH=$scratch/bin:$PATH

cat >"$scratch/pkg/DEBIAN/control" <<'END'
Package: thing
Version: 1:2.0~rc1-3
Architecture: amd64
Maintainer: nobody
Description: a file
END
printf '#!/bin/sh\ntouch %s/ran\n' "$scratch" >"$scratch/pkg/DEBIAN/postinst"
chmod 755 "$scratch/pkg/DEBIAN/postinst"
echo content >"$scratch/pkg/bin/thing"
deb='thing_1%3a2.0~rc1-3_amd64.deb'
dpkg-deb --root-owner-group --build "$scratch/pkg" "$scratch/$deb" >/dev/null
sum=$(sha256sum <"$scratch/$deb" | cut -d ' ' -f 1)
good="thing 1:2.0~rc1-3 $sum deb:thing/$deb"

# The command fails, and its output has the text.
fails()
{
	name=$1
	text=$2
	shift 2
	code=0
	out=$("$@" 2>&1) || code=$?
	[ "$code" != 0 ] || out="did not fail: $out"
	is "$name" 1 "$(printf '%s\n' "$out" | grep -cF "$text")"
}

bad_lock()
{
	printf '# comment\n\n%s\n' "$2" >"$HERMETIC_LOCK"
	fails "refuses $1" "$3" scripts/hermetic-root
}

line=$HERMETIC_LOCK:3
bad_lock 'a cut line' 'thing 1.0' "$line: bad line: 2 fields"
bad_lock 'a short hash' "thing 1.0 0123 deb:thing/$deb" "$line: bad line"
bad_lock 'a file with a slash' "thing 1.0 $sum deb:thing/../x" "$line: bad line"
bad_lock 'a source package' "thing 1.0 $sum apt:thing/x.tar.gz" \
    "$line: not one binary package: thing"
bad_lock 'an address' "thing 1.0 $sum https://example.org/x.deb" \
    "$line: not one binary package: thing"
bad_lock 'a package twice' "$good
$good" "$HERMETIC_LOCK:4: not one binary package: thing"
bad_lock 'a lock with nothing in it' '' 'hermetic: no packages in'

echo "$good" >"$HERMETIC_LOCK"
fails 'names the renewal when the archive has it no more' \
    'make lock-update NAME=hermetic' scripts/hermetic-root
echo rubbish >"$DL_DIR/$deb"
fails 'names a corrupt package' "'$DL_DIR/$deb' has SHA-256" \
    scripts/hermetic-root
is 'and leaves no root' '' "$(find "$DL_DIR/hermetic" -mindepth 1 ! -name lock)"

cp "$scratch/$deb" "$DL_DIR"
root=$(scripts/hermetic-root)
is 'unpacks a package, with /bin in /usr' content "$(cat "$root/usr/bin/thing")"
is 'runs no script of it' no "$([ -e "$scratch/ran" ] && echo yes || echo no)"
rm "$DL_DIR/$deb"
is 'makes the root once' "$root" "$(scripts/hermetic-root)"
echo '# another' >>"$HERMETIC_LOCK"
fails 'and another for another lock' 'hermetic: ' scripts/hermetic-root

unset HERMETIC_LOCK
ok 'the lock of the project is well formed' scripts/check-lock \
    image/hermetic.lock
is 'and names no host' '' "$(grep '//' image/hermetic.lock || :)"
sed -n '/^[a-z]/p' image/hermetic.packages | LC_ALL=C sort >"$scratch/wanted"
sed -n 's/^\([a-z][^ ]*\) .*/\1/p' image/hermetic.lock | LC_ALL=C sort \
    >"$scratch/locked"
is 'and has every package asked for' '' \
    "$(LC_ALL=C comm -23 "$scratch/wanted" "$scratch/locked")"
fails 'refuses an unknown target' "hermetic: no target 'none'" \
    env TARGET=none scripts/hermetic
plan
