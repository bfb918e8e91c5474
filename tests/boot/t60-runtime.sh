#!/bin/sh
# What a runtime does to a pod that runs already: a terminal for exec, a disk
# that is plugged in, and the message that memory has run out. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/qmp.sh

# on_terminal SCRIPT: exec it in the pod from a terminal of 33 rows and 77
# columns; prints what the terminal shows, then code=N.
on_terminal()
{
	script -qec "stty rows 33 cols 77
	    timeout 20 $husk ctl $address exec pod -t -- sh -c '$1'
	    echo code=\$?" /dev/null </dev/null | tr -d '\r'
}

must_boot

bundle sleep 60
ctl run --no-stdin --id pod "$scratch/bundle" 2>/dev/null &
runner=$!
n=0
while ! ctl exec pod -- true 2>/dev/null && [ $n -lt 20 ]; do
	n=$((n + 1))
	sleep 0.3
done

is 'exec without a terminal has none' 'not a tty' \
    "$(ctl exec pod -- tty || :)"
out=$(on_terminal 'tty; stty size; exit 9')
has 'exec -t has a terminal' /dev/pts/ "$out"
has 'as large as the one that it was started from' '33 77' "$out"
has 'its exit code comes back' code=9 "$out"
not_ok 'exec in a container that is not there is refused' \
    ctl exec nobody -- true

ctl call GetOOMEvent >"$scratch/oom" 2>&1 &
waiter=$!
b_memory=33554432
bundle dd if=/dev/zero of=/dev/null bs=64M count=1
code=0
ctl run --no-stdin --id greedy "$scratch/bundle" >"$scratch/out" 2>&1 || code=$?
reset_bundle
ok 'a container that takes too much memory is killed' test "$code" -ne 0
wait $waiter || :
has 'and the runtime is told which' greedy "$(cat "$scratch/oom")"

ok 'QEMU plugs a disk in behind the bridge' plug_disk "$disk" 3
b_source=02/03
in_guest echo from the new disk
is 'a container runs from the disk at that PCI path' 'from the new disk' \
    "$stdout"
b_source=02/04
in_guest true
ok 'a device that never comes is an error' test "$code" -ne 0
has 'which names its place' 02/04 "$stderr"
reset_bundle

ok 'the pod still runs' ctl exec pod -- true
kill $runner 2>/dev/null || :
wait $runner 2>/dev/null || :
not_ok 'the kernel has not complained' \
    grep -E 'panic|Oops|BUG:|Call Trace' "$run/console"
plan
