#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "oci/limits.h"
#include "oci/path.h"
#include "oci/sys.h"

enum {
	DIR_MODE = 0755,
	FILE_MODE = 0644
};

/*
 * What is resolved so far, free of links, and what is left to do. Both are
 * relative to the root: done is "" or starts with '/'.
 */
struct walk {
	int rootfd;
	int links;
	char done[PATH_MAX];
	char left[PATH_MAX];
};

int
path_check(const char *path, const char *what, struct err *e)
{
	if (path[0] != '/')
		return err_set(e, ERR_ARGUMENT, "%s %s is not absolute", what,
		    STR_QUOTED(path));
	if (strlen(path) >= PATH_MAX)
		return err_set(e, ERR_LIMIT, "%s is longer than %d", what,
		    PATH_MAX - 1);
	for (const char *s = path; s != NULL; s = strchr(s + 1, '/')) {
		if (strncmp(s, "/..", 3) == 0 && (s[3] == '/' || s[3] == '\0'))
			return err_set(e, ERR_ARGUMENT, "%s %s has \"..\"",
			    what, STR_QUOTED(path));
	}
	return 0;
}

int
path_open(int rootfd, const char *path, struct err *e)
{
	int fd = sys_openat2(rootfd, path, O_PATH, 0,
	    SYS_RESOLVE_IN_ROOT | SYS_RESOLVE_NO_MAGICLINKS);

	if (fd < 0)
		return err_sys(e, "%s", STR_QUOTED(path));
	return fd;
}

/* Move the next component from left to c; false when none is left. */
static bool
next_component(struct walk *w, char c[NAME_MAX + 1], struct err *e, int *rc)
{
	char *s = w->left + strspn(w->left, "/");
	size_t n = strcspn(s, "/");

	*rc = 0;
	if (n == 0)
		return false;
	if (n > NAME_MAX) {
		*rc = err_set(e, ERR_LIMIT, "a name longer than %d", NAME_MAX);
		return false;
	}
	memcpy(c, s, n);
	c[n] = '\0';
	memmove(w->left, s + n, strlen(s + n) + 1);
	return true;
}

static void
drop_last(struct walk *w)
{
	char *slash = strrchr(w->done, '/');

	if (slash != NULL)
		*slash = '\0';
}

/* Put the link's target in front of what is left. */
static int
follow(struct walk *w, int link_fd, struct err *e)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlinkat(link_fd, "", target, sizeof(target) - 1);

	if (n < 0)
		return err_sys(e, "read a symbolic link");
	target[n] = '\0';
	if (++w->links > OCI_LINKS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d symbolic links",
		    OCI_LINKS_MAX);
	memcpy(rest, w->left, strlen(w->left) + 1);
	if (str_format(w->left, sizeof(w->left), "%s/%s", target, rest) < 0)
		return err_set(e, ERR_LIMIT, "a path longer than %d",
		    PATH_MAX - 1);
	if (target[0] == '/')
		w->done[0] = '\0';
	return 0;
}

static int
open_done(const struct walk *w)
{
	return sys_openat2(w->rootfd, w->done[0] == '\0' ? "/" : w->done,
	    O_PATH | O_NOFOLLOW, 0,
	    SYS_RESOLVE_IN_ROOT | SYS_RESOLVE_NO_SYMLINKS);
}

/*
 * Make c in the directory that is done. Somebody else may have been faster:
 * what is there now is looked at again by the caller.
 */
static int
make(const struct walk *w, const char *c, enum path_kind kind, struct err *e)
{
	AUTO_FD int parent = open_done(w);
	AUTO_FD int file = -1;

	if (parent < 0)
		return err_sys(e, "%s", STR_QUOTED(w->done));
	if (kind == PATH_DIRECTORY) {
		if (mkdirat(parent, c, DIR_MODE) < 0 && errno != EEXIST)
			return err_sys(e, "make directory %s", STR_QUOTED(c));
		return 0;
	}
	file = openat(parent, c,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (file < 0 && errno != EEXIST)
		return err_sys(e, "make file %s", STR_QUOTED(c));
	return 0;
}

/* Resolve component c: 0 with done extended or a link unfolded. */
static int
step(struct walk *w, const char *c, enum path_kind kind, struct err *e)
{
	size_t before = strlen(w->done);
	AUTO_FD int fd = -1;
	struct stat st;

	if (str_eq(c, "."))
		return 0;
	if (str_eq(c, "..")) {
		drop_last(w);
		return 0;
	}
	if (before + strlen(c) + 2 > sizeof(w->done))
		return err_set(e, ERR_LIMIT, "a path longer than %d",
		    PATH_MAX - 1);
	snprintf(w->done + before, sizeof(w->done) - before, "/%s", c);
	fd = open_done(w);
	if (fd < 0 && errno == ENOENT) {
		w->done[before] = '\0';
		if (make(w, c, kind, e) < 0)
			return -1;
		w->done[before] = '/';
		fd = open_done(w);
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, "%s", STR_QUOTED(w->done));
	if (!S_ISLNK(st.st_mode))
		return 0;
	w->done[before] = '\0';
	return follow(w, fd, e);
}

int
path_make(int rootfd, const char *path, enum path_kind kind,
    char resolved[PATH_MAX], struct err *e)
{
	struct walk w = { .rootfd = rootfd };
	char c[NAME_MAX + 1];
	int fd, rc;

	if (str_copy(w.left, sizeof(w.left), path) < 0)
		return err_set(e, ERR_LIMIT, "a path longer than %d",
		    PATH_MAX - 1);
	while (next_component(&w, c, e, &rc)) {
		bool last = w.left[strspn(w.left, "/")] == '\0';

		if (step(&w, c, last ? kind : PATH_DIRECTORY, e) < 0)
			return -1;
	}
	if (rc < 0)
		return -1;
	fd = open_done(&w);
	if (fd < 0)
		return err_sys(e, "%s", STR_QUOTED(path));
	if (str_copy(resolved, PATH_MAX, w.done[0] == '\0' ? "/" : w.done) < 0)
		die("a resolved path does not fit");
	return fd;
}
