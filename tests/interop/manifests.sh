#!/bin/sh
# What `make deploy` writes, by the programs of those who use it: kustomize
# (sigs.k8s.io/kustomize, or kubectl's own), and the Kubernetes API's own types,
# read strictly (tests/interop/k8s).
set -eu
. tests/lib/tap.sh

B=${B:-build}
deploy=$B/deploy
out=$B/test/interop/k8s
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-manifests.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

kustomize=''
if command -v kustomize >/dev/null; then
	kustomize='kustomize build'
elif command -v kubectl >/dev/null; then
	kustomize='kubectl kustomize'
fi

# Each tree as kustomize makes it, besides the files that are in it.
for dir in "$deploy"/kustomize "$deploy"/trustee/*; do
	name=${dir#"$deploy"/}
	if [ -z "$kustomize" ]; then
		skip "$name builds" 'neither kustomize nor kubectl'
		continue
	fi
	# shellcheck disable=SC2086 # two words
	ok "$name builds" $kustomize "$dir" \
	    -o "$scratch/$(echo "$name" | tr / -).yaml"
done

go=$(command -v go || :)
[ ! -x /usr/local/go/bin/go ] || go=/usr/local/go/bin/go
mkdir -p "$out"
dir=$(cd "$out" && pwd)
if [ -z "$go" ] || ! (cd tests/interop/k8s && GOTOOLCHAIN=local \
    GOFLAGS=-mod=readonly GOCACHE="$dir/../go-cache" CGO_ENABLED=0 "$go" \
    build -trimpath -o "$dir/manifests" .) >"$out/build.log" 2>&1; then
	sed 's/^/# /' "$out/build.log"
	skip "the Kubernetes API's types" 'no go, or its modules cannot be had'
	plan
	exit
fi
for f in "$deploy"/kustomize/*.yaml "$deploy"/trustee/*/*.yaml \
    "$deploy"/examples/*.yaml "$scratch"/*.yaml; do
	ok "${f##*deploy/}: the API takes all of it" "$dir/manifests" "$f"
done

# refuses WHAT FILE SCRIPT: the API does not, once sed has changed it
refuses()
{
	sed "$3" "$deploy/kustomize/$2" >"$scratch/bad"
	not_ok "$1 is found" "$dir/manifests" "$scratch/bad"
}

refuses 'a misspelt field' runtimeclasses.yaml 's/podFixed/podFixt/'
refuses 'a field that is there twice' runtimeclasses.yaml '/^handler/p'
refuses 'a quantity that is none' runtimeclasses.yaml 's/Mi$/Megs/'
refuses 'a kind that the API does not have' runtimeclasses.yaml \
    's/^kind: .*/kind: RuntimeKlass/'
refuses 'a name that no object may have' runtimeclasses.yaml 's/kata-/Kata_/'
refuses 'a volume that is not there' installer.yaml \
    '/volumeMounts/,/volumes:/s/name: run$/name: ran/'
refuses 'a selector of other pods' installer.yaml \
    '/matchLabels/{n;s/husk-/husks-/;}'
plan
