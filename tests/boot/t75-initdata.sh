#!/bin/sh
# Initdata that must not be used stops the guest, with the reason. A guest for
# each.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh

# image POLICY-TEXT: $scratch/image
image()
{
	printf '%s' "$1" >"$scratch/policy.rego"
	"$husk" initdata pack --policy "$scratch/policy.rego" \
	    --format image --out "$scratch/image"
}

# image_of FILE: the same from gzip data
image_of()
{
	len=$(wc -c <"$1")
	{ printf 'initdata%b\0\0\0\0\0\0\0' "\\0$(printf %o "$len")"
		cat "$1"; } >"$scratch/image"
	truncate -s 512 "$scratch/image"
}

# Wait until the guest has gone, ten seconds at most.
wait_gone()
{
	n=0
	while kill -0 "$guest" 2>/dev/null && [ $n -lt 100 ]; do
		n=$((n + 1))
		sleep 0.1
	done
	kill -0 "$guest" 2>/dev/null || wait_end
}

# refuses WHAT TEXT: $scratch/image must stop the guest for that reason. Its
# Check may be answered before; nothing that a policy decides is.
refuses()
{
	boot -I "$scratch/image" >"$scratch/out" && wait_gone
	ok "$1: the guest powers off" test -z "$guest"
	has "$1: the report says why" "$2" "$(cat "$run/report")"
	has "$1: so does the console" "$2" "$(cat "$run/console")"
}

image 'package agent_policy
default X := y'
refuses 'a policy that is none' 'policy of initdata: policy.rego:2:'
image 'package agent_policy'
printf X | dd of="$scratch/image" bs=1 seek=60 conv=notrunc 2>/dev/null
refuses 'a damaged image' 'initdata on vd'
printf 'version = "0.2.0"\nalgorithm = "sha256"\n[data]\n' |
    gzip -n >"$scratch/gz"
image_of "$scratch/gz"
refuses 'another version' 'a version other than 0.1.0'
head -c 512 /dev/zero >"$scratch/image"
refuses 'a disk with the serial alone' 'no initdata image'
plan
