#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "oci/cgroup.h"
#include "oci/cgroup_device.h"
#include "oci/cgroup_file.h"
#include "oci/cgroup_limit.h"
#include "oci/limits.h"
#include "oci/sys.h"

#define CGROUP_MOUNT "/sys/fs/cgroup"

enum {
	CGROUP_MODE = 0755,
	RETRY_MS = 5,
	EVENT_MS = 50, /* poll() of cgroup.events at most so long at a time */
	CONTROLLER_MAX = 32
};

static int
open_mount(struct err *e)
{
	AUTO_FD int fd = open(CGROUP_MOUNT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs s;

	if (fd < 0 || fstatfs(fd, &s) < 0)
		return err_sys(e, CGROUP_MOUNT);
	if (s.f_type != CGROUP2_SUPER_MAGIC)
		return err_set(e, ERR_STATE, CGROUP_MOUNT " is not cgroup v2");
	return take_fd(&fd);
}

static int
open_below(int dirfd, const char *path)
{
	return sys_openat2(dirfd, path, O_RDONLY | O_DIRECTORY, 0,
	    SYS_RESOLVE_BENEATH | SYS_RESOLVE_NO_SYMLINKS);
}

static int
enable(int dirfd, struct span name, struct err *e)
{
	char text[CONTROLLER_MAX];

	if (str_format(text, sizeof(text), "+%.*s", (int)span_len(&name),
		(const char *)name.p) < 0)
		return err_set(e, ERR_LIMIT, "name of a controller");
	return fd_write_file(dirfd, "cgroup.subtree_control", text, e);
}

/* One by one, so that an error names the controller. */
static int
enable_all(int dirfd, struct err *e)
{
	struct buf b;
	struct span line, text;
	int rc;

	buf_init(&b, OCI_CGROUP_FILE_MAX);
	rc = cgroup_file_read(dirfd, "cgroup.controllers", &b, e);
	text = span_of(b.p, b.len);
	line = cgroup_file_line(&text);
	while (rc == 0 && span_len(&line) > 0)
		rc = enable(dirfd, cgroup_file_word(&line), e);
	buf_release(&b);
	return rc;
}

int
cgroup_root_init(struct err *e)
{
	AUTO_FD int fd = open_mount(e);

	return fd < 0 ? -1 : enable_all(fd, e);
}

static int
check_component(const char *s, size_t n, const char *whole, struct err *e)
{
	bool bad = n == 0 || n > NAME_MAX || s[0] == '.';

	for (size_t i = 0; i < n; i++)
		bad |= (unsigned char)s[i] < 0x20 || s[i] == 0x7f;
	if (bad)
		return err_set(e, ERR_ARGUMENT, "cgroup path %s",
		    STR_QUOTED(whole));
	return 0;
}

int
cgroup_path(const char *cgroups_path, const char *id, char ret[PATH_MAX],
    struct err *e)
{
	char path[PATH_MAX];
	size_t depth = 0;
	int rc;

	if (cgroups_path[0] == '\0')
		rc = str_format(path, sizeof(path), "husk/%s", id);
	else
		rc = str_copy(path, sizeof(path), cgroups_path);
	if (rc < 0)
		return err_set(e, ERR_LIMIT, "cgroup path too long");
	for (char *s = path; *s != '\0'; s++) {
		if (*s == ':')
			*s = '/';
	}
	memmove(path, path + (path[0] == '/'), strlen(path) + (path[0] != '/'));
	for (const char *s = path;; depth++) {
		size_t n = strcspn(s, "/");

		if (check_component(s, n, cgroups_path, e) < 0)
			return -1;
		if (depth == OCI_CGROUP_DEPTH_MAX)
			return err_set(e, ERR_LIMIT,
			    "cgroup path of more than %d levels",
			    OCI_CGROUP_DEPTH_MAX);
		if (s[n] == '\0')
			break;
		s += n + 1;
	}
	return str_copy(ret, PATH_MAX, path);
}

/* Remove the empty parents of path, from the inside out. */
static void
prune(int mount, const char *path)
{
	char parent[PATH_MAX];
	char *slash;

	if (str_copy(parent, sizeof(parent), path) < 0)
		return;
	while ((slash = strrchr(parent, '/')) != NULL) {
		*slash = '\0';
		if (unlinkat(mount, parent, AT_REMOVEDIR) < 0)
			return;
	}
}

/* Make the parents of path with their controllers, then path itself. */
static int
make_all(int mount, const char *path, struct err *e)
{
	char part[PATH_MAX];
	const char *slash = path;

	while ((slash = strchr(slash, '/')) != NULL) {
		AUTO_FD int fd = -1;

		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		slash++;
		if (mkdirat(mount, part, CGROUP_MODE) < 0 && errno != EEXIST)
			return err_sys(e, "make %s", STR_QUOTED(part));
		fd = open_below(mount, part);
		if (fd < 0)
			return err_sys(e, "open %s", STR_QUOTED(part));
		if (enable_all(fd, e) < 0)
			return err_wrap(e, "%s", STR_QUOTED(part));
	}
	if (mkdirat(mount, path, CGROUP_MODE) < 0) {
		if (errno == EEXIST)
			return err_set(e, ERR_EXISTS, "it exists");
		return err_sys(e, "make");
	}
	return 0;
}

/* What it can nest is what remove_child() goes down. */
static int
limit_depth(int fd, struct err *e)
{
	char text[16];

	if (str_format(text, sizeof(text), "%d", OCI_CGROUP_NEST_MAX) < 0)
		return err_set(e, ERR_INTERNAL, "depth");
	return fd_write_file(fd, "cgroup.max.depth", text, e);
}

static int
set_up(int fd, const Grpc__Linux *config, struct err *e)
{
	struct cgroup_device_rules rules;

	if (limit_depth(fd, e) < 0)
		return -1;
	if (cgroup_device_parse(config, &rules, e) < 0 ||
	    cgroup_device_attach(fd, &rules, e) < 0)
		return -1;
	return cgroup_limit_apply(fd, config != NULL ? config->resources : NULL,
	    e);
}

int
cgroup_create(const char *cgroups_path, const char *id,
    const Grpc__Linux *config, struct cgroup *ret, struct err *e)
{
	AUTO_FD int mount = open_mount(e);
	AUTO_FD int fd = -1;
	char path[PATH_MAX];
	int rc;

	if (mount < 0 || cgroup_path(cgroups_path, id, path, e) < 0)
		return -1;
	rc = make_all(mount, path, e);
	if (rc == 0) {
		fd = open_below(mount, path);
		rc = fd < 0 ? err_sys(e, "open") : set_up(fd, config, e);
		if (rc < 0)
			unlinkat(mount, path, AT_REMOVEDIR);
	}
	if (rc < 0) {
		prune(mount, path);
		return err_wrap(e, "cgroup %s", STR_QUOTED(path));
	}
	memcpy(ret->path, path, sizeof(path));
	ret->fd = take_fd(&fd);
	return 0;
}

int
cgroup_update(struct cgroup *cg, const Grpc__LinuxResources *r, struct err *e)
{
	return cgroup_limit_apply(cg->fd, r, e);
}

int
cgroup_kill(struct cgroup *cg, struct err *e)
{
	return fd_write_file(cg->fd, "cgroup.kill", "1", e);
}

static uint64_t
event(int dirfd, const char *key, uint64_t absent)
{
	struct buf b;
	struct err e;
	uint64_t v = absent;

	buf_init(&b, OCI_CGROUP_FILE_MAX);
	if (cgroup_file_read(dirfd, "cgroup.events", &b, &e) == 0)
		v = cgroup_file_key(span_of(b.p, b.len), key, absent);
	buf_release(&b);
	return v;
}

/* Wait until cgroup.events says so. */
static int
await(int dirfd, const char *key, uint64_t value, struct err *e)
{
	AUTO_FD int fd = openat(dirfd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	struct pollfd p = { .fd = fd, .events = POLLPRI };
	int64_t deadline = clock_after(OCI_CGROUP_WAIT_MS);

	if (fd < 0)
		return err_sys(e, "cgroup.events");
	while (event(dirfd, key, value) != value) {
		int left = clock_left(deadline);

		if (left == 0)
			return err_set(e, ERR_TIMEOUT, "still not %s %d", key,
			    (int)value);
		/* A change between the reading and here is not lost. */
		poll(&p, 1, left < EVENT_MS ? left : EVENT_MS);
	}
	return 0;
}

int
cgroup_freeze(struct cgroup *cg, bool frozen, struct err *e)
{
	struct err ignored;

	if (fd_write_file(cg->fd, "cgroup.freeze", frozen ? "1" : "0", e) < 0)
		return -1;
	if (await(cg->fd, "frozen", frozen, e) == 0)
		return 0;
	/* Else it would freeze one day, with nobody who knows. */
	if (frozen)
		(void)fd_write_file(cg->fd, "cgroup.freeze", "0", &ignored);
	return -1;
}

bool
cgroup_populated(const struct cgroup *cg)
{
	return cg->fd >= 0 && event(cg->fd, "populated", 0) != 0;
}

/* Call fn for every child cgroup of dirfd. */
static int
each_child(int dirfd, int depth, int arg,
    int (*fn)(int parent, const char *name, int depth, int arg, struct err *e),
    struct err *e)
{
	int copy = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *d;
	int rc = 0;

	if (dir == NULL) {
		fd_close(&copy);
		return err_sys(e, "read a cgroup");
	}
	while (rc == 0 && (d = readdir(dir)) != NULL) {
		if (d->d_type == DT_DIR && d->d_name[0] != '.')
			rc = fn(dirfd, d->d_name, depth, arg, e);
	}
	closedir(dir);
	return rc;
}

static void
signal_listed(struct span text, int sig)
{
	while (span_len(&text) > 0) {
		struct span line = cgroup_file_line(&text);
		uint64_t pid;

		/* 0 is a process of no concern to our pid namespace. */
		if (cgroup_file_number(line, &pid) == 0 && pid > 1 &&
		    pid <= INT32_MAX)
			kill((pid_t)pid, sig);
	}
}

static int signal_child(int parent, const char *name, int depth, int sig,
    struct err *e);

static int
signal_all(int dirfd, int depth, int sig, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, OCI_CGROUP_FILE_MAX);
	rc = cgroup_file_read(dirfd, "cgroup.procs", &b, e);
	if (rc == 0)
		signal_listed(span_of(b.p, b.len), sig);
	buf_release(&b);
	if (rc < 0)
		return -1;
	return each_child(dirfd, depth, sig, signal_child, e);
}

static int
signal_child(int parent, const char *name, int depth, int sig, struct err *e)
{
	AUTO_FD int fd = open_below(parent, name);

	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(e, "%s", STR_QUOTED(name));
	if (depth == OCI_CGROUP_NEST_MAX)
		return err_set(e, ERR_LIMIT, "more than %d nested cgroups",
		    OCI_CGROUP_NEST_MAX);
	return signal_all(fd, depth + 1, sig, e);
}

int
cgroup_signal(struct cgroup *cg, int sig, struct err *e)
{
	bool paused = cgroup_file_u64(cg->fd, "cgroup.freeze", 0) == 1;
	struct err ignored;
	int rc;

	if (sig == SIGKILL)
		return cgroup_kill(cg, e);
	rc = cgroup_freeze(cg, true, e);
	if (rc == 0)
		rc = signal_all(cg->fd, 0, sig, e);
	if (!paused && cgroup_freeze(cg, false, rc == 0 ? e : &ignored) < 0)
		rc = -1;
	return rc;
}

static int
remove_child(int parent, const char *name, int depth, int arg, struct err *e)
{
	AUTO_FD int fd = open_below(parent, name);

	if (fd < 0)
		return err_sys(e, "%s", STR_QUOTED(name));
	if (depth == OCI_CGROUP_NEST_MAX)
		return err_set(e, ERR_LIMIT, "more than %d nested cgroups",
		    OCI_CGROUP_NEST_MAX);
	if (each_child(fd, depth + 1, arg, remove_child, e) < 0)
		return -1;
	if (unlinkat(parent, name, AT_REMOVEDIR) < 0)
		return err_sys(e, "remove %s", STR_QUOTED(name));
	return 0;
}

/*
 * The kernel may hold on to an empty cgroup for a moment, and a directory
 * that changes while it is read may hide a child: try again.
 */
static int
remove_all(int mount, struct cgroup *cg, struct err *e)
{
	int64_t deadline = clock_after(OCI_CGROUP_WAIT_MS);

	if (cgroup_kill(cg, e) < 0 || await(cg->fd, "populated", 0, e) < 0)
		return -1;
	for (;;) {
		int rc = each_child(cg->fd, 0, 0, remove_child, e);

		if (rc == 0 && unlinkat(mount, cg->path, AT_REMOVEDIR) < 0)
			rc = err_sys(e, "remove");
		if (rc == 0)
			return 0;
		if (e->code == ERR_LIMIT || clock_left(deadline) == 0)
			return -1;
		poll(NULL, 0, RETRY_MS);
	}
}

int
cgroup_remove(struct cgroup *cg, struct err *e)
{
	AUTO_FD int mount = -1;

	if (cg->fd < 0)
		return 0;
	mount = open_mount(e);
	if (mount < 0)
		return -1;
	if (remove_all(mount, cg, e) < 0)
		return err_wrap(e, "cgroup %s", STR_QUOTED(cg->path));
	fd_close(&cg->fd);
	prune(mount, cg->path);
	return 0;
}
