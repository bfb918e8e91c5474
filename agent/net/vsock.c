#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#include "base/fd.h"
#include "base/str.h"
#include "net/vsock.h"

enum {
	CID_TEXT_MAX = 12
};

union any_address {
	struct sockaddr sa;
	struct sockaddr_vm vm;
	struct sockaddr_un un;
};

/* CID:PORT. A port of all ones is the kernel's "any", so not an address. */
static int
parse_cid_port(const char *s, struct vsock_address *a)
{
	const char *colon = strchr(s, ':');
	char cid_text[CID_TEXT_MAX];
	int64_t cid, port;
	size_t len;

	if (colon == NULL)
		return -1;
	len = (size_t)(colon - s);
	if (len >= sizeof(cid_text))
		return -1;
	memcpy(cid_text, s, len);
	cid_text[len] = '\0';
	if (str_i64(cid_text, -1, UINT32_MAX, &cid) < 0 ||
	    str_i64(colon + 1, 0, UINT32_MAX - 1, &port) < 0)
		return -1;
	a->family = VSOCK_FAMILY_VSOCK;
	a->cid = (uint32_t)cid;
	a->port = (uint32_t)port;
	return 0;
}

int
vsock_parse(const char *s, struct vsock_address *ret, struct err *e)
{
	static const char vsock[] = "vsock://";
	static const char local[] = "unix://";
	struct vsock_address a = { .family = VSOCK_FAMILY_UNIX };

	if (str_starts(s, vsock)) {
		if (parse_cid_port(s + sizeof(vsock) - 1, &a) < 0)
			return err_set(e, ERR_SYNTAX,
			    "address %s is not vsock://CID:PORT",
			    STR_QUOTED(s));
	} else if (str_starts(s, local)) {
		const char *path = s + sizeof(local) - 1;

		if (*path == '\0' || str_copy(a.path, sizeof(a.path), path) < 0)
			return err_set(e, ERR_SYNTAX,
			    "address %s has no path or one over %d bytes",
			    STR_QUOTED(s), VSOCK_PATH_MAX - 1);
	} else {
		return err_set(e, ERR_SYNTAX,
		    "address %s is neither vsock:// nor unix://",
		    STR_QUOTED(s));
	}
	*ret = a;
	return 0;
}

static socklen_t
fill(const struct vsock_address *a, union any_address *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (a->family == VSOCK_FAMILY_VSOCK) {
		ret->vm.svm_family = AF_VSOCK;
		ret->vm.svm_cid = a->cid;
		ret->vm.svm_port = a->port;
		return sizeof(ret->vm);
	}
	ret->un.sun_family = AF_UNIX;
	memcpy(ret->un.sun_path, a->path, sizeof(ret->un.sun_path));
	return sizeof(ret->un);
}

static int
remove_stale(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_EXISTS, "%s is there and not a socket",
		    STR_QUOTED(path));
	if (unlink(path) < 0)
		return err_sys(e, "remove the old socket %s", STR_QUOTED(path));
	return 0;
}

int
vsock_listen(const struct vsock_address *a, struct err *e)
{
	AUTO_FD int fd = -1;
	union any_address to;
	socklen_t len = fill(a, &to);

	if (a->family == VSOCK_FAMILY_UNIX && remove_stale(a->path, e) < 0)
		return -1;
	fd = socket(to.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	if (fd < 0)
		return err_sys(e, "socket of family %d", to.sa.sa_family);
	if (bind(fd, &to.sa, len) < 0)
		return err_sys(e, "bind");
	if (listen(fd, VSOCK_BACKLOG) < 0)
		return err_sys(e, "listen");
	return take_fd(&fd);
}

int
vsock_connect(const struct vsock_address *a, struct err *e)
{
	AUTO_FD int fd = -1;
	union any_address to;
	socklen_t len = fill(a, &to);

	fd = socket(to.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(e, "socket of family %d", to.sa.sa_family);
	if (connect(fd, &to.sa, len) < 0)
		return err_sys(e, "connect");
	return take_fd(&fd);
}
