#!/bin/sh
# lock-update on an archive with builds of a binary package: it takes the newest
# of the series that can be had.
set -eu
. tests/lib/tap.sh

scratch=$(mktemp -d "${TMPDIR:-/tmp}/husk-lock.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export DL_DIR="$scratch/dl"
mkdir "$DL_DIR"
mkdir "$scratch/scripts" "$scratch/image"
cp scripts/lock-update scripts/check-lock scripts/fetch scripts/fetch-package \
    "$scratch/scripts"
lock=$scratch/image/sources.lock
sum() { echo "deb $1" | sha256sum | cut -d ' ' -f 1; }
cat >"$scratch/scripts/apt-private" <<'END'
#!/bin/sh
sum() { echo "deb $1" | sha256sum | cut -d ' ' -f 1; }
case "$*" in
refresh) ;;
*" show tool")
	for v in 3.1-1 2.10-1~u3 2.10-1~u2 2.9-1; do
		printf 'Package: tool\nVersion: %s\n' $v
		printf 'Filename: pool/t/tool_%s_amd64.deb\n' $v
		printf 'SHA256: %s\n\n' "$(sum $v)"
	done
	;;
*"download tool="*)
	v=${*##*=}
	[ "$v" != "${GONE:-}" ] || exit 1
	echo "deb $v" >"tool_${v}_amd64.deb"
	;;
esac
END
chmod +x "$scratch/scripts/apt-private"
old="tool 2.9 $(sum 2.9-1) deb:tool/tool_2.9-1_amd64.deb"
echo "$old" >"$lock"
ok 'a binary package is renewed' "$scratch/scripts/lock-update" tool
is 'by the newest of its series' \
    "tool 2.10 $(sum '2.10-1~u3') deb:tool/tool_2.10-1~u3_amd64.deb" \
    "$(cat "$lock")"
has 'and needs no more when it is' 'tool 2.10 is the newest 2 in' \
    "$("$scratch/scripts/lock-update" tool)"
echo "$old" >"$lock"
rm -r "$DL_DIR"
GONE='2.10-1~u3' "$scratch/scripts/lock-update" tool >/dev/null 2>&1
is 'or the next, where that one is gone' \
    "tool 2.10 $(sum '2.10-1~u2') deb:tool/tool_2.10-1~u2_amd64.deb" \
    "$(cat "$lock")"
plan
