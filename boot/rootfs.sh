# shellcheck shell=sh
# Sourced by boot/qemu: what the guest's root file system is, and the command
# line that Kata's runtime passes for it (boot/cmdline.sh).

# The dm-verity table of the words in $1, for the disk's partitions $2 and $3,
# as Kata writes it.
verity_table()
{
	echo "$1" | tr ',' '\n' | awk -F= -v data="$2" -v hash="$3" '
	{ v[$1] = $2 }
	END {
		printf "dm-verity,,,ro,0 %d verity 1 %s %s %s %s %s 0 sha256 %s %s",
		    v["data_block_size"] / 512 * v["data_blocks"], data, hash,
		    v["data_block_size"], v["hash_block_size"],
		    v["data_blocks"], v["root_hash"], v["salt"]
	}'
}

choose_verity()
{
	rootfs=${rootfs:-$B/$NAME/rootfs.img}
	[ -f "${rootfs%.img}.verity" ] ||
	    die "${rootfs%.img}.verity is missing: run make"
	CMDLINE=$("cmdline_$runtime" "$(cat "${rootfs%.img}.verity")" '')
}

# Sets the port for reports and the lists of devices.
choose_architecture()
{
	case $ARCH in
	x86_64) report=ttyS1 devices=devices ours=ours ;;
	s390x) report=hvc1 devices=devices-ccw ours=ours-ccw ;;
	*) die "$NAME is for $ARCH: no launcher for it" ;;
	esac
	case $runtime-$ARCH-$form in
	go-*) ;;
	rs-x86_64-initrd | rs-x86_64-verity | rs-s390x-*) devices=devices-rs ;;
	*) die "unsupported: $NAME, $form, as runtime '$runtime' starts it" ;;
	esac
}

# Sets CMDLINE, and what the form has of kernel, initrd, rootfs (a disk with the
# root file system) and start (a disk that firmware starts from).
choose_form()
{
	form=${form:-${ROOTFS%% *}}
	case " $ROOTFS " in
	*" $form "*) ;;
	*) die "no form '$form' of the rootfs; $NAME has: $ROOTFS" ;;
	esac
	kernel=${kernel:-$B/$ARCH/vmlinuz${KERNEL:+-$KERNEL}}
	[ "$NAME" = coco-dev ] || quiet=1
	choose_architecture
	case $form in
	initrd)
		initrd=${initrd:-$B/$NAME/initrd}
		CMDLINE=$("cmdline_$runtime" '' '')
		[ "${initrd%-debug/initrd}" = "$initrd" ] || quiet=''
		;;
	verity)
		choose_verity
		;;
	unikernel)
		kernel=$B/$NAME/unikernel.efi quiet=1
		;;
	image)
		# The kernel is all of it, with a command line of its own.
		initrd='' SEALED=$("cmdline_$runtime" '' '')
		;;
	uki)
		start=${start:-$B/$NAME/disk.raw} kernel='' quiet=1
		;;
	esac
	# What the components of an image would be started with.
	CMDLINE=$(printf '%s' "${SEALED:-$CMDLINE}" | sed "s/@VCPUS@/$VCPUS/g")
	[ -n "$quiet" ] || CMDLINE="$CMDLINE husk.report=$report"
	# Kata gives such a guest no console, and boot/supervise listens there.
	[ "${HYPERVISOR:-qemu}" != clh ] || CMDLINE="$CMDLINE console=hvc0"
	CMDLINE=$CMDLINE${words:+ $words}
	for f in $kernel $initrd $rootfs $start $disks ${initdata#scsi:}; do
		[ -f "${f#*=}" ] || die "$f is missing: run make"
	done
}
