#!/bin/sh
# MRTD of the firmware at hand, by husk and by an independent script, in both
# orders of a VMM. TAP. Firmware is looked for in the folders of $HUSK_FIRMWARE
# (separated by colons), the cache of downloads, and the system's packages.
set -eu
. tests/measure/common

cache=${DL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/husk}
script=tests/measure/mrtd.py

# firmware NAME: the first file of that name, or nothing.
firmware()
{
	IFS=:
	for dir in ${HUSK_FIRMWARE:-} "$cache/firmware" "$cache/ovmf-inteltdx" \
	    "$cache/ovmf-generic" "$cache/ovmf" /usr/share/ovmf /usr/share/OVMF
	do
		[ ! -f "$dir/$1" ] || { echo "$dir/$1"; break; }
	done
	unset IFS
}

# same FILE ORDER: both say the same.
same()
{
	python3 "$script" "$1" "$2" > "$tmp/want"
	"$husk" measure --target tdx --firmware "$1" --mrtd-order "$2" \
	    --format hex --register mrtd > "$tmp/out" 2> "$tmp/err" || :
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
done
for fw in OVMF.inteltdx.ms.fd OVMF.inteltdx.fd OVMF.fd; do
	file=$(firmware "$fw")
	if ! command -v python3 > /dev/null; then
		skip "$fw" "no python3"
	elif [ -z "$file" ]; then
		skip "$fw" "no such firmware in the cache or installed"
	else
		same "$file" single-pass "$fw"
		same "$file" two-pass "$fw"
		known "$file"
	fi
done
echo "1..$n"
