# shellcheck shell=sh
# Sourced by boot/qemu in place of devices.sh: the same for a guest that Kata's
# runtime-rs starts (kata fact sheet 7.4), in its order. tests/build/argv.sh
# compares them with the runtime's.

host_cpus=$(getconf _NPROCESSORS_CONF)
host_memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)

# Whole GiB are told as such.
size()
{
	[ $(($1 % 1024)) = 0 ] && echo $(($1 / 1024))G || echo "$1M"
}

block()
{
	echo "driver=file,node-name=image-$1,filename=$2,aio=threads,\
cache.direct=off,cache.no-flush=off,read-only=on"
}

smp=$VCPUS memory=$(size "$MEMORY") irqchip=split processor=$CPU
if [ -z "$TEE" ]; then
	irqchip=on memory=$memory,slots=10,maxmem=$(size "$host_memory")
	[ "$host_cpus" -le "$VCPUS" ] || smp=$smp,maxcpus=$host_cpus
fi
[ "$accel" = kvm ] || processor=${CPU_TCG:-max}
set -- "$@" -kernel "$kernel" ${initrd:+-initrd "$initrd"} \
    -append "$CMDLINE" -smp "$smp" -machine "${MACHINE%%,*},accel=$accel,\
kernel_irqchip=$irqchip,memory-backend=entire-guest-memory" \
    -cpu "$processor" -m "$memory" \
    -object "$backend,id=entire-guest-memory,size=$(size "$MEMORY")$share" \
    -qmp "unix:$run/qmp,server=on,wait=off" \
    -rtc base=utc,clock=host,driftfix=slew \
    -object rng-random,id=rng0,filename=/dev/urandom \
    -device virtio-rng-pci,rng=rng0 \
    -device "pci-bridge,bus=pcie.0,id=pci-bridge-0,chassis_nr=1,shpc=off,\
addr=2,io-reserve=4k,mem-reserve=1m,pref64-reserve=1m" \
    -device virtio-scsi-pci,id=scsi0 \
    -device "$(echo "$vsock_device" |
	sed 's/,disable-modern=false//; s/,bus=pcie.0//')" \
    -netdev "$netdev" -device "virtio-net-pci,netdev=network-0,\
mac=02:00:68:75:73:6b,mq=on,vectors=4"
[ -z "$rootfs" ] || set -- "$@" -blockdev "$(block rootfs "$rootfs")" \
    -device "virtio-blk-pci,drive=image-rootfs,config-wce=off,share-rw=on,\
serial=image-rootfs"
# Initdata is a SCSI disk, told by its first bytes alone.
[ -z "$initdata" ] || set -- "$@" \
    -blockdev "$(block initdata "${initdata#scsi:}")" \
    -device scsi-hd,drive=image-initdata,bus=scsi0.0
[ -z "$bios" ] || set -- "$@" -bios "$bios"
set -- "$@" -device virtio-serial-pci,id=serial0 \
    -device virtconsole,id=console0,chardev=charconsole0 -chardev "$console" \
    -vga none -no-user-config -nodefaults -nographic -no-reboot
