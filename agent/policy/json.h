/*
 * policy/json -- JSON to values and back
 *
 * Reading is RFC 8259, strict: UTF-8 only, no lone control characters in
 * strings, no text after the value. Numbers keep their text (policy/number.h).
 * Of equal keys the last one counts. A lone surrogate escape reads as U+FFFD,
 * as Go's decoder does. The parser does not recurse.
 *
 * Writing is OPA's form: members of objects sorted by key, sets as sorted
 * arrays, keys that are not strings as their JSON text, no spaces.
 */
#ifndef POLICY_JSON_H
#define POLICY_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "policy/value.h"

/*
 * The value that the len bytes at s are, in heap h. Returns 0, or -1:
 *	ERR_SYNTAX	not JSON; the text names line and column
 *	ERR_LIMIT	a limit was reached; the budget is marked
 */
int json_parse(struct heap *h, const char *s, size_t len, struct value *ret,
    struct err *e);

enum json_flag {
	JSON_HTML = 1, /* <, >, & and U+2028/9 escaped, as Go's encoder does */
};

/* v as JSON after what b holds; b is bad when its limit was reached. */
void json_write(struct buf *b, struct value v, unsigned int flags);

/*
 * The same with a line for each member. Both strings are any text, which need
 * not be white space.
 */
void json_write_indent(struct buf *b, struct value v, unsigned int flags,
    struct value prefix, struct value indent);

/*
 * v as OPA prints a term: as JSON but ", " and ": " between members, sets as
 * {1, 2} and set(), keys that are not strings as they are. What "%v" in sprintf
 * and print() show of a collection.
 */
void json_write_term(struct buf *b, struct value v);

/*
 * A string's characters as Go's strconv.Quote has them, without the quotation
 * marks; ascii: everything else escaped.
 */
void json_write_quoted(struct buf *b, const char *s, size_t len, bool ascii);

/* One string in JSON's quotes. */
void json_write_string(struct buf *b, const char *s, size_t len,
    unsigned int flags);

#endif
