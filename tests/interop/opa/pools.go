package main

import "math/rand/v2"

// What literals and arguments are picked from.
var (
	numbers = []string{"0", "1", "2", "3", "4", "7", "10", "100", "-1", "-3",
		"0.5", "1.5", "-2.25", "1e3", "1.0", "3.14159", "2e-3", "1e21",
		"9007199254740993", "9223372036854775807", "-9223372036854775808",
		"18446744073709551615", "123456789012345678901234567890", "1E5",
		"0e0", "-0", "0.1", "1e-7", "12345678901234567890.5", "4.35e2"}
	small    = []string{"0", "1", "2", "3", "5", "8", "-1", "-4", "1.0", "2.5"}
	strings_ = []string{"", "a", "b", "abc", "Hello, World", "héllo", "日本語",
		"a/b/c", "1", "1.5", "-7", "007", "k1", "k2", "a.b.c", " pad\t",
		"a,b,,c", "true", "ABC", "abcabc", "x=y&z=1", "%d|%s|%v", "ß", "<&>"}
	texts = map[string][]string{
		"pattern": {"a", "^a", "[a-c]+", "(a)(b)?", "b*", "^$", "a|b", ".",
			"(?i)ABC", "[^/]+", `\d+`, `\w`, "x{2,3}", "(?:a|b)+c", "[", "a**",
			`^\s*$`, "l+?", "(?P<n>b)"},
		// No pattern for a single character alone: OPA's library finds
		// those in the empty string too.
		"glob": {"*", "a*", "**", "a?", "a/*/c", "{a,b}*", "[a-c]*",
			"1[!a]", "a.*.c", `\*`, "*.b.*"},
		"cidr": {"10.0.0.0/8", "10.1.0.0/30", "10.1.2.3", "192.168.1.0/29",
			"192.168.1.4/30", "2001:db8::/126", "::1", "10.0.0.0/33", "x"},
		"semver": {"1.2.3", "1.2.3-rc.1", "1.2.3-rc.10", "1.10.0", "2.0.0+b",
			"1.2", "v1.2.3", "1.2.3-alpha"},
		"unit": {"10", "10Ki", "1.5M", "100m", "3GiB", "2kB", "1e3k", "K",
			"5 MB", "-1G", "\"7\"", "0.5Ti"},
		"json": {"1", "[1, 2.0, {}]", `{"b": 1, "a": [null, true]}`, "{", "",
			`"x"`, `{"a": 1e2}`, " [ ] ", `"\u00e9\n"`, "nul"},
		"base64": {"YWJj", "YQ==", "YQ", "", "aGk_", "aGk/", "!"},
		"hex":    {"616263", "", "6", "zz", "4F"},
		"url": {"a=1&b=2&a=3", "a", "%20x", "%", "a+b", "k%C3%A9=v",
			"=", "a=%zz", "a b"},
		"date": {"2020-02-29T12:34:56Z", "2021-01-01T00:00:00+02:00",
			"1999-12-31T23:59:59.123456789Z", "2020-13-01T00:00:00Z", "x"},
		"layout": {"2006-01-02", "2006-01-02T15:04:05Z07:00", "Jan 2 2006",
			"RFC1123", "15:04:05.000", "ANSIC", "02/01/06"},
		"time": {"2020-02-29", "Mar 5 2021", "11:22:33.5", "Mon, 02 Jan 2006 15:04:05 GMT",
			"2021-06-07T08:09:10Z"},
		"duration": {"1h", "1h30m", "10ms", "-5s", "1.5h", "3", "1us2ns", "d"},
		"uuid": {"00000000-0000-0000-0000-000000000000",
			"6ba7b810-9dad-11d1-80b4-00c04fd430c8",
			"urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "x"},
		"format": {"%d", "%s", "%v", "%5d|%-5s|", "%05.1f", "%x", "%q", "%%",
			"%d %d", "%[2]v %[1]v", "%t", "%e", "%g", "%c", "%o", "%b", "%X",
			"%+d", "%.2f", "%8.3v|", "no verb", "%!", "%z"},
		"cutset":  {"a", "ab", " ", "/", ".", "aH", ""},
		"replace": {"$1", "<$0>", "${n}", "x", "", "$$", "$2y"},
		"path":    {"a", "a/b", "k1", "x/y/0", "m", "items/0", "items/0/id", ""},
		"ns": {"0", "1582977600000000000", "1234567890123456789",
			"-1000000000", "1e18"},
		"key": {"k1", "k2", "k3", "x", "y", "id", "name", "zz"},
	}
	// What the argument of a builtin is picked from, where any string or
	// number would mostly be an error.
	domains = map[string][]string{
		"regex.match": {"pattern"}, "regex.is_valid": {"pattern"},
		"regex.split": {"pattern"}, "regex.find_n": {"pattern"},
		"regex.find_all_string_submatch_n": {"pattern"},
		"regex.replace":                    {"", "pattern", "replace"},
		"regex.globs_match":                {"glob", "glob"},
		"glob.match":                       {"glob"}, "glob.quote_meta": {"glob"},
		"net.cidr_contains":   {"cidr", "cidr"},
		"net.cidr_intersects": {"cidr", "cidr"}, "net.cidr_is_valid": {"cidr"},
		"net.cidr_overlap": {"cidr", "cidr"},
		"semver.compare":   {"semver", "semver"}, "semver.is_valid": {"semver"},
		"units.parse": {"unit"}, "units.parse_bytes": {"unit"},
		"json.unmarshal": {"json"}, "json.is_valid": {"json"},
		"base64.decode": {"base64"}, "base64.is_valid": {"base64"},
		"base64url.decode": {"base64"}, "hex.decode": {"hex"},
		"urlquery.decode": {"url"}, "urlquery.decode_object": {"url"},
		"time.parse_rfc3339_ns": {"date"}, "time.parse_ns": {"layout", "time"},
		"time.parse_duration_ns": {"duration"}, "uuid.parse": {"uuid"},
		"time.add_date": {"ns", "small", "small", "small"},
		"time.clock":    {"ns"}, "time.date": {"ns"}, "time.weekday": {"ns"},
		"time.diff": {"ns", "ns"}, "time.format": {"ns"},
		"sprintf": {"format"}, "trim": {"", "cutset"},
		"trim_left": {"", "cutset"}, "trim_right": {"", "cutset"},
		"bits.lsh": {"", "small"}, "bits.rsh": {"", "small"},
		"numbers.range": {"small", "small"}, "format_int": {"", "base"},
		"numbers.range_step": {"small", "small", "small"},
		"substring":          {"", "small", "small"},
		"array.slice":        {"", "small", "small"},
	}
)

func pick[T any](r *rand.Rand, from []T) T {
	return from[r.IntN(len(from))]
}

// A document for input or data: the fields that programs know, with values
// that differ, and now and then one less.
func randomDocument(r *rand.Rand) map[string]any {
	num := func() any { return r.IntN(12) - 2 }
	str := func() any { return pick(r, strings_) }
	list := func(f func() any) any {
		out := []any{}
		for range r.IntN(5) {
			out = append(out, f())
		}
		return out
	}
	item := func() any {
		return map[string]any{"id": num(), "name": str(),
			"tags": list(str), "on": r.IntN(2) == 0}
	}
	doc := map[string]any{
		"n": num(), "f": float64(r.IntN(100)) / 8, "s": str(),
		"b": r.IntN(2) == 0, "z": nil, "a": list(num), "as": list(str),
		"m":     map[string]any{"k1": num(), "k2": num(), "k3": num()},
		"o":     map[string]any{"x": map[string]any{"y": list(num)}, "s": str()},
		"items": list(item),
		"mixed": []any{num(), str(), nil, true, list(num), item()},
	}
	for name := range doc {
		if name != "m" && r.IntN(40) == 0 {
			delete(doc, name)
			break
		}
	}
	return doc
}
