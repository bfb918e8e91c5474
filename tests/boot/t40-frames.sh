#!/bin/sh
# Bytes that no client would send, over the real transport. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh

must_boot

ok 'frames cut short at every byte' "$frames" "$address" truncated
ok 'lengths beyond 4 MiB' "$frames" "$address" oversized
ok 'frames of types that are not requests' "$frames" "$address" types
ok '1,000 damaged requests' "$frames" "$address" mutate 1000 1
ok 'another 1,000' "$frames" "$address" mutate 1000 2
ok 'Check is answered' "$frames" "$address" flight 1
is 'the report tells of no end' 0 \
    "$(grep -cE '"event":"(fatal|shutdown)"' "$run/report")"
not_ok 'the kernel has not complained' \
    grep -E 'panic|Oops|BUG:|WARNING:|Call Trace' "$run/console"
ok 'no role was killed' sh -c "! grep -iE 'killed by|signal' '$run/console'"
plan
