#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "measurements/tdx/registers.h"

static const char locality_signature[] = "StartupLocality"; /* and its NUL */

void
registers_init(struct registers *rs, enum eventlog_kind kind, uint16_t alg)
{
	memset(rs, 0, sizeof(*rs));
	rs->kind = kind;
	rs->alg = alg;
	if (!eventlog_alg_sha2(alg, &rs->sha2))
		assert(!"an algorithm of eventlog_alg_sha2()");
}

int
registers_n(const struct registers *rs)
{
	return rs->kind == EVENTLOG_CC ? REGISTERS_RTMRS : REGISTERS_PCRS;
}

void
register_name(enum eventlog_kind kind, int i,
    char ret_name[static REGISTER_NAME_SIZE])
{
	assert(i >= 0 && i < REGISTERS_PCRS);
	snprintf(ret_name, REGISTER_NAME_SIZE, "%s%d",
	    kind == EVENTLOG_CC ? "rtmr" : "pcr", i % REGISTERS_PCRS);
}

void
registers_extend(struct registers *rs, int i, const uint8_t *digest)
{
	size_t len = sha2_len(rs->sha2);
	struct sha2 h;

	assert(i >= 0 && i < registers_n(rs));
	sha2_init(&h, rs->sha2);
	sha2_update(&h, rs->r[i], len);
	sha2_update(&h, digest, len);
	sha2_final(&h, rs->r[i]);
	rs->used[i] = true;
}

/* A TPM that was started from a locality other than 0 has it in PCR0. */
static void
no_action(struct registers *rs, const struct event *ev)
{
	struct span s = ev->data, signature;
	uint8_t locality;

	signature = span_take(&s, sizeof(locality_signature));
	locality = span_u8(&s);
	if (rs->kind == EVENTLOG_TPM && ev->index == 0 && !rs->used[0] &&
	    !span_bad(&s) &&
	    span_equals(&signature, locality_signature,
		sizeof(locality_signature)))
		rs->r[0][sha2_len(rs->sha2) - 1] = locality;
}

int
registers_event(struct registers *rs, const struct event *ev, struct err *e)
{
	const struct event_digest *d = event_digest_find(ev, rs->alg);
	uint32_t first = rs->kind == EVENTLOG_CC ? 1 : 0;

	if (ev->type == EVENT_NO_ACTION) {
		no_action(rs, ev);
		return 0;
	}
	if (ev->index < first || ev->index - first >= (uint32_t)registers_n(rs))
		return err_set(e, ERR_SYNTAX,
		    "event log: the event at offset 0x%zx is for register %u, "
		    "and they are %u to %u",
		    ev->offset, ev->index, first,
		    first + (uint32_t)registers_n(rs) - 1);
	if (d == NULL)
		return err_set(e, ERR_SYNTAX,
		    "event log: the event at offset 0x%zx has no %s digest",
		    ev->offset, eventlog_alg_name(rs->alg));
	registers_extend(rs, (int)(ev->index - first), d->bytes.p);
	return 0;
}

int
registers_replay(struct registers *rs, struct eventlog log, struct err *e)
{
	struct event ev;
	int rc;

	while ((rc = eventlog_next(&log, &ev, e)) > 0)
		if (registers_event(rs, &ev, e) < 0)
			return -1;
	return rc;
}
