# shellcheck shell=sh
# Sourced by boot/qemu in place of devices.sh for s390x: machine and devices that
# Kata's Go runtime gives a guest, in its order and on the channel subsystem,
# whose device numbers it counts up from 1.

set -- "$@" -machine "$MACHINE,accel=$accel,memory-backend=dimm1"
case $accel in
kvm) set -- "$@" -cpu "$CPU" ;;
*) set -- "$@" -cpu "${CPU_TCG:-max}" ;;
esac
set -- "$@" -qmp "unix:$run/qmp,server=on,wait=off" -m "${MEMORY}M" \
    -device virtio-serial-ccw,id=serial0,devno=fe.0.0001 \
    -device virtconsole,chardev=charconsole0,id=console0 \
    -chardev "$console" \
    -device virtio-scsi-ccw,id=scsi0,devno=fe.0.0002
case $initdata in
'') ;;
scsi:*) set -- "$@" -device scsi-hd,drive=initdata,bus=scsi0.0 ;;
*)
	set -- "$@" -device "virtio-blk-ccw,drive=initdata,config-wce=off,\
serial=initdata,devno=fe.0.0003"
	;;
esac
[ -z "$initdata" ] || set -- "$@" -drive "id=initdata,\
file=${initdata#scsi:},aio=threads,format=raw,if=none"
set -- "$@" -device "$vsock_device" -netdev "$netdev" \
    -device "driver=virtio-net-ccw,netdev=network-0,mac=02:00:68:75:73:6b,\
devno=fe.0.0005" \
    -rtc base=utc,driftfix=slew,clock=host -vga none -no-user-config \
    -nodefaults -nographic --no-reboot \
    -object "$backend,id=dimm1,size=${MEMORY}M$share" \
    -kernel "$kernel" ${initrd:+-initrd "$initrd"} -append "$CMDLINE" \
    -smp "$VCPUS,cores=1,threads=1"
