#!/bin/sh
# Rego: OPA's compliance cases, recorded Kata requests, and the verbs. TAP.
set -eu
. tests/lib/tap.sh

husk=${B:-build}/bin/husk
data=tests/vectors/rego
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# suite NAME [OPTION]: at least 99 of 100 cases pass, refused ones apart.
suite()
{
	name=$1
	shift
	"$husk" policy suite --list "$@" "$data/$name.json" > "$tmp/out" || :
	rc=0
	tail -n 1 "$tmp/out" |
	    awk '{ exit !($1 > 900 && $3 * 99 <= $1) }' || rc=1
	sed 's/^/# /' "$tmp/out"
	tap_result $rc "$name: $(tail -n 1 "$tmp/out")" ""
}

suite opa-v1
suite opa-v0 --v0

for dir in "$data"/kata/*/; do
	rc=0
	"$husk" policy replay --list "$dir/policy.rego" "$dir/inputs.txt" \
	    "$dir/outputs.json" > "$tmp/out" || rc=1
	tap_result $rc "replay $(basename "$dir")" "$(cat "$tmp/out")"
done

# exits CODE TEXT ARGUMENT...: the exit code, and TEXT in what is printed.
exits()
{
	want=$1 text=$2 rc=0
	shift 2
	"$husk" policy "$@" > "$tmp/out" 2>&1 || rc=$?
	bad=0
	[ $rc = "$want" ] || bad=1
	grep -qF -- "$text" "$tmp/out" || bad=1
	tap_result $bad "husk policy $1: $text" "exit $rc: $(cat "$tmp/out")"
}

cat > "$tmp/good.rego" <<'END'
package agent_policy
default ExecProcessRequest := false
default CreateContainerRequests := true
ExecProcessRequest if {
	input.process.Args[0] == "ls"
	regex.match("[a", "b")
}
END
printf 'package p\nx if { y > 1 }\n' > "$tmp/bad.rego"
echo '{"kind":"ExecProcessRequest","request":{"process":{"Args":["remove"],
"Env":["KEY=remove"]}}}' > "$tmp/in.json"

for verb in check eval explain suite replay bench; do
	exits 0 "usage: husk policy $verb" $verb --help
	exits 2 "unknown option" $verb --frobnicate
done
exits 2 "wrong number of files" check
exits 2 "No such file" check "$tmp/none.rego"
exits 0 "did you mean CreateContainerRequest?" check "$tmp/good.rego"
exits 0 "CopyFileRequest has no default" check "$tmp/good.rego"
exits 0 "good.rego:6:14: warning: bad_regex" check "$tmp/good.rego"
exits 1 "bad.rego:2:8: error: rego_unsafe_var_error: var y is unsafe" \
    check "$tmp/bad.rego"
exits 1 "good.rego:5: ExecProcessRequest: \`input.process.Args[0] == \"ls\"\`" \
    explain -i "$tmp/in.json" "$tmp/good.rego"
exits 1 "(environment withheld)" explain -i "$tmp/in.json" "$tmp/good.rego"
exits 1 'request "remove"' explain --secrets -i "$tmp/in.json" "$tmp/good.rego"

# What a policy takes at most, its trees while it is compiled, the questions
# and regular expressions included: bytes as the allocators count them.
for dir in "$data"/kata/*/; do
	"$husk" policy bench -n 1 "$dir/policy.rego" "$dir/inputs.txt" \
	    > "$tmp/out" 2>&1 || :
	peak=$(sed -n 's/.*"peak_memory":\([0-9]*\).*/\1/p' "$tmp/out")
	rc=0
	[ "${peak:-9999999}" -le 4194304 ] || rc=1
	tap_result $rc "peak of $(basename "$dir"): $peak bytes of 4 MiB" \
	    "$(tail -n 3 "$tmp/out")"
done
plan
