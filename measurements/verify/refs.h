/*
 * measurements/refs -- reference values, in any form that they are kept in
 *
 * husk's own JSON (out/json.h), which has the events and so can name what
 * differs; Trustee's values {name: value}; RVPS's sample message, its store of
 * today and of before 0.19; or "NAME=VALUE,..." on the command line.
 *
 * Memory: heap, released by refs_release().
 */
#ifndef MEASUREMENTS_REFS_H
#define MEASUREMENTS_REFS_H

#include <stdbool.h>

#include <cJSON.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "measurements/out/saved.h"

enum refs_form {
	REFS_SETS,    /* husk's */
	REFS_TRUSTEE, /* typed as Trustee's policy compares */
	REFS_LITERAL  /* text */
};

struct refs {
	enum refs_form form;
	const char *title;  /* for people */
	struct saved saved; /* REFS_SETS */
	cJSON *values;      /* else: an object */
};

enum {
	REFS_VALUES = 96,
	REFS_SIZE = 64 * 1024 * 1024
};

/* Read a file's bytes. */
int refs_parse(struct span s, struct arena *a, struct refs *ret_r,
    struct err *e);

/* True when text is of the form NAME=VALUE,... */
bool refs_is_literal(const char *text);

int refs_literal(const char *text, struct refs *ret_r, struct err *e);

/* True when there is a value for that name, in a set or by itself. */
bool refs_have(const struct refs *r, const char *name);

void refs_release(struct refs *r);

#endif
