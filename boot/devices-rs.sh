# shellcheck shell=sh
# Sourced by boot/qemu in place of devices.sh or devices-ccw.sh: the same for a
# guest that Kata's runtime-rs starts (kata fact sheet 7.4), in its order.
# tests/build/argv-rs.sh compares them with the runtime's.

# Whole GiB are told as such.
size()
{
	[ $(($1 % 1024)) = 0 ] && echo $(($1 / 1024))G || echo "$1M"
}

# Sets devno: on the channel subsystem devices are counted up from 0.
channel=0
next_channel()
{
	devno=''
	[ "$bus" = pci ] || devno=,devno=fe.0.$(printf %04x $channel)
	channel=$((channel + 1))
}

block()
{
	echo "driver=file,node-name=image-$1,filename=$2,aio=threads,\
cache.direct=off,cache.no-flush=off,read-only=on"
}

# Sets disk, for the one of block().
virtio_disk()
{
	next_channel
	disk=virtio-blk-$bus,drive=image-$1,config-wce=off,share-rw=on
	disk=$disk,serial=image-$1$devno
}

host_cpus=$(getconf _NPROCESSORS_CONF)
host_memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
smp=$VCPUS memory=$(size "$MEMORY") irqchip=split processor=$CPU bus=pci
case $TEE in
'')
	irqchip=on memory=$memory,slots=10,maxmem=$(size "$host_memory")
	[ "$host_cpus" -le "$VCPUS" ] || smp=$smp,maxcpus=$host_cpus
	;;
s390-pv-guest)
	# Its own list of the processor's features is empty.
	irqchip=on bus=ccw processor=$CPU,
	;;
esac
[ "$accel" = kvm ] || processor=${CPU_TCG:-max}
set -- "$@" -kernel "$kernel" ${initrd:+-initrd "$initrd"} \
    -append "$CMDLINE" -smp "$smp" -machine "${MACHINE%%,*},accel=$accel,\
kernel_irqchip=$irqchip,memory-backend=entire-guest-memory" \
    -cpu "$processor" -m "$memory" \
    -object "$backend,id=entire-guest-memory,size=$(size "$MEMORY")$share" \
    -qmp "unix:$run/qmp,server=on,wait=off" \
    -rtc base=utc,clock=host,driftfix=slew
[ $bus = ccw ] || set -- "$@" \
    -object rng-random,id=rng0,filename=/dev/urandom \
    -device virtio-rng-pci,rng=rng0 \
    -device "pci-bridge,bus=pcie.0,id=pci-bridge-0,chassis_nr=1,shpc=off,\
addr=2,io-reserve=4k,mem-reserve=1m,pref64-reserve=1m" \
    -device virtio-scsi-pci,id=scsi0
next_channel
set -- "$@" -device "$(echo "$vsock_device" | sed "s/,devno=[^,]*/$devno/
    s/,disable-modern=false//; s/,bus=pcie.0//")"
next_channel
set -- "$@" -netdev "$netdev" -device "virtio-net-$bus,netdev=network-0,\
mac=02:00:68:75:73:6b$devno,mq=on$([ $bus = ccw ] || echo ,vectors=4)"
[ -z "$rootfs" ] || virtio_disk rootfs
[ -z "$rootfs" ] || set -- "$@" -blockdev "$(block rootfs "$rootfs")" \
    -device "$disk"
# Initdata is a disk like a container's, told by its first bytes alone.
if [ -n "$initdata" ]; then
	disk=scsi-hd,drive=image-initdata,bus=scsi0.0
	[ $bus = pci ] || virtio_disk initdata
	set -- "$@" -blockdev "$(block initdata "${initdata#scsi:}")" \
	    -device "$disk"
fi
[ -z "$bios" ] || set -- "$@" -bios "$bios"
next_channel
set -- "$@" -device "virtio-serial-$bus,id=serial0$devno" \
    -device virtconsole,id=console0,chardev=charconsole0 -chardev "$console" \
    -vga none -no-user-config -nodefaults -nographic -no-reboot
