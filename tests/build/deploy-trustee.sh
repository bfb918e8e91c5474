#!/bin/sh
# What `make deploy` writes for Trustee: the reference values are those of the
# guests that both of Kata's runtimes start by the configuration that is written
# beside them, and the attestation policies compile.
set -eu
. tests/lib/tap.sh

B=${B:-build}
deploy=$B/deploy
husk=$B/bin/husk
dl=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-trustee.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
here=.
# shellcheck source=boot/built.sh
. boot/built.sh

# data TARGET FILE KEY: of a ConfigMap
data()
{
	python3 -c 'import sys, yaml
d, = [x for x in yaml.safe_load_all(open(sys.argv[1])) if x]
print(d["data"][sys.argv[2]], end="")' "$deploy/trustee/$1/$2.yaml" "$3"
}

# What Kata 4.1 ships for a TEE, as far as it counts for the guest.
base()
{
	params='cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1' timeout=6
	case $NAME in
	nvidia-*)
		params='cgroup_no_v1=all pci=realloc pci=nocrs'
		params="$params pci=assign-busses nvrc.smi.srs=1" timeout=15
		;;
	esac
	cat <<-END
	[hypervisor.qemu]
	image = "/opt/kata/upstream.img"
	kernel_verity_params = "root_hash=00"
	kernel_params = "$params"
	confidential_guest = true
	sev_snp_guest = $1
	block_device_driver = "virtio-scsi"
	disable_guest_selinux = true
	[agent.kata]
	launch_process_timeout = $timeout
	[runtime]
	static_sandbox_resource_mgmt = true
	END
}

# measured RUNTIME SUFFIX REGISTER: by Kata's configuration with ours over it
measured()
{
	dir=$scratch/$NAME-$1
	mkdir -p "$dir/config.d"
	[ "$MEASURE_TARGET" = snp ] && snp=true || snp=false
	base "$snp" >"$dir/configuration.toml"
	cp "$deploy/config/$SHIM$2/50-husk.toml" "$dir/config.d"
	"$husk" measure --target "$MEASURE_TARGET" --runtime "$1" \
	    --kata-config "$dir/configuration.toml" --firmware "$firmware" \
	    --kernel "$kernel" ${initrd:+--initrd "$initrd"} \
	    --format hex --register "$3" 2>"$scratch/err" || cat "$scratch/err"
}

check_values()
{
	name=rtmr_2 register=rtmr2
	[ "$MEASURE_TARGET" = tdx ] ||
	    name=snp_launch_measurement register=measurement
	data "$NAME" rvps-reference-values reference-values.json |
	    jq -r ".[] | select(.name == \"$name\") | .value[]" \
	    >"$scratch/values"
	for runtime in go rs; do
		[ $runtime = rs ] && suffix=-runtime-rs || suffix=''
		value=$(measured $runtime "$suffix" $register)
		has "$NAME: what the $runtime runtime starts is expected" \
		    "$value" "$(cat "$scratch/values")"
	done
}

for target in tdx snp nvidia-gpu-tdx nvidia-gpu-snp; do
	read_built $target
	firmware=$dl/firmware/$FIRMWARE
	[ -f "$firmware" ] || firmware=$dl/ovmf-amdsev/$FIRMWARE
	if [ ! -d "$deploy/trustee/$NAME" ] || [ ! -f "$firmware" ]; then
		skip "$NAME: its reference values" "no $FIRMWARE here"
		continue
	fi
	check_values
	data $target attestation-policy default_cpu.rego >"$scratch/att.rego"
	ok 'the attestation policy compiles' \
	    "$husk" policy check --package policy "$scratch/att.rego"
	echo '{}' >"$scratch/none"
	is 'and finds nothing good in no evidence' 33 "$("$husk" policy eval \
	    -i "$scratch/none" -q data.policy.executables "$scratch/att.rego")"
done

plan
