#!/bin/sh
# Hostile policies: each ends with the limit that is meant for it, in less than
# 100 ms of processor time, the least of five runs. Other load does not count
# in it, beyond what it takes from the caches. TAP.
set -eu
. tests/lib/tap.sh

husk=${B:-build}/bin/husk
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. tests/lib/hostile.sh

# spent FILE: user and system time of husk's evaluation of it, in ms.
spent()
{
	(
		"$husk" policy eval -q 'x = data.p.x' "$1" > "$tmp/out" 2>&1 ||
		    :
		times
	) | tail -n 1 | tr 'ms' '  ' |
	    awk '{ printf "%d\n", (60 * $1 + $2 + 60 * $3 + $4) * 1000 }'
}

# ends NAME TEXT: with TEXT in what is said.
ends()
{
	least=1000000 bad=0
	for _ in 1 2 3 4 5; do
		ms=$(spent "$tmp/$1.rego")
		[ "$ms" -ge "$least" ] || least=$ms
	done
	grep -qF -- "$2" "$tmp/out" || bad=1
	[ "$least" -lt 100 ] || bad=1
	tap_result $bad "$1: $2, $least ms" "$(head -c 1000 "$tmp/out")"
}

ends literals limit_policy
ends order 4001
ends nesting 'nested deeper than 256 levels'
ends joins limit_steps
ends regex limit_regex
ends replace limit_string
ends memory limit_memory
ends calls limit_steps
ends closures limit_steps
ends number limit_number
ends cycle rego_recursion_error
plan
