# shellcheck shell=sh
# What boot/qemu starts beside what Kata's runtimes start; sourced after tap.sh.
# tests/build/argv.kata is the Go runtime's, argv-rs.kata that of runtime-rs, and
# argv-se*.kata are theirs for se; kata_words() names all that stands in for
# something of it.

B=${B:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-argv.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
head -c 512 /dev/zero >"$scratch/initdata"
: >"$scratch/se.img"
printf '#!/bin/sh\n' >"$scratch/daemon"
chmod +x "$scratch/daemon"

# Memory of the host, in MiB, as the runtime counts it.
host=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))

# The emulated processor, files for sockets, a socket for the tap, a daemon's vsock
# for the kernel's, memory that it can share and less of it, a firmware that
# starts outside of a TEE. coco-dev may be told to report. On s390x the daemon's
# vsock is on another bus than the kernel's.
kata_words()
{
	sed -e "s/^max\$/$cpu/" ${se:+-e 's/^vhost-.*vsock-.*/VSOCK/'} \
	    -e 's/accel=tcg/accel=kvm/' -e 's/^EPYC,-erms.*/CPU/' \
	    -e 's|^unix:.*/qmp,|unix:fd=3,|' \
	    -e "s|^file\(,id=charconsole0\),.*|socket\1,$console|" \
	    -e 's|^stream,id=network-0,.*|tap,id=network-0,vhost=on,vhostfds=5,fds=6|' \
	    -e 's|^vhost-user-vsock-pci,id=vsock-3,chardev=vsock,|vhost-vsock-pci,disable-modern=false,vhostfd=4,id=vsock-3,guest-cid=3,|' \
	    -e 's|^vhost-vsock-pci,disable-modern=false,id=vsock-[0-9]*,guest-cid=[0-9]*|vhost-vsock-pci,disable-modern=false,vhostfd=4,id=vsock-3,guest-cid=3|' \
	    -e 's/^vhost-user-vsock-pci,id=vsock-3,chardev=vsock$/vhost-vsock-pci,vhostfd=4,guest-cid=3/' \
	    -e 's/^vhost-vsock-pci,id=vsock-[0-9]*,guest-cid=[0-9]*$/vhost-vsock-pci,vhostfd=4,guest-cid=3/' \
	    -e 's/^memory-backend-memfd,\(.*\),share=on.*/memory-backend-ram,\1/' \
	    -e "s/^256M/$memory/; s/^512M\$/$memory/; s/size=[0-9]*M\$/size=$memory/" \
	    -e "s/maxmem=${host}M\$/maxmem=HOSTM/; s/maxmem=$((host / 1024))G\$/maxmem=HOSTM/" \
	    -e "s/maxcpus=$(getconf _NPROCESSORS_CONF)\$/maxcpus=HOSTCPUS/" \
	    -e "s|$scratch/initdata|INITDATA|; s|$B/$2/rootfs.img|ROOTFS|" \
	    -e "s|^$B/$2/initrd$|INITRD|; s|^$B/x86_64/vmlinuz$|KERNEL|" \
	    -e "s|^$scratch/se.img$|KERNEL|" \
	    -e 's|^/usr/share/ovmf/OVMF.fd$|FIRMWARE|' \
	    -e 's/ro,0 [0-9]* verity/ro,0 SECTORS verity/' \
	    -e 's/4096 4096 [0-9]* 0 sha256 [0-9a-f]* [0-9a-f]*/4096 4096 BLOCKS 0 sha256 HASH SALT/' \
	    -e 's/ husk.report=ttyS1$//' "$1"
}

# wanted WORD...: the lines of argv.kata whose conditions are among the words.
wanted()
{
	awk -v have=" $* " '
	/^#/ { next }
	{
		at = index($0, ": ")
		n = split(substr($0, 1, at - 1), need, " ")
		for (i = 1; i <= n; i++)
			if (!index(have, " " need[i] " "))
				next
		print substr($0, at + 2)
	}' "tests/build/argv$se$rs.kata"
}

# check NAME FORM WORD...: that boot/qemu starts what the runtime does
check()
{
	name=$1 form=$2
	shift 2
	case $name in se) se=-se ;; *) se='' ;; esac
	B=$B ACCEL=tcg VHOST_VSOCK=$scratch/daemon boot/qemu -n -R "$runtime" \
	    -r "$scratch/run" -f "$form" -I "$scratch/initdata" \
	    ${se:+-k "$scratch/se.img"} "$name" |
	    sed -e 1d -e 's/^  //' >"$scratch/argv"
	kata_words "$scratch/argv" "$name" >"$scratch/words"
	wanted "$@" >"$scratch/wanted"
	sed -n "$(($(wc -l <"$scratch/wanted") + 1)),\$p" "$scratch/words" \
	    >"$scratch/ours"
	ok "$name, $form, $runtime: Kata's words in Kata's order" sh -c \
	    "head -n $(wc -l <"$scratch/wanted") $scratch/words |
	    diff $scratch/wanted -"
}

# ours TEXT WANTED: what comes after, but for the daemon's socket.
ours()
{
	is "$1" "$2" "$(sed "/^-chardev$/{N;/\nsocket,id=vsock,/d;}" \
	    "$scratch/ours")"
}

# with RUNTIME: go or rs, for the checks that follow
with()
{
	runtime=$1 rs='' memory=2048M cpu=host
	console=path=SOCKET,server=on,wait=off
	[ "$1" = go ] || rs=-rs memory=2G cpu=host, \
	    console=server=on,wait=off,path=SOCKET
}
