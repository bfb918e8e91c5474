#!/bin/sh
# What `make deploy` writes, by the programs of those who use it: kustomize
# (sigs.k8s.io/kustomize, or kubectl's own), and the Kubernetes API's schemas,
# strictly, which the Python package kubernetes-validate brings.
set -eu
. tests/lib/tap.sh

B=${B:-build}
deploy=$B/deploy
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-manifests.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

kustomize=''
if command -v kustomize >/dev/null; then
	kustomize='kustomize build'
elif command -v kubectl >/dev/null; then
	kustomize='kubectl kustomize'
fi

# Each tree as kustomize makes it; each example as it is.
for dir in "$deploy"/kustomize "$deploy"/trustee/*; do
	name=${dir#"$deploy"/}
	if [ -z "$kustomize" ]; then
		skip "$name builds" 'neither kustomize nor kubectl'
		for f in "$dir"/*.yaml; do
			[ "${f##*/}" = kustomization.yaml ] ||
			    cp "$f" "$scratch/$(echo "$name" | tr / -)-${f##*/}"
		done
		continue
	fi
	# shellcheck disable=SC2086 # two words
	ok "$name builds" $kustomize "$dir" \
	    -o "$scratch/$(echo "$name" | tr / -).yaml"
done
cp "$deploy"/examples/*.yaml "$scratch"
if ! python3 -c 'import kubernetes_validate' 2>/dev/null; then
	skip 'the schemas of the Kubernetes API' 'no kubernetes-validate'
	plan
	exit
fi
for version in 1.26 1.32 1.37; do
	ok "the schemas of Kubernetes $version" python3 -m kubernetes_validate \
	    -k $version --strict --quiet "$scratch"/*.yaml
done
sed 's/podFixed/podFixt/' "$deploy/kustomize/runtimeclasses.yaml" >"$scratch/bad.yaml"
not_ok 'which find a misspelt field' python3 -m kubernetes_validate --strict \
    "$scratch/bad.yaml"
plan
