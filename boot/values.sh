# shellcheck shell=sh
# shellcheck disable=SC2154 # from those who source this
# Sourced by scripts/reference-values: husk measure of one target, and what it
# prints.

find_firmware()
{
	for f in "$dl/firmware/$1" "$dl/ovmf-amdsev/$1" "/usr/share/ovmf/$1" \
	    "/usr/share/OVMF/$1"; do
		[ ! -f "$f" ] || { echo "$f"; return; }
	done
}

# The registers in what husk prints: rows of a table, or one after the other.
registers()
{
	awk -v t="$NAME" '
	$2 != "bytes," && $4 ~ /^[0-9a-f]+$/ && length($4) >= 64 {
		print "  " t, ($1 == "any" ? "" : $1 " vcpu  ") $3, $4; next }
	/^  [a-z]/ { name = $1 }
	$1 ~ /^[0-9a-f]+$/ && length($1) >= 32 { print "  " t, name, $1 }'
}

measure()
{
	new=$out/$NAME/reference-values.new rc=0
	mkdir -p "$out/$NAME"
	"$B/bin/husk" measure --target "$MEASURE_TARGET" \
	    --output "$out/$NAME" "$@" >"$new" 2>"$new.err" || rc=$?
	sed "s/^husk measure: /  $NAME: /" "$new.err" >&2
	registers <"$new"
	rm "$new" "$new.err"
	[ $rc = 0 ] || exit $rc
	echo "  $NAME: every form in $out/$NAME/reference-values.*"
}

# What a target that was named, alone of all, has not got.
missing()
{
	[ -z "$named" ] ||
	    echo "  $NAME: no $1 yet; \`make image TARGET=$NAME\` builds it"
}
