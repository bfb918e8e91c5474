/*
 * measurements/qtest -- a stock QEMU as a machine to be looked at
 *
 * QEMU's qtest protocol (docs/devel/testing/qtest.rst): a QEMU that was started
 * with -qtest stdio reads lines such as "outl 0xcf8 0x80000000" and answers
 * "OK" and a value. With -S no processor ever runs, so what is read is what the
 * machine was made with, and no firmware or guest takes part.
 *
 * The program is the user's, but its answers are read as foreign bytes: a line
 * has at most QTEST_LINE bytes, and an answer that does not come within
 * QTEST_SECONDS is an error.
 *
 * Memory: the answer is in the struct; qtest_stop() frees it.
 */
#ifndef MEASUREMENTS_QTEST_H
#define MEASUREMENTS_QTEST_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	QTEST_LINE = 16 * 1024 * 1024,
	QTEST_SECONDS = 60
};

struct qtest {
	pid_t pid; /* 0 when there is none */
	int to, from;
	struct buf in; /* the answer, and nothing behind it */
};

/*
 * Start argv (a NULL at its end; argv[0] is looked for as the shell does). What
 * it prints as errors goes to standard error. Returns 0, or -1 with *e set;
 * *ret_q is to be stopped either way.
 */
int qtest_start(const char *const *argv, struct qtest *ret_q, struct err *e);

/* Kill it and free everything. */
void qtest_stop(struct qtest *q);

/* 32 bits to and from an I/O port. */
int qtest_outl(struct qtest *q, uint16_t port, uint32_t v, struct err *e);
int qtest_inl(struct qtest *q, uint16_t port, uint32_t *ret_v, struct err *e);

/* The len bytes of guest memory at addr: written, or appended to b. */
int qtest_write(struct qtest *q, uint64_t addr, const void *p, size_t len,
    struct err *e);
int qtest_read(struct qtest *q, uint64_t addr, size_t len, struct buf *b,
    struct err *e);

#endif
