/*
 * init/report -- verdicts for a test harness, on a serial port of their own
 *
 * husk.report=ttyS1 on the command line of a development guest makes pid1
 * write one line of JSON per event there, so that nobody has to search the
 * console, whose contents containers and the kernel share:
 *	{"event":"serving","pid1_us":N,"ready_us":N}
 *	{"event":"shutdown","reason":"..."}
 *	{"event":"fatal","reason":"..."}
 * Times are microseconds since boot. A port that cannot be written to stops
 * nothing.
 */
#ifndef INIT_REPORT_H
#define INIT_REPORT_H

#include <stdint.h>

/* Open /dev/<tty>, raw; -1 when that fails. */
int report_open(const char *tty);

void report_serving(int fd, int64_t pid1_us, int64_t ready_us);

/* event is "shutdown" or "fatal"; reason is any text. fd may be -1. */
void report_end(int fd, const char *event, const char *reason);

/* Wait, shortly, until fd's terminal has sent what was written to it. */
void report_drain(int fd);

#endif
