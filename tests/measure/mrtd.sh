#!/bin/sh
# MRTD of the firmware at hand, by husk and by an independent script, in both
# orders of a VMM, and the edk2 tag that husk tells. TAP. Firmware comes from the
# cache of downloads, the system's packages, and the files in $HUSK_FIRMWARE.
set -eu
. tests/measure/common

cache=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}
script=tests/measure/mrtd.py

# same FILE ORDER NAME [VMM]: both say the same.
same()
{
	python3 "$script" "$1" "$2" "${4:-}" > "$tmp/want"
	"$husk" measure --target tdx --firmware "$1" --mrtd-order "$2" \
	    --vmm "${4:-qemu}" --format hex --register mrtd > "$tmp/out" 2> "$tmp/err" || :
	cmp -s "$tmp/want" "$tmp/out" && bad=0 || bad=1
	verdict "$bad" "MRTD of $3, $2"
}

# Debian 13's ovmf 2025.02-8+deb13u1, whose MRTDs others have published.
known()
{
	case $(sha256sum < "$1") in
	14954040cc754ade0c625ac3470ea46d4c14318b5b1396de4ef77090203d76db*) ;;
	*) return 0 ;;
	esac
	"$husk" measure --target tdx --firmware "$1" --mrtd-order both \
	    --format json > "$tmp/out"
	grep -q 'value": "bdc6fb145880f06f30c8b346b8dce2a9' "$tmp/out" &&
	    grep -q 'two-pass": "456f07902150d008' "$tmp/out" && bad=0 || bad=1
	verdict "$bad" "MRTD of Debian 13's OVMF.fd is the published one"
}

skip() { n=$((n + 1)); echo "ok $n - MRTD of $1 # SKIP $2"; }

for fw in ovmf td-shim; do
	if ! command -v python3 > /dev/null; then
		skip "$fw" "no python3"
		continue
	fi
	for order in single-pass two-pass; do
		same "tests/corpus/measurements/tdvf/$fw" $order "$fw"
	done
	same "tests/corpus/measurements/tdvf/$fw" single-pass \
	    "$fw under Cloud Hypervisor" clh
done
# check FILE NAME TAG: MRTD, and the edk2 tag that the bytes tell, or why not.
check()
{
	if ! command -v python3 > /dev/null; then
		skip "$2" "no python3"
		return
	elif [ ! -f "$1" ]; then
		skip "$2" "no such firmware in the cache or installed"
		return
	fi
	same "$1" single-pass "$2"
	same "$1" two-pass "$2"
	known "$1"
	"$husk" measure --target tdx --firmware "$1" --format json \
	    --kernel tests/corpus/measurements/pe/kernel --memory 2G \
	    > "$tmp/out" 2> "$tmp/err" || :
	grep -q "$3" "$tmp/out" && bad=0 || bad=1
	verdict "$bad" "$2: $3"
}

check "$cache/firmware/OVMF.inteltdx.fd" "Intel's OVMF" '"ovmf_version": 2026'
check "$cache/firmware/OVMF.fd" 'newest OVMF' '"ovmf_version": 202508'
check "$cache/firmware/OVMF.amdsev.fd" "AMD's OVMF" 'no known tag'
check "$cache/firmware/OVMF.trixie.fd" "Debian 13's OVMF" \
    '"ovmf_version": 202502'
check /usr/share/ovmf/OVMF.fd "installed OVMF" ovmf
for fw in ${HUSK_FIRMWARE:-}; do
	check "$fw" "$fw" ovmf
done
echo "1..$n"
