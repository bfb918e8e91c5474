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
# With a guest of s390x the layout's index names another.
f=$deploy/oci/index.json
while type=$(jq -r .mediaType "$f"); [ "${type##*.index.}" != "$type" ]; do
	f=$deploy/oci/blobs/sha256/$(jq -r '[.manifests[] | select(
	    (.platform.architecture // "amd64") == "amd64")][0].digest[7:]' "$f")
done
layer=$(jq -r '.layers[0].digest[7:]' "$f")
tar -xf "$deploy/oci/blobs/sha256/$layer" -C "$root"
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
plan
