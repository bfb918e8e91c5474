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
