# shellcheck shell=sh
# Sourced by boot/qemu after the choices are made: appends machine and devices
# to the positional parameters, in the order of Kata's Go runtime (kata fact
# sheet 7.4). Ours besides: memory that a vhost-user daemon can share, the
# second serial port for reports, the firmware's debug port for the timeline.

set -- "$@" -machine "$MACHINE,accel=$accel,memory-backend=dimm1"
case $accel in
kvm)
	set -- "$@" -cpu "$CPU" -global kvm-pit.lost_tick_policy=discard
	;;
*)
	set -- "$@" -cpu "${CPU_TCG:-max}"
	;;
esac
set -- "$@" -m "${MEMORY}M" -smp "$VCPUS,cores=1,threads=1,sockets=$VCPUS" \
    -object "memory-backend-memfd,id=dimm1,size=${MEMORY}M,share=$share" \
    -rtc base=utc,driftfix=slew,clock=host -vga none -no-user-config \
    -nodefaults -nographic -no-reboot -boot strict=on

# With UEFI firmware Kata hides the bridge for hot-plugged devices behind a port.
if [ -n "$bios" ]; then
	set -- "$@" -bios "$bios" -device "pcie-root-port,id=rp-pci-bridge-0,\
bus=pcie.0,chassis=16,slot=0,addr=2,multifunction=off,bus-reserve=0x1,\
pref64-reserve=1m,mem-reserve=1m,io-reserve=4k" \
	    -device pcie-pci-bridge,bus=rp-pci-bridge-0,id=pci-bridge-0
else
	set -- "$@" -device "pci-bridge,bus=pcie.0,id=pci-bridge-0,\
chassis_nr=1,shpc=off,addr=2,io-reserve=4k,mem-reserve=1m,pref64-reserve=1m"
fi
set -- "$@" \
    -device virtio-serial-pci,disable-modern=false,id=serial0,max_ports=2 \
    -device virtconsole,chardev=console,id=console0 \
    -chardev file,id=console,path=/dev/fd/21 \
    -device virtio-scsi-pci,id=scsi0,disable-modern=false \
    -object rng-random,id=rng0,filename=/dev/urandom \
    -device virtio-rng-pci,rng=rng0 \
    -device "$vsock_device"
[ -z "$daemon" ] || set -- "$@" -chardev "socket,id=vsock,path=$run/vhost"

# The rootfs comes before every other disk, which makes it /dev/vda.
if [ -n "$rootfs" ]; then
	set -- "$@" -device "virtio-blk-pci,disable-modern=false,drive=image,\
config-wce=off,share-rw=on,serial=image,addr=f" \
	    -drive "id=image,file=$rootfs,aio=threads,format=raw,if=none,\
readonly=on"
fi
# The first disk is at PCI path "10", the next at "11".
n=0
for f in $disks; do
	case $f in
	*=*) serial=${f%%=*} ;;
	*) serial=disk$n ;;
	esac
	set -- "$@" -device "virtio-blk-pci,disable-modern=false,drive=disk$n,\
config-wce=off,serial=$serial,addr=$(printf %x $((16 + n)))" \
	    -drive "id=disk$n,file=${f#*=},aio=threads,format=raw,if=none,\
readonly=on"
	n=$((n + 1))
done

# Initdata: told by its serial, or by nothing but its first bytes (kata fact
# sheet 4).
case $initdata in
'') initdata_device='' ;;
scsi:*) initdata_device=scsi-hd,drive=initdata,bus=scsi0.0 ;;
*) initdata_device="virtio-blk-pci,disable-modern=false,drive=initdata,\
config-wce=off,serial=initdata,addr=18" ;;
esac
[ -z "$initdata" ] || set -- "$@" -device "$initdata_device" \
    -drive "id=initdata,file=${initdata#scsi:},aio=threads,format=raw,\
if=none,readonly=on"

# Kata's runtimes plug devices in by QMP while the guest runs.
set -- "$@" -qmp "unix:$run/qmp,server=on,wait=off"
set -- "$@" -chardev file,id=report,path=/dev/fd/20 \
    -device isa-serial,chardev=report,index=1 \
    -chardev file,id=firmware,path=/dev/fd/22 \
    -device isa-debugcon,iobase=0x402,chardev=firmware
set -- "$@" -kernel "$kernel" ${initrd:+-initrd "$initrd"} -append "$CMDLINE"
