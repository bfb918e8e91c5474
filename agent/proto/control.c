#include "proto/control.h"
#include "base/span.h"

enum {
	READY_LEN = 8
};

int
control_send_ready(int chan, int64_t serving_us, struct err *e)
{
	uint8_t body[READY_LEN];

	for (int i = 0; i < READY_LEN; i++)
		body[i] = (uint8_t)((uint64_t)serving_us >> 8 * i);
	return channel_send(chan, CONTROL_READY, 0, body, sizeof(body), NULL, 0,
	    e);
}

int
control_parse_ready(const struct channel_msg *m, int64_t now, int64_t *ret)
{
	struct span s = span_of(m->body, m->len);
	uint64_t at;

	if (m->type != CONTROL_READY || m->n_fds != 0 || m->len != READY_LEN)
		return -1;
	at = span_le64(&s);
	if (at > (uint64_t)now)
		return -1;
	*ret = (int64_t)at;
	return 0;
}
