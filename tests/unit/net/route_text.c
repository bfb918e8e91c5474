#include "net/route.h"
#include "tests/lib/tap.h"

TEST(reads_and_writes_addresses)
{
	static const struct {
		const char *text, *back;
	} good[] = {
		{ "192.0.2.1", "192.0.2.1/32" },
		{ "192.0.2.1/0", "192.0.2.1/0" },
		{ "192.0.2.1/32", "192.0.2.1/32" },
		{ "2001:db8::1", "2001:db8::1/128" },
		{ "::/0", "::/0" },
		{ "", "" },
	};
	static const char *const bad[] = { "192.0.2.1/33", "::1/129", "192.0.2",
		"192.0.2.1/", "192.0.2.1/-1", "192.0.2.1/0x8", "192.0.2.1/8/8",
		"localhost", "/24", "1.2.3.4 ",
		"2001:db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:00"
		"00:0000:0000" };
	char text[ROUTE_TEXT_MAX];
	struct route_ip ip;
	struct err e;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		EQ_INT(route_parse_ip(good[i].text, &ip, &e), 0);
		route_format_ip(&ip, true, text);
		EQ_STR(text, good[i].back);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_INT(route_parse_ip(bad[i], &ip, &e), -1);
		EQ_INT(e.code, ERR_SYNTAX);
	}
}

TEST(reads_and_writes_hardware_addresses)
{
	static const char *const bad[] = { "", "02", "02:00:00:00:00",
		"02:00:00:00:00:0", "02:00:00:00:00:00:00", "0g:00:00:00:00:00",
		"02-00-00-00-00-00", "02:00:00:00:00:0x" };
	uint8_t mac[ROUTE_MAC_LEN];
	char text[ROUTE_TEXT_MAX];
	struct err e;

	EQ_INT(route_parse_mac("02:aB:00:01:7f:ff", mac, &e), 0);
	route_format_mac(mac, text);
	EQ_STR(text, "02:ab:00:01:7f:ff");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EQ_INT(route_parse_mac(bad[i], mac, &e), -1);
}

TAP_MAIN
