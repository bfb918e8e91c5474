# shellcheck shell=sh
# TAP for shell tests; sourced.
#
#	ok NAME COMMAND...	passes if COMMAND does; its output is the detail
#	not_ok NAME COMMAND...	passes if COMMAND fails
#	is NAME WANTED GOT	passes if both strings are the same
#	has NAME TEXT GOT	passes if GOT contains TEXT
#	skip NAME REASON
#	skip_all REASON		ends the program
#	plan			prints the plan; the last line of a program

tap_n=0

tap_result()
{
	tap_n=$((tap_n + 1))
	if [ "$1" != 0 ]; then
		[ -z "$3" ] || printf '%s\n' "$3" | sed 's/^/# /'
		printf 'not '
	fi
	echo "ok $tap_n - $2"
}

# Not in a subshell: what COMMAND sets stays set.
tap_run()
{
	tap_log=${TMPDIR:-/tmp}/husk-tap.$$
	tap_rc=0
	"$@" >"$tap_log" 2>&1 || tap_rc=$?
	tap_out=$(cat "$tap_log")
	rm -f "$tap_log"
	return $tap_rc
}

ok()
{
	tap_name=$1
	shift
	tap_code=0
	tap_run "$@" || tap_code=$?
	tap_result $tap_code "$tap_name" "$tap_out"
}

not_ok()
{
	tap_name=$1
	shift
	tap_code=1
	tap_run "$@" || tap_code=0
	tap_result $tap_code "$tap_name" "did not fail: $tap_out"
}

is()
{
	tap_code=0
	[ "$2" = "$3" ] || tap_code=1
	tap_result $tap_code "$1" "wanted: $2
got:    $3"
}

has()
{
	tap_code=0
	case $3 in
	*"$2"*) ;;
	*) tap_code=1 ;;
	esac
	tap_result $tap_code "$1" "wanted somewhere: $2
got: $3"
}

skip()
{
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

skip_all()
{
	echo "1..0 # SKIP $*"
	exit 0
}

plan()
{
	echo "1..$tap_n"
}
