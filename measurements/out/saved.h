/*
 * measurements/saved -- reading back what `husk measure --format json` wrote
 *
 * The schema is out/json.h's; a file that does not follow it is refused, with
 * the key named. Keys that are not known are passed over: the schema may grow
 * at its end.
 *
 * Memory: heap, released by saved_release(); the sets' strings are borrowed
 * from what saved_release() frees.
 */
#ifndef MEASUREMENTS_SAVED_H
#define MEASUREMENTS_SAVED_H

#include <cJSON.h>

#include "base/err.h"
#include "measurements/out/refset.h"

enum {
	SAVED_SETS = 1024
};

struct saved {
	cJSON *json;
	struct refset *sets;
	size_t n;
};

/* True when json has the schema's mark; saved_read() may still refuse it. */
bool saved_is(const cJSON *json);

/*
 * Take json, which belongs to *ret_s from then on. Returns 0, or -1 with *e
 * set, json deleted and *ret_s untouched.
 */
int saved_take(cJSON *json, struct saved *ret_s, struct err *e);

/* The same from the len bytes of text at p. */
int saved_read(const void *p, size_t len, struct saved *ret_s, struct err *e);

void saved_release(struct saved *s);

#endif
