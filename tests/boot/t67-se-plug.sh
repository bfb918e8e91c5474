#!/bin/sh
# Disks and interfaces that are plugged into a guest of the target se while it
# runs, named by CCW bus ids or SCSI addresses, and its end. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/se.sh
. tests/lib/qmp.sh

must_boot_se
is 'CreateSandbox' 0 "$(code_of CreateSandbox "$(text 1 pod)$(text 5 s1)")"
qmp '{"execute":"blockdev-add","arguments":{"driver":"raw","node-name":"hot",
"read-only":true,"file":{"driver":"file","filename":"'"$disk"'"}}}' \
    '{"execute":"device_add","arguments":{"driver":"virtio-blk-ccw",
"id":"hot0","drive":"hot","devno":"fe.0.0020"}}' '{"execute":"netdev_add",
"arguments":{"type":"hubport","id":"n0","hubid":0}}' '{"execute":"device_add",
"arguments":{"driver":"virtio-net-ccw","id":"net0","netdev":"n0",
"mac":"02:00:00:00:00:07","devno":"fe.0.0021"}}' >"$scratch/out"
not_ok 'QEMU plugs in a disk and an interface' grep error "$scratch/out"
on_channel 0.0.0020
in_guest echo from the new disk
is 'a container runs from the new disk' 'from the new disk' "$stdout"
ok 'the interface at its bus id is configured' ctl call UpdateInterface \
    '{"interface":{"device":"eth0","name":"eth0","mtu":1400,
"hwAddr":"02:00:00:00:00:07","devicePath":"0.0.0021",
"IPAddresses":[{"family":"v4","address":"10.1.2.3","mask":"24"}]}}'
ok 'and a route through it' ctl call UpdateRoutes '{"routes":{"Routes":[{
"dest":"10.9.0.0/16","gateway":"10.1.2.1","device":"eth0"}]}}'
out=$(ctl call ListInterfaces)
has 'with its address' 10.1.2.3 "$out"
has 'and its size' 1400 "$out"
has 'the route is listed' 10.9.0.0/16 "$(ctl call ListRoutes)"
on_channel 0.0.0022
in_guest true
has 'a bus id with nothing at it is an error that names it' 0.0.0022 "$stderr"
ok 'QEMU plugs in a SCSI disk, as the Go runtime does' plug_scsi "$disk" 0 1
b_driver=scsi b_source=0:1
in_guest echo from the SCSI disk
is 'a container runs from it' 'from the SCSI disk' "$stdout"
is 'DestroySandbox' 0 "$(code_of DestroySandbox)"
wait_end
is 'the guest has powered off by itself' 0 "$code"
not_ok 'and the kernel has not complained' \
    grep -E 'panic|Oops|BUG:|WARNING:|Call Trace|Fault in' "$run/console"
plan
