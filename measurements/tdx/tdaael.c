#include "measurements/tdx/tdaael.h"
#include "measurements/tdx/registers.h"

enum {
	RTMR3 = 3
};

int
tdaael_events(const void *p, size_t len, struct tdevents *t, struct err *e)
{
	const struct event_digest *d;
	struct eventlog log;
	struct event ev;
	int rc;

	if (eventlog_open(p, len, &log, e) < 0)
		return -1;
	if (log.kind != EVENTLOG_CC)
		return err_set(e, ERR_ARGUMENT, "a TPM's log, not a TD's");
	while ((rc = eventlog_next(&log, &ev, e)) > 0) {
		/* A CC log counts from MRTD. */
		if (ev.index != RTMR3 + 1 || ev.type == EVENT_NO_ACTION)
			continue;
		d = event_digest_find(&ev, EVENTLOG_SHA384);
		if (d == NULL)
			return err_set(e, ERR_SYNTAX,
			    "the event at offset 0x%zx has no sha384 digest",
			    ev.offset);
		if (t->n == LIMIT_TD_EVENTS)
			return err_set(e, ERR_LIMIT,
			    "more than %d events for RTMR3", LIMIT_TD_EVENTS);
		tdevents_add_digest(t, RTMR3, ev.type, d->bytes.p,
		    "event of the guest");
	}
	return rc;
}
