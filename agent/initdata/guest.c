#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/str.h"
#include "initdata/disk.h"
#include "initdata/guest.h"

enum {
	PATH_LEN_MAX = 256
};

static int
read_disk(int fd, struct initdata *ret, struct err *e)
{
	struct buf gzip;
	int rc;

	buf_init(&gzip, INITDATA_GZIP_MAX);
	rc = disk_read(fd, &gzip, e);
	if (rc == 0)
		rc = initdata_unpack(gzip.p, gzip.len, ret, e);
	buf_release(&gzip);
	return rc;
}

int
guest_initdata(struct initdata *ret, struct err *e)
{
	char name[DISK_NAME_MAX + 1];
	AUTO_FD int fd = disk_find("/sys/block", "/dev", name, e);

	if (fd < 0)
		return e->code == ERR_NOT_FOUND ? -1 : err_wrap(e, "initdata");
	if (read_disk(fd, ret, e) == 0)
		return 0;
	/* It was found: whatever is wrong with it is not its absence. */
	if (e->code == ERR_NOT_FOUND)
		e->code = ERR_SYNTAX;
	return err_wrap(e, "initdata on %s", name);
}

/* Make the folder and its parents; path is changed and restored. */
static int
make_dirs(char *path, struct err *e)
{
	char *p = path;

	do {
		p = strchr(p + 1, '/');
		if (p != NULL)
			*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return err_sys(e, "make %s", path);
		if (p != NULL)
			*p = '/';
	} while (p != NULL);
	return 0;
}

static int
write_file(int dirfd, const char *name, const void *p, size_t len,
    struct err *e)
{
	AUTO_FD int fd = openat(dirfd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);

	if (fd < 0 || fd_write_all(fd, p, len) < 0)
		return err_sys(e, "write %s", name);
	return 0;
}

int
guest_write(const struct initdata *d, const char *dir, struct err *e)
{
	static const char *const names[] = { INITDATA_AA, INITDATA_CDH };
	char path[PATH_LEN_MAX];
	AUTO_FD int dirfd = -1;

	if (str_format(path, sizeof(path), "%s", dir) < 0)
		return err_set(e, ERR_LIMIT, "%s is too long", STR_QUOTED(dir));
	if (make_dirs(path, e) < 0)
		return -1;
	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return err_sys(e, "open %s", dir);
	if (write_file(dirfd, "initdata.toml", d->toml.p, d->toml.len, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct toml_text *t = initdata_file(d, names[i]);

		if (t != NULL &&
		    write_file(dirfd, names[i], t->s, t->len, e) < 0)
			return -1;
	}
	return 0;
}
