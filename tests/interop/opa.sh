#!/bin/sh
# Open Policy Agent as a peer: programs that tests/interop/opa makes, OPA's own
# cases, and times beside each other. TAP.
# OPA_SEED and OPA_PROGRAMS choose others than the usual programs.
set -eu
. tests/lib/tap.sh

B=${B:-build}
husk=$B/bin/husk
seed=${OPA_SEED:-5}
half=$((${OPA_PROGRAMS:-10000} / 2))
out=$B/test/interop/opa
kata=tests/vectors/rego/kata

go=$(command -v go || :)
[ ! -x /usr/local/go/bin/go ] || go=/usr/local/go/bin/go
if [ -z "$go" ]; then
	echo '1..0 # SKIP go is not installed'
	exit 0
fi
mkdir -p "$out"
dir=$(cd "$out" && pwd)
# in_module COMMAND...: go, where the module is.
in_module()
{
	(cd tests/interop/opa && GOTOOLCHAIN=local GOFLAGS=-mod=readonly \
	    GOCACHE="$dir/../go-cache" CGO_ENABLED=0 "$go" "$@")
}
if ! in_module build -trimpath -o "$dir/opa" . > "$out/build.log" 2>&1; then
	sed 's/^/# /' "$out/build.log"
	echo "1..0 # SKIP OPA's Go module cannot be had, or go is too old"
	exit 0
fi

# same NAME CASES [OPTION]: husk answers each as OPA does.
same()
{
	name=$1 cases=$2 rc=0
	shift 2
	"$husk" policy suite --list "$@" "$cases" > "$cases.out" || rc=1
	tail -n 1 "$cases.out" | awk '{ exit !($1 > 0 && $3 == 0) }' || rc=1
	sed 's/^/# /' "$cases.out"
	tap_result $rc "$name: $(tail -n 1 "$cases.out")" ""
}

for dialect in V1 V0; do
	option=
	[ $dialect = V1 ] || option=--v0
	"$out/opa" generate "$seed" "$half" $dialect "$out/$dialect.json" |
	    sed 's/^/# OPA: /'
	# shellcheck disable=SC2086 # none or one
	same "programs in $dialect" "$out/$dialect.json" $option
done

# OPA's own cases: 99 of 100 of those whose builtins husk has.
source=$(in_module list -m -f '{{.Dir}}' github.com/open-policy-agent/opa)
for dialect in v1 v0; do
	option=
	[ $dialect = v1 ] || option=--v0
	"$out/opa" convert "$source/v1/test/cases/testdata/$dialect" \
	    "$out/own-$dialect.json"
	rc=0
	# shellcheck disable=SC2086 # none or one
	"$husk" policy suite --list $option "$out/own-$dialect.json" \
	    > "$out/own-$dialect.out" || :
	sed 's/^/# /' "$out/own-$dialect.out"
	tail -n 1 "$out/own-$dialect.out" |
	    awk '{ exit !($1 > 1500 && $3 * 99 <= $1) }' || rc=1
	tap_result $rc "OPA's cases, $dialect: $(tail -n 1 \
	    "$out/own-$dialect.out")" ""
done

set --
for d in "$kata"/*/; do
	set -- "$@" "$d/policy.rego" "$d/inputs.txt"
done
rc=0
"$husk" policy bench -n 20 "$@" > "$out/husk-bench.json" || rc=1
"$out/opa" bench "$out/husk-bench.json" 20 "$@" > "$out/bench.json" || rc=1
sed 's/^/# /' "$out/bench.json"
tap_result $rc "times beside OPA's" ""
plan
