/*
 * base/err -- errors with a code for programs and a text for people
 *
 * A struct err lives on the caller's stack. Functions that can fail for a
 * reason worth telling take one as their last argument and return 0 or -1;
 * on 0 it is untouched. Outer frames put their own words in front with
 * err_wrap(), so a text reads from the outside in:
 *	container 'x': mount '/proc': Operation not permitted
 *
 * Texts never hold secrets; strings from outside go through STR_QUOTED()
 * (base/str.h) and are cut, never overflowed.
 *
 * Memory: nothing is allocated, so nothing can fail here.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_code {
	ERR_NONE = 0,
	ERR_SYNTAX,        /* malformed input */
	ERR_ARGUMENT,      /* well formed, but not a value we can accept */
	ERR_UNSUPPORTED,   /* a known thing that this program does not do */
	ERR_UNIMPLEMENTED, /* a method that is not there yet */
	ERR_LIMIT,         /* a bound was reached */
	ERR_SYSTEM,        /* a system call failed */
	ERR_DENIED,        /* policy or permission says no */
	ERR_NOT_FOUND,
	ERR_EXISTS,
	ERR_STATE, /* the object is not in a state that allows this */
	ERR_TIMEOUT,
	ERR_UNAVAILABLE, /* the peer or device is not there (yet) */
	ERR_INTERNAL     /* our own fault */
};

struct err {
	enum err_code code;
	char msg[248];
};

/* Set *e to code and the formatted text. Returns -1, for `return err_set()`. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Set *e to ERR_SYSTEM and "<formatted text>: <text of errno>". errno is kept.
 * ENOENT becomes ERR_NOT_FOUND and ENOMEM ERR_LIMIT. Returns -1.
 */
int err_sys(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "<formatted text>: " before e's text; the code stays. Returns -1. */
int err_wrap(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The code's name in lower case, e.g. "not found"; "error" if unknown. */
const char *err_name(enum err_code code);

#endif
