/* A foreign event log: its events, and the registers that they lead to. */
#include <stdlib.h>
#include <string.h>

#include "measurements/tdx/registers.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct eventlog log, events;
	struct registers rs;
	struct event ev;
	struct err e;

	if (eventlog_open(p, len, &log, &e) < 0)
		return 0;
	events = log;
	while (eventlog_next(&events, &ev, &e) > 0) {
		struct event_text text = event_text(&ev);

		if (ev.offset >= len || ev.data.end > p + len ||
		    strnlen(text.s, sizeof(text.s)) == sizeof(text.s))
			abort();
		event_hashes_its_data(&ev);
		eventlog_type_name(ev.type);
	}
	for (size_t i = 0; i < log.n_algs; i++) {
		enum sha2_algorithm sha2;

		if (!eventlog_alg_sha2(log.algs[i].id, &sha2))
			continue;
		registers_init(&rs, log.kind, log.algs[i].id);
		registers_replay(&rs, log, &e);
	}
	return 0;
}
