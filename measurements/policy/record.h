/*
 * measurements/policy/record -- files of recorded requests
 *
 * One request a line, in either form:
 *	["ep":"Name",{...}],			regorus' recordings of Kata
 *	{"kind":"Name","request":{...}}		the agent's own log
 * Memory: the lines point into the text; the list is heap.
 */
#ifndef MEASUREMENTS_POLICY_RECORD_H
#define MEASUREMENTS_POLICY_RECORD_H

#include <stddef.h>

#include "base/err.h"
#include "policy/value.h"

enum {
	RECORD_NAME_MAX = 128
};

struct record {
	char name[RECORD_NAME_MAX];
	const char *json; /* the request */
	size_t len;
};

/* The requests in the text; *ret is to be freed with free(). */
int record_parse(const char *text, size_t len, struct record **ret,
    size_t *ret_n, struct err *e);

#endif
