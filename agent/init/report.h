/*
 * init/report -- verdicts for a test harness, on a serial port of their own
 *
 * husk.report=ttyS1 on the command line of a development guest makes pid1
 * write one line of JSON per event there, so that nobody has to search the
 * console, whose contents containers and the kernel share:
 *	{"event":"serving","pid1_us":N,"ready_us":N}
 *	{"event":"idle","pss_kib":{"pid1":N,"sandbox":N,"rpc":N}}
 *	{"event":"shutdown","reason":"..."}
 *	{"event":"fatal","reason":"..."}
 * Times are microseconds since boot; pss_kib is the proportional set size that
 * the kernel tells in smaps_rollup. A port that cannot be written to stops
 * nothing.
 */
#ifndef INIT_REPORT_H
#define INIT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "init/supervise.h"

/* Open /dev/<tty>, raw; -1 when that fails. */
int report_open(const char *tty);

void report_serving(int fd, int64_t pid1_us, int64_t ready_us);

/* A role that is gone, or whose memory the kernel does not tell, is left out.
 */
void report_idle(int fd, const struct supervise_role *roles, size_t n);

/* event is "shutdown" or "fatal"; reason is any text. fd may be -1. */
void report_end(int fd, const char *event, const char *reason);

/* Wait, shortly, until fd's terminal has sent what was written to it. */
void report_drain(int fd);

#endif
