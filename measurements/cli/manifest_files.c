#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/manifest_files.h"
#include "measurements/format/fast_sha2.h"

enum {
	BLOCK = 64 * 1024,
	FOLDERS = 4096 /* of a tree */
};

struct walk {
	int base;
	const struct manifest_skip *skip;
	struct manifest *m;
	struct arena names;
	const char **folders; /* still to be read: a stack */
	size_t n;
};

void
manifest_files_skip(struct manifest_skip *s, const char *path)
{
	if (stat(path, &s->st[s->n]) == 0)
		s->n++;
}

static bool
skipped(const struct manifest_skip *s, const struct stat *st)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->st[i].st_dev == st->st_dev &&
		    s->st[i].st_ino == st->st_ino)
			return true;
	return false;
}

static int
open_below(int base, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(O_CLOEXEC | flags),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	int fd;

	do
		fd = (int)syscall(SYS_openat2, base, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd;
}

static int
hash(int fd, struct manifest_file *f, struct err *e)
{
	unsigned paths = fast_sha2_paths(FAST_SHA2_256);
	uint8_t block[BLOCK];
	struct sha2 h;
	ssize_t n;

	sha2_init(&h, SHA2_256);
	while ((n = fd_read(fd, block, sizeof(block))) > 0) {
		fast_sha2_update(&h, paths, block, (size_t)n);
		f->size += (size_t)n;
	}
	if (n < 0)
		return err_sys(e, "read %s", STR_QUOTED(f->path));
	sha2_final(&h, f->sha256);
	return 0;
}

/* Add the file at path; a symbolic link, pipe or the like as not regular. */
static int
add_file(struct walk *w, const char *path, struct err *e)
{
	/* O_NONBLOCK: opening a pipe must not wait for its other end. */
	AUTO_FD int fd = open_below(w->base, path, O_RDONLY | O_NONBLOCK);
	struct manifest_file f = { .path = path };
	struct stat st;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 && errno != ELOOP && errno != ENXIO)
		return err_sys(e, "open %s", STR_QUOTED(path));
	if (fd >= 0 && fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", STR_QUOTED(path));
	if (fd >= 0 && skipped(w->skip, &st))
		return 0;
	f.regular = fd >= 0 && S_ISREG(st.st_mode);
	if (f.regular && hash(fd, &f, e) < 0)
		return -1;
	return manifest_add(w->m, &f, e);
}

static int
push(struct walk *w, const char *path, struct err *e)
{
	if (w->n == FOLDERS)
		return err_set(e, ERR_LIMIT, "more than %d folders", FOLDERS);
	w->folders[w->n++] = path;
	return 0;
}

/* What the entry name of folder is; it may be gone by now. */
static int
add_entry(struct walk *w, int dirfd, const char *folder, const char *name,
    struct err *e)
{
	const char *path = str_eq(folder, ".")
			       ? arena_printf(&w->names, "%s", name)
			       : arena_printf(&w->names, "%s/%s", folder, name);
	struct stat st;

	if (path == NULL)
		return err_set(e, ERR_LIMIT, "%s: too many files",
		    STR_QUOTED(folder));
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, "stat %s", STR_QUOTED(path));
	return S_ISDIR(st.st_mode) ? push(w, path, e) : add_file(w, path, e);
}

static int
read_folder(struct walk *w, const char *path, struct err *e)
{
	int fd = open_below(w->base, path, O_RDONLY | O_DIRECTORY);
	int rc = 0;
	const struct dirent *d;
	DIR *dir;

	/* A tree that is no folder has none of its files. */
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP
			   ? 0
			   : err_sys(e, "open %s", STR_QUOTED(path));
	dir = fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return err_sys(e, "read %s", STR_QUOTED(path));
	}
	while (rc == 0 && (errno = 0, d = readdir(dir)) != NULL)
		if (!str_eq(d->d_name, ".") && !str_eq(d->d_name, ".."))
			rc = add_entry(w, fd, path, d->d_name, e);
	if (rc == 0 && errno != 0)
		rc = err_sys(e, "read %s", STR_QUOTED(path));
	closedir(dir);
	return rc;
}

static int
find_all(struct walk *w, const struct manifest *wanted, struct err *e)
{
	for (size_t i = 0; i < wanted->n_trees; i++) {
		/* One within another would be read twice. */
		if (manifest_in_tree(wanted, wanted->trees[i]) &&
		    !str_eq(wanted->trees[i], "."))
			continue;
		if (push(w, wanted->trees[i], e) < 0)
			return -1;
		while (w->n > 0)
			if (read_folder(w, w->folders[--w->n], e) < 0)
				return -1;
	}
	for (size_t i = 0; i < wanted->n_files; i++)
		if (!manifest_in_tree(wanted, wanted->files[i].path) &&
		    add_file(w, wanted->files[i].path, e) < 0)
			return -1;
	return manifest_sort(w->m, e);
}

int
manifest_files_find(int base, const struct manifest *wanted,
    const struct manifest_skip *skip, struct manifest *ret_m, struct err *e)
{
	struct walk w = { .base = base, .skip = skip, .m = ret_m };
	int rc;

	arena_init(&w.names, (size_t)2 * MANIFEST_SIZE);
	w.folders = arena_array(&w.names, FOLDERS, sizeof(*w.folders));
	rc = w.folders == NULL ? err_set(e, ERR_LIMIT, "too many folders")
			       : find_all(&w, wanted, e);
	arena_release(&w.names);
	return rc;
}

int
manifest_files_name(int base, const char *path, struct manifest *m,
    struct err *e)
{
	struct manifest_file f = { .path = path };
	AUTO_FD int fd = open_below(base, path, O_PATH | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 && errno == EXDEV)
		return err_set(e, ERR_ARGUMENT,
		    "%s: not below --base, which every path starts from",
		    STR_QUOTED(path));
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, "%s", STR_QUOTED(path));
	return S_ISDIR(st.st_mode) ? manifest_add_tree(m, path, e)
				   : manifest_add(m, &f, e);
}
