#!/bin/sh
# husk initdata: the four forms, what they hold, and what is refused. TAP.
set -eu
. tests/lib/tap.sh

husk=${B:-build}/bin/husk
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

init() { "$husk" initdata "$@"; }

# fails CODE TEXT ARGUMENT...
fails()
{
	want=$1 text=$2
	shift 2
	code=0
	init "$@" >"$tmp/out" 2>"$tmp/err" || code=$?
	is "husk initdata ${1-}: exit code $want" "$want" "$code"
	has "husk initdata ${1-}: $text" "$text" "$(cat "$tmp/out" "$tmp/err")"
}

printf 'package agent_policy\ndefault SetPolicyRequest := false\n' >"$tmp/p"
printf 'x = 1\n' >"$tmp/aa"
printf "a\\r\\n'''\"\"\"\\\\\\001 \\303\\251'" >"$tmp/odd"

init pack --policy "$tmp/p" --aa "$tmp/aa" --format toml --out "$tmp/toml"
for form in toml gzip annotation image; do
	init pack --toml "$tmp/toml" --format $form --out "$tmp/$form"
	has "$form is read as such" "form            $form, " \
	    "$(init show --input "$tmp/$form")"
	is "$form has the document's digest" \
	    "sha384          $(sha384sum <"$tmp/toml" | cut -d ' ' -f 1)" \
	    "$(init digest --input "$tmp/$form" | head -n 1)"
	ok "$form is what a guest takes" init check --input "$tmp/$form"
done
is 'the annotation is gzip in base64' "$(sha256sum <"$tmp/toml")" \
    "$(base64 -d "$tmp/annotation" | gunzip | sha256sum)"
is 'the image is of whole sectors' 0 $(($(stat -c %s "$tmp/image") % 512))
has 'HOST_DATA is the first half of it' \
    "\"host_data\": \"$(sha384sum <"$tmp/toml" | cut -c 1-64)\"" \
    "$(init digest --input "$tmp/image" --format json)"
init pack --cdh "$tmp/odd" --algorithm sha256 --format gzip --out "$tmp/gzip"
has 'bytes of every kind survive' \
    "$(stat -c %s "$tmp/odd") bytes, sha256 $(sha256sum <"$tmp/odd" |
	cut -d ' ' -f 1)" "$(init show --input "$tmp/gzip")"
init pack --cdh "$tmp/odd" --algorithm sha256 --format gzip --out "$tmp/again"
ok 'equal documents give equal bytes' cmp "$tmp/gzip" "$tmp/again"

fails 1 'policy.rego:2:' check --input "$(
	printf 'package x\ny = ' >"$tmp/bad"
	init pack --policy "$tmp/bad" --out "$tmp/i"; echo "$tmp/i")"
fails 1 '"good": false' check --input "$tmp/i" --format json
has 'with what is wrong' '"text": "policy.rego:2:5' "$(cat "$tmp/out")"
has 'check of good initdata is JSON, too' '"good": true' \
    "$(init check --input "$tmp/toml" --format json)"
fails 1 'cdh.toml: line 1' check --input "$tmp/gzip"
head -c 500000 /dev/urandom | base64 | sed 's/^/# /' >"$tmp/big"
cat "$tmp/p" >>"$tmp/big"
init pack --policy "$tmp/big" --out "$tmp/i"
fails 1 'Kubernetes' check --input "$tmp/i"
fails 2 "'version' is missing" show --input "$tmp/aa"
fails 2 'cut off' show --input "$(head -c 100 "$tmp/image" >"$tmp/i"
	echo "$tmp/i")"
fails 2 'sha1' pack --algorithm sha1 --policy "$tmp/p"
fails 2 'xml' pack --format xml --policy "$tmp/p"
fails 2 'give --toml, or files' pack
fails 2 'give --toml, or files' pack --toml "$tmp/toml" --aa "$tmp/aa"
fails 2 '--input is missing' show
fails 2 '--policy is for pack' show --input "$tmp/toml" --policy "$tmp/p"
fails 2 'none of pack' shown
fails 2 'check is missing (see --help)'
fails 0 'Exit codes: 0 done, 1 check: ' --help
plan
