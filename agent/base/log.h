/*
 * base/log -- one line per event on standard error: "role: text"
 *
 * Only processes' outermost code logs; libraries return errors. Lines are
 * written with one write() each, cut at LOG_LINE_MAX, and control characters
 * in them are replaced, so foreign text cannot forge a line. Never pass a
 * secret.
 *
 * The level and the role's name are the one piece of process-wide state in
 * the program: set once at start, before anything is logged.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>

enum {
	LOG_LINE_MAX = 1024
};

enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG
};

/* Name this process (not copied: pass a literal) and set what is written. */
void log_init(const char *role, enum log_level level);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_va(enum log_level level, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

#endif
