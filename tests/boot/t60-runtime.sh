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

# The controller is told on the command line not to look for disks by itself.
ok 'QEMU plugs in a SCSI disk' plug_scsi "$disk" 0 1
ok 'and one far away' plug_scsi "$disk" 3 200
b_driver=scsi b_source=0:1 b_device=scsi b_device_id=3:200
in_guest echo from the SCSI disk
is 'a container runs from the disk at that SCSI address' 'from the SCSI disk' \
    "$stdout"
in_guest sha256sum /dev/raw
is 'and reads the other as a device, under the numbers of the guest' \
    "$(sha256sum <"$disk" | sed 's|-$|/dev/raw|')" "$stdout"
ok 'QEMU takes the first out' unplug_scsi 0 1
in_guest true
ok 'a SCSI disk that is gone is an error' test "$code" -ne 0
has 'which names its address' 0:1 "$stderr"
ok 'QEMU plugs it in again' plug_scsi "$disk" 0 1
in_guest echo again
is 'and a container runs from it' again "$stdout"
is 'no matter how fresh the disk is' '' "$(plug_and_run 8)"
b_driver=blk b_source=10 b_device=nvdimm b_device_id=/dev/pmem0
in_guest true
ok 'a type of device that no target has is refused' test "$code" -ne 0
has 'by its name' "unsupported: device type 'nvdimm'" "$stderr"
reset_bundle

ok 'the pod still runs' ctl exec pod -- true
kill $runner 2>/dev/null || :
wait $runner 2>/dev/null || :
not_ok 'the kernel has not complained' \
    grep -E 'panic|Oops|BUG:|Call Trace' "$run/console"
plan
