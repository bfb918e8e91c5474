# shellcheck shell=sh
# Sourced by boot/qemu: what the guest's root file system is, and the command
# line that Kata's Go runtime passes for it (kata fact sheet 7.2).

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

# Sets CMDLINE, initrd and rootfs, one of which is empty; and, by architecture,
# the port for reports and the list of devices.
choose_rootfs()
{
	case $ARCH in
	x86_64) report=ttyS1 devices=devices.sh ;;
	s390x) report=hvc1 devices=devices-ccw.sh ;;
	*) die "$NAME is for $ARCH: no launcher for it" ;;
	esac
	case ${form:-${ROOTFS%% *}} in
	initrd)
		initrd=${initrd:-$B/$NAME/initrd}
		rootfs=''
		;;
	verity)
		initrd=''
		rootfs=${rootfs:-$B/$NAME/rootfs.img}
		[ -f "${rootfs%.img}.verity" ] ||
		    die "${rootfs%.img}.verity is missing: run make"
		table=$(verity_table "$(cat "${rootfs%.img}.verity")" \
		    /dev/vda1 /dev/vda2)
		CMDLINE=$(printf '%s' "$CMDLINE" | sed \
		    -e "s|console=hvc0|dm-mod.create=\"$table\" root=/dev/dm-0\
 rootflags=ro rootfstype=erofs console=hvc0|" \
		    -e 's/ quiet / quiet systemd.show_status=false /' \
		    -e 's/ selinux=0/& systemd.unit=kata-containers.target\
 systemd.mask=systemd-networkd.service systemd.mask=systemd-networkd.socket/')
		;;
	image)
		# The kernel is all of it, with a command line of its own.
		[ -n "${SEALED:-}" ] || die "$NAME has no image of its own"
		initrd='' rootfs='' SEALED=$CMDLINE
		;;
	*) die "no form '$form' of the rootfs; $NAME has: $ROOTFS" ;;
	esac
	# What the components of an image would be started with.
	CMDLINE=$(printf '%s' "${SEALED:-$CMDLINE}" | sed "s/@VCPUS@/$VCPUS/g")
}
