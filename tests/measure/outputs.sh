#!/bin/sh
# Where results go: a file that cannot be written whole is as it was, a folder is
# made, and an answer that is lost is no success. TAP.
set -eu
. tests/measure/common
printf 'package agent_policy\ndefault A := true\n' > "$tmp/p"
"$husk" measure --target snp --firmware "$tmp/fw" --format json > "$tmp/j"
head -c 9000 /dev/urandom | base64 -w 70 | sed 's/^/# /' >> "$tmp/p"

# full TEXT NAME ARGUMENT...: no more than 4 KiB can be written, so that husk ends
# with 2 and says TEXT of NAME, which is as it was, with nothing beside it.
full()
{
	text=$1 name=$2 rc=0 bad=0
	shift 2
	rm -rf "$tmp/dir"
	mkdir "$tmp/dir"
	echo old > "$tmp/dir/$name"
	(
		trap '' XFSZ
		ulimit -f 8
		"$husk" "$@"
	) > "$tmp/out" 2> "$tmp/err" || rc=$?
	[ $rc = 2 ] && grep -qF "$text" "$tmp/err" || bad=1
	[ "$(ls "$tmp/dir")" = "$name" ] || bad=1
	[ "$(cat "$tmp/dir/$name")" = old ] || bad=1
	verdict $bad "no room: husk $1 $2"
}

full "write '$tmp/dir/page': File too large" page explain "$tmp/j" \
    --html "$tmp/dir/page"
full "write '$tmp/dir/i': File too large" i initdata pack --policy "$tmp/p" \
    --format image --out "$tmp/dir/i"
for i in $(seq 60); do echo x > "$tmp/a-file-of-a-long-name-$i"; done
set --
for i in "$tmp"/a-file-*; do set -- "$@" --file "${i##*/}"; done
full "write '$tmp/dir/m': File too large" m manifest make --base "$tmp" \
    --out "$tmp/dir/m" "$@"
# The first form that is too long, with the forms that do not exist yet.
printf 'x%.0s' $(seq 4000) > "$tmp/words"
rm -rf "$tmp/dir"
rc=0
(
	trap '' XFSZ
	ulimit -f 8
	"$husk" measure --target snp --firmware "$tmp/fw" --kernel "$tmp/kernel" \
	    --cmdline "$(cat "$tmp/words")" --format hex --output "$tmp/dir"
) > "$tmp/out" 2> "$tmp/err" || rc=$?
[ $rc = 2 ] && grep -qF "reference-values" "$tmp/err" &&
    [ -z "$(find "$tmp/dir" -name '*.new')" ] && bad=0 || bad=1
verdict $bad "no room: husk measure --output leaves nothing half written"

rm -rf "$tmp/dir"
expect 0 "" measure --target snp --firmware "$tmp/fw" --output "$tmp/dir"
[ -f "$tmp/dir/reference-values.json" ] && bad=0 || bad=1
verdict $bad "and makes the folder"
refuses "make the folder '$tmp/none/dir'" measure --target snp --firmware \
    "$tmp/fw" --output "$tmp/none/dir"
ln -s link-to "$tmp/link"
echo old > "$tmp/link-to"
"$husk" manifest make --base "$tmp" --file fw --out "$tmp/link"
[ -L "$tmp/link" ] && grep -q husk-manifest "$tmp/link-to" && bad=0 || bad=1
verdict $bad "a link stays one"
echo mine > "$tmp/other"
ln -s other "$tmp/page.new"
refuses "write '$tmp/page'" manifest make --base "$tmp" --file fw \
    --out "$tmp/page"
[ "$(cat "$tmp/other")" = mine ] && bad=0 || bad=1
verdict $bad "and what a link beside it leads to stays as it was"
"$husk" manifest make --base "$tmp" --file fw --out /dev/stdout |
    grep -q husk-manifest && bad=0 || bad=1
verdict $bad "a device is written to"

# Help that nobody can read is no success either.
for verb in "" measure replay acpi-dump explain diff verify initdata kata-check \
    snp-id-block manifest ctl policy "policy check" "ctl unix:///x check"; do
	rc=0
	# shellcheck disable=SC2086 # a list of words
	"$husk" $verb --help > /dev/full 2> "$tmp/err" || rc=$?
	[ $rc = 2 ] && [ "$(wc -l < "$tmp/err")" = 1 ] && bad=0 || bad=1
	verdict $bad "husk $verb --help on a full disk"
done
says 2 "--timeout needs a number of seconds" ctl unix:///x --timeout x check
says 2 "unknown option '--bogus' (see husk ctl --help)" ctl unix:///x --bogus check
echo "1..$n"
