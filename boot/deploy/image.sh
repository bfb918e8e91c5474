# shellcheck shell=sh
# Sourced by scripts/deploy: the installer's image, and what is not one target's
# alone.

# What Kubernetes and OCI call an architecture.
platform()
{
	case $1 in
	x86_64) echo amd64 ;;
	*) echo "$1" ;;
	esac
}

# add_spec LINE...: to the files of the installer's image for nodes of ARCH.
add_spec()
{
	[ -f "$out/spec.$ARCH" ] || {
		printf 'dir %s 0755 0 0\n' /husk /husk/guests /husk/config \
		    /husk/containerd /husk/containerd/v2 /husk/containerd/v3 \
		    /host
		echo "file /husk/install.sh $out/install.sh 0755 0 0"
	} >"$out/spec.$ARCH"
	printf '%s\n' "$@" >>"$out/spec.$ARCH"
}

# A peer pod's disk, for whoever registers it with the cloud.
add_disk()
{
	disk=$B/$NAME/disk.$(echo "$DISK" | sed 's/gcp/tar.gz/')
	if [ ! -f "$disk" ]; then
		echo "$NAME: no disk; make image TARGET=$NAME"
		return
	fi
	mkdir -p "$out/cloud/$NAME"
	cp "$disk" "$out/cloud/$NAME"
	node_kernel='' form=uki
	[ ! -f "$B/$NAME/reference-values.json" ] ||
	    cp "$B/$NAME"/reference-values.* "$out/cloud/$NAME"
	echo "$NAME: unsupported: peer pods' user data and TLS on port 15150"
}

# Its layer for nodes of the architecture of spec $1.
add_layer()
{
	arch=${1##*.}
	busybox=$B/$arch/busybox/busybox
	[ -f "$busybox" ] || die "$busybox is missing: make ARCH=$arch busybox"
	"$B/bin/mktar" -t "$SOURCE_DATE_EPOCH" -s busybox="$busybox" \
	    "$out/layer.$arch" "$here/guest/container.spec" \
	    "$here/guest/busybox.spec" "$1"
}

# The installer's image, and what names it.
add_image()
{
	platforms=''
	set --
	for f in "$out"/spec.*; do
		add_layer "$f"
		set -- "$@" -l "$(platform "$arch")=$out/layer.$arch"
		platforms="${platforms:+$platforms, }$(platform "$arch")"
	done
	"$B/bin/mkoci" -t "$SOURCE_DATE_EPOCH" -n husk-guests "$@" "$out/oci" \
	    /bin/sh /husk/install.sh /host
	rm "$out"/layer.* "$out"/spec.* "$out/install.sh"
	digest=$(jq -r '.manifests[0].digest' "$out/oci/index.json")
	fill "$in/kustomization.yaml.in" >"$out/kustomize/kustomization.yaml"
	fill "$in/installer.yaml.in" >"$out/kustomize/installer.yaml"
	cp "$in/namespace.yaml" "$out/kustomize"
	class=$(sed -n 's/^  name: //p' "$out/kustomize/runtimeclasses.yaml" |
	    head -n 1)
	initdata=$("$B/bin/husk" initdata pack --toml "$in/examples/initdata.toml")
	for f in "$in"/examples/*; do
		fill "$f" | sed "s|@INITDATA@|$initdata|" \
		    >"$out/examples/${f##*/}"
	done
	echo "${out%.new}: the installer's image for $platforms is $digest"
}
