#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "init/extension.h"

enum {
	SMALL_MAX = 64, /* of a file in sysfs */
	PATH_LEN_MAX = 128
};

/* Letters, digits, '-' and '_', as Kata's runtimes allow. */
static bool
name_ok(const char *s)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t len = strspn(s, good);

	return len > 0 && len <= EXTENSION_NAME_MAX && s[len] == '\0';
}

/* The line in a small file below dirfd; false when there is none. */
static bool
read_line(int dirfd, const char *path, char ret[SMALL_MAX])
{
	AUTO_FD int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : fd_read(fd, ret, SMALL_MAX - 1);

	if (n < 0)
		return false;
	ret[n] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return true;
}

static int
parse_one(const struct cmdline_extension *c, struct extension_set *s,
    struct err *e)
{
	struct extension *x = &s->x[s->n];

	if (!name_ok(c->name))
		return err_set(e, ERR_SYNTAX,
		    "%s: not a name of 1 to %d letters, digits, '-' and '_'",
		    STR_QUOTED(c->name), EXTENSION_NAME_MAX);
	for (size_t i = 0; i < s->n; i++) {
		if (str_eq(s->x[i].name, c->name))
			return err_set(e, ERR_EXISTS,
			    "%s is on the command line twice", c->name);
	}
	if (c->verity == NULL || *c->verity == '\0')
		return err_set(e, ERR_SYNTAX,
		    "%s: no words of verity, and what is not verified is "
		    "not mounted",
		    c->name);
	if (verity_parse(c->verity, &x->verity, e) < 0)
		return err_wrap(e, "%s", c->name);
	x->name = c->name;
	s->n++;
	return 0;
}

/* The device number of a partition, by its number, of the disk at dirfd. */
static int
find_partition(int dirfd, const char *number, char ret[VERITY_DEV_MAX],
    struct err *e)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	char path[PATH_LEN_MAX], text[SMALL_MAX];
	int rc = -1;

	if (d == NULL) {
		fd_close(&fd);
		return err_sys(e, "list the partitions");
	}
	while (rc < 0 && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    str_format(path, sizeof(path), "%s/partition",
			entry->d_name) < 0 ||
		    !read_line(dirfd, path, text) || !str_eq(text, number))
			continue;
		if (str_format(path, sizeof(path), "%s/dev", entry->d_name) ==
			0 &&
		    read_line(dirfd, path, text) &&
		    text[strspn(text, "0123456789:")] == '\0')
			rc = str_copy(ret, VERITY_DEV_MAX, text);
	}
	closedir(d);
	return rc < 0 ? err_set(e, ERR_NOT_FOUND, "no partition %s", number)
		      : 0;
}

/* The disk at dirfd is that of the extension called name. */
static int
take_disk(struct extension_set *s, const char *name, const char *disk,
    int dirfd, struct err *e)
{
	struct extension *x = s->x;

	while (x < s->x + s->n && !str_eq(x->name, name))
		x++;
	if (x == s->x + s->n)
		return err_set(e, ERR_DENIED,
		    "%s: disk %s is not on the command line", STR_QUOTED(name),
		    disk);
	if (x->disk[0] != '\0')
		return err_set(e, ERR_EXISTS, "%s: disks %s and %s", name,
		    x->disk, disk);
	if (str_copy(x->disk, sizeof(x->disk), disk) < 0)
		return err_set(e, ERR_LIMIT, "%s: disk %s", name,
		    STR_QUOTED(disk));
	if (find_partition(dirfd, "1", x->data, e) < 0 ||
	    find_partition(dirfd, "2", x->hash, e) < 0)
		return err_wrap(e, "%s: disk %s", name, disk);
	return 0;
}

static int
look_at(struct extension_set *s, int sysfd, const char *disk, struct err *e)
{
	AUTO_FD int fd =
	    openat(sysfd, disk, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char serial[SMALL_MAX];

	if (fd < 0 || !read_line(fd, "serial", serial) ||
	    !str_starts(serial, EXTENSION_SERIAL))
		return 0;
	return take_disk(s, serial + strlen(EXTENSION_SERIAL), disk, fd, e);
}

static int
find_disks(struct extension_set *s, const char *sys, struct err *e)
{
	DIR *d = opendir(sys);
	const struct dirent *entry;
	int rc = 0;

	if (d == NULL)
		return err_sys(e, "list %s", sys);
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] != '.')
			rc = look_at(s, dirfd(d), entry->d_name, e);
	}
	closedir(d);
	return rc;
}

int
extension_find(const struct cmdline *c, const char *sys,
    struct extension_set *ret, struct err *e)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < c->n_extensions; i++) {
		if (parse_one(&c->extensions[i], ret, e) < 0)
			return -1;
	}
	if (find_disks(ret, sys, e) < 0)
		return -1;
	for (size_t i = 0; i < ret->n; i++) {
		if (ret->x[i].disk[0] == '\0')
			return err_set(e, ERR_NOT_FOUND,
			    "%s: no disk with the serial number %s%s",
			    ret->x[i].name, EXTENSION_SERIAL, ret->x[i].name);
	}
	return 0;
}

static int
make_dir(const char *path, struct err *e)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return err_sys(e, "make %s", path);
	return 0;
}

static int
mount_one(const struct extension *x, struct err *e)
{
	char name[PATH_LEN_MAX], dir[PATH_LEN_MAX], node[VERITY_NODE_MAX];

	/* Both fit: the name has at most EXTENSION_NAME_MAX letters. */
	if (str_format(name, sizeof(name), "%s%s", EXTENSION_SERIAL, x->name) <
		0 ||
	    str_format(dir, sizeof(dir), "%s/%s", EXTENSION_DIR, x->name) < 0)
		return err_set(e, ERR_INTERNAL, "too long");
	if (verity_open(name, &x->verity, x->data, x->hash, node, e) < 0 ||
	    make_dir(dir, e) < 0)
		return -1;
	if (mount(node, dir, "erofs", MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) <
	    0)
		return err_sys(e, "mount disk %s", x->disk);
	log_info("extension %s: disk %s on %s, verified by %s", x->name,
	    x->disk, dir, x->verity.root_hash);
	return 0;
}

int
extension_mount_all(const struct cmdline *c, struct err *e)
{
	struct extension_set set;

	if (extension_find(c, "/sys/block", &set, e) < 0)
		return -1;
	if (set.n > 0 && make_dir(EXTENSION_DIR, e) < 0)
		return -1;
	for (size_t i = 0; i < set.n; i++) {
		if (mount_one(&set.x[i], e) < 0)
			return err_wrap(e, "%s", set.x[i].name);
	}
	return 0;
}
