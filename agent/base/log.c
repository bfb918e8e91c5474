#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static struct {
	const char *role;
	enum log_level level;
} state = { "husk", LOG_INFO };

void
log_init(const char *role, enum log_level level)
{
	state.role = role;
	state.level = level;
}

/* Bytes below space would let foreign text move the console's cursor. */
static void
clean(char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == 0x7f)
			s[i] = '?';
	}
}

void
log_va(enum log_level level, const char *fmt, va_list ap)
{
	static const char *const mark[] = { "error: ", "warning: ", "", "" };
	char line[LOG_LINE_MAX];
	size_t len;
	int n;

	if (level > state.level)
		return;
	n = snprintf(line, sizeof(line), "%s: %s", state.role, mark[level]);
	if (n < 0 || (size_t)n >= sizeof(line))
		return;
	vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	len = strlen(line);
	if (len == sizeof(line) - 1)
		len--;
	clean(line, len);
	line[len++] = '\n';
	/* A console that cannot be written to is nobody's reason to stop. */
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}

void
log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_va(LOG_ERROR, fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_va(LOG_WARN, fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_va(LOG_INFO, fmt, ap);
	va_end(ap);
}

void
log_debug(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_va(LOG_DEBUG, fmt, ap);
	va_end(ap);
}
