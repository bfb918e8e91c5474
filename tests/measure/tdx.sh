#!/bin/sh
# husk measure --target tdx and husk replay: refusals, forms, exit codes. TAP.
set -eu
. tests/measure/common
. tests/measure/expect

logs=tests/corpus/measurements/eventlog
cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"
cp tests/corpus/measurements/tdvf/td-shim "$tmp/shim"
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
printf 'version = "0.1.0"\nalgorithm = "sha256"\n[data]\n' > "$tmp/initdata"

m="measure --target tdx --firmware $tmp/td"
hex="--format hex --register"
v="--ovmf-version 202502 --qemu-version 9.1"
k="--kernel $tmp/bzimage --initrd $tmp/initrd --cmdline x"

# shellcheck disable=SC2086 # $m, $hex, $v and $k are lists of words
{
refuses "--firmware is missing" measure --target tdx
refuses "no TDX metadata" measure --target tdx --firmware "$tmp/fw"
refuses "not a firmware image" measure --target=tdx --firmware /dev/null
refuses "snp only" $m --svsm "$tmp/fw"
refuses "--cmdline without --kernel" $m --cmdline x
refuses "--acpi-rsdp without --acpi-tables" $m --acpi-rsdp "$tmp/fw"
refuses "--memory '0'" $m --memory 0
refuses "--memory '2g'" $m --memory 2g
refuses "--xfam: not 16" $m --xfam e7
refuses "--ovmf-version: '2025'" $m --ovmf-version 2025
refuses "--qemu-version: 'ten'" $m --qemu-version ten
refuses "order 'x'" $m --mrtd-order x
refuses "go together" $m --format hex
refuses "go together" $m --register mrtd
refuses "register 'rtmr4'" $m $hex rtmr4
refuses "unsupported: rtmr0: no --ovmf-version" $m $hex rtmr0
refuses "unsupported: rtmr0: variable store" $m $hex rtmr0 --ovmf-version 202511 \
    --memory 2G
refuses "--acpi without --memory" $m --acpi "$tmp"
refuses "No such file" $m --acpi "$tmp" --memory 2G
refuses "--acpi holds what --acpi-tables says" $m --acpi "$tmp" \
    --acpi-tables "$tmp/fw"
refuses "--disk-path is for" $m --disk-path "PciRoot(0x0)/Pci(0x1,0x0)"
refuses "say the same thing" $m --xfam e702060000000000 --cpu-model x
refuses "processor 'x'" $m --cpu-model x
refuses "without x87" $m --xfam 0000000000000000
refuses "--td-attributes: not 16" $m --td-attributes 0
refuses "--smbios-digest: not 96" $m --smbios-digest 00
refuses "unsupported: rtmr1: no kernel" $m $hex rtmr1 $v
refuses "unsupported: rtmr1: no memory size" $m $hex rtmr1 $v $k
refuses "kernel: not a PE image" $m --ovmf-version 202511 --qemu-version 11.0 \
    --kernel "$tmp/kernel"
refuses "a TPM's log" $m --aael $logs/tpm
refuses "initdata" $m --initdata "$tmp/kernel"
expect 0 "" $m $hex rtmr3
expect 0 "" $m $hex rtmr1 $v $k --memory 2G
expect 0 "" $m $v $k --memory 2G --initdata "$tmp/initdata" --aael $logs/td
has "IntelTdxX64" "kernel, as QEMU changes it" "by cmdline, initrd" \
    "not a volume of variables" "event of the guest"
expect 0 "" $m --format json --ovmf-version 202511 --qemu-version 10.2 \
    --mrtd-order both
has '"why": "no kernel is given"' '"kernel_patched": false' '"two-pass": "'
expect 0 "" measure --target tdx --firmware "$tmp/shim" --format json $k
has '"firmware_is": "td-shim"' "td_payload_info" "makes for a td-shim"
shim="measure --target tdx --vmm clh --firmware $tmp/shim"
expect 0 "" $shim --kernel "$tmp/bzimage" --cmdline x
has "vmm              clh" "td_payload_info" "makes for a td-shim is not given"
refuses "unsupported: initrd: Cloud Hypervisor" $shim $k
refuses "--qemu-version is QEMU's" $shim --qemu-version 9.1
refuses "VMM 'gce': of a TD, not one of qemu, clh" $m --vmm gce
refuses "unsupported: rtmr1: Cloud Hypervisor hands a kernel" $m --vmm clh \
    --kernel "$tmp/bzimage" $hex rtmr1
refuses "unsupported: rtmr0: what OVMF measures of Cloud" $m --vmm clh $hex rtmr0
expect 0 "DEBUG: the host can read" $m --td-attributes 0100001000000000 \
    --cpu-model sierra-forest
has "0702000000000000" "x87 sse avx pkru" "0100001000000000"
expect 0 "" measure --target tdx --firmware "$tmp/shim" --td-hob "$tmp/kernel" \
    $hex rtmr0
expect 0 "" measure --target tdx --list-profiles
has "202411" "etc/boot/kernel" "two-pass" "td-shim" "Cloud Hypervisor"
refuses "snp" measure --target snp --list-profiles
expect 0 "" measure --target tdx --help
expect 0 "" replay --help
refuses "the log is missing" replay
refuses "the log is missing" replay --format json
refuses "not an event log" replay "$tmp/fw"
refuses "is cut off" replay $logs/td-cut-off
refuses "No such file" replay "$tmp/none"
refuses "in the bank 'sha512'" replay $logs/td --bank sha512
refuses "register 'pcr1'" replay $logs/td $hex pcr1
refuses "this is a TPM's" replay $logs/tpm --quote "$tmp/fw"
refuses "quote: " replay $logs/td --quote "$tmp/fw"
expect 1 "" replay $logs/td --quote tests/corpus/measurements/tdquote/tdreport
has "rtmr1" "not the quote's" "other registers"
expect 0 "" replay $logs/tpm --format json
has '"kind": "tpm"' '"pcr4"' '"sha1"' "StartupLocality"
expect 0 "" replay $logs/td $hex rtmr1
}
echo "1..$n"
