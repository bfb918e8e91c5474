#!/bin/sh
# The resource policy that `make deploy` writes: who gets what.
set -eu
. tests/lib/tap.sh

B=${B:-build}
husk=$B/bin/husk
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-policy.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

python3 -c 'import sys, yaml
print(yaml.safe_load(open(sys.argv[1]))["data"]["policy.rego"])' \
    "$B/deploy/trustee/coco-dev/resource-policy.yaml" >"$scratch/policy.rego"
ok 'it compiles' "$husk" policy check --package policy "$scratch/policy.rego"

# allows NAME WANTED PLUGIN STATUS...
allows()
{
	name=$1 wanted=$2
	echo "{\"plugin\":\"$3\",\"resource-path\":[\"default\",\"a\",\"b\"]}" \
	    >"$scratch/data"
	shift 3
	jq -n --args '{submods: ($ARGS.positional | to_entries | map(
	    {key: "cpu\(.key)", value: {"ear.status": .value}}) |
	    from_entries)}' -- "$@" >"$scratch/input"
	is "$name" "$wanted" "$("$husk" policy eval -i "$scratch/input" \
	    -d "$scratch/data" -q data.policy.allow "$scratch/policy.rego")"
}

allows 'an affirmed guest has a resource' true resource affirming
allows 'a guest with an affirmed GPU, too' true resource affirming affirming
allows 'but nothing else of KBS' false admin affirming
allows 'nobody of whom one part is not affirmed' false resource \
    affirming contraindicated
allows 'nobody of whom there is a warning' false resource warning
allows 'nobody of whom nothing is known' false resource
plan
