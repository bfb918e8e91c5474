# shellcheck shell=sh
# Sourced by scripts: the files that a target's guest consists of, in $B. What the
# form of the rootfs is comes from FORM; a target that has no such form has its
# own first one.

# Sets the keys of boot/targets/$1.conf, and kernel, initrd or rootfs (with verity,
# its words), and gpu, the words of the driver's file system.
read_built()
{
	SHIM='' HYPERVISOR=qemu KERNEL='' DISK='' NODE_SELECTOR=''
	KATA_CONFIG='' KATA_FIRMWARE='' GUEST_FILE=''
	OVERHEAD_MEMORY='' OVERHEAD_CPU='' MEASURE_TARGET='' MEASURE_OPTIONS=''
	MEASURE_CPU='' MEASURE_VCPUS=''
	initrd='' rootfs='' verity='' gpu=''
	conf=$here/boot/targets/$1.conf
	[ -f "$conf" ] || { echo "no target '$1'; there are:$(list_targets)" >&2
		exit 2; }
	# shellcheck source=boot/targets/snp.conf
	. "$conf"
	if [ -f "$B/$NAME/gpu.verity" ]; then
		KERNEL=nvidia
		gpu=$(cat "$B/$NAME/gpu.verity")
	fi
	kernel=$B/$ARCH/vmlinuz${KERNEL:+-$KERNEL}
	form=${FORM:-initrd}
	case $form in
	initrd | verity) ;;
	*) echo "FORM=$form: initrd or verity" >&2; exit 2 ;;
	esac
	case " $ROOTFS " in
	*" $form "*) ;;
	*) form=${ROOTFS%% *} ;;
	esac
	case $form in
	verity)
		rootfs=$B/$NAME/rootfs.img
		[ ! -f "${rootfs%.img}.verity" ] ||
		    verity=$(cat "${rootfs%.img}.verity")
		;;
	*) initrd=$B/$NAME/initrd ;;
	esac
}

list_targets()
{
	for conf in "$here"/boot/targets/*.conf; do
		conf=${conf##*/}
		printf ' %s' "${conf%.conf}"
	done
}
