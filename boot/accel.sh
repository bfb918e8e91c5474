# shellcheck shell=sh
# Sourced by boot/qemu: KVM when a guest has really run with it, else TCG.
#
# /dev/kvm being there says little: where nested virtualisation is broken a
# guest hangs in it. So a boot sector that leaves through the debug exit port
# gets five seconds; the verdict is kept until the host boots again.

probe_kvm()
{
	sector=$(mktemp "${TMPDIR:-/tmp}/husk-kvm.XXXXXX")
	# mov $16,%al; out %al,$0xf4; hlt; ... boot signature: exit code 33
	{
		printf '\260\020\346\364\364'
		head -c 505 /dev/zero
		printf '\125\252'
		head -c 512 /dev/zero
	} >"$sector"
	code=0
	timeout -k 1 5 "qemu-system-$ARCH" -accel kvm -machine q35 -cpu host \
	    -m 32 -nodefaults -no-user-config -display none \
	    -device isa-debug-exit,iobase=0xf4,iosize=1 \
	    -drive "if=virtio,format=raw,file=$sector" >/dev/null 2>&1 ||
	    code=$?
	rm -f "$sector"
	[ "$code" = 33 ]
}

# Sets accel.
choose_accel()
{
	accel=${ACCEL:-}
	[ -z "$accel" ] || return 0
	boot=$(cat /proc/sys/kernel/random/boot_id)
	if [ -f "$B/accel" ]; then
		read -r accel seen <"$B/accel" || :
		[ "${seen:-}" != "$boot" ] || return 0
	fi
	accel=tcg
	if [ -w /dev/kvm ] && [ "$(uname -m)" = "$ARCH" ] && probe_kvm; then
		accel=kvm
	fi
	echo "$accel $boot" >"$B/accel"
}
