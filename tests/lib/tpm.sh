# shellcheck shell=sh disable=SC2154
# A TPM for guests of shell tests; sourced after boot.sh and bundle.sh.
#
#	need_tpm	end the program where swtpm or OVMF is missing
#	start_tpm	a new TPM at $scratch/tpm, for boot -T; it ends with the
#			guest
#	pcr N		what a container in the guest reads of SHA-256 register N

need_tpm()
{
	command -v swtpm >/dev/null || skip_all 'no swtpm: run make setup'
	[ -f /usr/share/OVMF/OVMF_CODE_4M.fd ] ||
	    skip_all 'no /usr/share/OVMF/OVMF_CODE_4M.fd: run make setup'
}

start_tpm()
{
	rm -rf "$scratch/tpmstate" "$scratch/tpm"
	mkdir "$scratch/tpmstate"
	swtpm socket --tpm2 --tpmstate "dir=$scratch/tpmstate" --terminate \
	    --ctrl "type=unixio,path=$scratch/tpm" >"$scratch/swtpm" 2>&1 &
	n=0
	while [ ! -S "$scratch/tpm" ] && [ $n -lt 100 ]; do
		n=$((n + 1))
		sleep 0.1
	done
}

pcr()
{
	in_guest cat "/sys/class/tpm/tpm0/pcr-sha256/$1"
	echo "$stdout" | tr A-F a-f
}
