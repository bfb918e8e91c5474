#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/qemu/qtest.h"

extern char **environ;

enum {
	BLOCK = 64 * 1024,
	LINE = 64
};

/* Our ends of the two pipes in ends[0][1] and ends[1][0]. */
static int
spawn(const char *const *argv, int ends[2][2], pid_t *ret_pid)
{
	posix_spawn_file_actions_t acts;
	int rc;

	if (posix_spawn_file_actions_init(&acts) != 0)
		die("posix_spawn_file_actions_init");
	rc = posix_spawn_file_actions_adddup2(&acts, ends[0][0], 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&acts, ends[1][1], 1);
	if (rc == 0)
		/* It does not write to the strings. */
		rc = posix_spawnp(ret_pid, argv[0], &acts, NULL,
		    (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	return rc;
}

int
qtest_start(const char *const *argv, struct qtest *ret_q, struct err *e)
{
	int ends[2][2] = { { -1, -1 }, { -1, -1 } };
	int rc;

	ret_q->pid = 0;
	ret_q->to = ret_q->from = -1;
	buf_init(&ret_q->in, QTEST_LINE);
	if (pipe2(ends[0], O_CLOEXEC) < 0 || pipe2(ends[1], O_CLOEXEC) < 0) {
		fd_close(&ends[0][0]);
		fd_close(&ends[0][1]);
		return err_sys(e, "make a pipe to QEMU");
	}
	rc = spawn(argv, ends, &ret_q->pid);
	fd_close(&ends[0][0]);
	fd_close(&ends[1][1]);
	ret_q->to = ends[0][1];
	ret_q->from = ends[1][0];
	if (rc == 0)
		return 0;
	ret_q->pid = 0;
	errno = rc;
	return err_sys(e, "start %s", STR_QUOTED(argv[0]));
}

void
qtest_stop(struct qtest *q)
{
	fd_close(&q->to);
	fd_close(&q->from);
	if (q->pid > 0) {
		kill(q->pid, SIGKILL);
		while (waitpid(q->pid, NULL, 0) < 0 && errno == EINTR)
			;
		q->pid = 0;
	}
	buf_release(&q->in);
}

static int
ended(struct err *e)
{
	return err_set(e, ERR_UNAVAILABLE,
	    "QEMU ended before it answered (what it says stands above)");
}

/* One more block of what it says. */
static int
receive(struct qtest *q, int64_t deadline, struct err *e)
{
	struct pollfd p = { .fd = q->from, .events = POLLIN };
	int left = clock_left(deadline);
	uint8_t *at;
	ssize_t n;

	if (left <= 0 || poll(&p, 1, left) == 0)
		return err_set(e, ERR_TIMEOUT,
		    "QEMU does not answer within %d s", QTEST_SECONDS);
	at = buf_reserve(&q->in, BLOCK);
	if (at == NULL)
		return err_set(e, ERR_LIMIT,
		    "QEMU: a line of more than %d bytes", QTEST_LINE);
	n = fd_read(q->from, at, BLOCK);
	if (n < 0)
		return err_sys(e, "read from QEMU");
	if (n == 0)
		return ended(e);
	buf_commit(&q->in, (size_t)n);
	return 0;
}

/* The answer to the line: q->in, as a string without "OK" and a space. */
static int
ask(struct qtest *q, const void *line, size_t len, struct err *e)
{
	int64_t deadline = clock_after(QTEST_SECONDS * INT64_C(1000));
	uint8_t *end;

	buf_clear(&q->in);
	if (fd_write_all(q->to, line, len) < 0)
		return errno == EPIPE ? ended(e) : err_sys(e, "write to QEMU");
	do {
		if (receive(q, deadline, e) < 0)
			return -1;
		end = memchr(q->in.p, '\n', q->in.len);
	} while (end == NULL);
	if (end != q->in.p + q->in.len - 1)
		return err_set(e, ERR_SYNTAX, "QEMU: more than one answer");
	q->in.len--;
	if (!str_starts(buf_str(&q->in), "OK"))
		return err_set(e, ERR_SYNTAX, "QEMU: %s to '%.20s'",
		    STR_QUOTED(buf_str(&q->in)), (const char *)line);
	buf_consume(&q->in, q->in.len > 3 ? 3 : q->in.len);
	return 0;
}

int
qtest_outl(struct qtest *q, uint16_t port, uint32_t v, struct err *e)
{
	char line[LINE];

	if (str_format(line, sizeof(line), "outl 0x%x 0x%" PRIx32 "\n", port,
		v) < 0)
		die("qtest: a line too long");
	return ask(q, line, strlen(line), e);
}

int
qtest_inl(struct qtest *q, uint16_t port, uint32_t *ret_v, struct err *e)
{
	char line[LINE];
	uint64_t v;

	if (str_format(line, sizeof(line), "inl 0x%x\n", port) < 0)
		die("qtest: a line too long");
	if (ask(q, line, strlen(line), e) < 0)
		return -1;
	if (str_u64(buf_str(&q->in), UINT32_MAX, &v) < 0)
		return err_set(e, ERR_SYNTAX, "QEMU: %s is no number",
		    STR_QUOTED(buf_str(&q->in)));
	*ret_v = (uint32_t)v;
	return 0;
}

int
qtest_write(struct qtest *q, uint64_t addr, const void *p, size_t len,
    struct err *e)
{
	char *hex = must_alloc(HEX_SIZE(len), 1);
	struct buf line;
	int rc;

	hex_encode(p, len, hex);
	buf_init(&line, QTEST_LINE);
	buf_printf(&line, "write 0x%" PRIx64 " 0x%zx 0x%s\n", addr, len, hex);
	rc = ask(q, line.p, line.len, e);
	buf_release(&line);
	free(hex);
	return rc;
}

int
qtest_read(struct qtest *q, uint64_t addr, size_t len, struct buf *b,
    struct err *e)
{
	char line[LINE];
	const char *hex;
	uint8_t *at;

	if (str_format(line, sizeof(line), "read 0x%" PRIx64 " 0x%zx\n", addr,
		len) < 0)
		die("qtest: a line too long");
	if (ask(q, line, strlen(line), e) < 0)
		return -1;
	hex = buf_str(&q->in);
	at = buf_reserve(b, len);
	if (at == NULL)
		return err_set(e, ERR_LIMIT, "QEMU: %zu bytes are too many",
		    len);
	if (!str_starts(hex, "0x") ||
	    hex_decode(hex + 2, strlen(hex + 2), at, len) < 0)
		return err_set(e, ERR_SYNTAX, "QEMU: not %zu bytes of memory",
		    len);
	buf_commit(b, len);
	return 0;
}
