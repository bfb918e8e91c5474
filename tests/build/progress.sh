#!/bin/sh
# What scripts/progress says of a command, and that it waits for nothing else.
set -eu
. tests/lib/tap.sh

scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-progress.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
log=$scratch/a/log
unset V

# Its output goes through a pipe, which ends when all that hold it have.
run()
{
	start=$(date +%s)
	said=$({ scripts/progress part "$log" sh -c "$1" 2>&1 &&
	    echo "code 0" || echo "code $?"; } | cat)
	took=$(($(date +%s) - start))
}

run 'echo one; echo two >&2'
is 'a short command says nothing' 'code 0' "$said"
is 'the log has its output' 'one
two' "$(cat "$log")"
ok 'it ends with its command' test "$took" -lt 3

run "seq 1 30; exit 7"
is 'a failure: the last lines, where the others are, its code' "$(seq 11 30)
part failed; all of its output is in $log
code 7" "$said"
ok 'a failure ends with its command' test "$took" -lt 3

run 'echo one; sleep 6'
is 'a long command: that it lives' '  ...      part, 1 steps, 5 s
code 0' "$said"

scripts/progress part "$log" sleep 60.125 >"$scratch/out" 2>&1 &
pid=$!
sleep 0.5
kill "$pid"
code=0
wait "$pid" || code=$?
is 'when it is ended' 143 "$code"
not_ok 'its command is ended too' pgrep -fx "sleep 60.125"

V=1
export V
run 'echo one'
is 'V=1: everything' 'one
code 0' "$said"
plan
