#!/bin/sh
# husk measure --kata-config: what the configuration says is what the options
# say, for both runtimes, with files in config.d. TAP.
set -eu
. tests/measure/common

here=tests/measure/kata
cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
mkdir -p "$tmp/go" "$tmp/clh" "$tmp/rs/config.d" "$tmp/plain" "$tmp/bad/config.d"
cp tests/corpus/measurements/tdvf/td-shim "$tmp/shim"
for i in go clh rs; do
	sed "s,@TMP@,$tmp," $here/$i.toml > "$tmp/$i/configuration.toml"
done
cat > "$tmp/rs/config.d/20-initrd.toml" <<END
[hypervisor.qemu]
initrd = "$tmp/initrd"
kernel_params = "c=d"
END
cat > "$tmp/rs/config.d/10-first.toml" <<END
[hypervisor.qemu]
initrd = "/overridden"
default_memory = 1024
END
grep -v confidential "$tmp/go/configuration.toml" > "$tmp/plain/configuration.toml"
cp "$tmp/go/configuration.toml" "$tmp/bad/configuration.toml"
printf '[hypervisor.qemu]\n\nenable_iommu = 1\n' > "$tmp/bad/config.d/x.toml"
ln -s ../rs/configuration.toml "$tmp/bad/link.toml"

registers() { sed -n '/"registers"/,/"cmdline"/p' "$1"; }

# same NAME: the last two outputs have the same registers.
same()
{
	registers "$tmp/a" > "$tmp/out"
	registers "$tmp/b" | diff "$tmp/out" - > "$tmp/err" && bad=0 || bad=1
	[ -s "$tmp/out" ] || bad=1
	verdict "$bad" "$1"
}

# says TEXT...: the first output has them.
says()
{
	for text; do
		grep -qF "$text" "$tmp/a" && bad=0 || bad=1
		verdict "$bad" "which says $text"
	done
}

refuses()
{
	text=$1 rc=0
	shift
	"$husk" measure "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	grep -qF -- "$text" "$tmp/err" && [ $rc = 2 ] && bad=0 || bad=1
	verdict "$bad" "husk measure $*"
}

"$husk" measure --target snp --kata-config "$tmp/go/configuration.toml" \
    --format json > "$tmp/a" 2> "$tmp/err" || :
"$husk" measure --target snp --firmware "$tmp/fw" --kernel "$tmp/bzimage" \
    --cmdline "$(cat $here/go.cmdline)" --format json > "$tmp/b"
same "Go, snp: the options that the configuration stands for"
says '"policy": 720896' '"kata_runtime": "go"'

"$husk" measure --target tdx --kata-config "$tmp/bad/link.toml" \
    --format json > "$tmp/a" 2> "$tmp/err" || :
"$husk" measure --target tdx --firmware "$tmp/td" --kernel "$tmp/bzimage" \
    --initrd "$tmp/initrd" --cmdline "$(cat $here/rs.cmdline)" \
    --memory 1024M --ovmf-version 202511 --qemu-version 11.0 \
    --format json > "$tmp/b"
same "runtime-rs, tdx, through a link: config.d beside the file itself"
says '"kata_config.d/10-first.toml": {' '"kata_runtime": "rs"' \
    '"memory": 1073741824' '"text": "reboot=k panic=1'

"$husk" measure --target tdx --kata-config "$tmp/clh/configuration.toml" \
    --format json > "$tmp/a" 2> "$tmp/err" || :
"$husk" measure --target tdx --vmm clh --firmware "$tmp/shim" \
    --kernel "$tmp/bzimage" --cmdline "$(cat $here/clh.cmdline)" \
    --format json > "$tmp/b"
same "Go, tdx under Cloud Hypervisor"
says '"vmm": "clh"'
rs="--target tdx --kata-config $tmp/rs/configuration.toml"
# shellcheck disable=SC2086 # a list of words
{
refuses "for guests without TEE" --target snp \
    --kata-config "$tmp/plain/configuration.toml"
refuses "x.toml': line 3: enable_iommu: an integer" --target snp \
    --kata-config "$tmp/bad/configuration.toml"
refuses "is for snp" --target tdx --kata-config "$tmp/go/configuration.toml"
refuses "exclude each other" $rs --cmdline x
refuses "runtime 'java'" $rs --runtime java
refuses "No such file" --target tdx --kata-config "$tmp/none"
refuses "unsupported: snp under Cloud Hypervisor" --target snp \
    --kata-config "$tmp/clh/configuration.toml"
"$husk" measure $rs --runtime go --format json > "$tmp/a"
says '"text": "tsc=reliable no_timer'
}
echo "1..$n"
