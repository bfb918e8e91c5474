# shellcheck shell=sh
# Sourced by scripts/deploy: what a target needs besides its nodes' files.

# A policy of Trustee as the ConfigMap $1 with the key $2, from standard input.
config_map()
{
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n' "$1"
	printf 'data:\n  %s: |\n' "$2"
	sed 's/^./    &/'
}

# The reference values $1, ... (JSON as the operator has it) as one list: arrays
# joined. A single value that differs between the two runtimes is left out, so
# that Trustee compares what is the same.
join_values()
{
	jq -s 'add | map(select(.name != "husk_provenance")) | group_by(.name)
	    | map(if (.[0].value | type) == "array"
	        then .[0] + {value: (map(.value) | add | unique)}
	        elif (map(.value) | unique | length) == 1 then .[0]
	        else empty end)' "$@"
}

# The attestation policies $1 and $2, which differ in their references, as one.
join_policies()
{
	for f; do
		sed -n '/^references := \[/,/^]/p' "$f" | sed '1s/.*:= //'
	done | jq -s 'add | unique' | sed 1d >"$out/references"
	sed -e '/^# Reference values of/d' -e '/^#  /d' \
	    -e "/^references := \[/,/^]/{
		/^]/!d
		s/.*/references := [/
		r $out/references
	}" "$1"
	rm "$out/references"
}

# The digests alone, for whoever attests by other means.
add_values()
{
	mkdir -p "$out/values/$NAME"
	for runtime in go rs; do
		for f in json txt; do
			cp "$to/$runtime/$NAME/reference-values.$f" \
			    "$out/values/$NAME/$runtime.$f"
		done
	done
	echo "$NAME: nothing for Trustee, which has no verifier for it;" \
	    "values/$NAME has the digests"
}

# Reference values of both runtimes, and the policies that ask for them.
add_trustee()
{
	to=$out/trustee/$NAME
	for runtime in go rs; do
		FORM=$form RUNTIME=$runtime OUT=$to/$runtime \
		    "$here/scripts/reference-values" "$NAME" >"$out/measured"
		if [ ! -f "$to/$runtime/$NAME/reference-values.json" ]; then
			cat "$out/measured"
			rm -rf "$out/measured" "$to"
			return
		fi
		rm "$out/measured"
	done
	if [ ! -f "$to/go/$NAME/reference-values.rego" ]; then
		add_values
		rm -r "$to"
		return
	fi
	go=$to/go/$NAME/reference-values rs=$to/rs/$NAME/reference-values
	{
		echo "# For both of Kata's runtimes."
		sed -n '/^#/p' "$go.configmap.yaml"
		sed -n '/^#.* cmdline /p' "$rs.configmap.yaml"
		join_values "$go.rvps-store-array.json" \
		    "$rs.rvps-store-array.json" |
		    config_map rvps-reference-values reference-values.json
	} >"$to/rvps-reference-values.yaml"
	join_policies "$go.rego" "$rs.rego" |
	    config_map attestation-policy default_cpu.rego \
	    >"$to/attestation-policy.yaml"
	config_map resource-policy policy.rego <"$in/resource-policy.rego" \
	    >"$to/resource-policy.yaml"
	sed "s|@NAME@|$NAME|g" "$in/trustee.yaml.in" >"$to/kustomization.yaml"
	# What Trustee's verifier reads besides, from a volume of its own.
	[ "$MEASURE_TARGET" != se ] || cp "$B/$NAME/hdr.bin" "$to"
	rm -r "$to/go" "$to/rs"
}
