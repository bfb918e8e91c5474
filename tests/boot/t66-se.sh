#!/bin/sh
# The target se without the TEE: an s390x guest, whose byte order is not the
# host's, with its devices on the channel subsystem. Kernel, initrd and command
# line are what goes into the encrypted image, but the initrd is the one for
# debugging. Three guests.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/se.sh

must_boot_se
ok 'serves on vsock and answers Check' ctl check
is 'CreateSandbox' 0 "$(code_of CreateSandbox "$(text 1 pod)$(text 5 s1)")"
is 'GetGuestDetails' 0 "$(code_of GetGuestDetails "$(number 1 1)")"
ok '20 requests are in flight on one connection' "$frames" "$address" flight 20
on_channel 0.0.0010
in_guest echo hello
is 'a container runs from the disk at its bus id' hello "$stdout"
in_guest uname -m
is 'on s390x' s390x "$stdout"
in_guest cat /proc/cmdline
is 'with the command line that goes into the image' \
    "$(sed -n '/^SEALED=/,/"$/p' boot/targets/se.conf | tr -d '\\\n' |
	cut -d '"' -f 2) husk.report=hvc1" "$stdout"
in_guest sh -c 'echo out; echo err >&2; exit 42'
is 'exit code and streams come back apart' '42 out err' "$code $stdout $stderr"
in_guest cat /bin/busybox
ok 'a program of 400 KB comes out whole' \
    cmp "$B/s390x/busybox/busybox" "$scratch/stdout"
bundle cat
is 'standard input goes in and ends' "$(seq 1 5000 | sha256sum)" \
    "$(seq 1 5000 | ctl run "$scratch/bundle" | sha256sum)"

b_uid=1000 b_gid=1000 b_groups=7,8 b_caps='"CAP_NET_RAW","CAP_KILL"'
b_rlimits='{"type":"RLIMIT_NOFILE","soft":100,"hard":200}'
b_memory=33554432 b_pids=20
in_guest sh -c 'id -u; id -G; grep CapBnd /proc/self/status; ulimit -n
    ulimit -Hn; cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max'
is 'user, groups, capabilities, rlimits and cgroup are those asked for' '1000
1000 7 8
CapBnd:	0000000000002020
100
200
33554432
20' "$stdout"
reset_bundle
on_channel 0.0.0010
b_caps='"CAP_MKNOD"'
in_guest sh -c 'cd /dev && mknod n c 1 3 && echo >n && echo null
    mknod h c 229 0; mknod d b 254 0; cat h; cat d; ls n h d'
is 'the device filter lets null be opened, no console and no disk' 'null
d
h
n' "$stdout"
is 'and says so of both' 2 "$(echo "$stderr" | grep -c 'not permitted')"
reset_bundle
on_channel 0.0.0010
b_tty=true
in_guest sh -c 'tty; stty size >/dev/null && echo sized'
has 'a terminal of its own' /dev/pts/ "$stdout"
reset_bundle
end

must_boot_se -R rs
is 'as runtime-rs starts it: CreateSandbox' 0 \
    "$(code_of CreateSandbox "$(text 1 pod)$(text 5 s1)")"
on_channel 0.0.0010
in_guest echo hello
is 'with the policy of its initdata a container runs' hello "$stdout"
end

must_boot -t 120 -i "$B/se-debug/initrd"
is 'its own policy denies exec' 7 "$(code_of ExecProcess "$(text 1 c)$(text 2 e)")"
is 'and another policy' 7 "$(code_of SetPolicy "$(text 1 'package x')")"
plan
