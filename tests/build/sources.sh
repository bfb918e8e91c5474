#!/bin/sh
# The lock file, fetching and unpacking, with origins that are never reached.
set -eu
. tests/lib/tap.sh

scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-sources.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export DL_DIR="$scratch/dl" LOCK="$scratch/lock"
mkdir -p "$scratch/bin" "$DL_DIR" "$scratch/tree/top"
# Neither the archive nor any upstream address can be had here.
for tool in apt-get apt-cache curl wget; do
	printf '#!/bin/sh\nexit 1\n' >"$scratch/bin/$tool"
	chmod +x "$scratch/bin/$tool"
done
PATH=$scratch/bin:$PATH

echo content >"$scratch/tree/top/file"
tar -czf "$scratch/thing-1.0.tar.gz" -C "$scratch/tree" top
sum=$(sha256sum <"$scratch/thing-1.0.tar.gz" | cut -d ' ' -f 1)
good="thing 1.0 $sum https://example.org/thing-1.0.tar.gz"

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

bad_line()
{
	printf '# comment\n\n%s\n%s\n' "$good" "$2" >"$LOCK"
	fails "refuses $1 in the lock, by line" "$LOCK:4: bad line: " \
	    scripts/fetch thing
}

bad_line 'a cut line' 'other 1.0 0123'
bad_line 'five fields' "$good more"
bad_line 'a short hash' 'other 1.0 0123 https://example.org/x'
bad_line 'a hash in capitals' "other 1.0 $(echo "$sum" |
    tr a-f A-F) https://example.org/x"
bad_line 'an unsafe address' "other 1.0 $sum http://example.org/x"
bad_line 'a file with a slash' "other 1.0 $sum apt:other/../x"
bad_line 'a version that is none' "other x $sum https://example.org/x"
bad_line 'two versions of a name' "thing 1.1 $sum https://example.org/x"

echo "$good" >"$LOCK"
fails 'refuses a name that is not locked' "fetch: no source 'other'" \
    scripts/fetch other
fails 'names lock-update when no origin has it' 'fetch: thing 1.0 is at none' \
    sh -c 'scripts/fetch thing 2>&1 | tail -n 1; exit 1'
has 'with the name to give' 'make lock-update NAME=thing' "$out"
is 'leaves no file behind' '' "$(find "$DL_DIR" -type f ! -path '*/apt/*')"

echo rubbish >"$DL_DIR/thing-1.0.tar.gz"
fails 'names a corrupt tarball' \
    "fetch: '$DL_DIR/thing-1.0.tar.gz' is corrupt" scripts/fetch thing
fails 'does not unpack it' 'fetch: ' scripts/unpack thing "$scratch/src"
is 'nothing half-unpacked stays' '' "$(ls -d "$scratch"/src* 2>/dev/null)"

cp "$scratch/thing-1.0.tar.gz" "$DL_DIR"
is 'finds a file that was put into DL_DIR' "$DL_DIR/thing-1.0.tar.gz" \
    "$(scripts/fetch thing)"
mkdir "$DL_DIR/$sum"
mv "$DL_DIR/thing-1.0.tar.gz" "$DL_DIR/$sum"
is 'finds a file by its hash' "$DL_DIR/$sum/thing-1.0.tar.gz" \
    "$(scripts/fetch thing)"
ok 'unpacks it' scripts/unpack thing "$scratch/src"
is 'without its top folder' content "$(cat "$scratch/src/file")"
echo mine >"$scratch/src/file"
ok 'unpacks no second time' scripts/unpack thing "$scratch/src"
is 'and leaves the tree alone' mine "$(cat "$scratch/src/file")"

head -c 100 "$scratch/thing-1.0.tar.gz" >"$scratch/cut.tar.gz"
fails 'names a tarball that ends early' \
    "unpack: '$scratch/cut.tar.gz' is corrupt" \
    scripts/unpack thing "$scratch/src" "$scratch/cut.tar.gz"
is 'and keeps the tree that was there' mine "$(cat "$scratch/src/file")"
is 'without a second one' "$scratch/src" "$(ls -d "$scratch"/src*)"

# A curl that brings something else than what is locked.
rm -r "$DL_DIR"
cat >"$scratch/bin/curl" <<'END'
#!/bin/sh
while [ "$1" != -o ]; do
	shift
done
echo something else >"$2"
END
fails 'refuses a download with another hash' \
    "fetch: 'https://example.org/thing-1.0.tar.gz' has SHA-256" \
    sh -c 'scripts/fetch thing 2>&1 | tail -n 1; exit 1'
is 'and keeps nothing of it' '' "$(find "$DL_DIR" -type f ! -path '*/apt/*')"

plan
