#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/str.h"
#include "sandbox/uevent.h"

enum {
	GROUP_KERNEL = 1,
	RECEIVE_BUFFER = 1024 * 1024
};

static const char *
value_of(const char *s, const char *key)
{
	size_t n = strlen(key);

	return strncmp(s, key, n) == 0 && s[n] == '=' ? s + n + 1 : NULL;
}

static void
set_key(struct uevent *u, const char *s)
{
	const char *v;

	if ((v = value_of(s, "ACTION")) != NULL)
		u->action = v;
	else if ((v = value_of(s, "DEVPATH")) != NULL)
		u->devpath = v;
	else if ((v = value_of(s, "SUBSYSTEM")) != NULL)
		u->subsystem = v;
	else if ((v = value_of(s, "DEVNAME")) != NULL)
		u->devname = v;
}

int
uevent_parse(const char *p, size_t len, struct uevent *ret, struct err *e)
{
	struct uevent u = { "", "", "", "" };
	const char *end, *at;

	if (len == 0 || p[len - 1] != '\0')
		return err_set(e, ERR_SYNTAX, "uevent has no end");
	end = p + len;
	at = strchr(p, '@');
	if (at == NULL || at == p)
		return err_set(e, ERR_SYNTAX, "uevent has no header");
	for (p += strlen(p) + 1; p < end; p += strlen(p) + 1)
		set_key(&u, p);
	if (*u.action == '\0' || u.devpath[0] != '/')
		return err_set(e, ERR_SYNTAX,
		    "uevent without action or device path");
	*ret = u;
	return 0;
}

int
uevent_open(struct err *e)
{
	AUTO_FD int fd = socket(AF_NETLINK,
	    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
	struct sockaddr_nl a = {
		.nl_family = AF_NETLINK,
		.nl_groups = GROUP_KERNEL,
	};
	int size = RECEIVE_BUFFER;

	if (fd < 0)
		return err_sys(e, "uevent socket");
	/* Not vital: what is lost is found by scanning. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(e, "bind the uevent socket");
	return take_fd(&fd);
}

int
uevent_recv(int fd, char *buf, struct uevent *ret, struct err *e)
{
	struct sockaddr_nl from = { .nl_pid = 0 };
	socklen_t from_len = sizeof(from);
	ssize_t n;

	do
		n = recvfrom(fd, buf, UEVENT_MAX, MSG_TRUNC,
		    (struct sockaddr *)&from, &from_len);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0)
		return err_sys(e, "receive a uevent");
	if (n > UEVENT_MAX)
		return err_set(e, ERR_LIMIT, "uevent of %zd bytes", n);
	if (from.nl_pid != 0)
		return err_set(e, ERR_DENIED, "uevent from port %u",
		    from.nl_pid);
	return uevent_parse(buf, (size_t)n, ret, e) < 0 ? -1 : 1;
}
