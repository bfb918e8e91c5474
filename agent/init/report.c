#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "init/report.h"

enum {
	LINE_MAX_BYTES = 1024,
	DRAIN_MS = 200,
	SMAPS_MAX = 4096
};

int
report_open(const char *tty)
{
	char path[32];
	struct termios t;
	int fd;

	if (str_format(path, sizeof(path), "/dev/%s", tty) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (tcgetattr(fd, &t) == 0) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
	return fd;
}

static void
put(int fd, struct buf *b)
{
	buf_u8(b, '\n');
	if (!buf_bad(b) && fd_write_all(fd, b->p, b->len) == 0)
		report_drain(fd);
	buf_release(b);
}

void
report_serving(int fd, int64_t pid1_us, int64_t ready_us)
{
	struct buf b;

	if (fd < 0)
		return;
	buf_init(&b, LINE_MAX_BYTES);
	buf_printf(&b,
	    "{\"event\":\"serving\",\"pid1_us\":%" PRId64
	    ",\"ready_us\":%" PRId64 "}",
	    pid1_us, ready_us);
	put(fd, &b);
}

/* The Pss line of the process, in KiB; -1 when there is none. */
static int64_t
pss_of(pid_t pid)
{
	static const char name[] = "\nPss:";
	char path[48];
	long long kib = -1;
	struct err e;
	struct buf b;
	const char *at;

	buf_init(&b, SMAPS_MAX);
	if (str_format(path, sizeof(path), "/proc/%ld/smaps_rollup",
		(long)pid) == 0 &&
	    fd_read_file(AT_FDCWD, path, &b, &e) == 0 &&
	    (at = strstr(buf_str(&b), name)) != NULL &&
	    sscanf(at + strlen(name), "%lld", &kib) != 1)
		kib = -1;
	buf_release(&b);
	return kib;
}

void
report_idle(int fd, const struct supervise_role *roles, size_t n)
{
	const char *comma = "";
	struct buf b;

	if (fd < 0)
		return;
	buf_init(&b, LINE_MAX_BYTES);
	buf_add_str(&b, "{\"event\":\"idle\",\"pss_kib\":{");
	for (size_t i = 0; i < n; i++) {
		int64_t kib = roles[i].pid > 0 ? pss_of(roles[i].pid) : -1;

		if (kib < 0)
			continue;
		buf_printf(&b, "%s\"%s\":%" PRId64, comma, roles[i].name, kib);
		comma = ",";
	}
	buf_add_str(&b, "}}");
	put(fd, &b);
}

/* s as the inside of a JSON string; RFC 8259, 7. */
static void
add_escaped(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			buf_u8(b, '\\');
		if (c < 0x20 || c >= 0x7f)
			buf_printf(b, "\\u%04x", c);
		else
			buf_u8(b, c);
	}
}

void
report_end(int fd, const char *event, const char *reason)
{
	struct buf b;

	if (fd < 0)
		return;
	buf_init(&b, LINE_MAX_BYTES * 2);
	buf_printf(&b, "{\"event\":\"%s\",\"reason\":\"", event);
	add_escaped(&b, reason);
	buf_add_str(&b, "\"}");
	put(fd, &b);
}

void
report_drain(int fd)
{
	const struct timespec step = { .tv_nsec = 1000000 };
	int64_t deadline = clock_after(DRAIN_MS);
	int left = 0;

	/* tcdrain() could wait forever for a host that does not read. */
	while (ioctl(fd, TIOCOUTQ, &left) == 0 && left > 0 &&
	       clock_left(deadline) > 0)
		nanosleep(&step, NULL);
}
