#!/bin/sh
# The target for Cloud Hypervisor, under QEMU, which stands in for it: the same
# kernel, verity image, policy and command line, with a console besides, by which
# the harness knows that the guest is there. One guest.
set -eu
. tests/lib/tap.sh
. tests/lib/boot.sh
. tests/lib/bundle.sh

TARGET=clh-tdx
"$husk" initdata pack --policy guest/policies/allow-all.rego --format image \
    --out "$scratch/image"
ok 'the guest comes up with initdata' boot -t 300 -I "$scratch/image"
in_guest cat /proc/cmdline
here=.
# shellcheck source=boot/rootfs.sh
. boot/rootfs.sh
# shellcheck source=boot/cmdline.sh
. boot/cmdline.sh
# shellcheck source=boot/built.sh
. boot/built.sh
read_built clh-tdx
is 'a container tells the command line that the Go runtime passes' \
    "$(cmdline_go "$verity" '') console=hvc0" "$stdout"
end
plan
