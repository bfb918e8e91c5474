# shellcheck shell=sh
# Sourced by boot/qemu: how the host reaches the guest's vsock.
#
# With the host kernel's own vsock the address is vsock://CID:1024. Without it a
# vhost-user daemon stands in, and the address is a unix socket with the hybrid
# handshake (images fact sheet 5.1).

find_vhost_vsock()
{
	dl=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}
	for f in "${VHOST_VSOCK:-}" "$dl/vhost-device-vsock/run" \
	    "$(command -v vhost-device-vsock)"; do
		[ -z "$f" ] || [ ! -x "$f" ] || break
	done
	[ -x "$f" ] || die "no /dev/vhost-vsock and no vhost-device-vsock:" \
	    "run make setup"
}

# Sets address, the device's words, the daemon's (with supervise's -s) and what
# holds the guest's memory, which the daemon must share.
choose_vsock()
{
	daemon='' backend=memory-backend-ram share=''
	if [ -w /dev/vhost-vsock ]; then
		cid=$(($$ + 1000))
		address=vsock://$cid:1024
		case $ARCH in
		s390x) vsock_device=vhost-vsock-ccw,devno=fe.0.0004 ;;
		*) vsock_device=vhost-vsock-pci,disable-modern=false,bus=pcie.0 ;;
		esac
		vsock_device=$vsock_device,id=vsock-$cid,guest-cid=$cid
		return 0
	fi
	find_vhost_vsock
	backend=memory-backend-memfd share=,share=on
	# Shared memory comes slower from the host, page by page, while the
	# guest runs: QEMU takes it before, unless it is a lot.
	[ "$MEMORY" -gt 512 ] || share=$share,prealloc=on,prealloc-threads=2
	address=hvsock://$run/vsock:1024
	vsock_device=vhost-user-vsock-pci,id=vsock-3,chardev=vsock
	[ "$ARCH" = s390x ] || vsock_device=$vsock_device,bus=pcie.0
	daemon="-s $run/vhost $f --guest-cid 3 --uds-path $run/vsock"
	daemon="$daemon --socket $run/vhost"
}

# Sets what stands in for the console's socket and the tap that Kata opens.
choose_backends()
{
	console=file,id=charconsole0,path=/dev/fd/21
	netdev=stream,id=network-0,server=on,addr.type=unix,addr.path=$run/net
}
