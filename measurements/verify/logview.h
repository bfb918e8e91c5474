/*
 * measurements/logview -- the events of a log, register by register
 *
 * Reads a whole log in the bank that the evidence has: SHA-384 in a TD,
 * SHA-256 with a TPM; other banks are passed over, as are EV_NO_ACTION
 * records. What an event says about itself is for people only: the digest is
 * what counts.
 *
 * Memory: in the arena; events borrow the log.
 */
#ifndef MEASUREMENTS_LOGVIEW_H
#define MEASUREMENTS_LOGVIEW_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "measurements/format/eventlog.h"
#include "measurements/tdx/registers.h"

enum {
	LOGVIEW_EVENTS = 4096
};

struct logview_event {
	int reg;
	uint32_t type;
	const uint8_t *digest;
	struct event_text text;
};

struct logview {
	enum eventlog_kind kind;
	size_t digest_len;
	struct registers end; /* after all of the events */
	struct logview_event *e;
	size_t n;
};

/* kind is what the evidence needs. ERR_SYNTAX, ERR_LIMIT, ERR_ARGUMENT. */
int logview_read(struct span log, enum eventlog_kind kind, struct arena *a,
    struct logview *ret_v, struct err *e);

/* The register's number by its name ("rtmr2"); -1 when the log has none. */
int logview_register(const struct logview *v, const char *name);

/* The i-th event of a register, or NULL after the last. */
const struct logview_event *logview_event(const struct logview *v, int reg,
    size_t i);

#endif
