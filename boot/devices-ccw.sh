# shellcheck shell=sh
# Sourced by boot/qemu in place of devices.sh for s390x: machine and devices in
# the order of Kata's Go runtime, on the channel subsystem, whose device numbers
# it counts up from 1. Ours besides: memory that a vhost-user daemon can share,
# the second port of the serial device for reports, and vsock on PCI where such a
# daemon gives it, because QEMU has no such device for channels.

set -- "$@" -machine "$MACHINE,accel=$accel,memory-backend=dimm1"
case $accel in
kvm) set -- "$@" -cpu "$CPU" ;;
*) set -- "$@" -cpu "${CPU_TCG:-max}" ;;
esac
set -- "$@" -m "${MEMORY}M" -smp "$VCPUS,cores=1,threads=1,sockets=$VCPUS" \
    -object "$backend,id=dimm1,size=${MEMORY}M$share" \
    -rtc base=utc,driftfix=slew,clock=host -vga none -no-user-config \
    -nodefaults -nographic -no-reboot -boot strict=on \
    -device virtio-serial-ccw,id=serial0,devno=fe.0.0001 \
    -device virtconsole,chardev=console,id=console0 \
    -chardev file,id=console,path=/dev/fd/21 \
    -device virtio-scsi-ccw,id=scsi0,devno=fe.0.0002 \
    -device "$vsock_device"
[ -n "$quiet" ] || set -- "$@" -device virtconsole,chardev=report,id=console1 \
    -chardev file,id=report,path=/dev/fd/20
[ -z "$daemon" ] || set -- "$@" -chardev "socket,id=vsock,path=$run/vhost"

# The first disk is at 0.0.0010 for the guest, the next at 0.0.0011.
n=0
for f in $disks; do
	set -- "$@" -device "virtio-blk-ccw,drive=disk$n,config-wce=off,\
serial=disk$n,devno=fe.0.$(printf %04x $((16 + n)))" \
	    -drive "id=disk$n,file=$f,aio=threads,format=raw,if=none,readonly=on"
	n=$((n + 1))
done

case $initdata in
'') initdata_device='' ;;
scsi:*) initdata_device=scsi-hd,drive=initdata,bus=scsi0.0 ;;
*) initdata_device="virtio-blk-ccw,drive=initdata,config-wce=off,\
serial=initdata,devno=fe.0.0003" ;;
esac
[ -z "$initdata" ] || set -- "$@" -device "$initdata_device" \
    -drive "id=initdata,file=${initdata#scsi:},aio=threads,format=raw,\
if=none,readonly=on"

# Kata's runtimes plug devices in by QMP while the guest runs.
set -- "$@" -qmp "unix:$run/qmp,server=on,wait=off" \
    -kernel "$kernel" ${initrd:+-initrd "$initrd"} -append "$CMDLINE"
