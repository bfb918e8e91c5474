# shellcheck shell=sh disable=SC2154
# QEMU's monitor for shell tests; sourced after boot.sh.
#
#	qmp COMMAND...		each is sent to the guest's QEMU, whose answers
#				are printed
#	plug_disk FILE SLOT	plugs FILE in, behind the bridge, as Kata does;
#				succeeds where QEMU has told of no error

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

plug_disk()
{
	answer=$(qmp "{\"execute\":\"blockdev-add\",\"arguments\":{
\"driver\":\"raw\",\"node-name\":\"hot$2\",\"read-only\":true,\"file\":{
\"driver\":\"file\",\"filename\":\"$1\"}}}" '{"execute":"device_add",
"arguments":{"driver":"virtio-blk-pci","id":"plug'"$2"'","drive":"hot'"$2"'",
"bus":"pci-bridge-0","addr":"'"$2"'"}}')
	echo "$answer"
	! echo "$answer" | grep -q '"error"'
}
