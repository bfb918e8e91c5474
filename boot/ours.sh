# shellcheck shell=sh
# Sourced by boot/qemu after boot/devices.sh: what a guest has here besides what
# Kata gives it.

[ -z "$daemon" ] || set -- "$@" -chardev "socket,id=vsock,path=$run/vhost"
# SeaBIOS looks for nothing else to start.
[ -n "$bios$start" ] || set -- "$@" -boot strict=on

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

# A guest that firmware starts from a disk, as a cloud does; its command line
# names the serial port as console.
if [ -n "$start" ]; then
	set -- "$@" \
	    -drive "if=pflash,format=raw,unit=0,readonly=on,file=$code" \
	    -drive "if=pflash,format=raw,unit=1,file=$run/vars" \
	    -device virtio-blk-pci,drive=start,bootindex=0,addr=f \
	    -drive "id=start,file=$start,format=raw,if=none,readonly=on" \
	    -chardev file,id=tty,path=/dev/fd/21 \
	    -device isa-serial,chardev=tty,index=0
fi
[ -z "$tpm" ] || set -- "$@" -chardev "socket,id=tpm,path=$tpm" \
    -tpmdev emulator,id=tpm0,chardev=tpm -device tpm-tis,tpmdev=tpm0

# The second serial port for reports, the firmware's debug port for the times.
[ -n "$quiet" ] || set -- "$@" -chardev file,id=report,path=/dev/fd/20 \
    -device isa-serial,chardev=report,index=1 \
    -chardev file,id=firmware,path=/dev/fd/22 \
    -device isa-debugcon,iobase=0x402,chardev=firmware
