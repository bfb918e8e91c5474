#!/bin/sh
# The command lines of a target under Cloud Hypervisor, word by word as Kata 4.1
# passes them (kata fact sheet 7.6; virtcontainers/clh.go, ch/inner_hypervisor.rs).
# Those under QEMU are compared by what they lead to (deploy-trustee.sh).
set -eu
. tests/lib/tap.sh
# shellcheck disable=SC2034 # for what is sourced
here=.
B=${B:-build}
# shellcheck source=boot/rootfs.sh
. boot/rootfs.sh
# shellcheck source=boot/cmdline.sh
. boot/cmdline.sh
# shellcheck source=boot/built.sh
. boot/built.sh

read_built clh-tdx
words='root_hash=ab,salt=cd,data_blocks=24,data_block_size=4096,hash_block_size=4096'
root='dm-mod.create="dm-verity,,,ro,0 192 verity 1 /dev/vda1 /dev/vda2 4096 4096 24 0 sha256 ab cd" root=/dev/dm-0 rootflags=ro rootfstype=erofs'
unit='systemd.unit=kata-containers.target systemd.mask=systemd-networkd.service systemd.mask=systemd-networkd.socket'
user='cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1'
is 'the Go runtime' \
    "$root panic=1 no_timer_check noreplace-smp quiet $unit agent.launch_process_timeout=6 $user" \
    "$(cmdline_go "$words" '')"
is 'runtime-rs' \
    "reboot=k panic=1 $unit quiet $root no_timer_check noreplace-smp systemd.log_target=console agent.cdh_api_timeout=50 agent.launch_process_timeout=6 $user" \
    "$(cmdline_rs "$words" '')"
plan
