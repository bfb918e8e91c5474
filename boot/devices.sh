# shellcheck shell=sh
# Sourced by boot/qemu after the choices are made: appends machine and devices
# to the positional parameters, all that Kata's Go runtime gives a guest and in
# its order (kata fact sheet 7.4), without the TEE. tests/build/argv.sh compares
# them with the runtime's.

type=${MACHINE%%,*}
set -- "$@" -machine "$type,accel=$accel${MACHINE#"$type"}"
case $accel in
kvm)
	set -- "$@" -cpu "$CPU" -global kvm-pit.lost_tick_policy=discard
	;;
*)
	set -- "$@" -cpu "${CPU_TCG:-max}"
	;;
esac
# Without a TEE memory may be plugged in, up to what the host has (default_maxmemory
# 0); a guest that firmware starts from a disk is no runtime's.
size=${MEMORY}M
[ -n "$TEE$start" ] || size=$size,slots=10,maxmem=$(awk '
	$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)M
set -- "$@" -qmp "unix:$run/qmp,server=on,wait=off" -m "$size"

# With UEFI firmware Kata hides the bridge for hot-plugged devices behind a port.
if [ -n "$bios" ]; then
	set -- "$@" -device "pcie-root-port,id=rp-pci-bridge-0,bus=pcie.0,\
chassis=16,slot=0,addr=2,multifunction=off,bus-reserve=0x1,pref64-reserve=1m,\
mem-reserve=1m,io-reserve=4k" \
	    -device pcie-pci-bridge,bus=rp-pci-bridge-0,id=pci-bridge-0
else
	set -- "$@" -device "pci-bridge,bus=pcie.0,id=pci-bridge-0,\
chassis_nr=1,shpc=off,addr=2,io-reserve=4k,mem-reserve=1m,pref64-reserve=1m"
fi
set -- "$@" \
    -device virtio-serial-pci,disable-modern=false,id=serial0,max_ports=2 \
    -device virtconsole,chardev=charconsole0,id=console0 \
    -chardev "$console"
if [ -n "$rootfs" ]; then
	set -- "$@" -device "virtio-blk-pci,disable-modern=false,drive=image,\
config-wce=off,share-rw=on,serial=image" \
	    -drive "id=image,file=$rootfs,aio=threads,format=raw,if=none,\
readonly=on"
fi
set -- "$@" -device virtio-scsi-pci,id=scsi0,disable-modern=false
# Initdata: told by its serial, or by nothing but its first bytes (kata fact
# sheet 4).
case $initdata in
'') ;;
scsi:*)
	set -- "$@" -device scsi-hd,drive=initdata,bus=scsi0.0
	;;
*)
	set -- "$@" -device "virtio-blk-pci,disable-modern=false,\
drive=initdata,config-wce=off,serial=initdata"
	;;
esac
[ -z "$initdata" ] || set -- "$@" -drive "id=initdata,\
file=${initdata#scsi:},aio=threads,format=raw,if=none"
# In a TEE the processor alone is asked for random numbers.
[ -n "$TEE" ] || set -- "$@" -object rng-random,id=rng0,filename=/dev/urandom \
    -device virtio-rng-pci,rng=rng0
set -- "$@" -device "$vsock_device"
[ -n "$start" ] || set -- "$@" -netdev "$netdev" \
    -device "driver=virtio-net-pci,netdev=network-0,mac=02:00:68:75:73:6b,\
bus=pcie.0,disable-modern=false,mq=on,vectors=4"
set -- "$@" -rtc base=utc,driftfix=slew,clock=host -vga none -no-user-config \
    -nodefaults -nographic --no-reboot \
    -object "$backend,id=dimm1,size=${MEMORY}M$share" -numa node,memdev=dimm1
if [ -n "$kernel" ]; then
	set -- "$@" -kernel "$kernel" ${initrd:+-initrd "$initrd"} \
	    -append "$CMDLINE"
fi
[ -z "$bios" ] || set -- "$@" -bios "$bios"
smp=$VCPUS,cores=1,threads=1
[ -n "$TEE" ] || smp=$smp,sockets=$VCPUS,maxcpus=$VCPUS
set -- "$@" -smp "$smp"
