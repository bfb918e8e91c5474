#!/bin/sh
# mkcpio, mktar and mkoci: what they refuse, and what they write.
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

cat >"$spec" <<'END'
# one of each
dir /d 1777 1 2
file /d/f @file 0640 3 4
slink /d/l f 0777 0 0
nod /d/c 0600 0 0 c 5 1
nod /d/b 0600 0 0 b 7 0
END
wanted='d/
drwxrwxrwt 1/2
-rw-r----- 3/4
lrwxrwxrwx 0/0
crw------- 0/0
brw------- 0/0'
"$B/bin/mktar" -t 1 -s file="$scratch/file" "$scratch/tar" "$spec"
is 'tar reads what mktar wrote' "$wanted" "$(echo d/
    tar --numeric-owner -tvf "$scratch/tar" | cut -d ' ' -f 1,2)"
is 'with the content' content "$(tar -xOf "$scratch/tar" d/f)"
"$B/bin/mkcpio" -t 1 -s file="$scratch/file" "$scratch/one" "$spec"
is 'cpio reads what mkcpio wrote' "$(printf 'd\nd/f\nd/l\nd/c\nd/b')" \
    "$(cpio -it --quiet <"$scratch/one")"
is 'with the content' content "$(cpio -i --quiet --to-stdout d/f \
    <"$scratch/one")"
(umask 077 && cp "$scratch/file" "$scratch/other" && sleep 1 &&
    TZ=Asia/Tokyo "$B/bin/mkcpio" -t 1 -s file="$scratch/other" \
    "$scratch/two" "$spec")
ok 'the same bytes from a file of another time, mode and name' \
    cmp "$scratch/one" "$scratch/two"

"$B/bin/mkoci" -t 1 -a amd64 -n thing "$scratch/oci" "$scratch/tar" /bin/sh -c x
blob=$scratch/oci/blobs/sha256
manifest=$(jq -r '.manifests[0].digest | ltrimstr("sha256:")' \
    "$scratch/oci/index.json")
config=$(jq -r '.config.digest | ltrimstr("sha256:")' "$blob/$manifest")
layer=$(jq -r '.layers[0].digest | ltrimstr("sha256:")' "$blob/$manifest")
ok 'the image layout leads to the layer' cmp "$blob/$layer" "$scratch/tar"
is 'each blob has the name of its hash' '' "$(cd "$blob" &&
    sha256sum -- * | awk '$1 != $2')"
is 'the configuration names it too' "sha256:$layer" \
    "$(jq -r '.rootfs.diff_ids[0]' "$blob/$config")"
is 'and holds the command' '["/bin/sh","-c","x"]' \
    "$(jq -c .config.Cmd "$blob/$config")"
not_ok 'refuses to write into a folder that is there' "$B/bin/mkoci" \
    -a amd64 -n thing "$scratch/oci" "$scratch/tar"
not_ok 'refuses a name that would break the JSON' "$B/bin/mkoci" \
    -a amd64 -n 'a"b' "$scratch/oci2" "$scratch/tar"
not_ok 'refuses a layer that is not there' "$B/bin/mkoci" \
    -a amd64 -n thing "$scratch/oci3" "$scratch/none"

plan
