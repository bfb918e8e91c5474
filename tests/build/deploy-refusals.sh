#!/bin/sh
# What `make deploy` refuses: it says what and why, and what an earlier one wrote
# is as it was.
set -eu
. tests/lib/tap.sh

tmp=$(mktemp -d "${TMPDIR:-/tmp}/husk-deploy.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/deploy"
echo old >"$tmp/deploy/old"

# refuses TEXT VARIABLE=VALUE
refuses()
{
	rc=0
	env "$2" B="$tmp" scripts/deploy snp >"$tmp/out" 2>&1 || rc=$?
	is "$2: exit code 2" 2 $rc
	has "$2: says so" "deploy: $1" "$(cat "$tmp/out")"
	is 'and leaves what there was' deploy/old "$(cd "$tmp" && find deploy* -type f)"
}

refuses 'PREFIX=/usr: the installer writes below /opt' PREFIX=/usr
refuses 'PREFIX=/opt/../etc: a plain path' PREFIX=/opt/../etc
refuses 'PREFIX=/opt/a b: a plain path' 'PREFIX=/opt/a b'
refuses "REGISTRY=a;b: a registry's name" 'REGISTRY=a;b'
refuses 'CLH_FIRMWARE=/none: no such file' CLH_FIRMWARE=/none
refuses "$tmp/x86_64/vmlinuz is missing: make images" PREFIX=/opt/husk
rc=0
FORM=ext4 B=$tmp scripts/deploy snp >"$tmp/out" 2>&1 || rc=$?
is 'FORM=ext4: exit code 2' 2 $rc
is 'FORM=ext4: says what there is' 'FORM=ext4: initrd or verity' "$(cat "$tmp/out")"
plan
