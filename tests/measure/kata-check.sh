#!/bin/sh
# husk kata-check, and what husk measure says of options that Kata does not know.
# TAP.
set -eu
. tests/measure/common

here=tests/measure/kata
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
mkdir "$tmp/go" "$tmp/rs" "$tmp/bad"
sed "s,@TMP@,$tmp," $here/go.toml > "$tmp/go/configuration.toml"
sed "s,@TMP@,$tmp," $here/rs.toml > "$tmp/rs/configuration.toml"

# checks CODE TEXT FILE...: husk kata-check ends with CODE and says TEXT.
checks()
{
	want=$1 text=$2 rc=0
	shift 2
	"$husk" kata-check "$@" > "$tmp/out" 2> "$tmp/err" || rc=$?
	cat "$tmp/out" "$tmp/err" | grep -qF -- "$text" && [ $rc = "$want" ] &&
	    bad=0 || bad=1
	verdict "$bad" "husk kata-check $*"
}

printf '[hypervisor.qemu]\nkernel_parms = "x"\n' > "$tmp/x.toml"
"$husk" kata-check "$tmp/go/configuration.toml" "$tmp/rs/configuration.toml" \
    > "$tmp/out" 2> "$tmp/err" && [ ! -s "$tmp/out" ] && bad=0 || bad=1
verdict "$bad" "husk kata-check has nothing to say of what Kata ships"
checks 1 "x.toml: line 2: [hypervisor.qemu] 'kernel_parms': no option of Kata \
4.1; did you mean kernel_params?" "$tmp/go/configuration.toml" "$tmp/x.toml"
checks 2 "No such file" "$tmp/none"
checks 2 "runtime 'java'" --runtime java "$tmp/x.toml"
checks 2 "the files are missing"
checks 2 "--runtime needs a value" "$tmp/x.toml" --runtime
checks 2 "unknown option '--go'" --go "$tmp/x.toml"
checks 1 "Kata 4.1's runtime-rs" "$tmp/x.toml" --runtime rs
checks 0 "Exit codes: 0 every option is known, 1 one is not" --help
sed '/^\[hypervisor.qemu\]/a kernel_parms = "x"' "$tmp/go/configuration.toml" \
    > "$tmp/bad/misspelt.toml"
"$husk" measure --target snp --kata-config "$tmp/bad/misspelt.toml" \
    > "$tmp/a" 2>&1
grep -qF "'kernel_parms': no option of Kata 4.1's Go runtime" "$tmp/a" && bad=0 ||
    bad=1
verdict "$bad" "husk measure names the option"
sed "s,$tmp/bzimage,$tmp/gone," "$tmp/go/configuration.toml" > "$tmp/lacks.toml"
expect 2 "kernel: open '$tmp/gone': No such file" measure --target snp \
    --kata-config "$tmp/lacks.toml"
echo "1..$n"
