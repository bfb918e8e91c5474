#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/mount.h"
#include "oci/option.h"
#include "oci/path.h"
#include "oci/sys.h"

enum {
	OPTION_MAX = 255, /* a string of fsconfig(), kernel's limit */
	MESSAGE_MAX = 160
};

int
mount_check(const Grpc__Mount *m, struct err *e)
{
	struct option_set o;

	if (path_check(m->destination, "mount destination", e) < 0)
		return -1;
	if (option_parse(m->options, m->n_options, &o, e) < 0)
		goto fail;
	if (str_eq(m->type, "bind"))
		o.bind = true;
	if (!o.bind && m->type[0] == '\0') {
		err_set(e, ERR_ARGUMENT, "no type");
		goto fail;
	}
	if (o.bind && path_check(m->source, "bind source", e) < 0)
		goto fail;
	for (size_t i = 0; o.bind && i < m->n_options; i++) {
		if (option_is_data(m->options[i])) {
			err_set(e, ERR_UNSUPPORTED, "option %s of a bind",
			    STR_QUOTED(m->options[i]));
			goto fail;
		}
	}
	return 0;
fail:
	return err_wrap(e, "mount %s", STR_QUOTED(m->destination));
}

static bool
on_procfs(int fd)
{
	struct statfs s;

	return fstatfs(fd, &s) == 0 && s.f_type == PROC_SUPER_MAGIC;
}

/*
 * resolved has no links; where is what it leads to; proc says that the mount
 * itself is a procfs.
 */
static int
check_destination(const Grpc__Mount *m, const char *resolved, int where,
    bool proc, struct err *e)
{
	static const char *const allowed[] = { "/proc/cpuinfo",
		"/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps",
		"/proc/uptime", "/proc/loadavg", "/proc/net/dev" };
	bool kernel_fs = str_eq(m->type, "proc") || str_eq(m->type, "sysfs");

	if (kernel_fs && !str_eq(resolved, m->destination))
		return err_set(e, ERR_DENIED,
		    "the destination leads through a link to %s",
		    STR_QUOTED(resolved));
	if (str_eq(resolved, "/"))
		return err_set(e, ERR_DENIED,
		    "the destination is the root itself");
	if (str_eq(resolved, "/proc"))
		return proc ? 0
			    : err_set(e, ERR_DENIED, "only proc goes there");
	if (!str_starts(resolved, "/proc/") && !on_procfs(where))
		return 0;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (str_eq(resolved, allowed[i]))
			return 0;
	}
	return err_set(e, ERR_DENIED, "%s is inside /proc",
	    STR_QUOTED(resolved));
}

static int
set_attributes(int tree, const struct option_set *o, struct err *e)
{
	struct sys_mount_attr propagation = { .propagation = o->propagation };

	if ((o->all.set | o->all.clear) != 0 &&
	    sys_mount_setattr(tree, 1, &o->all) < 0)
		return err_sys(e, "set recursive mount attributes");
	if ((o->top.set | o->top.clear) != 0 &&
	    sys_mount_setattr(tree, 0, &o->top) < 0)
		return err_sys(e, "set mount attributes");
	if (o->propagation != 0 &&
	    sys_mount_setattr(tree, o->propagation_all, &propagation) < 0)
		return err_sys(e, "set mount propagation");
	return 0;
}

static int
bind_tree(const Grpc__Mount *m, const struct option_set *o,
    enum path_kind *ret_kind, bool *ret_proc, struct err *e)
{
	AUTO_FD int source = sys_openat2(AT_FDCWD, m->source, O_PATH, 0,
	    SYS_RESOLVE_NO_SYMLINKS);
	AUTO_FD int tree = -1;
	struct stat st;

	if (source < 0 && errno == ELOOP)
		return err_set(e, ERR_DENIED,
		    "source %s leads through a symbolic link",
		    STR_QUOTED(m->source));
	if (source < 0 || fstat(source, &st) < 0)
		return err_sys(e, "source %s", STR_QUOTED(m->source));
	tree = sys_clone_tree(source, o->bind_all);
	if (tree < 0)
		return err_sys(e, "clone source %s", STR_QUOTED(m->source));
	*ret_kind = S_ISDIR(st.st_mode) ? PATH_DIRECTORY : PATH_FILE;
	*ret_proc = on_procfs(source);
	return take_fd(&tree);
}

/* What the file system itself says about the failure, if it does. */
static int
fs_error(int fs, const char *what, struct err *e)
{
	int saved = errno;
	char text[MESSAGE_MAX];
	ssize_t n = read(fs, text, sizeof(text) - 1);

	errno = saved;
	if (n <= 0)
		return err_sys(e, "%s", what);
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	/* Messages start with a letter for their level and a space. */
	return err_set(e, ERR_SYSTEM, "%s: %s", what,
	    n > 2 && text[1] == ' ' ? text + 2 : text);
}

static int
give_option(int fs, const char *word, struct err *e)
{
	const char *eq = strchr(word, '=');
	char key[OPTION_MAX + 1];
	int rc;

	if (strlen(word) > OPTION_MAX)
		return err_set(e, ERR_LIMIT, "option %s is longer than %d",
		    STR_QUOTED(word), OPTION_MAX);
	if (eq == NULL) {
		rc = sys_fsconfig(fs, SYS_FSCONFIG_FLAG, word, NULL);
	} else {
		memcpy(key, word, (size_t)(eq - word));
		key[eq - word] = '\0';
		rc = sys_fsconfig(fs, SYS_FSCONFIG_STRING, key, eq + 1);
	}
	return rc < 0 ? fs_error(fs, STR_QUOTED(word), e) : 0;
}

/*
 * File systems without a device of their own share their superblock or have
 * no need for a flag on it: for the others "ro" also is the superblock's, as
 * a read-only device can't be mounted otherwise.
 */
static bool
has_device(const char *type)
{
	static const char *const without[] = { "proc", "sysfs", "tmpfs",
		"devpts", "mqueue", "cgroup2", "devtmpfs", "debugfs", "tracefs",
		"bpf", "securityfs", "hugetlbfs", "ramfs" };

	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		if (str_eq(without[i], type))
			return false;
	}
	return true;
}

static int
new_fs(const Grpc__Mount *m, const struct option_set *o, struct err *e)
{
	/* A container sees its own part of the one hierarchy. */
	const char *type = str_eq(m->type, "cgroup") ? "cgroup2" : m->type;
	AUTO_FD int fs = sys_fsopen(type);
	AUTO_FD int tree = -1;

	if (fs < 0)
		return err_sys(e, "file system %s", STR_QUOTED(type));
	if (m->source[0] != '\0' && !str_eq(type, "cgroup2") &&
	    sys_fsconfig(fs, SYS_FSCONFIG_STRING, "source", m->source) < 0)
		return fs_error(fs, "source", e);
	if ((o->top.set & SYS_ATTR_RDONLY) != 0 && has_device(type) &&
	    sys_fsconfig(fs, SYS_FSCONFIG_FLAG, "ro", NULL) < 0)
		return fs_error(fs, "ro", e);
	for (size_t i = 0; i < m->n_options; i++) {
		if (option_is_data(m->options[i]) &&
		    give_option(fs, m->options[i], e) < 0)
			return -1;
	}
	if (sys_fsconfig(fs, SYS_FSCONFIG_CREATE, NULL, NULL) < 0)
		return fs_error(fs, "create", e);
	tree = sys_fsmount(fs, 0);
	if (tree < 0)
		return fs_error(fs, "mount", e);
	return take_fd(&tree);
}

/*
 * A tmpfs that is to be read-only is still needed: devices, links and mount
 * points will be made in it.
 */
static int
postpone(const Grpc__Mount *m, struct option_set *o, int tree,
    struct mount_late *late, struct err *e)
{
	int fd;

	if (!str_eq(m->type, "tmpfs") || (o->top.set & SYS_ATTR_RDONLY) == 0)
		return 0;
	if (late->n == OCI_MOUNT_LATE_MAX)
		return err_set(e, ERR_LIMIT, "more than %d read-only tmpfs",
		    OCI_MOUNT_LATE_MAX);
	fd = fcntl(tree, F_DUPFD_CLOEXEC, FD_PARK);
	if (fd < 0)
		return err_sys(e, "duplicate a descriptor");
	late->fds[late->n++] = fd;
	o->top.set &= ~SYS_ATTR_RDONLY;
	return 0;
}

static int
make_one(int rootfd, const Grpc__Mount *m, struct mount_late *late,
    struct err *e)
{
	enum path_kind kind = PATH_DIRECTORY;
	bool proc = str_eq(m->type, "proc");
	char resolved[PATH_MAX];
	struct option_set o;
	AUTO_FD int tree = -1;
	AUTO_FD int where = -1;

	if (option_parse(m->options, m->n_options, &o, e) < 0)
		return -1;
	if (str_eq(m->type, "bind"))
		o.bind = true;
	tree = o.bind ? bind_tree(m, &o, &kind, &proc, e) : new_fs(m, &o, e);
	if (tree < 0)
		return -1;
	where = path_make(rootfd, m->destination, kind, resolved, e);
	if (where < 0 || check_destination(m, resolved, where, proc, e) < 0)
		return -1;
	if (!o.bind && postpone(m, &o, tree, late, e) < 0)
		return -1;
	if (set_attributes(tree, &o, e) < 0)
		return -1;
	if (sys_attach(tree, where) < 0)
		return err_sys(e, "attach to %s", STR_QUOTED(resolved));
	return 0;
}

int
mount_make(int rootfd, const Grpc__Mount *m, struct mount_late *late,
    struct err *e)
{
	if (mount_check(m, e) < 0)
		return -1;
	if (make_one(rootfd, m, late, e) < 0)
		return err_wrap(e, "mount %s", STR_QUOTED(m->destination));
	return 0;
}

int
mount_late(struct mount_late *late, struct err *e)
{
	static const struct sys_mount_attr ro = { .set = SYS_ATTR_RDONLY };
	int rc = 0;

	for (size_t i = 0; i < late->n; i++) {
		if (rc == 0 && sys_mount_setattr(late->fds[i], 0, &ro) < 0)
			rc = err_sys(e, "make a tmpfs read-only");
		fd_close(&late->fds[i]);
	}
	late->n = 0;
	return rc;
}
