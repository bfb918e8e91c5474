#!/bin/sh
# What husk measure prints, in its three forms. The digests are
# sev-snp-measure's (0.0.13) for the same files. TAP.
set -eu
. tests/measure/common

# prints FIRST-HALF SECOND-HALF ARGUMENT...: the digest, a line feed, and
# nothing else on either stream.
prints()
{
	digest=$1$2
	shift 2
	"$husk" measure --format hex --firmware "$tmp/fw" "$@" \
	    > "$tmp/out" 2> "$tmp/err" || :
	bad=0
	echo "$digest" | cmp -s - "$tmp/out" || bad=1
	! grep -qv "$fake" "$tmp/err" || bad=1
	verdict $bad "digest: $*"
}

fake='warning: the kernel is none of Linux for x86 (bzImage)'
k="--kernel $tmp/kernel --initrd $tmp/initrd --cmdline"
# shellcheck disable=SC2086 # $k is a list of words
{
prints 1906524d6a4c980103018143b9c3e6bd4e653a8b76d62bf9 \
    15b2f3ff6c13aa239f8c238ef5dd6c7fc4e2a2922712c1e1 \
    --target snp
prints ce6f131dac3e91f376230f279c2bd7c2f4db25de678034ae \
    956ffb46611f793beb6659d7881558ada46b14141702f1bc \
    --target snp $k "a=1 b"
prints 2a419510611cfead6ce474b48f194f63123d11a1ec4cb411 \
    05c4ba7df0c40100d93918ecf84eacf95c8d08c2ff5b0485 \
    --target=snp --vcpus=4 --vcpu-type=EPYC-Genoa --guest-features=33
prints 8d81667e22f182c5f65d4f34d97848d97468fa4dce3facd6 \
    6a62a62cae9298ca5bced110508778f64c47b1c298c7b385 \
    --target snp --vmm ec2 --vcpus 2
prints f76e6194dea62d282ee03312b8ac6f59240386e92f438ff8 \
    343bb06f04d4d2c4b6280c17a669ca2e605b07857403de75 \
    --target snp --vmm gce --vcpus 2
prints 8143a0954d2ae6794ba4d985909b4c4476840d91069b9218 \
    2c8a7e280599e7dc108ce255167316e857fcbf03d2bfdb6d \
    --target snp --vcpu-sig 0xa00f11
prints 8143a0954d2ae6794ba4d985909b4c4476840d91069b9218 \
    2c8a7e280599e7dc108ce255167316e857fcbf03d2bfdb6d \
    --target snp --vcpu-family 25 --vcpu-model 1 --vcpu-stepping 1
prints 58741eee93020c71f742453080ad20d3e19f87b7b9c72291 \
    b1f42d5fab84d749484db968acab98102eb8d4ede039131e \
    --target snp --kernel /dev/null
prints d550ba4fafd2993df21420e6f5750ae5ed65aad6712882d50c9c21839aef048a "" \
    --target sev $k "a=1 b"
prints 96c7400b308720da2fda1e9e16c4b82c914ee9581149355212e53c949ca6f030 "" \
    --target sev-es --vcpus 2 $k "a=1 b"
}

sed "s,@TMP@,$tmp," tests/measure/expected.json > "$tmp/expected"
"$husk" measure --target snp --firmware "$tmp/fw" --kernel "$tmp/kernel" \
    --cmdline 'a="1" \b' --vcpus 3 --vcpu-type EPYC-Milan \
    --guest-features 0x21 --format json > "$tmp/out" 2> "$tmp/err" || :
diff "$tmp/expected" "$tmp/out" > "$tmp/err" && bad=0 || bad=1
verdict $bad "json is as documented, byte for byte"

"$husk" measure --target snp --firmware "$tmp/fw" --kernel "$tmp/kernel" \
    --cmdline 'a="1" \b' --vcpus 3 --vcpu-type EPYC-Milan \
    --guest-features 0x21 > "$tmp/out" 2> "$tmp/err" || :
bad=0
digest=$(sed -n 's/.*"value": "\(.*\)",/\1/p' "$tmp/expected")
for text in "  $digest" "65536 bytes, sha256" "EPYC-Milan" "0xa00f11" "0x21" \
    "9 bytes with the NUL" "by firmware, kernel, initrd, cmdline, vcpus"; do
	grep -qF -- "$text" "$tmp/out" || bad=1
done
verdict $bad "text names every input"
long=$(printf 'x%.0s' $(seq 2047))
expect 0 "" measure --target snp --firmware "$tmp/fw" \
    --kernel tests/corpus/measurements/pe/kernel --cmdline "$long"
says 0 "has 2048 bytes, and Linux reads the first 2047" measure --target snp \
    --firmware "$tmp/fw" --kernel tests/corpus/measurements/pe/kernel \
    --cmdline "x$long"
for target in snp sev-es sev; do
	says 0 "$fake" measure --target $target --firmware "$tmp/fw" \
	    --kernel "$tmp/kernel"
	expect 0 "" measure --target $target --firmware "$tmp/fw" \
	    --kernel tests/corpus/measurements/pe/kernel
done
echo "1..$n"
