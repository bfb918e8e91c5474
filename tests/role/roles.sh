#!/bin/sh
# The real roles in namespaces of their own: confinement as the kernel shows
# it, restarts, ends, and what is said about them.
set -eu

n=0
# shellcheck source=tests/lib/role.sh
. tests/lib/role.sh

start
check 'serves' grep -qx serving "$dir/out"
check 'rpc has a filter' shows rpc Seccomp 2
check 'rpc can gain no privilege' shows rpc NoNewPrivs 1
check 'rpc has its own user' shows rpc Uid '101[[:space:]]+101.*'
check 'rpc has no groups' shows rpc Groups ''
check 'rpc has no capability' shows rpc CapPrm 0000000000000000
check 'rpc has no environment' [ ! -s "/proc/$(role_pid rpc)/environ" ]
check 'rpc has no descriptor that it was not given' only_fds rpc 7
check 'sandbox has no filter' shows sandbox Seccomp 0
check 'rpc is started again' again
check 'rpc is started a third time' again
check 'rpc is started a fourth time' again
kill -KILL "$(role_pid rpc)"
check 'the fourth death is the end' ends_with 1 \
    'role rpc was killed by signal 9'

start
kill -TERM "$pid"
check 'a signal stops everything in order' ends_with 0 'signal 15'

start
kill -KILL "$(role_pid sandbox)"
check 'the death of sandbox is the end' ends_with 1 \
    'role sandbox was killed by signal 9'

start test=refused
check 'a refused call kills and is told' ends_with 1 \
    'role rpc was killed by signal 31 for .*'

echo "1..$n"
