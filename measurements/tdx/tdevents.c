#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "measurements/tdx/tdevents.h"

void
tdevents_add_digest(struct tdevents *t, int rtmr, uint32_t type,
    const uint8_t digest[static TDEVENT_LEN], const char *what)
{
	struct tdevent *ev;
	int rc;

	assert(t->n < LIMIT_TD_EVENTS);
	ev = &t->e[t->n++];
	ev->rtmr = rtmr;
	ev->type = type;
	memcpy(ev->digest, digest, TDEVENT_LEN);
	rc = str_copy(ev->what, sizeof(ev->what), what);
	assert(rc == 0);
}

void
tdevents_add(struct tdevents *t, int rtmr, uint32_t type, const void *p,
    size_t len, const char *what)
{
	uint8_t digest[TDEVENT_LEN];

	sha2_digest(SHA2_384, p, len, digest);
	tdevents_add_digest(t, rtmr, type, digest, what);
}

void
tdevents_rtmr(const struct tdevents *t, int rtmr,
    uint8_t ret_rtmr[static TDEVENT_LEN])
{
	struct registers rs;

	registers_init(&rs, EVENTLOG_CC, EVENTLOG_SHA384);
	for (size_t i = 0; i < t->n; i++)
		if (t->e[i].rtmr == rtmr)
			registers_extend(&rs, rtmr, t->e[i].digest);
	memcpy(ret_rtmr, rs.r[rtmr], TDEVENT_LEN);
}
