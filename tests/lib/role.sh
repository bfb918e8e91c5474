# shellcheck shell=sh
# Sourced by tests/role/*.sh: start the program serve (tests/role/serve.c) in
# namespaces of its own and look at its roles. Ends a script that cannot run.
# The caller sets n=0, and prints the plan from $n.

serve=${B:-build}/${ARCH:-x86_64}/serve

# What sandbox expects to find, apart from the machine's own: a policy, and no
# disk of this machine's that it would look at for initdata.
guest='mount -t cgroup2 cgroup2 /sys/fs/cgroup && mount -t tmpfs run /run &&
	cp guest/policies/allow-all.rego /run/policy.rego &&
	mkdir /run/none && mount --bind /run/none /sys/block && exec "$@"'

if [ "$(id -u)" != 0 ] || [ ! -x "$serve" ] ||
    ! unshare -mnC sh -c "$guest" sh true 2>/dev/null; then
	echo '1..0 # SKIP needs root, cgroup v2 and the program serve'
	exit 0
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/husk-role.XXXXXX")
pid=
trap '[ -z "$pid" ] || kill -KILL $pid 2>/dev/null; rm -rf "$dir"' EXIT

check()
{
	n=$((n + 1))
	name=$1
	shift
	if "$@"; then echo "ok $n - $name"; else
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/out" "$dir/log"
	fi
}

# Start and wait until it serves, or has ended.
start()
{
	: >"$dir/out"
	unshare -mnC sh -c "$guest" sh "$serve" "unix://$dir/s" "$@" \
	    >"$dir/out" 2>"$dir/log" &
	pid=$!
	i=0
	while [ ! -s "$dir/out" ] && [ $i -lt 300 ]; do
		sleep 0.1
		i=$((i + 1))
	done
}

ends_with()
{
	rc=0
	wait "$pid" || rc=$?
	pid=
	[ "$rc" = "$1" ] && grep -qx "$2" "$dir/out"
}

role_pid()
{
	grep -lsx "PPid:.$pid" /proc/[0-9]*/status | while IFS=/ read -r _ _ p _; do
		grep -qs "^husk-$1" "/proc/$p/cmdline" && echo "$p"
	done || :
}

shows()
{
	grep -Eqx "$2:[[:space:]]*$3" "/proc/$(role_pid "$1")/status"
}

only_fds()
{
	[ -z "$(find "/proc/$(role_pid "$1")/fd" -mindepth 1 -name "[$2-9]" -o -name '[0-9][0-9]*')" ]
}

# Kill rpc and wait for the next one.
again()
{
	old=$(role_pid rpc)
	kill -KILL "$old"
	for _ in 1 2 3 4 5 6 7 8 9; do
		sleep 0.1
		new=$(role_pid rpc)
		[ -z "$new" ] || [ "$new" = "$old" ] || return 0
	done
	return 1
}
