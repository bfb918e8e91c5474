#!/bin/sh
# A driver tree for the NVIDIA targets: packed, named in Kata's configuration, and
# part of what is measured. The tree here is not NVIDIA's.
set -eu
. tests/lib/tap.sh

B=${B:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-nvidia.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
mkdir -p "$tree/bin" "$tree/lib/modules/6.12" "$tree/lib64"
echo program >"$tree/bin/nvidia-smi"
chmod 755 "$tree/bin/nvidia-smi"
echo module >"$tree/lib/modules/6.12/nvidia.ko"
chmod 600 "$tree/lib/modules/6.12/nvidia.ko"
ln -s ../bin/nvidia-smi "$tree/lib64/link"

is 'a tree as a list: no owners, no times, two modes' "$(cat <<-END
	dir /bin 0755 0 0
	file /bin/nvidia-smi $tree/bin/nvidia-smi 0755 0 0
	dir /lib 0755 0 0
	dir /lib/modules 0755 0 0
	dir /lib/modules/6.12 0755 0 0
	file /lib/modules/6.12/nvidia.ko $tree/lib/modules/6.12/nvidia.ko 0644 0 0
	dir /lib64 0755 0 0
	slink /lib64/link ../bin/nvidia-smi 0777 0 0
END
)" "$(scripts/tree-spec "$tree")"

refuses()
{
	code=0
	out=$(scripts/tree-spec "$2" 2>&1) || code=$?
	has "$1" "2 tree-spec: " "$code $out"
}
refuses 'no folder' "$scratch/none"
mkdir "$scratch/empty" "$scratch/space" "$scratch/fifo"
refuses 'an empty one' "$scratch/empty"
: >"$scratch/space/a b"
refuses 'a name with a space' "$scratch/space"
mkfifo "$scratch/fifo/x"
refuses 'a pipe' "$scratch/fifo"

has 'without a tree the build says what is missing' 'no driver: NVIDIA_DIR=' \
    "$(make -s B="$scratch/none" TARGET=nvidia-gpu-tdx gpu-image 2>&1)"
has 'with one it wants the certificate of its modules' 'needs NVIDIA_CERT' \
    "$(make -s B="$scratch/none" TARGET=nvidia-gpu-tdx NVIDIA_DIR="$tree" \
    gpu-image 2>&1 || :)"

# What was built, with a driver besides.
b=$scratch/b
mkdir -p "$b/nvidia-gpu-tdx" "$b/x86_64"
ln -s "$PWD/$B/bin" "$b/bin"
ln -s "$PWD/$B/x86_64/busybox" "$b/x86_64/busybox"
cp "$B/x86_64/vmlinuz" "$b/x86_64/vmlinuz-nvidia"
cp "$B/nvidia-gpu-tdx/initrd" "$b/nvidia-gpu-tdx"
scripts/tree-spec "$tree" >"$scratch/spec"
"$B/bin/mkerofs" -t 0 -u 6875736b-0000-4000-8000-000000000003 \
    "$scratch/erofs" "$scratch/spec"
"$B/bin/mkverity" "$b/nvidia-gpu-tdx/gpu.img" "$scratch/erofs" \
    >"$b/nvidia-gpu-tdx/gpu.verity"
words=$(cat "$b/nvidia-gpu-tdx/gpu.verity")
ok 'make deploy takes it in' env B="$b" SOURCE_DATE_EPOCH=0 \
    scripts/deploy nvidia-gpu-tdx
for shim in qemu-nvidia-gpu-tdx qemu-nvidia-gpu-tdx-runtime-rs; do
	is "$shim: Kata attaches it and passes its words" \
	    "gpu /opt/husk/nvidia-gpu-tdx/gpu.img $words" \
	    "$(python3 -c 'import sys, tomllib
x, = tomllib.load(open(sys.argv[1], "rb"))["hypervisor"]["qemu"][
    "guest_extension_images"]
print(x["name"], x["path"], x["verity_params"])' \
	    "$b/deploy/config/$shim/50-husk.toml")"
done
if [ -d "$b/deploy/trustee/nvidia-gpu-tdx" ]; then
	has 'the command line that is measured has them' \
	    "kata.extension.gpu.verity_params=$words" \
	    "$(cat "$b/deploy/trustee/nvidia-gpu-tdx/rvps-reference-values.yaml")"
else
	skip 'the command line that is measured has them' 'no firmware here'
fi
plan
