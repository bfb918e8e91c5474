# shellcheck shell=sh
# Sourced by scripts/deploy: what is not one target's alone.

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

# The installer's image, and what names it.
add_image()
{
	for f in "$out"/containerd/v[23]/*.toml; do
		[ -f "$f" ] || continue
		spec="$spec
file /husk/${f#"$out"/} $f 0644 0 0"
	done
	spec="$(echo "$spec" | sed 's|^file /husk/install.sh.*|&\
dir /husk/containerd 0755 0 0\
dir /husk/containerd/v2 0755 0 0\
dir /husk/containerd/v3 0755 0 0|')"
	echo "$spec" >"$out/spec"
	"$B/bin/mktar" -t "$SOURCE_DATE_EPOCH" \
	    -s busybox="$B/x86_64/busybox/busybox" "$out/layer.tar" \
	    "$here/guest/container.spec" "$here/guest/busybox.spec" "$out/spec"
	"$B/bin/mkoci" -t "$SOURCE_DATE_EPOCH" -a amd64 -n husk-guests "$out/oci" \
	    "$out/layer.tar" /bin/sh /husk/install.sh /host
	rm "$out/layer.tar" "$out/spec" "$out/install.sh"
	digest=$(jq -r '.manifests[0].digest' "$out/oci/index.json")
	fill "$in/kustomization.yaml.in" >"$out/kustomize/kustomization.yaml"
	cp "$in/namespace.yaml" "$in/installer.yaml" "$out/kustomize"
	class=$(sed -n 's/^  name: //p' "$out/kustomize/runtimeclasses.yaml" |
	    head -n 1)
	initdata=$("$B/bin/husk" initdata pack --toml "$in/examples/initdata.toml")
	for f in "$in"/examples/*; do
		fill "$f" | sed "s|@INITDATA@|$initdata|" \
		    >"$out/examples/${f##*/}"
	done
	echo "$out: the installer's image is $digest"
}
