#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"

enum {
	SLURP_STEP = 16 * 1024
};

void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

void
fd_auto_close(int *fd)
{
	fd_close(fd);
}

int
take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

int
fd_park(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, FD_PARK);
}

int
fd_nonblock(int fd, int on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -1;
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(fd, F_SETFL, flags);
}

ssize_t
fd_read(int fd, void *p, size_t len)
{
	ssize_t n;

	do
		n = read(fd, p, len);
	while (n < 0 && errno == EINTR);
	return n;
}

ssize_t
fd_write(int fd, const void *p, size_t len)
{
	ssize_t n;

	do
		n = write(fd, p, len);
	while (n < 0 && errno == EINTR);
	return n;
}

int
fd_read_all(int fd, void *p, size_t len)
{
	unsigned char *at = p;

	while (len > 0) {
		ssize_t n = fd_read(fd, at, len);

		if (n < 0)
			return -1;
		if (n == 0) {
			errno = EPIPE;
			return -1;
		}
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int
fd_write_all(int fd, const void *p, size_t len)
{
	const unsigned char *at = p;

	while (len > 0) {
		ssize_t n = fd_write(fd, at, len);

		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int
fd_slurp(int fd, struct buf *b, struct err *e)
{
	for (;;) {
		size_t step = b->limit - b->len;
		uint8_t probe;
		uint8_t *dst;
		ssize_t n;

		if (step > SLURP_STEP)
			step = SLURP_STEP;
		dst = step == 0 ? &probe : buf_reserve(b, step);
		if (dst == NULL)
			return err_set(e, ERR_LIMIT, "more than %zu bytes",
			    b->limit);
		n = fd_read(fd, dst, step == 0 ? 1 : step);
		if (n < 0)
			return err_sys(e, "read");
		if (n == 0)
			return 0;
		if (step == 0)
			return err_set(e, ERR_LIMIT, "more than %zu bytes",
			    b->limit);
		buf_commit(b, (size_t)n);
	}
}

int
fd_read_file(int dirfd, const char *path, struct buf *b, struct err *e)
{
	AUTO_FD int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "open %s", STR_QUOTED(path));
	if (fd_slurp(fd, b, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	return 0;
}

int
fd_write_file(int dirfd, const char *path, const char *s, struct err *e)
{
	AUTO_FD int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(s);
	ssize_t n;

	if (fd < 0)
		return err_sys(e, "open %s", STR_QUOTED(path));
	n = fd_write(fd, s, len);
	if (n < 0)
		return err_sys(e, "write %s to %s", STR_QUOTED(s),
		    STR_QUOTED(path));
	if ((size_t)n != len)
		return err_set(e, ERR_SYSTEM, "short write to %s",
		    STR_QUOTED(path));
	return 0;
}

int
fd_memfd(const char *name, const void *p, size_t len, struct err *e)
{
	AUTO_FD int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return err_sys(e, "memfd_create");
	if (fd_write_all(fd, p, len) < 0)
		return err_sys(e, "write to a memfd");
	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		return err_sys(e, "seal a memfd");
	return take_fd(&fd);
}
