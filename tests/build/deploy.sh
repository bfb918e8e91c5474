#!/bin/sh
# What `make deploy` writes: read by the parsers that Kubernetes and Kata's
# users have, and installed on a node that is a folder.
set -eu
. tests/lib/tap.sh

B=${B:-build}
deploy=$B/deploy
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-deploy.XXXXXX")
installer=''
trap '[ -z "$installer" ] || kill $installer; rm -rf "$scratch"' EXIT

# toml FILE KEY: of [hypervisor.qemu]
toml()
{
	python3 -c 'import sys, tomllib
t = tomllib.load(open(sys.argv[1], "rb"))
print(t["hypervisor"]["qemu"][sys.argv[2]])' "$1" "$2"
}

# yaml EXPRESSION FILE: of the list of documents d
yaml()
{
	python3 -c 'import sys, yaml
d = [x for x in yaml.safe_load_all(open(sys.argv[2])) if x]
print(eval(sys.argv[1]))' "$1" "$2"
}

for shim in qemu-coco-dev qemu-tdx qemu-snp; do
	for runtime in '' -runtime-rs; do
		f=$deploy/config/$shim$runtime/50-husk.toml
		is "$shim$runtime: the initrd" "/opt/husk/${shim#qemu-}/initrd" \
		    "$(toml "$f" initrd)"
		is 'and no image beside it' '' "$(toml "$f" image)"
	done
done
is 'a runtime class for each' 6 \
    "$(yaml 'len(d)' "$deploy/kustomize/runtimeclasses.yaml")"
is 'whose overhead is memory and QEMU' 2208Mi \
    "$(yaml 'd[0]["overhead"]["podFixed"]["memory"]' \
    "$deploy/kustomize/runtimeclasses.yaml")"
is 'every resource that kustomize is told of is there' '' "$(cd \
    "$deploy/kustomize" && yaml '"\n".join(d[0]["resources"])' \
    kustomization.yaml | xargs ls 2>&1 >/dev/null)"
is 'the image that it names is the one that was built' \
    "$(jq -r '.manifests[0].digest' "$deploy/oci/index.json")" \
    "$(yaml 'd[0]["images"][0]["digest"]' "$deploy/kustomize/kustomization.yaml")"
is 'the installer asks for no privilege' False "$(yaml \
    'd[0]["spec"]["template"]["spec"]["containers"][0]["securityContext"][
    "allowPrivilegeEscalation"]' "$deploy/kustomize/installer.yaml")"
for f in "$deploy"/examples/*.yaml; do
	is "${f##*/} uses a class that there is" kata-qemu-coco-dev \
	    "$(yaml 'd[-1]["spec"]["runtimeClassName"]' "$f")"
done

if [ "$(id -u)" != 0 ]; then
	skip 'the installer on a node' 'only root may change its root'
	plan
	exit
fi
root=$scratch/root
mkdir "$root"
layer=$(jq -r '.manifests[0].digest | ltrimstr("sha256:")' \
    "$deploy/oci/index.json")
layer=$(jq -r '.layers[0].digest | ltrimstr("sha256:")' \
    "$deploy/oci/blobs/sha256/$layer")
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
kill -TERM $installer
wait $installer || :
installer=''
is 'when it goes, so does all of it' '' \
    "$(find "$root/host" -name '*husk*')"
plan
