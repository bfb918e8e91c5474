#!/bin/sh
# Firmware that is built for a TEE lets no kernel start directly outside of it,
# so the other tests take a general one. Two guests, at the same time.
set -eu
. tests/lib/tap.sh

B=${B:-build}
dl=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}/firmware
for f in "$dl/OVMF.amdsev.fd" "$dl/OVMF.inteltdx.fd"; do
	[ -f "$f" ] || skip_all "no $f: run make setup"
done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-firmware.XXXXXX")
guests=''
end()
{
	for g in $guests; do
		kill "$g" 2>/dev/null || :
	done
	wait
	rm -rf "$scratch"
}
trap end EXIT
trap 'exit 1' INT TERM HUP

# start TARGET FIRMWARE: the guest of the target, with a serial port that the
# firmware writes to, and without a vsock.
start()
{
	run=$scratch/$1
	mkdir "$run"
	BIOS=$dl/$2 ACCEL=tcg VHOST_VSOCK=/bin/true boot/qemu -n -r "$run" \
	    "$1" | sed -e 's/^  //' -e "s|/dev/fd/21|$run/console|" |
	    sed -e '/^-device$/{N;/vsock/d;}' \
	    -e '/^-chardev$/{N;/id=vsock/d;}' >"$run/argv"
	set --
	while IFS= read -r word; do
		set -- "$@" "$word"
	done <"$run/argv"
	timeout 300 "$@" -serial "file:$run/serial" >"$run/out" 2>&1 &
	guests="$guests $!"
}

# Where the processor of the guest in $run is.
place()
{
	{
		echo '{"execute":"qmp_capabilities"}'
		echo '{"execute":"human-monitor-command","arguments":
		    {"command-line":"info registers"}}'
		sleep 0.3
	} | timeout 10 socat - "UNIX-CONNECT:$run/qmp" 2>"$scratch/socat" |
	    sed -n 's/.*RIP=\([0-9a-f]*\).*/\1/p'
}

# Does it stay at one instruction, ten times in a row, within four minutes?
stands_still()
{
	same=0 was='' n=0
	while [ $same -lt 10 ] && [ $n -lt 240 ]; do
		[ -S "$run/qmp" ] || return 1
		at=$(place)
		same=$((same + 1))
		[ -n "$at" ] && [ "$at" = "$was" ] || same=0
		was=$at n=$((n + 1))
	done
	[ $same = 10 ]
}

start snp OVMF.amdsev.fd
start tdx OVMF.inteltdx.fd
n=0
while ! grep -qs 'legacy linux kernel loader' "$run/serial" && [ $n -lt 240 ]; do
	n=$((n + 1))
	sleep 1
done
has 'tdx: the firmware refuses a kernel that is not signed' \
    'Secure boot image verification failed' "$(tr -d '\0' <"$run/serial")"
has 'and does not start it in the old way' \
    'insecure legacy linux kernel loader is disabled' "$(tr -d '\0' <"$run/serial")"
is 'it has printed nothing' '' "$(cat "$run/console")"
run=$scratch/snp
ok 'snp: the firmware stops where no TEE vouches for the kernel' stands_still
is 'which has printed nothing' '' "$(cat "$run/console")"
plan
