#!/bin/sh
# The rootfs on a disk that dm-verity protects. A guest, and some that must not
# come up.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh

# The rootfs is the first disk, so the container's is the second.
b_source=/dev/vdb
image=$B/$TARGET/rootfs.img

# flip OFFSET: a copy of the image with one bit changed there.
flip()
{
	cp "$image" "$scratch/rootfs.img"
	cp "${image%.img}.verity" "$scratch/rootfs.verity"
	byte=$(od -An -tu1 -j "$1" -N 1 "$image" | tr -d ' ')
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf %o $((byte ^ 1)))" | dd of="$scratch/rootfs.img" \
	    bs=1 seek="$1" conv=notrunc status=none
}

must_boot -f verity
ok 'the guest comes up and answers' ctl check
in_guest echo hello
is 'a container runs' hello "$stdout"
end

# The superblock, and the first bytes of the program: both are read at once.
init=$(grep -abo "$(printf '\177ELF')" "$image" | head -n 1 | cut -d : -f 1)
for at in $((1048576 + 1024)) $((init + 64)); do
	flip "$at"
	not_ok "a bit changed at byte $at stops it" \
	    boot -t 20 -f verity -v "$scratch/rootfs.img"
	end
done
tree=$(od -An -tu4 -j 470 -N 4 "$image")
flip $((tree * 512))
not_ok 'so does one in the hash tree' \
    boot -t 20 -f verity -v "$scratch/rootfs.img"
end
flip 0
sed -i 's/root_hash=./root_hash=x/; s/x\([0-9a-f]\)/0\1/' \
    "$scratch/rootfs.verity"
not_ok 'and a root hash of something else' \
    boot -t 20 -f verity -v "$scratch/rootfs.img"
plan
