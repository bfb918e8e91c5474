#include "tests/lib/builtin.h"

TEST(networks_times_versions_units)
{
	static const struct builtin_row rows[] = {
		{ "net.cidr_contains(\"10.0.0.0/8\", \"10.1.2.3\")", "true" },
		{ "net.cidr_contains(\"10.0.0.0/8\", \"9.0.0.0/8\")", "false" },
		{ "net.cidr_contains(\"2001:db8::/32\", \"2001:db8:1::/48\")",
		    "true" },
		{ "net.cidr_contains(\"10.0.0.0/8\", \"x\")", "undefined" },
		{ "net.cidr_intersects(\"10.0.0.0/8\", \"10.1.0.0/16\")",
		    "true" },
		{ "net.cidr_contains_matches([\"10.0.0.0/8\"], {\"10.1.2.3\", "
		  "\"9.9.9.9\"})",
		    "[[0,\"10.1.2.3\"]]" },
		{ "net.cidr_expand(\"192.168.0.0/31\")",
		    "[\"192.168.0.0\",\"192.168.0.1\"]" },
		{ "net.cidr_merge([\"10.0.0.0/25\", \"10.0.0.128/25\", "
		  "\"10.0.0.4/32\"])",
		    "[\"10.0.0.0/24\"]" },
		{ "net.cidr_merge([\"::1\"])", "undefined" },
		{ "net.cidr_is_valid(\"10.0.0.1/33\")", "false" },
		{ "net.cidr_is_valid(\"::ffff:1.2.3.4/120\")", "true" },
		{ "net.cidr_expand(\"10.0.0.0/8\")", "limit_steps" },
		{ "time.parse_rfc3339_ns(\"1970-01-01T00:00:01.5+00:00\")",
		    "1500000000" },
		{ "time.parse_rfc3339_ns(\"2262-04-11T23:47:16.854775808Z\")",
		    "undefined" },
		{ "time.parse_ns(\"Jan 2 2006\", \"Feb 30 2020\")",
		    "undefined" },
		{ "time.parse_duration_ns(\"1h1.5s\")", "3601500000000" },
		{ "time.format(0)", "\"1970-01-01T00:00:00Z\"" },
		{ "time.format([1670006453141828752, \"UTC\", \"RFC1123Z\"])",
		    "\"Fri, 02 Dec 2022 18:40:53 +0000\"" },
		{ "time.format([0, \"Etc/GMT-2\"])",
		    "\"1970-01-01T02:00:00+02:00\"" },
		{ "time.date([0, \"Europe/Berlin\"])", "undefined" },
		{ "time.date(-1)", "[1969,12,31]" },
		{ "time.clock(1582977600000000000)", "[12,0,0]" },
		{ "time.weekday(0)", "\"Thursday\"" },
		{ "time.add_date(0, 0, 1, -1)", "2592000000000000" },
		{ "time.diff(0, 1000000000)", "[0,0,0,0,0,1]" },
		{ "semver.compare(\"1.2.3-rc.2\", \"1.2.3-rc.10\")", "-1" },
		{ "semver.compare(\"1.2.3\", \"1.2.3-rc\")", "1" },
		{ "semver.is_valid(\"1.2\")", "false" },
		{ "semver.is_valid(\"v1.2.3\")", "true" },
		{ "semver.is_valid(\"vv1.2.3\")", "false" },
		{ "semver.is_valid(\"v\")", "false" },
		{ "units.parse(\"10Ki\")", "10240" },
		{ "units.parse(\"100m\")", "0.1000000000" },
		{ "units.parse(\"1.5G\")", "1500000000" },
		{ "units.parse(\"1 G\")", "undefined" },
		{ "units.parse_bytes(\"1.5MiB\")", "1572864" },
		{ "units.parse_bytes(\"3foo\")", "undefined" },
		{ "uuid.parse(\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\")."
		  "version",
		    "1" },
		{ "uuid.parse(\"x\")", "undefined" },
		{ "uuid.rfc4122(\"a\") == uuid.rfc4122(\"a\")", "true" },
		{ "uuid.rfc4122(\"a\") == uuid.rfc4122(\"b\")", "false" },
	};

	BUILTIN_ROWS(rows);
}

TAP_MAIN
