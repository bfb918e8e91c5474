#include "base/buf.h"
#include "codec/hex.h"
#include "measurements/tdx/registers.h"
#include "tests/lib/tap.h"

static struct buf b;
static struct eventlog elog;
static struct event ev;
static struct registers rs;
static struct err e;

static void
expect_refused(int rc, enum err_code code, const char *reason)
{
	EQ_INT(rc, -1);
	if (strstr(e.msg, reason) == NULL)
		EQ_STR(e.msg, reason);
	EQ_INT(e.code, code);
}

/* The first record, with n algorithms {id, size}. */
static void
begin(uint32_t index, const uint16_t (*algs)[2], uint32_t n)
{
	buf_release(&b);
	buf_init(&b, 1 << 20);
	buf_le32(&b, index);
	buf_le32(&b, EVENT_NO_ACTION);
	buf_add_zero(&b, 20);
	buf_le32(&b, 16 + 8 + 4 + 4 * n + 1);
	buf_add(&b, "Spec ID Event03", 16);
	buf_add_zero(&b, 8);
	buf_le32(&b, n);
	for (uint32_t i = 0; i < n; i++) {
		buf_le16(&b, algs[i][0]);
		buf_le16(&b, algs[i][1]);
	}
	buf_u8(&b, 0);
}

static const uint16_t sha384[][2] = { { EVENTLOG_SHA384, 48 } };
static const uint16_t sha1_256[][2] = { { EVENTLOG_SHA1, 20 },
	{ EVENTLOG_SHA256, 32 } };

/* An event with one SHA-384 digest, of its data. */
static void
add(uint32_t index, uint32_t type, const char *data, size_t len)
{
	uint8_t digest[SHA2_384_LEN];

	buf_le32(&b, index);
	buf_le32(&b, type);
	buf_le32(&b, 1);
	buf_le16(&b, EVENTLOG_SHA384);
	sha2_digest(SHA2_384, data, len, digest);
	buf_add(&b, digest, sizeof(digest));
	buf_le32(&b, (uint32_t)len);
	buf_add(&b, data, len);
}

static int
open_log(void)
{
	return eventlog_open(b.p, b.len, &elog, &e);
}

static void
done(void)
{
	buf_release(&b);
}

TEST(reads_events_up_to_the_filler)
{
	begin(1, sha384, 1);
	add(1, EVENT_SEPARATOR, "\0\0\0\0", 4);
	add(2, EVENT_ACTION, "action", 6);
	for (int i = 0; i < 100; i++)
		buf_u8(&b, 0xff);
	EQ_INT(open_log(), 0);
	EQ_INT(elog.kind, EVENTLOG_CC);
	EQ_INT(eventlog_next(&elog, &ev, &e), 1);
	EQ_INT(ev.index, 1);
	EQ_INT(ev.offset, 65);
	EQ_STR(eventlog_type_name(ev.type), "EV_SEPARATOR");
	OK(event_hashes_its_data(&ev));
	EQ_INT(eventlog_next(&elog, &ev, &e), 1);
	EQ_STR(event_text(&ev).s, "action");
	EQ_INT(eventlog_next(&elog, &ev, &e), 0);
	EQ_INT(eventlog_next(&elog, &ev, &e), 0);
	EQ_INT(elog.n_read, 2);
	done();
}

TEST(texts_are_shown_printable_and_cut)
{
	static const struct {
		uint32_t type;
		const char *data;
		size_t len;
		const char *shown;
	} rows[] = {
		{ EVENT_ACTION, "a\0b", 3, "a" },
		{ EVENT_ACTION, "a\1b", 3, "" },
		{ EVENT_ACTION, "", 0, "" },
		{ 0xd, "a\0b\0\0\0", 6, "ab" },
		{ 0xd, "a\0b\1c\0d", 7, "a?c" },
		{ EVENT_TAG, "LEAA\3\0\0\0a b", 11, "a b" },
		{ EVENT_TAG, "LEAA\4\0\0\0a b", 11, "" },
		{ EVENT_HANDOFF_TABLES2, "\2abc", 4, "ab" },
		{ EVENT_HANDOFF_TABLES2, "\4abc", 4, "" },
		{ EVENT_VARIABLE_BOOT, "short", 5, "" },
	};
	char longest[301];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ev = (struct event){ .type = rows[i].type };
		ev.data = span_of(rows[i].data, rows[i].len);
		EQ_STR(event_text(&ev).s, rows[i].shown);
	}
	memset(longest, 'x', sizeof(longest));
	ev.type = EVENT_ACTION;
	ev.data = span_of(longest, sizeof(longest));
	EQ_INT(strlen(event_text(&ev).s), 120);
}

TEST(zeros_end_a_log_too_and_data_after_it_does_not)
{
	begin(0, sha384, 1);
	buf_add_zero(&b, 7);
	EQ_INT(open_log(), 0);
	EQ_INT(elog.kind, EVENTLOG_TPM);
	EQ_INT(eventlog_next(&elog, &ev, &e), 0);
	buf_add_zero(&b, 30);
	EQ_INT(open_log(), 0);
	EQ_INT(eventlog_next(&elog, &ev, &e), 0);
	buf_u8(&b, 1);
	EQ_INT(open_log(), 0);
	expect_refused(eventlog_next(&elog, &ev, &e), ERR_SYNTAX,
	    "after its end, at offset 0x66");
	done();
}

TEST(refuses_what_is_not_a_log)
{
	begin(1, sha384, 1);
	expect_refused(eventlog_open(b.p, 0, &elog, &e), ERR_SYNTAX, "not an");
	b.p[0] = 2;
	expect_refused(open_log(), ERR_SYNTAX, "not an event log");
	b.p[0] = 0;
	b.p[4] = 4;
	expect_refused(open_log(), ERR_SYNTAX, "not an event log");
	b.p[4] = 3;
	b.p[32 + 14] = '2';
	expect_refused(open_log(), ERR_UNSUPPORTED, "older form");
	b.p[32 + 14] = '9';
	expect_refused(open_log(), ERR_SYNTAX, "Spec ID Event03");
	done();
}

TEST(refuses_algorithms_that_cannot_be)
{
	static const uint16_t twice[][2] = { { 12, 48 }, { 12, 48 } };
	static const uint16_t wrong[][2] = { { 12, 32 } };
	static const uint16_t empty[][2] = { { 0x99, 0 } };
	static const uint16_t large[][2] = { { 0x99, 65 } };
	uint16_t many[LIMIT_EVENT_DIGESTS + 1][2];

	begin(1, twice, 2);
	expect_refused(open_log(), ERR_SYNTAX, "appears twice");
	begin(1, wrong, 1);
	expect_refused(open_log(), ERR_SYNTAX, "sha384 with digests of 32");
	begin(1, empty, 1);
	expect_refused(open_log(), ERR_SYNTAX, "digests of 0 bytes");
	begin(1, large, 1);
	expect_refused(open_log(), ERR_SYNTAX, "digests of 65 bytes");
	begin(1, NULL, 0);
	expect_refused(open_log(), ERR_SYNTAX, "no algorithms");
	for (uint16_t i = 0; i <= LIMIT_EVENT_DIGESTS; i++) {
		many[i][0] = (uint16_t)(0x100 + i);
		many[i][1] = 16;
	}
	begin(1, (const uint16_t(*)[2])many, LIMIT_EVENT_DIGESTS);
	EQ_INT(open_log(), 0);
	begin(1, (const uint16_t(*)[2])many, LIMIT_EVENT_DIGESTS + 1);
	expect_refused(open_log(), ERR_LIMIT, "9 algorithms, and 8");
	done();
}

TEST(refuses_digests_that_cannot_be)
{
	begin(0, sha1_256, 2);
	add(0, EVENT_SEPARATOR, "\0\0\0\0", 4);
	EQ_INT(open_log(), 0);
	expect_refused(eventlog_next(&elog, &ev, &e), ERR_SYNTAX,
	    "does not name");
	begin(1, sha384, 1);
	add(1, EVENT_SEPARATOR, "\0\0\0\0", 4);
	b.p[65 + 8] = 0;
	EQ_INT(open_log(), 0);
	expect_refused(eventlog_next(&elog, &ev, &e), ERR_SYNTAX, "0 digests");
	b.p[65 + 8] = 2;
	expect_refused(eventlog_next(&elog, &ev, &e), ERR_SYNTAX, "2 digests");
	begin(0, sha1_256, 2);
	buf_le32(&b, 4);
	buf_le32(&b, EVENT_ACTION);
	buf_le32(&b, 2);
	for (int i = 0; i < 2; i++) {
		buf_le16(&b, EVENTLOG_SHA1);
		buf_add_zero(&b, 20);
	}
	EQ_INT(open_log(), 0);
	expect_refused(eventlog_next(&elog, &ev, &e), ERR_SYNTAX,
	    "two digests 0x0004");
	done();
}

TEST(truncated_logs_are_refused_but_between_events)
{
	size_t first, whole;

	begin(1, sha384, 1);
	first = b.len;
	add(1, EVENT_SEPARATOR, "\1\2\3\4", 4);
	whole = b.len;
	for (size_t len = 0; len <= whole; len++) {
		uint8_t *copy = malloc(len ? len : 1);
		int rc;

		memcpy(copy, b.p, len);
		rc = eventlog_open(copy, len, &elog, &e);
		EQ_INT(rc, len < first ? -1 : 0);
		if (rc == 0)
			EQ_INT(eventlog_next(&elog, &ev, &e), len == first ? 0
							      : len == whole
								  ? 1
								  : -1);
		free(copy);
	}
	done();
}

TEST(registers_are_extended_and_named)
{
	uint8_t digest[SHA2_384_LEN], r[2 * SHA2_384_LEN] = { 0 };
	char name[REGISTER_NAME_SIZE];

	begin(1, sha384, 1);
	add(2, EVENT_ACTION, "x", 1);
	add(9, EVENT_NO_ACTION, "y", 1);
	EQ_INT(open_log(), 0);
	registers_init(&rs, elog.kind, EVENTLOG_SHA384);
	EQ_INT(registers_replay(&rs, elog, &e), 0);
	sha2_digest(SHA2_384, "x", 1, digest);
	memcpy(r + SHA2_384_LEN, digest, sizeof(digest));
	sha2_digest(SHA2_384, r, sizeof(r), r);
	EQ_MEM(rs.r[1], r, SHA2_384_LEN);
	OK(rs.used[1] && !rs.used[0] && !rs.used[2] && !rs.used[3]);
	EQ_INT(registers_n(&rs), 4);
	register_name(EVENTLOG_CC, 3, name);
	EQ_STR(name, "rtmr3");
	register_name(EVENTLOG_TPM, 23, name);
	EQ_STR(name, "pcr23");
	done();
}

TEST(registers_that_are_not_there_are_refused)
{
	static const struct {
		uint32_t log, index;
		int rc;
	} rows[] = { { 1, 0, -1 }, { 1, 1, 0 }, { 1, 4, 0 }, { 1, 5, -1 },
		{ 0, 0, 0 }, { 0, 23, 0 }, { 0, 24, -1 },
		{ 0, 0xfffffffe, -1 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(rows[i].log, sha384, 1);
		add(rows[i].index, EVENT_ACTION, "x", 1);
		EQ_INT(open_log(), 0);
		registers_init(&rs, elog.kind, EVENTLOG_SHA384);
		EQ_INT(registers_replay(&rs, elog, &e), rows[i].rc);
	}
	registers_init(&rs, EVENTLOG_TPM, EVENTLOG_SHA256);
	EQ_INT(eventlog_next(&elog, &ev, &e), 1);
	ev.index = 0;
	expect_refused(registers_event(&rs, &ev, &e), ERR_SYNTAX,
	    "no sha256 digest");
	done();
}

TEST(locality_is_where_pcr0_begins)
{
	begin(0, sha384, 1);
	add(0, EVENT_NO_ACTION, "StartupLocality\0\3", 17);
	EQ_INT(open_log(), 0);
	registers_init(&rs, elog.kind, EVENTLOG_SHA384);
	EQ_INT(registers_replay(&rs, elog, &e), 0);
	EQ_INT(rs.r[0][47], 3);
	EQ_INT(rs.r[0][0], 0);
	OK(!rs.used[0]);
	done();
}

TAP_MAIN
