/*
 * measurements/ctl_json -- JSON to protobuf messages and back
 *
 * Works on any message by its descriptor, in the manner of proto3's JSON
 * mapping: a key is a field's name, in any case of letters ("uid" for UID);
 * maps are objects; bytes are base64; an enum is a name or a number; a 64-bit
 * number may also be a string. Numbers are exact: they are never read as
 * floating point. null means absent.
 *
 * Memory: messages live in the caller's arena.
 */
#ifndef MEASUREMENTS_CTL_JSON_H
#define MEASUREMENTS_CTL_JSON_H

#include <stdbool.h>

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	CTL_JSON_PATH_MAX = 160
};

/* A key that is read as, or refused for, another reason than its name. */
struct ctl_json_key {
	const char *path;  /* keys from the top with dots, no indices */
	const char *field; /* the field's name; NULL: refuse as unsupported */
};

struct ctl_json {
	struct arena *a;
	const struct ctl_json_key *keys; /* ends with a NULL path; or NULL */
	/* Called with the path of a key that is no field; NULL: refuse it. */
	void (*unknown)(void *arg, const char *path);
	void *arg;
	char path[CTL_JSON_PATH_MAX]; /* where we are */
};

/* Read text, one JSON value, as a message of d. NULL with *e. */
ProtobufCMessage *ctl_json_read(struct ctl_json *j,
    const ProtobufCMessageDescriptor *d, const char *text, struct err *e);

/*
 * Set one field of m from a word of a command line: a number, a string, true
 * or false, or JSON for a message. A field that is repeated gets one more.
 */
int ctl_json_set(struct ctl_json *j, ProtobufCMessage *m, const char *field,
    const char *text, struct err *e);

/* m as indented JSON, fields without a value left out; to be free()d. */
char *ctl_json_text(const ProtobufCMessage *m);

#endif
