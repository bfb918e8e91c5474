#!/bin/sh
# A booted guest driven by containerd's own ttrpc client (main.go). TAP.
set -eu
. tests/lib/boot.sh

if [ ! -d /usr/share/gocode/src/github.com/containerd/ttrpc ]; then
	echo '1..0 # SKIP golang-github-containerd-ttrpc-dev is not installed'
	exit 0
fi
client=$B/test/interop/client
tests/interop/build "$client"
must_boot
"$client" "$address" "${disk%/*}/bundle"
