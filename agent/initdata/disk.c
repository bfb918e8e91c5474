#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/span.h"
#include "base/str.h"
#include "initdata/disk.h"
#include "initdata/initdata.h"

enum {
	SERIAL_MAX = 64 /* the kernel's VIRTIO_BLK_ID_BYTES is 20 */
};

int
disk_header(const uint8_t header[DISK_HEADER], uint64_t *ret_len, struct err *e)
{
	struct span s = span_of(header, DISK_HEADER);
	struct span magic = span_take(&s, strlen(DISK_MAGIC));
	uint64_t len = span_le64(&s);

	if (!span_equals(&magic, DISK_MAGIC, strlen(DISK_MAGIC)))
		return err_set(e, ERR_NOT_FOUND, "no initdata image");
	if (len > INITDATA_GZIP_MAX)
		return err_set(e, ERR_LIMIT,
		    "%llu bytes of gzip data, at most %d are allowed",
		    (unsigned long long)len, INITDATA_GZIP_MAX);
	*ret_len = len;
	return 0;
}

void
disk_image(const void *p, size_t len, struct buf *b)
{
	size_t over = (DISK_HEADER + len) % DISK_SECTOR;

	buf_add(b, DISK_MAGIC, strlen(DISK_MAGIC));
	buf_le64(b, len);
	buf_add(b, p, len);
	buf_add_zero(b, over == 0 ? 0 : DISK_SECTOR - over);
}

/* A disk's first bytes; false when they cannot be read or are too few. */
static bool
read_header(int fd, uint8_t header[DISK_HEADER])
{
	ssize_t n;

	do {
		n = pread(fd, header, DISK_HEADER, 0);
	} while (n < 0 && errno == EINTR);
	return n == DISK_HEADER;
}

static bool
has_serial(int sysfd, const char *name)
{
	char path[DISK_NAME_MAX + 16];
	struct buf b;
	struct err e;
	bool is = false;

	if (str_format(path, sizeof(path), "%s/serial", name) < 0)
		return false;
	buf_init(&b, SERIAL_MAX);
	if (fd_read_file(sysfd, path, &b, &e) == 0) {
		if (b.len > 0 && b.p[b.len - 1] == '\n')
			b.len--;
		is = str_eq(buf_str(&b), DISK_SERIAL);
	}
	buf_release(&b);
	return is;
}

static bool
has_magic(int devfd, const char *name)
{
	AUTO_FD int fd = openat(devfd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint8_t header[DISK_HEADER];

	return fd >= 0 && read_header(fd, header) &&
	       memcmp(header, DISK_MAGIC, strlen(DISK_MAGIC)) == 0;
}

/* A whole virtio or SCSI disk, as Kata attaches it. */
static int
is_disk(const struct dirent *d)
{
	return (str_starts(d->d_name, "vd") || str_starts(d->d_name, "sd")) &&
	       strlen(d->d_name) <= DISK_NAME_MAX;
}

/* The one disk for which has() holds: 1 and its name, 0, or -1. */
static int
find_one(struct dirent *const *disks, int n, int dirfd,
    bool (*has)(int dirfd, const char *name), char *ret_name, struct err *e)
{
	const char *found = NULL;

	for (int i = 0; i < n; i++) {
		if (!has(dirfd, disks[i]->d_name))
			continue;
		if (found != NULL)
			return err_set(e, ERR_ARGUMENT,
			    "%s and %s both claim to be it", found,
			    disks[i]->d_name);
		found = disks[i]->d_name;
	}
	if (found == NULL)
		return 0;
	return str_copy(ret_name, DISK_NAME_MAX + 1, found) == 0 ? 1 : -1;
}

static int
find_name(const char *sys, int sysfd, int devfd, char *ret_name, struct err *e)
{
	struct dirent **disks;
	int n = scandir(sys, &disks, is_disk, alphasort);
	int rc;

	if (n < 0)
		return err_sys(e, "list %s", sys);
	if (n > DISK_NAMES_MAX)
		rc =
		    err_set(e, ERR_LIMIT, "more than %d disks", DISK_NAMES_MAX);
	else
		rc = find_one(disks, n, sysfd, has_serial, ret_name, e);
	if (rc == 0)
		rc = find_one(disks, n, devfd, has_magic, ret_name, e);
	for (int i = 0; i < n; i++)
		free(disks[i]);
	free(disks);
	return rc;
}

/* A failure that must not read as "no initdata". */
static int
fail_sys(struct err *e, const char *what)
{
	err_sys(e, "%s", what);
	e->code = ERR_SYSTEM;
	return -1;
}

int
disk_find(const char *sys, const char *dev, char ret_name[DISK_NAME_MAX + 1],
    struct err *e)
{
	AUTO_FD int sysfd = open(sys, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD int devfd = open(dev, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc, fd;

	if (sysfd < 0)
		return fail_sys(e, sys);
	if (devfd < 0)
		return fail_sys(e, dev);
	rc = find_name(sys, sysfd, devfd, ret_name, e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(e, ERR_NOT_FOUND, "no disk with initdata");
	fd = openat(devfd, ret_name, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? fail_sys(e, ret_name) : fd;
}

int
disk_read(int fd, struct buf *b, struct err *e)
{
	uint8_t header[DISK_HEADER];
	uint64_t len;
	uint8_t *dst;

	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    fd_read_all(fd, header, sizeof(header)) < 0)
		return err_sys(e, "read the header");
	if (disk_header(header, &len, e) < 0)
		return -1;
	dst = buf_reserve(b, (size_t)len);
	if (dst == NULL)
		return err_set(e, ERR_LIMIT, "more than %zu bytes", b->limit);
	if (fd_read_all(fd, dst, (size_t)len) < 0)
		return err_sys(e, "read %llu bytes", (unsigned long long)len);
	buf_commit(b, (size_t)len);
	return 0;
}
