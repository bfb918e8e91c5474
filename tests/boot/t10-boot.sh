#!/bin/sh
# The guest boots, says so over its own channel, answers, and powers off when
# it is told to. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh

timeline()
{
	sed -n "s/^$1=//p" "$run/timeline"
}

must_boot

ok 'serves on vsock and answers Check' ctl check
is 'the report says serving once' 1 "$(grep -c '"serving"' "$run/report")"
ok 'PID 1 starts before it serves' \
    test "$(timeline guest_pid1)" -lt "$(timeline guest_ready)"
ok 'the stages come in order' test "$(timeline firmware)" -lt \
    "$(timeline kernel)" -a "$(timeline kernel)" -lt "$(timeline pid1)" -a \
    "$(timeline pid1)" -lt "$(timeline ready)" -a "$(timeline ready)" -lt \
    "$(timeline check)"
is 'Version is answered' 0 \
    "$("$frames" "$address" call grpc.Health Version | sed -n '1s/ .*//p')"
is 'GetGuestDetails is answered' 0 "$(code_of GetGuestDetails "$(number 1 1)")"
ok '20 requests are in flight on one connection' "$frames" "$address" flight 20
ok '500 requests are in flight on one connection' \
    "$frames" "$address" flight 500

is 'CreateSandbox' 0 "$(code_of CreateSandbox "$(text 1 pod)$(text 5 s1)")"
is 'DestroySandbox' 0 "$(code_of DestroySandbox)"
wait_end
is 'the guest has powered off by itself' 0 "$code"
has 'it has said that it does' '"shutdown"' "$(cat "$run/report")"
not_ok 'and the kernel has not complained' \
    grep -E 'panic|Oops|BUG:|WARNING:|Call Trace' "$run/console"
plan
