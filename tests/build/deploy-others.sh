#!/bin/sh
# What `make deploy` writes for guests that not every build has: se's packed image,
# clh-tdx with a td-shim, and SEV, which Trustee does not verify. What stands for
# the two files is made here.
set -eu
. tests/lib/tap.sh

B=${B:-build}
two=$(mktemp -d "${TMPDIR:-/tmp}/husk-deploy.XXXXXX")
trap 'rm -rf "$two"' EXIT
deploy=$two/deploy

# layer ARCHITECTURE: the names in the image for it
layer()
{
	f=$(jq -r '.manifests[0].digest[7:]' "$deploy/oci/index.json")
	f=$(jq -r --arg a "$1" '.manifests[] | select(.platform.architecture == $a)
	    | .digest[7:]' "$deploy/oci/blobs/sha256/$f")
	f=$(jq -r '.layers[0].digest[7:]' "$deploy/oci/blobs/sha256/$f")
	tar -tf "$deploy/oci/blobs/sha256/$f"
}

mkdir -p "$two/se" "$two/s390x" "$two/parts"
for f in bin x86_64 clh-tdx sev coco-dev; do
	ln -s "$(cd "$B/$f" && pwd)" "$two/$f"
done
# Any shell will do for a look at the names.
ln -s "$(cd "$B/x86_64/busybox" && pwd)" "$two/s390x/busybox"
tests/lib/sekernel.py "$two/parts"
tests/lib/sepki "$two/parts" >"$two/out"
(
	cd "$two/parts"
	head -c 9000 initrd >stage3a
	head -c 5000 initrd >stage3b
	"$two/bin/mkse" --stage3a stage3a --stage3b stage3b --kernel kernel \
	    --parmfile parmfile --ramdisk initrd --host-key-document host.crt \
	    --no-verify --output "$two/se/se.img" --header "$two/se/hdr.bin"
) 2>"$two/out"
# The payload's section, 16 MiB in place of 8 KiB.
cp tests/corpus/measurements/tdvf/td-shim "$two/shim"
at=$(grep -obaF TDVF "$two/shim" | head -n 1)
printf '\0\0\0\1' | dd of="$two/shim" bs=1 conv=notrunc 2>/dev/null \
    seek=$((${at%%:*} + 16 + 4 * 32 + 16))

ok 'se, clh-tdx and sev are laid out' env B="$two" SOURCE_DATE_EPOCH=1 \
    CLH_FIRMWARE="$two/shim" scripts/deploy sev clh-tdx se
cp -r "$deploy" "$two/first"
ok 'and the same each time' sh -c "B=$two SOURCE_DATE_EPOCH=1 \
    CLH_FIRMWARE=$two/shim scripts/deploy sev clh-tdx se >$two/out 2>&1 &&
    diff -r $two/first $deploy"

has 'a guest for s390x has an installer for its nodes' husk/guests/se/se.img \
    "$(layer s390x)"
not_ok 'with no others' sh -c "echo '$(layer s390x)' | grep -E 'sev|clh-tdx' ||
    echo '$(layer amd64)' | grep se.img"
has 'the DaemonSet goes to both' 'values: [s390x, amd64]' \
    "$(cat "$deploy/kustomize/installer.yaml")"
has 'its image is the index of both' "$(jq -r '.manifests[0].digest' \
    "$deploy/oci/index.json")" "$(cat "$deploy/kustomize/kustomization.yaml")"

"$B/bin/husk" measure --target se --image "$two/se/se.img" --format hex \
    >"$two/tag" 2>"$two/out"
has 'Trustee is told the tag of the image' "$(cat "$two/tag")" \
    "$(cat "$deploy/trustee/se/rvps-reference-values.yaml")"
has 'and compares it' 'input.se.tag in reference.tag' \
    "$(cat "$deploy/trustee/se/attestation-policy.yaml")"
ok 'the header that its verifier reads is there' cmp "$two/se/hdr.bin" \
    "$deploy/trustee/se/hdr.bin"

policy=$(cat "$deploy/trustee/clh-tdx/attestation-policy.yaml")
has 'of a td-shim MRTD is compared' 'body.mr_td in reference.mrtd' "$policy"
has 'and RTMR1' 'body.rtmr_1 in reference.rtmr1' "$policy"
has 'RTMR0 is not, and it says why' 'rtmr0 is not compared: the TD HOB' "$policy"
ok 'the values are those of the kernel with the words of both runtimes' \
    test 2 = "$(grep -c '"rtmr1"' "$deploy/trustee/clh-tdx/attestation-policy.yaml")"

if [ -f "$deploy/values/sev/go.json" ]; then
	not_ok 'there is nothing of SEV for Trustee' test -e "$deploy/trustee/sev"
	has 'but its digest' '"measurement"' "$(cat "$deploy/values/sev/rs.json")"
else
	skip 'the digests of SEV' 'no OVMF.amdsev.fd here'
fi
plan
