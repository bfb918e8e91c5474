# shellcheck shell=sh
# Sourced by boot/qemu: the firmware of a target, without its TEE.

# Sets bios (empty is QEMU's own), or code and vars for a disk that firmware
# starts from.
choose_firmware()
{
	code='' vars=''
	if [ -n "$start" ]; then
		code=/usr/share/OVMF/OVMF_CODE_4M.fd
		vars=/usr/share/OVMF/OVMF_VARS_4M.fd
		[ -f "$code" ] || die "$code is missing: install the package ovmf"
		cp "$vars" "$run/vars"
		return 0
	fi
	[ "$accel" != kvm ] || [ -z "$TEE" ] ||
	    die "unsupported: $NAME with KVM; Kata starts it in ${TEE%%,*}," \
	    "and this emulates it without (ACCEL=tcg)"
	[ -n "$FIRMWARE" ] || return 0
	# What is built for a TEE refuses to start outside; this stands in.
	bios=${BIOS:-/usr/share/ovmf/OVMF.fd}
	[ -f "$bios" ] || die "$bios is missing: install the package ovmf"
}
