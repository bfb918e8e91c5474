#!/bin/sh
# Containers, whole lives of them, from the disk. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh

must_boot

in_guest echo hello world
is 'a container prints' 'hello world' "$stdout"
is 'and ends with 0' 0 "$code"
in_guest sh -c 'echo out; echo err >&2; exit 42'
is 'the exit code comes back' 42 "$code"
is 'standard output alone' out "$stdout"
is 'standard error alone' err "$stderr"
bundle sleep 60
ctl run --no-stdin --id k1 "$scratch/bundle" &
runner=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.3
	[ "$(code_of SignalProcess "$(text 1 k1)$(text 2 k1)$(number 3 9)")" \
	    != 0 ] || break
done
code=0
wait $runner || code=$?
is 'a killed process ends with 128 + 9' 137 "$code"
in_guest seq 1 200000
is '1.3 MB of output arrive whole' \
    "$(seq 1 200000 | sha256sum)" "$(sha256sum <"$scratch/stdout")"
is 'the container is PID 1 of its own' 1 \
    "$(in_guest sh -c 'echo $$'; echo "$stdout")"
in_guest hostname
is "it has its pod's host name" inside "$stdout"
in_guest sh -c ': >/x'
ok 'a read-only root is read-only' test "$code" -ne 0
in_guest sh -c 'echo x >/tmp/x && cat /tmp/x'
is '/tmp is there to write to' x "$stdout"

bundle cat
is 'standard input goes in and ends' 'in and out' \
    "$(echo 'in and out' | ctl run "$scratch/bundle")"
sum=$(seq 1 100000 | sha256sum)
is 'and so does much of it' "$sum" \
    "$(seq 1 100000 | ctl run "$scratch/bundle" | sha256sum)"

b_env='"A=one two","B="' b_cwd=/home/user b_uid=1000 b_gid=1000 b_groups=7,8
# shellcheck disable=SC2016 # for the shell in the guest
in_guest sh -c 'echo "$A|$B|$PWD|$(id -u)|$(id -g)|$(id -G)"'
is 'environment, folder, user and groups' \
    'one two||/home/user|1000|1000|1000 7 8' "$stdout"
in_guest grep -E '^(CapEff|NoNewPrivs)' /proc/self/status
is 'no capabilities and no new ones' 'CapEff:	0000000000000000
NoNewPrivs:	1' "$stdout"
reset_bundle

b_caps='"CAP_NET_RAW","CAP_KILL"'
in_guest grep CapEff /proc/self/status
is 'two capabilities of its own' 'CapEff:	0000000000002020' "$stdout"
reset_bundle

b_rlimits='{"type":"RLIMIT_NOFILE","soft":100,"hard":200}'
in_guest sh -c 'ulimit -n; ulimit -Hn'
is 'resource limits' '100
200' "$stdout"
reset_bundle

b_memory=33554432 b_pids=20
in_guest cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max
is 'its cgroup holds the limits' '33554432
20' "$stdout"
in_guest dd if=/dev/zero of=/dev/null bs=48M count=1
ok 'too much memory kills it' test "$code" -ne 0
ok 'and nothing else' ctl check
reset_bundle

b_masked='"/proc/meminfo"'
in_guest cat /proc/meminfo
is 'a masked path is empty' '' "$stdout"
reset_bundle

b_tty=true
in_guest sh -c 'tty; stty size >/dev/null && echo sized'
has 'a terminal of its own' /dev/pts/ "$stdout"
has 'which has a size' sized "$stdout"
reset_bundle

in_guest /no/such/program
ok 'a program that is not there is an error' test "$code" -ne 0
has 'which names it' /no/such/program "$stderr$stdout"
b_cwd=/nowhere
in_guest true
ok 'so is a folder that is not there' test "$code" -ne 0
plan
