# shellcheck shell=sh
# OCI bundles on the test container's disk; sourced after boot.sh.
#
#	bundle ARG...	writes $scratch/bundle/config.json, whose process is
#			ARG..., with what the variables below say
#	in_guest ARG...	bundle, and `husk ctl run` of it under a fresh id:
#			sets stdout, stderr and code
#
# Empty or as here is the default:
#	b_uid=0 b_gid=0 b_groups=4,5 b_cwd=/ b_env='"A=1","B=2"' b_tty=false
#	b_memory=0 b_pids=0 b_caps='"CAP_KILL"' b_rlimits=JSON b_masked=JSON
#	b_mounts=JSON b_driver=blk b_source=10
#	b_device=TYPE b_device_id=ID (as /dev/raw in the container)
#	b_pid_namespace='{"type":"pid"},'

json()
{
	printf '"%s"' "$(printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

json_list()
{
	sep=''
	printf '['
	for word; do
		printf '%s' "$sep"
		json "$word"
		sep=,
	done
	printf ']'
}

reset_bundle()
{
	b_uid=0 b_gid=0 b_groups='' b_cwd=/ b_env='' b_tty=false b_memory=0
	b_pids=0 b_caps='' b_rlimits='' b_masked='' b_mounts=''
	b_driver=blk b_source=10 b_pid_namespace='{"type":"pid"},'
	b_device='' b_device_id=''
}

resources()
{
	sep=''
	if [ "$b_memory" != 0 ]; then
		printf '"memory":{"limit":%s}' "$b_memory"
		sep=,
	fi
	[ "$b_pids" = 0 ] || printf '%s"pids":{"limit":%s}' "$sep" "$b_pids"
}

# The numbers are the host's, which are not the guest's.
device()
{
	[ -z "$b_device" ] || echo '"devices":[{"path":"/dev/raw","type":"b",
	"major":250,"minor":77,"fileMode":384,"uid":0,"gid":0}],'
}

bundle()
{
	mkdir -p "$scratch/bundle"
	devices=''
	[ -z "$b_device" ] || devices=",\"devices\":[{\"type\":\"$b_device\",
	\"id\":\"$b_device_id\",\"container_path\":\"/dev/raw\"}]"
	cat >"$scratch/bundle/husk.json" <<-JSON
	{"storages":[{"driver":"$b_driver","source":"$b_source","fstype":"erofs",
	"options":["ro"],"mount_point":"rootfs"}]$devices}
	JSON
	cat >"$scratch/bundle/config.json" <<-JSON
	{"ociVersion":"1.0.2",
	"process":{"terminal":$b_tty,"cwd":$(json "$b_cwd"),
	"user":{"uid":$b_uid,"gid":$b_gid,"additionalGids":[$b_groups]},
	"args":$(json_list "$@"),
	"env":["PATH=/bin"${b_env:+,$b_env}],"noNewPrivileges":true,
	"rlimits":[$b_rlimits],
	"capabilities":{"bounding":[$b_caps],"effective":[$b_caps],
	"permitted":[$b_caps]}},
	"root":{"path":"rootfs","readonly":true},"hostname":"inside",
	"mounts":[
	{"destination":"/proc","type":"proc","source":"proc"},
	{"destination":"/dev","type":"tmpfs","source":"tmpfs",
	"options":["nosuid","mode=755","size=64k"]},
	{"destination":"/dev/pts","type":"devpts","source":"devpts",
	"options":["nosuid","noexec","newinstance","ptmxmode=0666"]},
	{"destination":"/sys","type":"sysfs","source":"sysfs",
	"options":["nosuid","noexec","nodev","ro"]},
	{"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
	"options":["nosuid","noexec","nodev","ro"]},
	{"destination":"/tmp","type":"tmpfs","source":"tmpfs",
	"options":["nosuid","nodev","mode=1777"]}${b_mounts:+,$b_mounts}],
	"linux":{$(device)"resources":{$(resources)},"maskedPaths":[$b_masked],
	"namespaces":[$b_pid_namespace{"type":"mount"},{"type":"ipc"},
	{"type":"uts"},{"type":"cgroup"}]}}
	JSON
}

# shellcheck disable=SC2034 # stdout and stderr are for the caller
in_guest()
{
	bundle "$@"
	code=0
	ctl run "$scratch/bundle" >"$scratch/stdout" 2>"$scratch/stderr" \
	    </dev/null || code=$?
	stdout=$(cat "$scratch/stdout")
	stderr=$(cat "$scratch/stderr")
}

reset_bundle
