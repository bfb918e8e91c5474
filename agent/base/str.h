/*
 * base/str -- strings: numbers, prefixes, and quoting of foreign text
 *
 * Memory: none of these functions allocates.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much of a foreign string an error or log line may show. */
enum {
	STR_SHOWN = 96
};

struct str_shown {
	char s[STR_SHOWN];
};

bool str_eq(const char *a, const char *b);
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

/*
 * s in single quotes with everything but printable ASCII escaped as \xNN and
 * the rest cut off with "..."; NULL reads as ''. For format arguments:
 *	err_set(e, ERR_SYNTAX, "layer %s", STR_QUOTED(name));
 */
struct str_shown str_quote(const char *s);
#define STR_QUOTED(text) (str_quote(text).s)

/*
 * The whole of s as a number between min and max, decimal, or hexadecimal
 * after 0x, no sign but '-', no spaces. Returns 0, or -1 with *ret untouched.
 */
int str_i64(const char *s, int64_t min, int64_t max, int64_t *ret);
int str_u64(const char *s, uint64_t max, uint64_t *ret);

/* Copy s to dst (size bytes); -1 with dst empty when it does not fit. */
int str_copy(char *dst, size_t size, const char *s);

/* snprintf that fails: 0, or -1 with dst empty when it does not fit. */
int str_format(char *dst, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), warn_unused_result));

#endif
