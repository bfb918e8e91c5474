#!/bin/sh
# What boot/qemu starts is, word by word, what Kata's Go runtime starts, without
# the TEE, and nothing else: machine, devices in their order, command line. No
# guest.
set -eu
. tests/lib/tap.sh
. tests/lib/argv.sh

with go
for name in tdx snp sev; do
	check "$name" initrd tee firmware initrd
	ours 'and nothing else' ''
	check "$name" verity tee firmware image
	ours 'and nothing else' ''
done
check se image
ours 'and nothing else' ''
check coco-dev initrd plain bios initrd
ours 'and nothing else but ports that report' "-boot
strict=on
-chardev
file,id=report,path=/dev/fd/20
-device
isa-serial,chardev=report,index=1
-chardev
file,id=firmware,path=/dev/fd/22
-device
isa-debugcon,iobase=0x402,chardev=firmware"
check coco-dev verity plain bios image
plan
