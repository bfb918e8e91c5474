#!/bin/sh
# Secure Execution: an image that mkse built is what husk measure reads and
# what it predicts from parts and seed; what was changed is noticed. TAP.
set -eu
. tests/measure/secommon

same()
{
	bad=0
	cmp "$2" "$3" >"$tmp/out" 2>&1 || bad=1
	verdict $bad "$1"
}

# shellcheck disable=SC2086 # lists of words
{
r="--ramdisk $tmp/initrd"
expect 0 '' build $parts $r $host $trust --seed "$tmp/seed"
cp "$tmp/image" "$tmp/first"
expect 0 'not verified' build $parts $r --host-key-document "$tmp/host.der" \
    --no-verify --seed "$tmp/seed"
same 'the same parts and seed make the same image' "$tmp/image" "$tmp/first"
"$husk" measure --target se --image "$tmp/image" --format hex >"$tmp/read" \
    2>"$tmp/err"
"$husk" measure --target se $parts --initrd "$tmp/initrd" $host $trust \
    --seed "$tmp/seed" --format hex >"$tmp/predicted"
same 'the tag is predicted from parts and seed' "$tmp/read" "$tmp/predicted"
"$husk" measure --target se --image "$tmp/image" --format trustee \
    2>"$tmp/err" | jq -r '."se.tag"[]' >"$tmp/predicted"
same 'Trustee gets the tag' "$tmp/read" "$tmp/predicted"
"$mkse" --extract "$tmp/image" --header "$tmp/hdr"
"$husk" measure --target se --header "$tmp/hdr" --format hex \
    >"$tmp/predicted" 2>"$tmp/err"
same 'the header alone has the same tag' "$tmp/read" "$tmp/predicted"

expect 0 '' build $parts $r $host --host-key-document "$tmp/other.crt" $trust \
    --hdr-key "$tmp/hdr-key" --cck "$tmp/cck" --enable-dump
expect 0 '' read_image --hdr-key "$tmp/hdr-key" --kernel "$tmp/kernel" \
    --initrd "$tmp/initrd" --parmfile "$tmp/parmfile" $host $trust
expect 1 'tag is not right' read_image --hdr-key "$tmp/cck"
expect 1 "kernel is not the one" read_image --hdr-key "$tmp/hdr-key" \
    --kernel "$tmp/initrd"
expect 1 'no slot for host key' read_image --no-verify --host-key-document \
    "$tmp/revoked.crt"
expect 0 'the host gets a shell' "$husk" measure --target se $loaders $host \
    $trust --kernel "$tmp/kernel" --seed "$tmp/seed" \
    --cmdline agent.debug_console

for at in 0x15000 0x36000 0x14120; do
	cp "$tmp/image" "$tmp/changed"
	printf '\252' | dd of="$tmp/changed" bs=1 seek=$((at)) conv=notrunc \
	    2>"$tmp/out"
	expect 1 'are not those of the header' "$husk" measure --target se \
	    --image "$tmp/changed"
done
head -c 100000 "$tmp/image" >"$tmp/changed"
expect 2 'SE image: no IPL parameter block for the header at offset 0x' \
    "$husk" measure --target se --image "$tmp/changed"
expect 2 'not an SE image' "$husk" measure --target se --image "$tmp/kernel"
head -c 600 "$tmp/hdr" >"$tmp/changed"
expect 2 'truncated at offset 0x258 of 0x280' "$husk" measure --target se \
    --header "$tmp/changed"
}

expect 2 'or --image or --header to read one' "$husk" measure --target se
echo "1..$n"
