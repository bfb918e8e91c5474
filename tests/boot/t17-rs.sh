#!/bin/sh
# The same as t16-targets.sh for runtime-rs: a guest for each image, with SCSI disks,
# and for two initrds.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh
. tests/lib/qmp.sh
. tests/lib/target.sh

for TARGET in $(tee_targets) coco-dev; do
	check_form verity rs
	case $TARGET in
	tdx | coco-dev) check_form initrd rs ;;
	esac
done
plan
