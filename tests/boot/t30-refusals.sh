#!/bin/sh
# What a host may ask for in the wrong moment or of the wrong thing: each is
# refused with the right code, and the guest lives. One guest.
#
# Codes: 3 invalid argument, 5 not found, 6 exists, 9 wrong state, 12 not
# implemented, 13 internal.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh

create()
{
	timeout 60 "$frames" "$address" create "$@" || :
}

code_of_create()
{
	create /dev/vda "$@" | sed -n '1s/ .*//p'
}

# one_of NAME "CODE..." GOT
one_of()
{
	case " $2 " in
	*" $3 "*) is "$1" "$3" "$3" ;;
	*) is "$1" "one of $2" "$3" ;;
	esac
}

must_boot
nobody=$(text 1 nobody)

has 'an unknown service is refused' NoService "$("$frames" "$address" \
    call grpc.NoService Check || :)"
has 'an unknown method is refused' NoMethod "$(request NoMethod)"
is 'and both are unimplemented' 12 "$(code_of NoMethod)"
has 'a method that is not there yet says its name' GetMetrics \
    "$(request GetMetrics)"
is 'and is unimplemented' 12 "$(code_of GetMetrics)"

for m in StartContainer StatsContainer SignalProcess WaitProcess WriteStdin \
    CloseStdin TtyWinResize; do
	is "$m of an unknown container" 5 \
	    "$(code_of $m "$nobody$(text 2 nobody)")"
done
is 'RemoveContainer of an unknown container' 5 \
    "$(code_of RemoveContainer "$nobody")"
for m in ReadStdout ReadStderr; do
	is "$m of an unknown container" 5 \
	    "$(code_of $m "$nobody$(text 2 nobody)$(number 3 100)")"
done
is 'garbage for a message' 3 "$(code_of StartContainer ffffffff)"
one_of 'a name that is not UTF-8' '3 5' "$(code_of StartContainer 0a02c328)"

is 'CreateSandbox' 0 "$(code_of CreateSandbox "$(text 1 pod)$(text 5 s1)")"
for id in '' . .. a/b '../x'; do
	is "a container cannot be called '$id'" 3 \
	    "$(code_of CreateContainer "$(text 1 "$id")$(text 2 "$id")")"
done
is 'a container without a process' 3 \
    "$(code_of CreateContainer "$(text 1 empty)$(text 2 empty)")"
has 'create' '0 ' "$(create /dev/vda c0 sleep 600)"
is 'create another' 0 "$(code_of_create c1 sleep 600)"
is 'create again' 6 "$(code_of_create c1 sleep 600)"
is 'exec before start' 9 "$(code_of ExecProcess \
    "$(text 1 c1)$(text 2 e1)2206$(text 4 true)")"
is 'start' 0 "$(code_of StartContainer "$(text 1 c1)")"
is 'start again' 9 "$(code_of StartContainer "$(text 1 c1)")"
is 'stats while it runs' 0 "$(code_of StatsContainer "$(text 1 c1)")"
is 'a signal that does not exist' 3 \
    "$(code_of SignalProcess "$(text 1 c1)$(text 2 c1)$(number 3 99)")"
is 'an unknown exec' 5 \
    "$(code_of SignalProcess "$(text 1 c1)$(text 2 e9)$(number 3 9)")"
one_of 'resize of what has no terminal' '3 9 14' "$(code_of TtyWinResize \
    "$(text 1 c1)$(text 2 c1)$(number 3 24)$(number 4 80)")"
is 'kill' 0 "$(code_of SignalProcess "$(text 1 c1)$(text 2 c1)$(number 3 9)")"
has 'wait: 128 + 9' 0 "$(code_of WaitProcess "$(text 1 c1)$(text 2 c1)")"
is 'exec in what has stopped' 9 "$(code_of ExecProcess \
    "$(text 1 c1)$(text 2 e2)2206$(text 4 true)")"
is 'remove' 0 "$(code_of RemoveContainer "$(text 1 c1)")"
is 'remove again' 5 "$(code_of RemoveContainer "$(text 1 c1)")"
is 'its name is free again' 0 "$(code_of_create c1 true)"
is 'removed before it was started' 0 "$(code_of RemoveContainer "$(text 1 c1)")"
is 'create one more' 0 "$(code_of_create c4 sleep 600)"
is 'start it' 0 "$(code_of StartContainer "$(text 1 c4)")"
one_of 'remove while it runs' '0 9' "$(code_of RemoveContainer "$(text 1 c4)")"
has 'a device that does not come is an error' vdz \
    "$(create /dev/vdz c2 true)"
is 'and leaves no container' 5 "$(code_of StartContainer "$(text 1 c2)")"
has 'a device that is no disk is an error' null "$(create /dev/null c3 true)"
is 'a policy that is none' 3 "$(code_of SetPolicy "$(text 1 'x = ')")"
ok 'and Check is answered' "$frames" "$address" flight 1
plan
