#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/input.h"
#include "measurements/format/fast_sha2.h"

enum {
	POPULATE_READ = 22 /* MADV_POPULATE_READ, which not every libc names */
};

/* O_NONBLOCK: opening a pipe must not wait for its other end. */
static int
open_input(const char *path, struct err *e)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return err_sys(e, "open %s", STR_QUOTED(path));
	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", STR_QUOTED(path));
	if (!S_ISREG(st.st_mode) &&
	    !(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3)))
		return err_set(e, ERR_ARGUMENT,
		    "%s: not a regular file (nor /dev/null)", STR_QUOTED(path));
	return take_fd(&fd);
}

/* The whole file, privately. */
static int
map_file(const char *path, uint64_t limit, struct input_map *ret_m,
    struct err *e)
{
	AUTO_FD int fd = open_input(path, e);
	struct stat st;
	void *p;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", STR_QUOTED(path));
	if ((uint64_t)st.st_size > limit || (uint64_t)st.st_size > SIZE_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %llu bytes",
		    STR_QUOTED(path), (unsigned long long)limit);
	if (st.st_size == 0) {
		*ret_m = (struct input_map){ NULL, 0 };
		return 0;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
	    fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "map %s", STR_QUOTED(path));
	*ret_m = (struct input_map){ p, (size_t)st.st_size };
	return 0;
}

int
input_hash(const char *path, struct input *ret_in, struct err *e)
{
	struct input_map m;

	if (input_map(path, UINT64_MAX, true, &m, ret_in, e) < 0)
		return -1;
	input_unmap(&m);
	return 0;
}

int
input_read(const char *path, struct buf *b, struct input *ret_in, struct err *e)
{
	struct input in = { .path = path };
	AUTO_FD int fd = open_input(path, e);
	size_t at = b->len;

	if (fd < 0)
		return -1;
	if (fd_slurp(fd, b, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	in.size = b->len - at;
	fast_sha2_digest(SHA2_256, fast_sha2_paths(FAST_SHA2_256),
	    in.size > 0 ? b->p + at : NULL, (size_t)in.size, in.sha256);
	*ret_in = in;
	return 0;
}

int
input_map(const char *path, uint64_t limit, bool hash, struct input_map *ret_m,
    struct input *ret_in, struct err *e)
{
	struct input in = { .path = path };

	if (map_file(path, limit, ret_m, e) < 0)
		return -1;
	in.size = ret_m->len;
	if (hash)
		fast_sha2_digest(SHA2_256, fast_sha2_paths(FAST_SHA2_256),
		    ret_m->p, ret_m->len, in.sha256);
	*ret_in = in;
	return 0;
}

void
input_touch(const struct input_map *m)
{
	if (m->p != NULL)
		madvise(m->p, m->len, POPULATE_READ);
}

void
input_unmap(struct input_map *m)
{
	if (m->p != NULL)
		munmap(m->p, m->len);
	*m = (struct input_map){ NULL, 0 };
}
