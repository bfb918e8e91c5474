#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/fd.h"
#include "base/str.h"
#include "sandbox/guestpath.h"
#include "sandbox/overlay.h"

enum {
	DIR_MODE = 0755,
	OWN_MODE = 0755
};

#define OPTION_RW "io.katacontainers.fs-opt.overlay-rw"
#define OPTION_MKDIR "io.katacontainers.volume.overlayfs.create_directory="

/* Options that are ours to read; the others go through mountopt. */
struct seen {
	bool lower, upper, work, rw;
};

bool
overlay_driver_option(const char *s)
{
	return str_starts(s, OPTION_MKDIR);
}

/* Open the len bytes at path and append ":/proc/self/fd/N" to dst. */
static int
add_path(struct overlay *ov, const char *path, size_t len, char *dst,
    size_t size, struct err *e)
{
	char name[PATH_MAX];
	size_t used = strlen(dst);
	int fd;

	if (len >= sizeof(name))
		return err_set(e, ERR_LIMIT, "overlay path too long");
	memcpy(name, path, len);
	name[len] = '\0';
	if (strchr(name, '\\') != NULL || strchr(name, ':') != NULL ||
	    strchr(name, ',') != NULL)
		return err_set(e, ERR_ARGUMENT, "overlay path %s",
		    STR_QUOTED(name));
	if (ov->n_fds == sizeof(ov->fds) / sizeof(ov->fds[0]))
		return err_set(e, ERR_LIMIT, "overlay of over %d layers",
		    SANDBOX_LOWER_MAX);
	fd = guestpath_open(name, e);
	if (fd < 0)
		return -1;
	ov->fds[ov->n_fds++] = fd;
	if (str_format(dst + used, size - used, "%s%s",
		used > 0 && dst[used - 1] != '=' ? ":" : "",
		GUESTPATH_PROC(fd)) < 0)
		return err_set(e, ERR_LIMIT, "overlay options too long");
	return 0;
}

static int
add_lower(struct overlay *ov, const char *value, struct err *e)
{
	char option[SANDBOX_MOUNT_DATA_MAX + 1] = "lowerdir=";

	for (;;) {
		size_t n = strcspn(value, ":");

		if (add_path(ov, value, n, option, sizeof(option), e) < 0)
			return -1;
		if (value[n] == '\0')
			break;
		value += n + 1;
	}
	return mountopt_add(&ov->options, option, e);
}

static int
add_one(struct overlay *ov, const char *key, const char *path, struct err *e)
{
	char option[128] = "";

	if (str_copy(option, sizeof(option), key) < 0 ||
	    add_path(ov, path, strlen(path), option, sizeof(option), e) < 0)
		return -1;
	return mountopt_add(&ov->options, option, e);
}

/* One of our own options: 1; somebody else's: 0. */
static int
take_own(struct overlay *ov, struct seen *seen, const char *s, struct err *e)
{
	const char *value = strchr(s, '=');
	bool *was = NULL;
	int rc;

	if (str_eq(s, OPTION_RW)) {
		seen->rw = true;
		return 1;
	}
	if (str_starts(s, "lowerdir="))
		was = &seen->lower;
	else if (str_starts(s, "upperdir="))
		was = &seen->upper;
	else if (str_starts(s, "workdir="))
		was = &seen->work;
	else
		return 0;
	if (*was)
		return err_set(e, ERR_SYNTAX, "mount option %s is twice there",
		    STR_QUOTED(s));
	*was = true;
	value++;
	if (was == &seen->lower)
		rc = add_lower(ov, value, e);
	else
		rc = add_one(ov,
		    was == &seen->upper ? "upperdir=" : "workdir=", value, e);
	return rc < 0 ? -1 : 1;
}

static int
make_own(struct overlay *ov, const char *owner, const char *what,
    const char *key, struct err *e)
{
	char path[PATH_MAX];
	AUTO_FD int fd = -1;
	size_t made;

	if (str_format(path, sizeof(path), GUESTPATH_ROOT "/%s/%s", owner,
		what) < 0)
		return err_set(e, ERR_LIMIT, "overlay path too long");
	fd = guestpath_mkdir(path, OWN_MODE, &made, e);
	if (fd < 0)
		return -1;
	if (made == 0)
		return err_set(e, ERR_EXISTS, "directory %s exists",
		    STR_QUOTED(path));
	return add_one(ov, key, path, e);
}

/* Only in the owner's bundle, with which it disappears. */
static int
make_asked_for(const Grpc__Storage *s, const char *owner, struct err *e)
{
	char bundle[PATH_MAX];

	if (str_format(bundle, sizeof(bundle), GUESTPATH_ROOT "/%s/", owner) <
	    0)
		return err_set(e, ERR_LIMIT, "overlay path too long");
	for (size_t i = 0; i < s->n_driver_options; i++) {
		const char *path =
		    s->driver_options[i] + sizeof(OPTION_MKDIR) - 1;
		AUTO_FD int fd = -1;
		size_t made;

		if (!str_starts(path, bundle))
			return err_set(e, ERR_ARGUMENT,
			    "directory %s is not in the bundle",
			    STR_QUOTED(path));
		fd = guestpath_mkdir(path, DIR_MODE, &made, e);
		if (fd < 0)
			return -1;
	}
	return 0;
}

int
overlay_prepare(const Grpc__Storage *s, const char *owner, struct overlay *ret,
    struct err *e)
{
	struct seen seen = { false, false, false, false };
	char *rest[SANDBOX_OPTIONS_MAX];
	size_t n = 0;

	memset(ret, 0, sizeof(*ret));
	if (s->n_options > SANDBOX_OPTIONS_MAX)
		return err_set(e, ERR_LIMIT, "%zu mount options, at most %d",
		    s->n_options, SANDBOX_OPTIONS_MAX);
	for (size_t i = 0; i < s->n_options; i++) {
		if (!str_starts(s->options[i], "lowerdir=") &&
		    !str_starts(s->options[i], "upperdir=") &&
		    !str_starts(s->options[i], "workdir=") &&
		    !str_eq(s->options[i], OPTION_RW))
			rest[n++] = s->options[i];
	}
	if (mountopt_parse(n, rest, &ret->options, e) < 0 ||
	    make_asked_for(s, owner, e) < 0)
		return -1;
	for (size_t i = 0; i < s->n_options; i++) {
		if (take_own(ret, &seen, s->options[i], e) < 0)
			return -1;
	}
	if (!seen.lower)
		return err_set(e, ERR_ARGUMENT, "overlay without lowerdir=");
	if (seen.rw && (seen.upper || seen.work))
		return err_set(e, ERR_ARGUMENT,
		    "overlay with both upperdir= and " OPTION_RW);
	if (seen.rw && (make_own(ret, owner, "fs", "upperdir=", e) < 0 ||
			   make_own(ret, owner, "work", "workdir=", e) < 0))
		return -1;
	return 0;
}

void
overlay_release(struct overlay *ov)
{
	while (ov->n_fds > 0)
		fd_close(&ov->fds[--ov->n_fds]);
}
