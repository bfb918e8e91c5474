#!/bin/sh
# husk explain: the tree, the page, and the page as a browser shows it. TAP.
set -eu
. tests/measure/common
. tests/measure/evidence

page=$tmp/page.html
evil='x=<script>alert(1)</script> y="&" z='\''</pre>'\'''

# page ARGUMENT...: the page is written, and well formed to an XML parser too.
page()
{
	bad=0
	"$husk" explain --html "$page" "$@" > "$tmp/out" 2> "$tmp/err" || bad=1
	[ ! -s "$tmp/out" ] || bad=1
	python3 - "$page" <<-'SCRIPT' 2>> "$tmp/err" || bad=1
	import re, sys, xml.dom.minidom
	s = open(sys.argv[1], encoding="utf-8").read()
	s = re.sub(r"<!DOCTYPE html>|<(meta|br|wbr)( [^>]*)?>", "", s)
	d = xml.dom.minidom.parseString(s)
	names = {e.tagName for e in d.getElementsByTagName("*")}
	assert not names & {"script", "img", "link", "iframe", "object"}, names
	for e in d.getElementsByTagName("*"):
	    for k, v in e.attributes.items():
	        assert not k.startswith("on") and "//" not in v, (k, v)
	        assert k != "href" or v.startswith("#"), v
	assert "url(" not in s and "@import" not in s
	SCRIPT
	verdict $bad "page: $*"
}

# shellcheck disable=SC2086 # lists of words
{
gives 0 "1. LOADED_IMAGE::LoadOptions (EV_EVENT_TAG)" explain "$tmp/tdx.json"
has "from kernel command line" "not known" "any byte of the file" \
    "├─ mrtd: the firmware" "console=ttyS0 nr_cpus=1 quiet"
cp "$tmp/out" "$tmp/tree"
gives 0 "rtmr1" explain $tdx --cmdline 'console=ttyS0 nr_cpus=1 quiet'
cmp -s "$tmp/tree" "$tmp/out" && bad=0 || bad=1
verdict $bad "the same from options and from what measure wrote"
gives 0 "SEV features: 0x1" explain --target snp \
    --firmware "$tmp/fw" --kernel "$tmp/bzimage" --cmdline 'nr_cpus=1'
page "$tmp/tdx.json"
cp "$page" "$tmp/first"
page "$tmp/tdx.json"
cmp -s "$tmp/first" "$page" && bad=0 || bad=1
verdict $bad "the same page twice"
cp "$page" "$tmp/out"
has "default-src 'none'" "<svg" "class=\"line strong" "@media print"
page $snp --vcpus 1..3 --cmdline "$evil"
cp "$page" "$tmp/out"
has "&lt;script&gt;alert(1)" "&quot;&amp;&quot;" "All shapes" "snp, 3 vCPUs"
sed 's/"what": "kernel"/"what": "\\u202e<b>\\u0007é"/' "$tmp/tdx.json" \
    > "$tmp/odd.json"
page "$tmp/odd.json"
cp "$page" "$tmp/out"
has "�&lt;b&gt;�é"
gives 2 "with a file there are no options" explain "$tmp/tdx.json" --vcpus 2
gives 2 "--html needs a value" explain "$tmp/tdx.json" --html
gives 2 "--html is given twice" explain --html a --html b
gives 2 "No such file" explain "$tmp/none"
gives 2 "a file or the options of husk measure are missing" explain
gives 2 "write '$tmp/none/page'" explain "$tmp/tdx.json" --html "$tmp/none/page"
gives 0 "usage: husk explain" explain --help
}

browser=$(command -v chromium || command -v chromium-browser || :)
n=$((n + 1))
"$husk" explain --html "$page" "$tmp/tdx.json"
if [ -z "$browser" ]; then
	echo "ok $n - a browser shows the page # SKIP no chromium here"
elif "$browser" --headless --no-sandbox --disable-gpu --window-size=1280,1600 \
    --user-data-dir="$tmp/profile" --screenshot="$tmp/page.png" \
    "file://$page" > "$tmp/out" 2> "$tmp/err" &&
    [ "$(head -c 4 "$tmp/page.png" | tail -c 3)" = PNG ] &&
    [ "$(wc -c < "$tmp/page.png")" -gt 60000 ]; then
	echo "ok $n - a browser shows the page"
else
	echo "not ok $n - a browser shows the page"
	sed 's/^/# /' "$tmp/err"
fi
echo "1..$n"
