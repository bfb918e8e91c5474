#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return -1;
}

static enum err_code
code_of_errno(int num)
{
	switch (num) {
	case ENOENT:
		return ERR_NOT_FOUND;
	case ENOMEM:
		return ERR_LIMIT;
	default:
		return ERR_SYSTEM;
	}
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t n;

	e->code = code_of_errno(saved);
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", strerror(saved));
	errno = saved;
	return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[sizeof(e->msg)];
	va_list ap;
	size_t n;

	memcpy(inner, e->msg, sizeof(inner));
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %.*s",
	    (int)(sizeof(inner) - 1), inner);
	return -1;
}

const char *
err_name(enum err_code code)
{
	static const char *const names[] = {
		[ERR_NONE] = "no error",
		[ERR_SYNTAX] = "syntax error",
		[ERR_ARGUMENT] = "invalid argument",
		[ERR_UNSUPPORTED] = "unsupported",
		[ERR_UNIMPLEMENTED] = "unimplemented",
		[ERR_LIMIT] = "limit reached",
		[ERR_SYSTEM] = "system error",
		[ERR_DENIED] = "denied",
		[ERR_NOT_FOUND] = "not found",
		[ERR_EXISTS] = "already exists",
		[ERR_STATE] = "wrong state",
		[ERR_TIMEOUT] = "timed out",
		[ERR_UNAVAILABLE] = "unavailable",
		[ERR_INTERNAL] = "internal error",
	};

	if ((unsigned)code >= sizeof(names) / sizeof(names[0]))
		return "error";
	return names[code];
}
