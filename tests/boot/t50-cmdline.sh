#!/bin/sh
# Command lines: a bad value stops the guest with a reason; what is not ours
# does not disturb. A guest for each.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh

# refuses WORDS: the guest must power off, name the parameter and not serve.
refuses()
{
	name=${1%%=*}
	not_ok "$1: does not serve" boot -t 60 -a "$1"
	has "$1: the report says fatal" '"fatal"' "$(cat "$run/report")"
	has "$1: and which parameter" "$name" "$(cat "$run/report")"
	has "$1: so does the console" "$name" "$(cat "$run/console")"
	not_ok "$1: it was no panic" grep -q 'Kernel panic' "$run/console"
}

refuses agent.hotplug_timeout=abc
refuses agent.log=loud
refuses agent.server_addr=tcp://0.0.0.0:1024
refuses agent.container_pipe_size=-1

ok 'words of others are ignored' boot -a \
    'systemd.unit=kata-containers.target agent.no_such_thing=1 foo="a b" bar'
ok 'values at their limits' boot -a 'agent.hotplug_timeout=1
agent.log=debug agent.launch_process_timeout=0 agent.devmode'
ok 'other processors and less memory' boot_twice -c 2 -m 128
plan
