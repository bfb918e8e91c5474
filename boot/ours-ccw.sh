# shellcheck shell=sh
# Sourced by boot/qemu after boot/devices-ccw.sh: what a guest has here besides
# what Kata gives it.

[ -z "$daemon" ] || set -- "$@" -chardev "socket,id=vsock,path=$run/vhost"

# The first disk is at 0.0.0010 for the guest, the next at 0.0.0011.
n=0
for f in $disks; do
	case $f in
	*=*) serial=${f%%=*} ;;
	*) serial=disk$n ;;
	esac
	set -- "$@" -device "virtio-blk-ccw,drive=disk$n,config-wce=off,\
serial=$serial,devno=fe.0.$(printf %04x $((16 + n)))" \
	    -drive "id=disk$n,file=${f#*=},aio=threads,format=raw,if=none,\
readonly=on"
	n=$((n + 1))
done

# A second console for reports; there is no second serial port.
[ -n "$quiet" ] || set -- "$@" -device virtconsole,chardev=report,id=console1 \
    -chardev file,id=report,path=/dev/fd/20
