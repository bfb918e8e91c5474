#!/bin/sh
# The same as argv.sh for runtime-rs. No guest.
set -eu
. tests/lib/tap.sh
. tests/lib/argv.sh

with rs
for name in tdx snp sev; do
	check "$name" initrd tee firmware initrd
	ours 'and nothing else' ''
	check "$name" verity tee firmware image
	ours 'and nothing else' ''
done
check se image
ours 'and nothing else' ''
check coco-dev initrd plain bios initrd
check coco-dev verity plain bios image
plan
