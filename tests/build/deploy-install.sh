#!/bin/sh
# What `make deploy` writes, installed on a node that is a folder.
set -eu
. tests/lib/tap.sh

B=${B:-build}
deploy=$B/deploy
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-deploy.XXXXXX")
installer=''
trap '[ -z "$installer" ] || kill $installer; rm -rf "$scratch"' EXIT

if [ "$(id -u)" != 0 ]; then
	skip 'the installer on a node' 'only root may change its root'
	plan
	exit
fi
root=$scratch/root
mkdir "$root"

# layer OCI ARCHITECTURE: the tar archive of the image for it
layer()
{
	f=$1/index.json
	while type=$(jq -r '.mediaType' "$f"); [ "${type##*.index.}" != "$type" ]
	do
		f=$1/blobs/sha256/$(jq -r --arg a "$2" '.manifests[] |
		    select((.platform.architecture // $a) == $a) |
		    .digest | ltrimstr("sha256:")' "$f")
	done
	jq -r --arg b "$1/blobs/sha256/" \
	    '$b + (.layers[0].digest | ltrimstr("sha256:"))' "$f"
}

tar -xf "$(layer "$deploy/oci" amd64)" -C "$root"
etc=$root/host/opt/kata/share/defaults/kata-containers
mkdir -p "$etc/runtimes/qemu-tdx" "$etc/runtime-rs/runtimes/qemu-snp-runtime-rs"
chroot "$root" /bin/sh /husk/install.sh /host >"$scratch/out" 2>&1 &
installer=$!
n=0
while [ ! -f "$root/run/installed" ] && [ $n -lt 100 ]; do
	n=$((n + 1))
	sleep 0.1
done
ok 'the installer lays out the guests' cmp "$B/tdx/initrd" \
    "$root/host/opt/husk/tdx/initrd"
ok 'and configures the shims that are there' \
    cmp "$deploy/config/qemu-tdx/50-husk.toml" \
    "$etc/runtimes/qemu-tdx/config.d/50-husk.toml"
ok 'of both runtimes' test -f \
    "$etc/runtime-rs/runtimes/qemu-snp-runtime-rs/config.d/50-husk.toml"
not_ok 'and no others' test -e "$etc/runtimes/qemu-snp"
shim=clh-tdx-runtime-rs
ok 'a shim that Kata does not know has all of its configuration' cmp \
    "$deploy/config/$shim/configuration-$shim.toml" \
    "$root/host/opt/husk/config/$shim/configuration-$shim.toml"
ok 'and a file for containerd' cmp "$deploy/containerd/v3/kata-$shim.toml" \
    "$root/host/opt/husk/containerd/v3/kata-$shim.toml"
ok 'that names it' grep -q \
    "\"/opt/husk/config/$shim/configuration-$shim.toml\"" \
    "$root/host/opt/husk/containerd/v3/kata-$shim.toml"
kill -TERM $installer
wait $installer || :
installer=''
is 'when it goes, so does all of it' '' \
    "$(find "$root/host" -name '*husk*')"

# Nodes of two architectures: what stands for the packed guest of s390x, and for
# its shell, is any file.
two=$scratch/two
mkdir -p "$two/se" "$two/s390x"
for f in bin x86_64 coco-dev; do
	ln -s "$(cd "$B/$f" && pwd)" "$two/$f"
done
ln -s "$(cd "$B/x86_64/busybox" && pwd)" "$two/s390x/busybox"
echo packed >"$two/se/se.img"
ok 'with a guest for s390x there is an installer for its nodes' \
    env B="$two" SOURCE_DATE_EPOCH=1 scripts/deploy coco-dev se
has 'each has the guests of its own' ' husk/guests/se/se.img ' \
    " $(tar -tf "$(layer "$two/deploy/oci" s390x)" | tr '\n' ' ')"
not_ok 'and no others' sh -c "tar -tf $(layer "$two/deploy/oci" s390x) |
    grep coco-dev || tar -tf $(layer "$two/deploy/oci" amd64) | grep se.img"
has 'the DaemonSet goes to both' 'values: [s390x, amd64]' \
    "$(cat "$two/deploy/kustomize/installer.yaml")"
has 'its image is the index of both' "$(jq -r '.manifests[0].digest' \
    "$two/deploy/oci/index.json")" "$(cat "$two/deploy/kustomize/kustomization.yaml")"
plan
