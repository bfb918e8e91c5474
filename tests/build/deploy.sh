#!/bin/sh
# What `make deploy` writes: read by the parsers that Kubernetes and Kata's
# users have, each value compared with the target's description.
set -eu
. tests/lib/tap.sh

B=${B:-build}
deploy=$B/deploy
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-deploy.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
# Every file as JSON, by its path: a TOML document, or the list of a YAML file's.
python3 - "$deploy" >"$scratch/all" <<'END'
import json, pathlib, sys, tomllib, yaml
top = pathlib.Path(sys.argv[1])
read = {".toml": tomllib.loads, ".yaml": lambda text: [
    d for d in yaml.safe_load_all(text) if d]}
print(json.dumps({str(f.relative_to(top)): read[f.suffix](f.read_text())
    for f in top.rglob("*") if f.suffix in read and "blobs" not in f.parts}))
END

# of FILE EXPRESSION: jq's, in that file
of()
{
	jq -r --arg f "$1" ".[\$f] | $2" "$scratch/all"
}

# class_says NAME EXPRESSION: of the runtime classes of that name
class_says()
{
	of kustomize/runtimeclasses.yaml \
	    ".[] | select(.metadata.name == \"$1\") | $2"
}

here=.
# shellcheck source=boot/built.sh
. boot/built.sh

check_config()
{
	shim=$SHIM$1
	f=config/$shim/50-husk.toml
	[ -z "$KATA_CONFIG" ] || f=config/$shim/configuration-$shim.toml
	h=.hypervisor.$HYPERVISOR
	is "$shim: kernel, processors and memory are the target's" \
	    "/opt/husk/$NAME/${GUEST_FILE:-vmlinuz} $VCPUS $MEMORY" "$(of "$f" \
	    "$h | \"\\(.kernel) \\(.default_vcpus) \\(.default_memory)\"")"
	case ${GUEST_FILE:-$form} in
	initrd)
		is 'an initrd, and no image beside it' \
		    "/opt/husk/$NAME/initrd//" "$(of "$f" \
		    "$h | \"\\(.initrd)/\\(.image)/\"")"
		;;
	verity)
		is 'an image, by its root hash' \
		    "/opt/husk/$NAME/rootfs.img $verity" "$(of "$f" \
		    "$h | \"\\(.image) \\(.kernel_verity_params)\"")"
		;;
	esac
}

check_class()
{
	is "$1: the overhead is the target's memory and the VMM" \
	    "$((MEMORY + OVERHEAD_MEMORY))Mi ${OVERHEAD_CPU}m" "$(class_says \
	    "$1" '.overhead.podFixed | "\(.memory) \(.cpu)"')"
	arch=kubernetes.io/arch=$(echo "$ARCH" | sed s/x86_64/amd64/)
	for word in katacontainers.io/kata-runtime=true $arch $NODE_SELECTOR; do
		is "it asks for nodes with ${word%%=*}" "${word#*=}" "$(class_says \
		    "$1" ".scheduling.nodeSelector[\"${word%%=*}\"]")"
	done
}

for target in $(list_targets); do
	read_built "$target"
	[ "$HYPERVISOR" != remote ] || continue
	[ -z "$GUEST_FILE" ] || [ -f "$B/$NAME/$GUEST_FILE" ] || continue
	for runtime in '' -runtime-rs; do
		check_config "$runtime"
		check_class "kata-$SHIM$runtime"
	done
done
is 'kata-remote is there once, and its guest costs the node nothing' 120Mi \
    "$(class_says kata-remote .overhead.podFixed.memory)"
is 'every resource that kustomize is told of is there' '' "$(of \
    kustomize/kustomization.yaml '.[0].resources[]' |
    (cd "$deploy/kustomize" && xargs ls 2>&1 >/dev/null))"
is 'the image that it names is the one that was built' \
    "$(jq -r '.manifests[0].digest' "$deploy/oci/index.json")" \
    "$(of kustomize/kustomization.yaml '.[0].images[0].digest')"
for f in "$deploy"/examples/*.yaml; do
	is "${f##*/} uses a class that there is" 1 "$(class_says "$(of \
	    "examples/${f##*/}" '.[-1].spec.runtimeClassName')" '1')"
done
is 'initdata.yaml has what initdata.toml says' \
    "$("$B/bin/husk" initdata digest --input "$deploy/examples/initdata.toml")" \
    "$(of examples/initdata.yaml '.[0].metadata.annotations[]' \
    >"$scratch/annotation"; "$B/bin/husk" initdata digest \
    --input "$scratch/annotation")"
plan
