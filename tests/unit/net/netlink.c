#include <errno.h>
#include <linux/netlink.h>

#include "net/netlink.h"
#include "tests/lib/tap.h"

TEST(builds_a_padded_message)
{
	/* In the processor's byte order. */
	static const struct {
		struct nlmsghdr header;
		uint8_t body[4];
		struct nlattr nest, attr;
		char text[8];
	} wanted = { { 36, 0x10, 5, 0, 0 }, { 0xaa, 0xbb, 0, 0 },
		{ 16, 0x8007 }, { 9, 3 }, "hello" };
	struct netlink_request r;
	size_t nest;

	netlink_begin(&r, 0x10, NLM_F_ACK, "\xaa\xbb", 2);
	nest = netlink_begin_nest(&r, 7);
	netlink_add(&r, 3, "hello", 5);
	netlink_end_nest(&r, nest);
	OK(!r.bad);
	EQ_INT(r.len, sizeof(wanted));
	EQ_MEM(r.p, &wanted, sizeof(wanted));
}

TEST(what_does_not_fit_makes_the_request_bad)
{
	static uint8_t big[NETLINK_REQUEST_MAX + 1];
	struct netlink_request r;

	netlink_begin(&r, 1, 0, NULL, 0);
	netlink_add(&r, 1, big, NETLINK_REQUEST_MAX - 16 - 4);
	OK(!r.bad);
	EQ_INT(r.len, NETLINK_REQUEST_MAX);
	netlink_add_u32(&r, 1, 1);
	OK(r.bad);
	netlink_begin(&r, 1, 0, NULL, 0);
	netlink_add(&r, 1, big, NETLINK_REQUEST_MAX - 16 - 4 + 1);
	OK(r.bad);
	netlink_begin(&r, 1, 0, NULL, 0);
	netlink_add(&r, 1, big, sizeof(big));
	OK(r.bad);
}

TEST(reads_back_what_it_built)
{
	struct netlink_request r;
	struct netlink_message m;
	struct netlink_attr a;
	struct span s;
	uint32_t v;

	netlink_begin(&r, 0x20, 0, "body", 4);
	netlink_add(&r, 5, "abc", 3);
	netlink_add_u32(&r, 6, 0x01020304);
	s = span_of(r.p, r.len);
	EQ_INT(netlink_next(&s, &m), 1);
	EQ_INT(m.type, 0x20);
	span_skip(&m.body, 4);
	EQ_INT(netlink_next_attr(&m.body, &a), 1);
	EQ_INT(a.type, 5);
	OK(span_equals(&a.value, "abc", 3));
	EQ_INT(netlink_next_attr(&m.body, &a), 1);
	EQ_INT(span_len(&a.value), 4);
	span_copy(&a.value, &v, 4);
	EQ_INT(v, 0x01020304);
	EQ_INT(netlink_next_attr(&m.body, &a), 0);
	EQ_INT(netlink_next(&s, &m), 0);
}

/* Every cut of a good message is refused, but for whole messages of none. */
TEST(refuses_every_truncation)
{
	struct netlink_request r;

	netlink_begin(&r, 0x20, 0, "body", 4);
	netlink_add(&r, 5, "abcd", 4);
	for (size_t n = 1; n < r.len; n++) {
		struct netlink_message m;
		struct span s = span_of(r.p, n);

		EQ_INT(netlink_next(&s, &m), -1);
		OK(span_bad(&s));
	}
	for (size_t n = 1; n < 8; n++) {
		struct netlink_attr a;
		struct span s = span_of(r.p + 20, n);

		EQ_INT(netlink_next_attr(&s, &a), -1);
	}
}

TEST(refuses_lengths_that_lie)
{
	static const uint8_t attrs[][4] = {
		{ 3, 0, 1, 0 },       /* shorter than its header */
		{ 0, 0, 1, 0 },       /* none */
		{ 5, 0, 1, 0 },       /* one byte more than there is */
		{ 0xff, 0xff, 1, 0 }, /* far more */
	};
	static const uint8_t message[16] = { 15 };

	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++) {
		struct span s = span_of(attrs[i], 4);
		struct netlink_attr a;

		EQ_INT(netlink_next_attr(&s, &a), -1);
	}
	struct span s = span_of(message, sizeof(message));
	struct netlink_message m;

	EQ_INT(netlink_next(&s, &m), -1);
}

TEST(the_last_attribute_needs_no_padding)
{
	static const struct nlattr five = { 5, 1 };
	uint8_t p[5] = { 0 };
	struct span s = span_of(p, sizeof(p));
	struct netlink_attr a;

	memcpy(p, &five, sizeof(five));
	p[4] = 'x';
	EQ_INT(netlink_next_attr(&s, &a), 1);
	EQ_INT(span_len(&a.value), 1);
	EQ_INT(netlink_next_attr(&s, &a), 0);
}

TEST(an_error_is_a_number)
{
	struct netlink_message m = { .type = NLMSG_ERROR };
	int32_t number = -EEXIST;

	m.body = span_of(&number, sizeof(number));
	EQ_INT(netlink_error(&m), -EEXIST);
	m.body = span_of(&number, 3);
	EQ_INT(netlink_error(&m), -EBADMSG);
}

TAP_MAIN
