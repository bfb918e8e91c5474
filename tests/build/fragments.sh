#!/bin/sh
# Kernel configuration: whatever is asked for and not there fails the build.
set -eu
. tests/lib/tap.sh

scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-fragments.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/config" <<'END'
CONFIG_NET=y
CONFIG_NR_CPUS=8
# CONFIG_MODULES is not set
CONFIG_SWAP=y
END

# check-config refuses the line $2, saying $3.
refuses()
{
	echo "$2" >"$scratch/asked"
	code=0
	out=$(scripts/check-config "$scratch/config" "$scratch/asked" 2>&1) ||
	    code=$?
	is "$1" "1 asked for $3" "$code $out"
}

refuses 'names an option that was dropped' CONFIG_TMPFS=y \
    'CONFIG_TMPFS=y, the result has absent'
refuses 'names an option with another value' CONFIG_NR_CPUS=240 \
    'CONFIG_NR_CPUS=240, the result has CONFIG_NR_CPUS=8'
refuses 'names an option that is on against our will' \
    '# CONFIG_SWAP is not set' 'no CONFIG_SWAP, the result has CONFIG_SWAP=y'
printf 'CONFIG_A=y\nCONFIG_NET=y\nCONFIG_B=y\n' >"$scratch/asked"
is 'names each one' 2 "$(scripts/check-config "$scratch/config" \
    "$scratch/asked" 2>&1 | wc -l)"
printf 'CONFIG_NET=y\n# CONFIG_MODULES is not set\n# CONFIG_NO is not set\n' \
    >"$scratch/asked"
ok 'takes what holds' scripts/check-config "$scratch/config" "$scratch/asked"

# A kernel tree of two options; its allnoconfig keeps those it knows.
tree=$scratch/linux
mkdir -p "$tree/net"
echo sum >"$tree/.unpacked"
printf 'config NET\n\tbool\nmenuconfig INET\n\tbool\n' >"$tree/net/Kconfig"
cat >"$tree/Makefile" <<'END'
allnoconfig:
	grep -E 'CONFIG_(NET|INET)[= ]' "$(KCONFIG_ALLCONFIG)" >"$(O)/.config"
END

configure()
{
	scripts/configure-kernel "$tree" "$scratch/out" x86 "$scratch/fragment"
}

printf 'CONFIG_NET=y\nCONFIG_NEW=y # if-known\nCONFIG_INET=y # if-known\n' \
    >"$scratch/fragment"
ok 'leaves out what the kernel does not know, where told so' configure
is 'and asks for it where it does' "$(printf 'CONFIG_NET=y\nCONFIG_INET=y')" \
    "$(cat "$scratch/out/.config")"
printf '# CONFIG_NET is not set\nCONFIG_INET=y\nCONFIG_NET=y\n' \
    >"$scratch/fragment"
ok 'the last of several lines about an option counts' configure
printf 'CONFIG_NET=y\nCONFIG_NEW=y\n' >"$scratch/fragment"
has 'fails by name otherwise' 'asked for CONFIG_NEW=y, the result has absent' \
    "$(configure 2>&1 || echo "code $?")"
is 'and leaves no configuration to build with' '' \
    "$(ls "$scratch/out/.config" 2>/dev/null)"
printf 'CONFIG_NET=y\nCONFG_INET=y\n' >"$scratch/fragment"
has 'names a line that is none' "$scratch/fragment:2: bad line: CONFG_INET=y" \
    "$(configure 2>&1 || echo "code $?")"
has 'names a fragment that is not there' "none.config" \
    "$(scripts/configure-kernel "$tree" "$scratch/out" x86 \
    "$scratch/none.config" 2>&1 || echo "code $?")"

plan
