# shellcheck shell=sh
# Sourced: the kernel command lines that Kata's two runtimes pass to a target's
# guest, from CMDLINE of its description, which is that of the Go runtime for an
# initrd (kata fact sheet 7.2 and 7.3). Sourced before: boot/rootfs.sh.
#
#	cmdline_go VERITY GPU	VERITY: the words of the image, empty for an
#				initrd; GPU: those of the driver's file system
#	cmdline_rs VERITY GPU

systemd_words="systemd.unit=kata-containers.target \
systemd.mask=systemd-networkd.service systemd.mask=systemd-networkd.socket"

# The root file system's words for the verity words $1.
root_words()
{
	echo "dm-mod.create=\"$(verity_table "$1" /dev/vda1 /dev/vda2)\"" \
	    "root=/dev/dm-0 rootflags=ro rootfstype=erofs"
}

cmdline_go()
{
	line=$CMDLINE
	if [ -n "$1" ] && [ "${HYPERVISOR:-qemu}" = clh ]; then
		line="$(root_words "$1") $line"
	elif [ -n "$1" ]; then
		line=$(printf '%s' "$line" | sed \
		    -e "s|console=hvc0|$(root_words "$1") console=hvc0|" \
		    -e 's/ quiet / quiet systemd.show_status=false /' \
		    -e "s/ selinux=0/& $systemd_words/")
	fi
	printf '%s' "$line${2:+ kata.extension.gpu.verity_params=$2}"
}

# What the agent and the user ask for is in both, but in a line of its own for se.
cmdline_rs()
{
	[ "${TEE:-}" != s390-pv-guest ] || { printf %s "$CMDLINE_RS"; return; }
	user=${CMDLINE#*agent.launch_process_timeout=}
	timeout=${user%% *}
	user=${user#"$timeout"}
	agent="agent.cdh_api_timeout=50 agent.launch_process_timeout=$timeout"
	root=${1:+"$(root_words "$1") "}
	if [ "${HYPERVISOR:-qemu}" = clh ]; then
		printf '%s' "reboot=k panic=1 $systemd_words quiet ${root}\
no_timer_check noreplace-smp systemd.log_target=console $agent$user"
		return
	fi
	printf '%s' "reboot=k panic=1 $systemd_words $root$agent$user selinux=0\
${2:+ kata.extension.gpu.verity_params=$2} console=hvc0"
}
