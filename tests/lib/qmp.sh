# shellcheck shell=sh disable=SC2154
# QEMU's monitor for shell tests; sourced after boot.sh and bundle.sh.
#
#	qmp COMMAND...		each is sent to the guest's QEMU, whose answers
#				are printed
#	plug_disk FILE SLOT	plugs FILE in, behind the bridge, as Kata does;
#				succeeds where QEMU has told of no error
#	plug_scsi FILE ID LUN	the same for a disk of the SCSI controller
#	unplug_scsi ID LUN	takes it out
#	plug_and_run N		N times, runs a container from the SCSI disk 0:1
#				right after it was plugged in anew; prints what
#				went wrong

qmp()
{
	{
		echo '{"execute":"qmp_capabilities"}'
		for c; do
			echo "$c"
		done
		sleep 0.5
	} | timeout 10 socat - "UNIX-CONNECT:$run/qmp"
}

# no_error COMMAND...
no_error()
{
	answer=$(qmp "$@")
	echo "$answer"
	! echo "$answer" | grep -q '"error"'
}

# file_as NAME FILE: the command that makes FILE a drive of that name
file_as()
{
	echo "{\"execute\":\"blockdev-add\",\"arguments\":{\"driver\":\"raw\",
\"node-name\":\"$1\",\"read-only\":true,\"file\":{\"driver\":\"file\",
\"filename\":\"$2\"}}}"
}

plug_disk()
{
	no_error "$(file_as "hot$2" "$1")" '{"execute":"device_add",
"arguments":{"driver":"virtio-blk-pci","id":"plug'"$2"'","drive":"hot'"$2"'",
"bus":"pci-bridge-0","addr":"'"$2"'"}}'
}

plug_scsi()
{
	no_error "$(file_as "disk$2.$3" "$1")" '{"execute":"device_add",
"arguments":{"driver":"scsi-hd","id":"scsi'"$3"'","drive":"disk'"$2.$3"'",
"bus":"scsi0.0","scsi-id":'"$2"',"lun":'"$3"'}}'
}

unplug_scsi()
{
	no_error '{"execute":"device_del","arguments":{"id":"scsi'"$2"'"}}' &&
	    no_error '{"execute":"blockdev-del","arguments":{"node-name":
"disk'"$1.$2"'"}}'
}

plug_and_run()
{
	n=0
	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		unplug_scsi 0 1 >/dev/null
		plug_scsi "$disk" 0 1 >/dev/null
		in_guest true
		[ "$code" -eq 0 ] || echo "$n: $stderr"
	done
}
