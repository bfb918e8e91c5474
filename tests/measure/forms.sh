#!/bin/sh
# The forms of husk measure: each is checked against the others, and the types
# of Trustee's values against literals. TAP.
set -eu
. tests/measure/common

cp tests/corpus/measurements/tdvf/ovmf "$tmp/td"
cp tests/corpus/measurements/pe/kernel "$tmp/bzimage"
printf 'algorithm = "sha256"\n[data]\n' > "$tmp/initdata"
python=
for p in python3 /usr/bin/python3; do
	command -v "$p" > /dev/null || continue
	[ -n "$python" ] && ! "$p" -c 'import cbor2' 2> /dev/null || python=$p
done
mkdir "$tmp/bin"
cat > "$tmp/bin/kbs-client" <<'END'
#!/bin/sh
printf '%s\n' "$@" '' >> "$COMMANDS"
END
chmod +x "$tmp/bin/kbs-client"

# forms NAME OPTION...: all forms of one result in a folder, then checked.
forms()
{
	which=$1 bad=0
	dir=$tmp/$1
	shift
	mkdir "$dir"
	for form in text json trustee rvps-sample rvps-store rvps-store-array \
	    configmap corim policy kbs-client; do
		"$husk" measure --format "$form" \
		    --expires 2030-01-02T03:04:05Z "$@" \
		    > "$dir/$form" 2> "$tmp/err" || bad=1
		"$husk" measure --format "$form" \
		    --expires 2030-01-02T03:04:05Z "$@" 2> "$tmp/err" |
		    cmp -s - "$dir/$form" || bad=1
	done
	: > "$dir/commands"
	COMMANDS=$dir/commands KBS_URL=u KBS_ADMIN_TOKEN=t \
	    PATH=$tmp/bin:$PATH sh "$dir/kbs-client" || bad=1
	verdict "$bad" "$which: every form, twice the same bytes"
	[ -n "$python" ] || return 0
	"$python" tests/measure/forms.py "$dir" > "$dir/result" 2> "$tmp/err" ||
	    echo "BAD forms.py" >> "$dir/result"
	while read -r word what; do
		case $word in
		skip) n=$((n + 1)); echo "ok $n - $which: CBOR # SKIP $what" ;;
		*) [ "$word" = ok ] && bad=0 || bad=1
		   verdict "$bad" "$which: $what" ;;
		esac
	done < "$dir/result"
}

k="--kernel $tmp/bzimage --initrd $tmp/initrd --cmdline"
# shellcheck disable=SC2086 # $k is a list of words
{
forms snp --target snp --firmware "$tmp/fw" $k "a=' b" --vcpus 1 \
    --tcb bootloader=4,tee=0,snp=22,microcode=213 --smt on --tsme off \
    --initdata "$tmp/initdata"
forms shapes --target snp --firmware "$tmp/fw" $k x --vcpus 1..3 --memory 1G,2G
forms tdx-shapes --target tdx --firmware "$tmp/td" $k x --memory 512M,4G \
    --vcpus 1..4 --ovmf-version 202502 --qemu-version 9.1
forms tdx --target tdx --firmware "$tmp/td" $k x --memory 2G \
    --ovmf-version 202502 --qemu-version 9.1 --xfam E702060000000000 \
    --mrtd-order both --initdata "$tmp/initdata"
}
for which in snp tdx; do
	sed '/"husk_provenance"/,$d' "$tmp/$which/trustee" |
	    diff - tests/measure/trustee/$which > "$tmp/out" && bad=0 || bad=1
	verdict "$bad" "$which: the names, values and types of Trustee's policy"
done
echo "1..$n"
