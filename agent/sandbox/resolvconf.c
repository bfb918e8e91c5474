#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "sandbox/guestpath.h"
#include "sandbox/resolvconf.h"

#define DIRECTORY GUESTPATH_ROOT "/sandbox"
#define FILE_NAME "resolv.conf"
#define GUEST_FILE "/etc/resolv.conf"

enum {
	DIR_MODE = 0755,
	FILE_MODE = 0644
};

static int
join_lines(size_t n, char *const *lines, struct buf *b, struct err *e)
{
	if (n > SANDBOX_DNS_MAX)
		return err_set(e, ERR_LIMIT, "%zu lines of dns, at most %d", n,
		    SANDBOX_DNS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (strlen(lines[i]) > SANDBOX_DNS_LINE_MAX ||
		    strchr(lines[i], '\n') != NULL)
			return err_set(e, ERR_ARGUMENT, "dns line %s",
			    STR_QUOTED(lines[i]));
		buf_add_str(b, lines[i]);
		buf_u8(b, '\n');
	}
	return 0;
}

static int
write_file(struct sandbox *sb, const struct buf *b, struct err *e)
{
	AUTO_FD int dir = guestpath_mkdir(DIRECTORY, DIR_MODE, &sb->dns_new, e);
	AUTO_FD int fd = -1;

	if (dir < 0)
		return -1;
	fd = openat(dir, FILE_NAME,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return err_sys(e, "make " FILE_NAME);
	sb->dns_written = true;
	if (fd_write_all(fd, b->p, b->len) < 0)
		return err_sys(e, "write " FILE_NAME);
	return 0;
}

int
resolvconf_write(struct sandbox *sb, size_t n, char *const *lines,
    struct err *e)
{
	struct stat st;
	struct buf b;
	int rc;

	if (n == 0)
		return 0;
	buf_init(&b, SANDBOX_DNS_MAX * (SANDBOX_DNS_LINE_MAX + 1));
	rc = join_lines(n, lines, &b, e);
	if (rc == 0)
		rc = write_file(sb, &b, e);
	buf_release(&b);
	if (rc < 0)
		return err_wrap(e, "dns");
	if (lstat(GUEST_FILE, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (mount(DIRECTORY "/" FILE_NAME, GUEST_FILE, NULL, MS_BIND, NULL) < 0)
		return err_sys(e, "bind on " GUEST_FILE);
	sb->dns_bound = true;
	return 0;
}

int
resolvconf_remove(struct sandbox *sb, struct err *e)
{
	int rc = 0;

	if (sb->dns_bound &&
	    umount2(GUEST_FILE, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		rc = err_sys(e, "unmount " GUEST_FILE);
	if (sb->dns_written && unlink(DIRECTORY "/" FILE_NAME) < 0)
		rc = err_sys(e, "remove " FILE_NAME);
	guestpath_rmdir(DIRECTORY, sb->dns_new);
	sb->dns_bound = false;
	sb->dns_written = false;
	sb->dns_new = 0;
	return rc;
}
