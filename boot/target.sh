# shellcheck shell=sh
# Sourced by boot/qemu and scripts: what a target's description says.

# Sets the keys of boot/targets/$1.conf; see coco-dev.conf for what they are.
read_target()
{
	conf=${here:-boot}/targets/$1.conf
	[ -f "$conf" ] || die "no target '$1'; there are:$(list_targets)"
	# shellcheck source=boot/targets/coco-dev.conf
	. "$conf"
	VCPUS=${vcpus:-$VCPUS}
}

list_targets()
{
	for c in "${here:-boot}"/targets/*.conf; do
		c=${c##*/}
		printf ' %s' "${c%.conf}"
	done
}

# Sets run, a fresh folder unless one was given.
choose_run()
{
	[ -n "$run" ] || run=$(mktemp -d "${TMPDIR:-/tmp}/husk-boot.XXXXXX")
	mkdir -p "$run"
	run=$(cd "$run" && pwd)
	case $run in
	*[!A-Za-z0-9/._+-]*) die "'$run': a plain path is needed" ;;
	esac
	[ ${#run} -le 80 ] || die "'$run' is too long for the sockets in it"
	rm -f "$run/timeline" "$run/report" "$run/vsock" "$run/vhost" "$run/net"
}
