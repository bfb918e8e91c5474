# shellcheck shell=sh disable=SC2154
# UKIs that tell their PCRs; sourced from the top of the tree.
#
#	tag VERSION		"2022.11-6" to 202211
#	make_ukis STUB NAME	$scratch/NAME and the same signed, NAME-signed
#
# Needs $scratch, $B, $ARCH; the key is that of Debian's snakeoil variables.

snakeoil=/usr/share/ovmf/PkKek-1-snakeoil

tag()
{
	echo "$1" | sed 's/^\([0-9]*\)\.\([0-9][0-9]\).*/\1\2/'
}

make_ukis()
{
	printf 'console=ttyS0 quiet no_timer_check panic=-1' \
	    >"$scratch/cmdline"
	printf 'ID=husk\nVERSION_ID=1\n' >"$scratch/osrel"
	"$B/bin/mkcpio" -s init=tests/lib/pcrs-init \
	    -s busybox="$B/$ARCH/busybox/busybox" "$scratch/initrd" \
	    tests/lib/pcrs.spec guest/busybox.spec
	"$B/bin/mkuki" "$scratch/$2" "$1" .osrel="$scratch/osrel" \
	    .cmdline="$scratch/cmdline" .initrd="$scratch/initrd" \
	    .linux="$B/$ARCH/vmlinuz"
	openssl rsa -in "$snakeoil.key" -passin pass:snakeoil \
	    -out "$scratch/key" 2>/dev/null
	sbsign --key "$scratch/key" --cert "$snakeoil.pem" \
	    --output "$scratch/$2-signed" "$scratch/$2" >"$scratch/out" 2>&1
}
