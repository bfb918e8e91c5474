#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/input.h"
#include "measurements/format/fast_sha256.h"

enum {
	BLOCK = 64 * 1024
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

int
input_hash_as(const char *path, enum sha2_algorithm alg, struct input *ret_in,
    uint8_t *ret_digest, struct err *e)
{
	struct input in = { .path = path };
	AUTO_FD int fd = open_input(path, e);
	bool fast = fast_sha256_available();
	uint8_t block[BLOCK];
	struct sha2 h, other;
	ssize_t n;

	if (fd < 0)
		return -1;
	sha2_init(&h, SHA2_256);
	sha2_init(&other, alg);
	while ((n = fd_read(fd, block, sizeof(block))) > 0) {
		fast_sha2_update(&h, fast, block, (size_t)n);
		if (ret_digest != NULL)
			sha2_update(&other, block, (size_t)n);
		in.size += (size_t)n;
	}
	if (n < 0)
		return err_sys(e, "read %s", STR_QUOTED(path));
	sha2_final(&h, in.sha256);
	if (ret_digest != NULL)
		sha2_final(&other, ret_digest);
	*ret_in = in;
	return 0;
}

int
input_hash(const char *path, struct input *ret_in, struct err *e)
{
	return input_hash_as(path, SHA2_256, ret_in, NULL, e);
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
	fast_sha2_digest(SHA2_256, in.size > 0 ? b->p + at : NULL, in.size,
	    in.sha256);
	*ret_in = in;
	return 0;
}

int
input_map(const char *path, uint64_t limit, struct span *ret_bytes,
    struct input *ret_in, struct err *e)
{
	struct input in = { .path = path };
	AUTO_FD int fd = open_input(path, e);
	struct stat st;
	void *p;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", STR_QUOTED(path));
	in.size = (uint64_t)st.st_size;
	if (in.size > limit || in.size > SIZE_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %llu bytes",
		    STR_QUOTED(path), (unsigned long long)limit);
	if (in.size == 0)
		return err_set(e, ERR_SYNTAX, "%s is empty", STR_QUOTED(path));
	p = mmap(NULL, (size_t)in.size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "map %s", STR_QUOTED(path));
	sha2_digest(SHA2_256, p, (size_t)in.size, in.sha256);
	*ret_bytes = span_of(p, (size_t)in.size);
	*ret_in = in;
	return 0;
}

void
input_unmap(struct span *bytes)
{
	if (bytes->p != NULL)
		munmap((void *)(uintptr_t)bytes->p, span_len(bytes));
	*bytes = span_of(NULL, 0);
}
