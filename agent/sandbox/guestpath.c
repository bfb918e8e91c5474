#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "sandbox/guestpath.h"

/* linux/stat.h, since Linux 5.8; it cannot be included beside sys/stat.h. */
#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

enum {
	DIR_MODE = 0755,
	FILE_MODE = 0644
};

enum {
	RESOLVE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS
};

struct guestpath_proc
guestpath_proc(int fd)
{
	struct guestpath_proc p;

	snprintf(p.s, sizeof(p.s), "/proc/self/fd/%d", fd);
	return p;
}

bool
guestpath_ok(const char *path)
{
	static const char root[] = GUESTPATH_ROOT "/";
	const char *s = path + sizeof(root) - 1;

	if (strlen(path) >= PATH_MAX || !str_starts(path, root))
		return false;
	for (;;) {
		size_t n = strcspn(s, "/");

		if (n == 0 || n > NAME_MAX || (n == 1 && s[0] == '.') ||
		    (n == 2 && s[0] == '.' && s[1] == '.'))
			return false;
		if (s[n] == '\0')
			return true;
		s += n + 1;
	}
}

static int
check_form(const char *path, struct err *e)
{
	if (guestpath_ok(path))
		return 0;
	return err_set(e, ERR_ARGUMENT,
	    "path %s is not a plain path below " GUESTPATH_ROOT,
	    STR_QUOTED(path));
}

int
guestpath_init(struct err *e)
{
	if ((mkdir("/run", DIR_MODE) < 0 && errno != EEXIST) ||
	    (mkdir(GUESTPATH_ROOT, DIR_MODE) < 0 && errno != EEXIST))
		return err_sys(e, "mkdir " GUESTPATH_ROOT);
	return 0;
}

/* openat2() below dirfd; -1 with errno. */
static int
open_below(int dirfd, const char *path, uint64_t flags, uint64_t mode,
    uint64_t resolve)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.mode = mode,
		.resolve = RESOLVE | resolve,
	};
	int fd;

	do
		fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd;
}

static int
open_root(void)
{
	return open(GUESTPATH_ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static const char *
below_root(const char *path)
{
	return path + sizeof(GUESTPATH_ROOT "/") - 1;
}

static int
open_checked(const char *path, uint64_t flags)
{
	AUTO_FD int root = open_root();

	return root < 0 ? -1 : open_below(root, below_root(path), flags, 0, 0);
}

int
guestpath_open(const char *path, struct err *e)
{
	int fd;

	if (check_form(path, e) < 0)
		return -1;
	fd = open_checked(path, O_PATH);
	if (fd < 0)
		return err_sys(e, "open %s", STR_QUOTED(path));
	return fd;
}

/*
 * One step down: the component of len bytes at name, made when missing.
 * Returns its O_PATH descriptor or -1 with errno.
 */
static int
step(int dirfd, const char *name, size_t len, mode_t mode, bool *ret_made)
{
	char component[NAME_MAX + 1];
	int fd;

	memcpy(component, name, len);
	component[len] = '\0';
	*ret_made = mkdirat(dirfd, component, mode) == 0;
	if (!*ret_made && errno != EEXIST)
		return -1;
	fd = open_below(dirfd, component, O_PATH | O_DIRECTORY, 0, 0);
	/* The umask must not weaken what was asked for (mode=1777). */
	if (fd >= 0 && *ret_made && chmod(GUESTPATH_PROC(fd), mode) < 0)
		fd_close(&fd);
	return fd;
}

int
guestpath_mkdir(const char *path, mode_t mode, size_t *ret_new, struct err *e)
{
	AUTO_FD int fd = -1;
	size_t at = sizeof(GUESTPATH_ROOT "/") - 1, first = 0;

	if (check_form(path, e) < 0)
		return -1;
	fd = open_root();
	while (fd >= 0 && path[at] != '\0') {
		size_t n = strcspn(path + at, "/");
		bool last = path[at + n] == '\0', made;
		int next =
		    step(fd, path + at, n, last ? mode : DIR_MODE, &made);

		if (made && first == 0)
			first = at + n;
		fd_close(&fd);
		fd = next;
		at += n + (last ? 0 : 1);
	}
	if (fd < 0) {
		err_sys(e, "make directory %s", STR_QUOTED(path));
		if (first > 0)
			guestpath_rmdir(path, first);
		return -1;
	}
	*ret_new = first;
	return take_fd(&fd);
}

/* The directory part of path in dst; path has the checked form. */
static const char *
split(const char *path, char *dst, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t n = (size_t)(slash - path);

	if (n >= size)
		n = size - 1;
	memcpy(dst, path, n);
	dst[n] = '\0';
	return slash + 1;
}

int
guestpath_mkfile(const char *path, size_t *ret_new, struct err *e)
{
	char parent[PATH_MAX];
	const char *name;
	AUTO_FD int dir = -1, file = -1;
	size_t made = 0;
	int fd;

	if (check_form(path, e) < 0)
		return -1;
	name = split(path, parent, sizeof(parent));
	if (str_eq(parent, GUESTPATH_ROOT))
		dir = open_root();
	else
		dir = guestpath_mkdir(parent, DIR_MODE, &made, e);
	if (dir < 0)
		return -1;
	file = open_below(dir, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW,
	    FILE_MODE, 0);
	if (file >= 0 && made == 0)
		made = strlen(path);
	fd = open_below(dir, name, O_PATH, 0, 0);
	if (fd < 0) {
		err_sys(e, "make file %s", STR_QUOTED(path));
		if (made > 0)
			guestpath_rmdir(path, made);
		return -1;
	}
	*ret_new = made;
	return fd;
}

void
guestpath_rmdir(const char *path, size_t keep)
{
	char at[PATH_MAX], parent[PATH_MAX];

	if (keep == 0 || str_copy(at, sizeof(at), path) < 0)
		return;
	while (strlen(at) >= keep && guestpath_ok(at)) {
		const char *name = split(at, parent, sizeof(parent));
		AUTO_FD int dir =
		    str_eq(parent, GUESTPATH_ROOT)
			? open_root()
			: open_checked(parent, O_PATH | O_DIRECTORY);

		if (dir < 0)
			return;
		if (unlinkat(dir, name, AT_REMOVEDIR) < 0 && errno != ENOENT &&
		    (errno != ENOTDIR || unlinkat(dir, name, 0) < 0))
			return;
		str_copy(at, sizeof(at), parent);
	}
}

int
guestpath_is_mount(const char *path, bool *ret, struct err *e)
{
	AUTO_FD int fd = guestpath_open(path, e);
	struct statx sx;

	if (fd < 0)
		return -1;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &sx) < 0)
		return err_sys(e, "statx %s", STR_QUOTED(path));
	if ((sx.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "this kernel does not say what is a mount point");
	*ret = (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
	return 0;
}

int
guestpath_unmount(const char *path, struct err *e)
{
	AUTO_FD int fd = -1;
	bool mounted;

	if (guestpath_is_mount(path, &mounted, e) < 0)
		return -1;
	if (!mounted)
		return err_set(e, ERR_NOT_FOUND, "%s is not mounted",
		    STR_QUOTED(path));
	fd = guestpath_open(path, e);
	if (fd < 0)
		return -1;
	if (umount2(GUESTPATH_PROC(fd), MNT_DETACH) < 0)
		return err_sys(e, "unmount %s", STR_QUOTED(path));
	return 0;
}

static bool
is_dots(const char *name)
{
	return str_eq(name, ".") || str_eq(name, "..");
}

/*
 * Empty the directory name below top: files go, directories move up into top
 * under a number that is free there. So nothing recurses and no path grows.
 */
static int
flatten(int top, const char *name, unsigned *counter)
{
	int fd = open_below(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
	    RESOLVE_NO_XDEV);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;
	int rc = 0;

	if (d == NULL) {
		fd_close(&fd);
		return -1;
	}
	while (rc == 0 && (errno = 0, de = readdir(d)) != NULL) {
		char fresh[32];

		if (is_dots(de->d_name) || unlinkat(fd, de->d_name, 0) == 0)
			continue;
		if (errno != EISDIR && errno != EPERM) {
			rc = -1;
			break;
		}
		do {
			snprintf(fresh, sizeof(fresh), ".gone.%u",
			    (*counter)++);
			rc = (int)syscall(SYS_renameat2, fd, de->d_name, top,
			    fresh, 1U /* RENAME_NOREPLACE */);
		} while (rc < 0 && errno == EEXIST);
	}
	if (rc == 0 && errno != 0)
		rc = -1;
	closedir(d);
	return rc;
}

static int
remove_entry(int top, const char *name, unsigned *counter)
{
	if (unlinkat(top, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (flatten(top, name, counter) < 0)
		return -1;
	return unlinkat(top, name, AT_REMOVEDIR);
}

/* Directories that move up appear behind the reader: read until none is. */
static int
empty_directory(int top)
{
	unsigned counter = 0;
	bool found = true;
	int rc = 0;

	while (rc == 0 && found) {
		int fd = open_below(top, ".", O_RDONLY | O_DIRECTORY, 0, 0);
		DIR *d = fd < 0 ? NULL : fdopendir(fd);
		struct dirent *de;

		if (d == NULL) {
			fd_close(&fd);
			return -1;
		}
		found = false;
		while (rc == 0 && (errno = 0, de = readdir(d)) != NULL) {
			if (is_dots(de->d_name))
				continue;
			found = true;
			rc = remove_entry(fd, de->d_name, &counter);
		}
		if (errno != 0)
			rc = -1;
		closedir(d);
	}
	return rc;
}

int
guestpath_remove_tree(const char *path, struct err *e)
{
	char parent[PATH_MAX];
	AUTO_FD int dir = -1;
	AUTO_FD int fd = -1;
	const char *name;

	if (check_form(path, e) < 0)
		return -1;
	name = split(path, parent, sizeof(parent));
	dir = str_eq(parent, GUESTPATH_ROOT)
		  ? open_root()
		  : open_checked(parent, O_PATH | O_DIRECTORY);
	if (dir < 0 && errno == ENOENT)
		return 0;
	fd = dir < 0 ? -1
		     : open_below(dir, name, O_PATH | O_DIRECTORY, 0,
			   RESOLVE_NO_XDEV);
	if (fd < 0)
		return errno == ENOENT
			   ? 0
			   : err_sys(e, "remove %s", STR_QUOTED(path));
	if (empty_directory(fd) < 0 || unlinkat(dir, name, AT_REMOVEDIR) < 0)
		return err_sys(e, "remove %s", STR_QUOTED(path));
	return 0;
}
