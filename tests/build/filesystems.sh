#!/bin/sh
# File systems and disks that the packers write, read back by other programs.
set -eu
. tests/lib/tap.sh

B=${B:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-packers.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
spec=$scratch/spec
echo content >"$scratch/file"
cp "$scratch/file" "$scratch/other"

cat >"$spec" <<'END'
dir /d 1777 1 2
file /d/f @file 0640 3 4
slink /d/l f 0777 0 0
nod /d/c 0600 0 0 c 5 1
nod /d/b 0600 0 0 b 7 0
END
"$B/bin/mkerofs" -t 1 -s file="$scratch/file" "$scratch/erofs" "$spec"
ok 'fsck.erofs finds no fault' fsck.erofs "$scratch/erofs"
fsck.erofs --extract="$scratch/tree" --no-preserve "$scratch/erofs" \
    >"$scratch/out" 2>&1 || :
is 'and takes out the content' content "$(cat "$scratch/tree/d/f")"
is 'and the link' f "$(readlink "$scratch/tree/d/l")"
TZ=Asia/Tokyo "$B/bin/mkerofs" -t 1 -s file="$scratch/other" "$scratch/erofs2" \
    "$spec"
ok 'the same bytes again' cmp "$scratch/erofs" "$scratch/erofs2"
{
	echo dir /many 0755 0 0
	seq -f 'file /many/a-name-of-some-length-%g @file 0644 0 0' 1 700
} >"$scratch/many"
"$B/bin/mkerofs" -s file="$B/bin/mkerofs" "$scratch/erofs3" "$scratch/many"
ok 'a folder of many blocks' fsck.erofs "$scratch/erofs3"
fsck.erofs --extract="$scratch/tree3" --no-preserve "$scratch/erofs3" \
    >"$scratch/out" 2>&1 || :
ok 'with all its files' cmp "$B/bin/mkerofs" \
    "$scratch/tree3/many/a-name-of-some-length-700"
is 'that are 700' 700 "$(find "$scratch/tree3/many" -type f | wc -l)"

# verity SIZE SALT: mkverity and veritysetup agree about that much data.
verity()
{
	head -c "$1" "$B/bin/husk" >"$scratch/data"
	"$B/bin/mkverity" -s "$2" "$scratch/image" "$scratch/data" \
	    >"$scratch/params"
	truncate -s %4096 "$scratch/data"
	root=$(veritysetup format --no-superblock --salt="$2" "$scratch/data" \
	    "$scratch/tree4" | awk '/Root hash/ { print $3 }')
	size=$(stat -c %s "$scratch/data")
	dd if="$scratch/image" bs=1M status=none \
	    skip=$(((size + 2097151) / 1048576)) |
	    head -c "$(stat -c %s "$scratch/tree4")" | cmp - "$scratch/tree4" &&
	    dd if="$scratch/image" bs=1M skip=1 status=none |
	    head -c "$size" | cmp - "$scratch/data" &&
	    [ "$(cat "$scratch/params")" = "root_hash=$root,salt=$2,\
data_blocks=$((size / 4096)),data_block_size=4096,hash_block_size=4096" ]
}

salt=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
ok 'veritysetup agrees about one block' verity 4096 $salt
ok 'about a block that is not full' verity 5000 $salt
ok 'about two levels, with another salt' verity 532480 ff
"$B/bin/mkverity" "$scratch/image" "$scratch/erofs" >"$scratch/params"
is 'by default the salt is the hash of the data' \
    "$(sha256sum <"$scratch/erofs" | cut -d ' ' -f 1)" \
    "$(sed 's/.*salt=//; s/,.*//' "$scratch/params")"
"$B/bin/mkverity" -a 128 "$scratch/image" "$scratch/erofs" >"$scratch/params"
is 'an image for an NVDIMM is aligned' 134217728 \
    "$(stat -c %s "$scratch/image")"
not_ok 'refuses a salt of an odd length' "$B/bin/mkverity" -s 123 \
    "$scratch/image" "$scratch/erofs"
: >"$scratch/empty"
not_ok 'refuses a file system of no bytes' "$B/bin/mkverity" "$scratch/image" \
    "$scratch/empty"
plan
