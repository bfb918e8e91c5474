#!/bin/sh
# Archives and container images that the packers write, read back by others.
set -eu
. tests/lib/tap.sh

B=${B:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-packers.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
spec=$scratch/spec
echo content >"$scratch/file"

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

"$B/bin/mkoci" -t 1 -n thing -l amd64="$scratch/tar" "$scratch/oci" /bin/sh -c x
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
    -n thing -l amd64="$scratch/tar" "$scratch/oci"
not_ok 'refuses a name that would break the JSON' "$B/bin/mkoci" \
    -n 'a"b' -l amd64="$scratch/tar" "$scratch/oci2"
not_ok 'refuses a layer that is not there' "$B/bin/mkoci" \
    -n thing -l amd64="$scratch/none" "$scratch/oci3"
not_ok 'refuses two layers for one architecture' "$B/bin/mkoci" -n thing \
    -l amd64="$scratch/tar" -l amd64="$scratch/one" "$scratch/oci4"
not_ok 'refuses a layer for none' "$B/bin/mkoci" -n thing \
    -l "$scratch/tar" "$scratch/oci5"

# Two platforms, one of them with the same layer as the image above.
"$B/bin/mkoci" -t 1 -n two -l amd64="$scratch/tar" -l s390x="$scratch/one" \
    "$scratch/both" /bin/sh -c x
is 'of two platforms the layout names an index' \
    'application/vnd.oci.image.index.v1+json two' "$(jq -r '.manifests |
    "\(.[0].mediaType) \(.[0].annotations[])"' "$scratch/both/index.json")"
blob=$scratch/both/blobs/sha256
index=$(jq -r '.manifests[0].digest | ltrimstr("sha256:")' \
    "$scratch/both/index.json")
is 'which has both in order' 'amd64 s390x' \
    "$(jq -r '[.manifests[].platform.architecture] | join(" ")' "$blob/$index")"
is 'the first is what it was alone' "$manifest" \
    "$(jq -r '.manifests[0].digest | ltrimstr("sha256:")' "$blob/$index")"
is 'each blob has the name of its hash and the size that is said' '' "$(cd "$blob" &&
    sha256sum -- * | awk '$1 != $2'
    jq -r '.manifests[] | "\(.digest[7:]) \(.size)"' "$index" |
    while read -r name size; do
	[ "$(wc -c <"$name")" = "$size" ] || echo "$name"
    done)"

plan
