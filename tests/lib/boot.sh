# shellcheck shell=sh
# Guests for shell tests; sourced after tap.sh, from the top of the tree.
#
#	boot [OPTION...]	start TARGET (options of boot/qemu); returns 0
#				when it serves, and sets address and run
#	boot_twice [OPTION...]	boot, and once more after a start without a word
#	must_boot [OPTION...]	boot, or end the program
#	end			stop it, if it is still there
#	wait_end		wait until it has gone; its exit code is in code
#	request METHOD [HEX]	one AgentService call: "CODE MESSAGE" and more
#	code_of METHOD [HEX]	the status code alone
#	text N STRING		hexadecimal of the string field N of a message
#	number N VALUE		the same for a number (below 16384)
#	ctl VERB...		husk ctl on the guest
#
# The guest and its files go when the program ends.

B=${B:-build}
TARGET=${TARGET:-coco-dev}
husk=$B/bin/husk
frames=$B/test/frames
disk=$B/images/busybox/disk.erofs
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-test.XXXXXX")
address='' guest='' code='' run=$scratch/guest

end()
{
	[ -n "$guest" ] || return 0
	kill "$guest" 2>/dev/null || :
	wait_end
}

wait_end()
{
	code=0
	wait "$guest" || code=$?
	guest=''
}

trap 'end; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP

boot()
{
	end
	rm -rf "$run"
	mkdir "$run"
	V='' boot/qemu -r "$run" -d "$disk" "$@" "$TARGET" \
	    >"$scratch/qemu" 2>&1 &
	guest=$!
	while [ ! -f "$run/timeline" ]; do
		if ! kill -0 "$guest" 2>/dev/null; then
			wait_end
			cat "$scratch/qemu"
			tail -n 5 "$run/console" | sed 's/^/console: /'
			return 1
		fi
		sleep 0.02
	done
	address=$(sed -n 's/^address=//p' "$run/timeline")
}

# On a busy host one emulated start in some dozens ends in a reset before the
# console is there; why is not known. It is shown, with the state of the processors
# when QEMU reset them last.
boot_twice()
{
	QEMU_LOG=$scratch/log
	export QEMU_LOG
	boot "$@" >"$scratch/first" && return 0
	{
		cat "$scratch/first"
		grep -n -E '^(Triple|CPU Reset)' "$QEMU_LOG"
		tail -n 28 "$QEMU_LOG"
	} | sed 's/^/# first try: /' >&2
	[ ! -s "$run/console" ] && boot "$@"
}

# shellcheck disable=SC2120 # most need no option
must_boot()
{
	boot "$@" >"$scratch/out" && return 0
	sed 's/^/# /' "$scratch/out"
	echo "Bail out! the guest does not boot"
	exit 1
}

request()
{
	timeout 20 "$frames" "$address" call grpc.AgentService "$@" || :
}

code_of()
{
	request "$@" | sed -n '1s/ .*//p'
}

text()
{
	printf '%02x%02x' $(($1 * 8 + 2)) ${#2}
	printf '%s' "$2" | od -An -v -tx1 | tr -d ' \n'
}

number()
{
	if [ "$2" -lt 128 ]; then
		printf '%02x%02x' $(($1 * 8)) "$2"
	else
		printf '%02x%02x%02x' $(($1 * 8)) $(($2 % 128 + 128)) \
		    $(($2 / 128))
	fi
}

ctl()
{
	timeout -s KILL 20 "$husk" ctl "$address" "$@"
}
