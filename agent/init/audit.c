#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "init/audit.h"

enum {
	RECORD_MAX = 2048,
	NUMBER_MAX = 12,
	CALL_MAX = 1 << 30
};

/* The number after " name=" in the line. */
static int
field(const char *line, const char *name, int64_t max, int64_t *ret)
{
	const char *p = strstr(line, name);
	char text[NUMBER_MAX];
	size_t len;

	if (p == NULL)
		return -1;
	p += strlen(name);
	len = strspn(p, "0123456789");
	if (len == 0 || len >= sizeof(text))
		return -1;
	memcpy(text, p, len);
	text[len] = '\0';
	return str_i64(text, 0, max, ret);
}

int
audit_parse(const char *line, pid_t *ret_pid, int *ret_call)
{
	const char *record = strstr(line, "audit: type=1326 ");
	int64_t pid, call;

	if (record == NULL || field(record, " pid=", INT32_MAX, &pid) < 0 ||
	    field(record, " syscall=", CALL_MAX, &call) < 0)
		return -1;
	*ret_pid = (pid_t)pid;
	*ret_call = (int)call;
	return 0;
}

/* Read what the log has; each read() gives one record. */
static int
scan(int fd, pid_t pid)
{
	char record[RECORD_MAX + 1];
	ssize_t n;

	while ((n = fd_read(fd, record, RECORD_MAX)) > 0) {
		pid_t whose;
		int call;

		record[n] = '\0';
		if (audit_parse(record, &whose, &call) == 0 && whose == pid)
			return call;
	}
	return -1;
}

int
audit_refused_call(pid_t pid)
{
	AUTO_FD int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int64_t deadline = clock_after(AUDIT_WAIT_MS);
	int call = -1;

	if (fd < 0)
		return -1;
	/* The kernel's own thread writes the record, maybe not just yet. */
	while ((call = scan(fd, pid)) < 0) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, clock_left(deadline)) <= 0)
			break;
	}
	return call;
}
