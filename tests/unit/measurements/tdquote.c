#include "measurements/tdx/tdquote.h"
#include "measurements/format/le.h"
#include "tests/lib/tap.h"

enum {
	QUOTE_MAX = 1100
};

static uint8_t b[QUOTE_MAX];
static struct tdquote q;
static struct err e;

/* A quote whose body has the byte i at its offset i; returns its length. */
static size_t
build(uint16_t version, uint16_t type)
{
	size_t at = 48, body = type == 3 ? 648 : 584;

	memset(b, 0, sizeof(b));
	le_put16(b, version);
	le_put16(b + 2, 2);
	le_put32(b + 4, 0x81);
	if (version == 5) {
		le_put16(b + 48, type);
		le_put32(b + 50, (uint32_t)body);
		at = 54;
	}
	for (size_t i = 0; i < body; i++)
		b[at + i] = (uint8_t)i;
	le_put32(b + at + body, 4);
	return at + body + 8;
}

static int
parse(size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	int rc;

	memcpy(copy, b, len);
	rc = tdquote_parse(copy, len, &q, &e);
	free(copy);
	return rc;
}

TEST(reads_both_versions)
{
	EQ_INT(parse(build(4, 0)), 0);
	EQ_INT(q.form, TDQUOTE_V4);
	EQ_INT(q.mrtd[0], 136);
	EQ_INT(q.mrconfigid[0], 184);
	EQ_INT(q.rtmr[0][0], 328 & 0xff);
	EQ_INT(q.rtmr[3][47], (472 + 47) & 0xff);
	EQ_INT(q.report_data[0], 520 & 0xff);
	EQ_INT(q.td_attributes & 0xff, 120);
	EQ_INT(q.xfam & 0xff, 128);
	EQ_INT(parse(build(5, 2)), 0);
	EQ_INT(q.form, TDQUOTE_V5_10);
	EQ_INT(q.mrtd[0], 136);
	EQ_INT(parse(build(5, 3)), 0);
	EQ_INT(q.form, TDQUOTE_V5_15);
	EQ_INT(q.tee_tcb_svn2[0], 584 & 0xff);
	EQ_INT(q.mrservicetd[0], 600 & 0xff);
}

TEST(refuses_other_quotes)
{
	size_t len = build(3, 0);

	EQ_INT(parse(len), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	len = build(4, 0);
	b[4] = 0;
	EQ_INT(parse(len), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	len = build(5, 1);
	EQ_INT(parse(len), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	len = build(5, 2);
	b[50]++;
	EQ_INT(parse(len), -1);
	EQ_INT(e.code, ERR_SYNTAX);
}

TEST(zeros_may_follow_and_nothing_else)
{
	size_t len = build(4, 0);

	EQ_INT(parse(len + 10), 0);
	b[len + 9] = 1;
	EQ_INT(parse(len + 10), -1);
	EQ_INT(e.code, ERR_SYNTAX);
}

TEST(truncated_quotes_are_refused)
{
	for (size_t len = build(5, 3); len-- > 0;)
		EQ_INT(parse(len), -1);
	for (size_t len = build(4, 0); len-- > 0;)
		EQ_INT(parse(len), -1);
}

TEST(reads_a_tdreport)
{
	for (size_t i = 0; i < 1024; i++)
		b[i] = (uint8_t)(i / 8);
	b[0] = 0x81;
	EQ_INT(parse(1024), 0);
	EQ_INT(q.form, TDQUOTE_REPORT);
	EQ_INT(q.report_data[0], 128 / 8);
	EQ_INT(q.mrseam[0], 280 / 8);
	EQ_INT(q.td_attributes & 0xff, 512 / 8);
	EQ_INT(q.mrtd[0], 528 / 8);
	EQ_INT(q.rtmr[0][0], (512 + 208) / 8);
	EQ_INT(q.mrservicetd[0], (512 + 400) / 8);
}

TAP_MAIN
