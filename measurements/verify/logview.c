#include <string.h>

#include "base/str.h"
#include "measurements/verify/logview.h"

static int
add(struct logview *v, const struct event *ev, struct err *e)
{
	const struct event_digest *d = event_digest_find(ev, v->end.alg);
	struct logview_event *out = &v->e[v->n];

	if (registers_event(&v->end, ev, e) < 0)
		return -1;
	if (ev->type == EVENT_NO_ACTION)
		return 0;
	if (v->n == LOGVIEW_EVENTS)
		return err_set(e, ERR_LIMIT, "event log: more than %d events",
		    LOGVIEW_EVENTS);
	out->reg = (int)ev->index - (v->kind == EVENTLOG_CC ? 1 : 0);
	out->type = ev->type;
	out->digest = d->bytes.p;
	out->text = event_text(ev);
	v->n++;
	return 0;
}

int
logview_read(struct span log, enum eventlog_kind kind, struct arena *a,
    struct logview *ret_v, struct err *e)
{
	uint16_t alg = kind == EVENTLOG_CC ? EVENTLOG_SHA384 : EVENTLOG_SHA256;
	struct logview v = { .kind = kind };
	struct eventlog l;
	struct event ev;
	int rc;

	if (eventlog_open(log.p, span_len(&log), &l, e) < 0)
		return -1;
	if (l.kind != kind)
		return err_set(e, ERR_ARGUMENT,
		    "event log: of a %s, and the evidence is of a %s",
		    l.kind == EVENTLOG_CC ? "TD" : "TPM",
		    kind == EVENTLOG_CC ? "TD" : "TPM");
	registers_init(&v.end, kind, alg);
	v.digest_len = sha2_len(v.end.sha2);
	v.e = arena_array(a, LOGVIEW_EVENTS + 1, sizeof(*v.e));
	if (v.e == NULL)
		return err_set(e, ERR_LIMIT, "event log: too large");
	while ((rc = eventlog_next(&l, &ev, e)) > 0)
		if (add(&v, &ev, e) < 0)
			return -1;
	if (rc < 0)
		return -1;
	*ret_v = v;
	return 0;
}

int
logview_register(const struct logview *v, const char *name)
{
	char other[REGISTER_NAME_SIZE];

	for (int i = 0; i < registers_n(&v->end); i++) {
		register_name(v->kind, i, other);
		if (str_eq(name, other))
			return i;
	}
	return -1;
}

const struct logview_event *
logview_event(const struct logview *v, int reg, size_t i)
{
	for (size_t k = 0; k < v->n; k++)
		if (v->e[k].reg == reg && i-- == 0)
			return &v->e[k];
	return NULL;
}
