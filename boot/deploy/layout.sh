# shellcheck shell=sh
# Sourced by scripts/deploy after boot/built.sh: what one target's runtimes need on
# a node.

# fill FILE: with the @NAMES@ of the target, and the runtime, that were read last.
fill()
{
	words=${CMDLINE##*agent.launch_process_timeout=}
	sed -e "s|@SHIM@|$shim|g; s|@CLASS@|$class|g; s|@NAME@|$NAME|g" \
	    -e "s|@PREFIX@|$prefix|g; s|@KATA@|$kata|g; s|@KERNEL@|$node_kernel|g" \
	    -e "s|@IMAGE@|$node_image|g; s|@INITRD@|$node_initrd|g" \
	    -e "s|@VERITY@|$verity|g; s|@FIRMWARE@|$node_firmware|g" \
	    -e "s|@PARAMS@|${words#* }|g; s|@LAUNCH_TIMEOUT@|${words%% *}|g" \
	    -e "s|@VCPUS@|$VCPUS|g; s|@MEMORY@|$MEMORY|g" \
	    -e "s|@OVERHEAD_MEMORY@|$overhead|g" \
	    -e "s|@OVERHEAD_CPU@|$OVERHEAD_CPU|g; s|@REGISTRY@|$registry|g" \
	    -e "s|@SHIM_BINARY@|$shim_binary|g; s|@DIGEST@|${digest:-}|g" \
	    -e "s|@PLATFORMS@|${platforms:-}|g" "$1"
}

# A table for the driver's file system; for runtime-rs, none of Kata's own else.
add_extensions()
{
	if [ -n "$gpu" ]; then
		printf '\n[[hypervisor.qemu.guest_extension_images]]\n'
		printf 'name = "gpu"\npath = "%s/%s/gpu.img"\n' "$prefix" "$NAME"
		printf 'verity_params = "%s"\n' "$gpu"
	elif [ "$1" = rs ]; then
		echo 'guest_extension_images = []'
	fi
}

# A runtime of a target, go or rs: a file over Kata's configuration, or all of it
# where Kata has none.
add_config()
{
	dir=$out/config/$shim
	file=50-husk.toml
	[ -z "$KATA_CONFIG" ] || file=configuration-$shim.toml
	mkdir -p "$dir"
	fill "$in/config/${KATA_CONFIG:-$kind}-$1.toml.in" >"$dir/$file"
	[ "${KATA_CONFIG:-$kind}" != qemu ] || add_extensions "$1" >>"$dir/$file"
	"$B/bin/husk" kata-check --runtime "$1" "$dir/$file" >&2 ||
	    die "$dir/$file is not for Kata 4.1"
	add_spec "dir /husk/config/$shim 0755 0 0" \
	    "file /husk/config/$shim/$file $dir/$file 0644 0 0"
	[ -n "$KATA_CONFIG" ] || return 0
	for v in 2 3; do
		name=io.containerd.grpc.v1.cri about='before 2.0'
		[ $v = 2 ] || name=io.containerd.cri.v1.runtime about='2.0 and later'
		mkdir -p "$out/containerd/v$v"
		fill "$in/containerd.toml.in" | sed -e "s|@CONTAINERD@|$about|" \
		    -e "s|@CONTAINERD_VERSION@|$v|; s|@CONTAINERD_PLUGIN@|$name|" \
		    >"$out/containerd/v$v/$class.toml"
		add_spec "file /husk/containerd/v$v/$class.toml \
$out/containerd/v$v/$class.toml 0644 0 0"
	done
}

# The class of a runtime, once: the peer pods of all clouds share one.
add_class()
{
	file=$out/kustomize/runtimeclasses.yaml
	! grep -qsx "  name: $class" "$file" || return 0
	fill "$in/runtimeclass.yaml.in" >>"$file"
	arch=''
	[ "$HYPERVISOR" = remote ] ||
	    arch=kubernetes.io/arch=$(platform "$ARCH")
	for word in $arch $NODE_SELECTOR; do
		echo "    ${word%%=*}: \"${word#*=}\"" >>"$file"
	done
}

# add_file SOURCE NAME: of the guest, on the node.
add_file()
{
	[ -f "$1" ] || die "$1 is missing: make images"
	add_spec "file /husk/guests/$NAME/$2 $1 0644 0 0"
}

# The guest's own files.
add_guest()
{
	add_spec "dir /husk/guests/$NAME 0755 0 0"
	if [ -n "$GUEST_FILE" ]; then
		kind=se node_kernel=$prefix/$NAME/$GUEST_FILE
		add_file "$B/$NAME/$GUEST_FILE" "$GUEST_FILE"
		return
	fi
	node_kernel=$prefix/$NAME/vmlinuz
	add_file "$kernel" vmlinuz
	[ -z "$initrd" ] || add_file "$initrd" initrd
	[ -z "$rootfs" ] || add_file "$rootfs" rootfs.img
	[ -z "$gpu" ] || add_file "$B/$NAME/gpu.img" gpu.img
	[ "$HYPERVISOR" != clh ] || [ -z "${CLH_FIRMWARE:-}" ] ||
	    add_file "$CLH_FIRMWARE" "$FIRMWARE"
}
