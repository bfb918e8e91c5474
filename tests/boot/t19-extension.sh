#!/bin/sh
# Guest extensions: file systems beside the root, verified by words on the
# command line. A guest, and some that must not come up.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh

mkdir "$scratch/tree" "$scratch/tree/lib"
echo 'from the extension' >"$scratch/tree/lib/greeting"
cat >"$scratch/tree.spec" <<END
dir /lib 0755 0 0
file /lib/greeting $scratch/tree/lib/greeting 0644 0 0
END
"$B/bin/mkerofs" -t 0 -u 6875736b-0000-4000-8000-0000000000ff \
    "$scratch/gpu.erofs" "$scratch/tree.spec"
image=$scratch/gpu.img
words=$("$B/bin/mkverity" "$image" "$scratch/gpu.erofs")
gpu="kata.extension.gpu.verity_params=$words"

# refuses NAME TEXT OPTION...: the guest must power off, with TEXT as the reason.
refuses()
{
	name=$1 text=$2
	shift 2
	boot -t 300 "$@" >"$scratch/out" || :
	[ -z "$guest" ] || wait_end
	has "$name" "$text" "$(cat "$run/report" "$run/console")"
	not_ok 'and it was no panic' grep -q 'Kernel panic' "$run/console"
}

# flip OFFSET: a copy of the image with one bit changed there.
flip()
{
	cp "$image" "$scratch/bad.img"
	byte=$(od -An -tu1 -j "$1" -N 1 "$image" | tr -d ' ')
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf %o $((byte ^ 1)))" | dd of="$scratch/bad.img" \
	    bs=1 seek="$1" conv=notrunc status=none
}

must_boot -t 300 -d "extension-gpu=$image" -a "$gpu nvrc.smi.srs=1 nvrc.log=debug"
in_guest echo hello
is 'a guest with an extension comes up and runs a container' hello "$stdout"
has 'and says what it is verified by' \
    "extension gpu: disk vdb on /run/kata-extensions/gpu, verified by" \
    "$(cat "$run/console")"
has 'nothing in it is started yet, and it says so' \
    'unsupported: extension gpu is mounted' "$(cat "$run/console")"
has 'what NVRC would do is named' 'unsupported: nvrc.smi.srs' \
    "$(cat "$run/console")"
end
refuses 'a disk that is not on the command line stops it' \
    'disk vdb is not on the command line' -d "extension-gpu=$image"
refuses 'and so do words without a disk' \
    'no disk with the serial number extension-gpu' -a "$gpu"
refuses 'a bare name' 'what is not verified is not mounted' \
    -d "extension-gpu=$image" -a kata.extension.gpu.verity_params
other=$(sed 's/.*root_hash=\([0-9a-f]*\).*/\1/' "$B/$TARGET/rootfs.verity")
refuses 'the root hash of something else' 'gpu: mount disk vdb' \
    -d "extension-gpu=$image" \
    -a "$(echo "$gpu" | sed "s/root_hash=[0-9a-f]*/root_hash=$other/")"
flip $((1048576 + 1024))
refuses 'a bit changed in the data' 'gpu: mount disk vdb' \
    -d "extension-gpu=$scratch/bad.img" -a "$gpu"
flip $(($(od -An -tu4 -j 470 -N 4 "$image") * 512))
refuses 'and one in the hash tree' 'gpu: mount disk vdb' \
    -d "extension-gpu=$scratch/bad.img" -a "$gpu"
refuses 'a bad value of NVRC' "nvrc.smi.lgc='fast'" -a nvrc.smi.lgc=fast
plan
