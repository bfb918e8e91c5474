#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/device.h"
#include "oci/path.h"

enum {
	MAJOR_MAX = (1 << 12) - 1, /* Linux's dev_t: 12 and 20 bits */
	MINOR_MAX = (1 << 20) - 1,
	MODE_DEFAULT = 0666
};

struct node {
	const char *path;
	mode_t type;
	mode_t mode;
	dev_t rdev;
	uid_t uid;
	gid_t gid;
};

struct default_device {
	const char *path;
	unsigned major;
	unsigned minor;
};

static const struct default_device defaults[] = {
	{ "/dev/null", 1, 3 },
	{ "/dev/zero", 1, 5 },
	{ "/dev/full", 1, 7 },
	{ "/dev/random", 1, 8 },
	{ "/dev/urandom", 1, 9 },
	{ "/dev/tty", 5, 0 },
};

static const char *const links[][2] = {
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
	{ "core", "/proc/kcore" },
	{ "ptmx", "pts/ptmx" },
};

static mode_t
type_of(const char *type)
{
	if (str_eq(type, "c") || str_eq(type, "u"))
		return S_IFCHR;
	if (str_eq(type, "b"))
		return S_IFBLK;
	if (str_eq(type, "p"))
		return S_IFIFO;
	return 0;
}

static const char *
base_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

int
device_check(const Grpc__LinuxDevice *d, struct err *e)
{
	const char *base;

	if (path_check(d->path, "device", e) < 0)
		return -1;
	base = base_name(d->path);
	if (base[0] == '\0' || str_eq(base, "."))
		return err_set(e, ERR_ARGUMENT, "device %s has no name",
		    STR_QUOTED(d->path));
	if (type_of(d->type) == 0)
		return err_set(e, ERR_UNSUPPORTED, "device %s: type %s",
		    STR_QUOTED(d->path), STR_QUOTED(d->type));
	if (d->major < 0 || d->major > MAJOR_MAX || d->minor < 0 ||
	    d->minor > MINOR_MAX)
		return err_set(e, ERR_ARGUMENT, "device %s: number %lld:%lld",
		    STR_QUOTED(d->path), (long long)d->major,
		    (long long)d->minor);
	return 0;
}

/* Another thing of that name was put there by the image or by a mount. */
static int
check_existing(int dir, const struct node *n, const char *base, struct err *e)
{
	struct stat st;

	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "device %s", STR_QUOTED(n->path));
	if ((st.st_mode & S_IFMT) != n->type ||
	    (n->type != S_IFIFO && st.st_rdev != n->rdev))
		return err_set(e, ERR_EXISTS,
		    "device %s: something else is there", STR_QUOTED(n->path));
	return 0;
}

static int
make_node(int rootfd, const struct node *n, struct err *e)
{
	const char *base = base_name(n->path);
	char dir_path[PATH_MAX], resolved[PATH_MAX];
	AUTO_FD int dir = -1;

	if (str_format(dir_path, sizeof(dir_path), "%.*s",
		(int)(base - n->path), n->path) < 0)
		return err_set(e, ERR_LIMIT, "device path too long");
	dir = path_make(rootfd, dir_path, PATH_DIRECTORY, resolved, e);
	if (dir < 0)
		return err_wrap(e, "device %s", STR_QUOTED(n->path));
	if (mknodat(dir, base, n->type | n->mode, n->rdev) < 0) {
		if (errno == EEXIST)
			return check_existing(dir, n, base, e);
		return err_sys(e, "make device %s", STR_QUOTED(n->path));
	}
	if (fchownat(dir, base, n->uid, n->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "chown device %s", STR_QUOTED(n->path));
	return 0;
}

static int
make_listed(int rootfd, const Grpc__LinuxDevice *d, struct err *e)
{
	/* proto3 can't say "absent"; no one asks for a mode without rights */
	mode_t mode = d->filemode & 07777;
	struct node n = {
		.path = d->path,
		.type = type_of(d->type),
		.mode = mode != 0 ? mode : MODE_DEFAULT,
		.rdev = makedev((unsigned)d->major, (unsigned)d->minor),
		.uid = d->uid,
		.gid = d->gid,
	};

	if (device_check(d, e) < 0)
		return -1;
	return make_node(rootfd, &n, e);
}

static int
make_links(int rootfd, struct err *e)
{
	char resolved[PATH_MAX];
	AUTO_FD int dev =
	    path_make(rootfd, "/dev", PATH_DIRECTORY, resolved, e);

	if (dev < 0)
		return -1;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (symlinkat(links[i][1], dev, links[i][0]) < 0 &&
		    errno != EEXIST)
			return err_sys(e, "link /dev/%s", links[i][0]);
	}
	return 0;
}

int
device_make_all(int rootfd, Grpc__LinuxDevice *const *list, size_t n,
    struct err *e)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		struct node node = {
			.path = defaults[i].path,
			.type = S_IFCHR,
			.mode = MODE_DEFAULT,
			.rdev = makedev(defaults[i].major, defaults[i].minor),
		};

		if (make_node(rootfd, &node, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (make_listed(rootfd, list[i], e) < 0)
			return -1;
	}
	return make_links(rootfd, e);
}
