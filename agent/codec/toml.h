/*
 * codec/toml -- TOML 1.0.0 documents as a tree
 *
 * The reader takes all of TOML 1.0.0 and refuses everything else: text that
 * is not UTF-8, a key or table that is defined twice, an integer beyond 64
 * bits, a date that does not exist. What a newline in a multi-line string is
 * written as does not matter: it reads as "\n".
 *
 * Nothing recurses, and a document cannot make the reader do more than
 * TOML_NODES_MAX * TOML_NODES_MAX / 2 comparisons of keys.
 *
 * Memory: nodes and rewritten strings are in the caller's arena; strings that
 * stand in the document as they read are spans of it, so it must live as long
 * as the tree. Strings are not terminated and may hold zero bytes.
 */
#ifndef CODEC_TOML_H
#define CODEC_TOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	TOML_NODES_MAX = 8192,
	TOML_DEPTH_MAX = 32, /* tables and arrays in one another */
	TOML_NUMBER_MAX = 64 /* characters of a number or a date */
};

enum toml_type {
	TOML_TABLE,
	TOML_ARRAY,
	TOML_STRING,
	TOML_INTEGER,
	TOML_FLOAT,
	TOML_BOOL,
	TOML_DATETIME /* one of the four kinds, checked, as its text */
};

struct toml_text {
	const char *s;
	size_t len;
};

/* How a table or an array came to be, which says who may add to it. */
enum toml_origin {
	TOML_CLOSED,   /* written as one value */
	TOML_IMPLICIT, /* on the way of a header */
	TOML_HEADER,   /* [table] or [[array]] */
	TOML_DOTTED    /* on the way of a dotted key */
};

struct toml_node {
	enum toml_type type;
	uint32_t line;          /* of its value, or of the first header */
	struct toml_text key;   /* in a table */
	struct toml_node *next; /* in a table or an array */
	const struct toml_node *parent; /* NULL: the root */
	union {
		struct {
			struct toml_node *first, *last;
			enum toml_origin origin;
			unsigned depth;
		} list;                /* table, array */
		struct toml_text text; /* string, date */
		int64_t i;
		double d;
		bool b;
	} u;
};

/*
 * Read the len bytes at s. Returns 0 and the root table in *ret, or -1 with
 * ERR_SYNTAX or ERR_LIMIT; the text begins with "line N: ".
 */
int toml_parse(const char *s, size_t len, struct arena *a,
    const struct toml_node **ret, struct err *e);

/* The member key of table t; NULL when it has none, or t is no table. */
const struct toml_node *toml_get(const struct toml_node *t, const char *key);

/* True when n is a string that equals s. */
bool toml_is(const struct toml_node *n, const char *s);

/* The type in words: "a table", "an integer". */
const char *toml_type_name(enum toml_type type);

#endif
