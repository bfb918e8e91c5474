#!/bin/sh
# Specs that mkcpio refuses; mktar reads them with the same code.
set -eu
. tests/lib/tap.sh

B=${B:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-specs.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
spec=$scratch/spec
echo content >"$scratch/file"

# mkcpio refuses a spec whose second line is $2, with reason $3.
refuses()
{
	printf 'dir /a 0755 0 0\n%s\n' "$2" >"$spec"
	code=0
	out=$("$B/bin/mkcpio" -s file="$scratch/file" "$scratch/out" "$spec" \
	    2>&1) || code=$?
	is "refuses $1" "1 $spec:2: $3" "$code $out"
}

refuses 'an unknown word' 'fifo /p 0644 0 0' \
    "'fifo' is none of dir, file, slink, nod"
refuses 'a line without path' dir 'no path'
refuses 'a relative path' 'dir b 0755 0 0' "path 'b' is not absolute and plain"
refuses 'the root itself' 'dir / 0755 0 0' "path '/' is not absolute and plain"
refuses 'a slash at the end' 'dir /b/ 0755 0 0' \
    "path '/b/' is not absolute and plain"
refuses 'a path that goes up' 'dir /a/../b 0755 0 0' \
    "path '/a/../b' is not absolute and plain"
refuses 'an empty component' 'dir /a//b 0755 0 0' \
    "path '/a//b' is not absolute and plain"
refuses 'a path that occurs twice' 'dir /a 0755 0 0' "path '/a' occurs twice"
refuses 'a path without its folder' 'dir /b/c 0755 0 0' \
    "no line 'dir /b' before '/b/c'"
refuses 'a line without mode' 'dir /b' 'no mode'
refuses 'a mode that is not octal' 'dir /b 0789 0 0' \
    "mode '0789' is not a number"
refuses 'a mode with a type in it' 'dir /b 040755 0 0' \
    "mode '040755' is too large"
refuses 'an owner by name' 'dir /b 0755 root 0' "uid 'root' is not a number"
refuses 'a negative owner' 'dir /b 0755 -1 0' "uid '-1' is not a number"
refuses 'a group beyond 32 bits' 'dir /b 0755 0 4294967295' \
    "gid '4294967295' is too large"
refuses 'more fields than there are' 'dir /b 0755 0 0 0' \
    "more fields than 'dir' has"
refuses 'a file without source' 'file /b' 'no source'
refuses 'a name that is bound to nothing' 'file /b @other 0644 0 0' \
    "nothing is bound to '@other'"
refuses 'a source that is not there' "file /b $scratch/none 0644 0 0" \
    "open '$scratch/none': No such file or directory"
refuses 'a source that is a folder' "file /b $scratch 0644 0 0" \
    "'$scratch' is not a regular file"
refuses 'a link without target' 'slink /b' 'no target'
refuses 'a device of no type' 'nod /b 0600 0 0' 'no device type'
refuses 'a device of another type' 'nod /b 0600 0 0 p 1 1' \
    "device type 'p' is neither c nor b"
refuses 'a minor number too large' 'nod /b 0600 0 0 c 1 1048576' \
    "minor '1048576' is too large"
refuses 'a line that is too long' "# $(printf '%01100d' 0)" \
    'line is too long or has no newline'
printf 'dir /a 0755 0 0' >"$spec"
not_ok 'refuses a last line without newline' "$B/bin/mkcpio" "$scratch/out" \
    "$spec"
not_ok 'refuses a time that is none' "$B/bin/mkcpio" -t now "$scratch/out" \
    "$spec"
is 'writes nothing when it refuses' '' "$(ls "$scratch/out" 2>/dev/null)"

plan
