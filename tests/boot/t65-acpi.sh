#!/bin/sh
# Predicted = observed: the ACPI tables that husk acpi-dump reads from a QEMU
# that runs nothing are those that a guest finds, byte by byte. With SeaBIOS and
# two versions of OVMF, with and without devices, of both kinds of window for
# 64-bit BARs: five guests.
set -eu
. tests/lib/tap.sh

B=${B:-build}
ARCH=${ARCH:-x86_64}
husk=$B/bin/husk
old=/usr/share/ovmf/OVMF.fd
new=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware/OVMF.fd
qemu=${QEMU:-qemu-system-x86_64}
for f in "$old" "$new" "$B/$ARCH/vmlinuz" "$B/$ARCH/busybox/busybox"; do
	[ -f "$f" ] || skip_all "no $f: run make setup"
done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-acpi.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP
"$B/bin/mkcpio" -s init=tests/lib/acpi-init \
    -s busybox="$B/$ARCH/busybox/busybox" "$scratch/initrd" \
    tests/lib/acpi.spec guest/busybox.spec

# Kata's devices for a guest with firmware, but vsock and a tap.
kata="-device pcie-root-port,id=rp,bus=pcie.0,chassis=16,slot=0,addr=2,\
multifunction=off,bus-reserve=0x1,pref64-reserve=1m,mem-reserve=1m,\
io-reserve=4k -device pcie-pci-bridge,bus=rp,id=bridge \
-device virtio-serial-pci,disable-modern=false,id=serial0,max_ports=2 \
-device virtio-scsi-pci,id=scsi0,disable-modern=false \
-device virtio-rng-pci,disable-modern=false,bus=pcie.0"

# Runs a guest until it has told everything; what it said last if it has not.
guest()
{
	if nice timeout 240 "$@" && grep -q '^end' "$scratch/console"; then
		return 0
	fi
	tail -n 5 "$scratch/console"
	return 1
}

# The kernel is not to test its timer: on a busy host an emulated processor
# waits too short for it, and the kernel gives up.
#
# check NAME KIND FIRMWARE PHYS-BITS CPU VCPUS MIB [ARGUMENT...]
check()
{
	name=$1 kind=$2 firmware=$3 bits=$4 cpu=$5 vcpus=$6 mib=$7
	shift 7
	moved=yes
	rm -rf "$scratch/out" "$scratch/console"
	set -- "$qemu" -machine q35,accel=tcg,smm=off -cpu "$cpu" \
	    -smp "$vcpus" -m "$mib" -nodefaults -no-user-config -nographic \
	    -no-reboot -kernel "$B/$ARCH/vmlinuz" -initrd "$scratch/initrd" \
	    -append 'console=ttyS0 quiet no_timer_check panic=-1' \
	    -serial "file:$scratch/console" "$@"
	if [ "$kind" = seabios ]; then
		moved=no
	else
		set -- "$@" -bios "$firmware"
	fi
	ok "$name: the dump" "$husk" acpi-dump --out "$scratch/out" \
	    --firmware "$kind" --phys-bits "$bits" --vcpus "$vcpus" \
	    --memory "${mib}M" -- "$@"
	ok "$name: the guest boots" guest "$@"
	run=$(echo "$scratch"/out/*)
	ok "$name: its tables are those of the dump" python3 tests/lib/acpi.py \
	    "$run" "$scratch/console" "$moved"
}

intel=Haswell-noTSX,-erms
# shellcheck disable=SC2086 # kata is words
{
check SeaBIOS seabios '' 0 $intel 1 256
check 'SeaBIOS, devices, 2 vCPUs' seabios '' 0 $intel 2 256 $kata
check 'OVMF 202211' ovmf-202302 "$old" 0 $intel 1 512 $kata
check 'new OVMF, 2 vCPUs' ovmf "$new" 0 $intel 2 512 $kata
check 'new OVMF, 40 bits' ovmf "$new" 40 EPYC,-erms 1 512 $kata
}
plan
