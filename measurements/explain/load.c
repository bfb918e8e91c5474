#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/input.h"
#include "measurements/cli/measure.h"
#include "measurements/explain/diff.h"
#include "measurements/explain/load.h"

enum {
	SAVED_SIZE = 64 * 1024 * 1024,
	SE_HEADER_MAX = 0x18000 /* the header begins on a page below */
};

/* Files that husk measure takes as the whole of a guest. */
struct image {
	char *target;
	char *option;
	char *more[3];
	const char *mark;
	size_t at;
	size_t step; /* and there again, as far as a header may be */
};

static const struct image images[] = {
	{ "vtpm", "--uki", { "--secure-boot", "off" }, "MZ", 0, 0 },
	{ "vtpm", "--disk", { "--secure-boot", "off" }, "EFI PART", 512, 0 },
	{ "se", "--image", { NULL }, "IBMSecEx", 0, 4096 },
};

static bool
has_mark(int fd, const struct image *image)
{
	size_t len = strlen(image->mark), at = image->at;
	char found[16];

	do {
		if (pread(fd, found, len, (off_t)at) == (ssize_t)len &&
		    memcmp(found, image->mark, len) == 0)
			return true;
		at += image->step;
	} while (image->step != 0 && at < SE_HEADER_MAX);
	return false;
}

/* Which of them the file is; NULL when it is none. */
static const struct image *
image_of(const char *path)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		if (has_mark(fd, &images[i]))
			return &images[i];
	return NULL;
}

static int
load_image(const struct image *image, const char *path, struct saved *ret_s,
    struct err *e)
{
	char *argv[] = { "measure", "--target", image->target, image->option,
		(char *)path, image->more[0], image->more[1], NULL };

	return load_measured(argv, true, ret_s, e);
}

const char *
load_name(const char *path, char inside[static PATH_MAX], struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return path;
	if (str_format(inside, PATH_MAX, "%s/%s", path, DIFF_FILE) < 0) {
		err_set(e, ERR_LIMIT, "%s: a name too long", STR_QUOTED(path));
		return NULL;
	}
	return inside;
}

int
load_saved(const char *path, struct saved *ret_s, struct err *e)
{
	const struct image *image;
	char inside[PATH_MAX];
	struct input in;
	struct buf b;
	int rc;

	path = load_name(path, inside, e);
	if (path == NULL)
		return -1;
	image = image_of(path);
	if (image != NULL)
		return load_image(image, path, ret_s, e);
	buf_init(&b, SAVED_SIZE);
	rc = input_read(path, &b, &in, e);
	if (rc == 0 && saved_read(b.p, b.len, ret_s, e) < 0)
		rc = err_wrap(e, "%s", STR_QUOTED(path));
	buf_release(&b);
	return rc;
}

/* In the child: the verb measure, its result in fd. */
static void
measure_into(char **argv, int n, bool loud, int fd)
{
	char format[] = "--format", json[] = "json";
	char *args[LOAD_ARGS + 3];
	AUTO_FD int null = -1;

	for (int i = 0; i < n; i++)
		args[i] = argv[i];
	args[n] = format;
	args[n + 1] = json;
	args[n + 2] = NULL;
	if (!loud) {
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null < 0 || dup2(null, STDERR_FILENO) < 0)
			_exit(EXIT_BAD);
	}
	if (dup2(fd, STDOUT_FILENO) < 0)
		_exit(EXIT_BAD);
	_exit(measure_main(n + 2, args));
}

int
load_measured(char **argv, bool loud, struct saved *ret_s, struct err *e)
{
	AUTO_FD int fd = memfd_create("sets", MFD_CLOEXEC);
	int status, rc, n = 0;
	struct buf b;
	pid_t pid;

	while (argv[n] != NULL)
		n++;
	if (n > LOAD_ARGS)
		return err_set(e, ERR_LIMIT, "more than %d arguments",
		    LOAD_ARGS);
	if (fd < 0)
		return err_sys(e, "memfd");
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		measure_into(argv, n, loud, fd);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return err_sys(e, "start the measuring");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_OK)
		return 1;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(e, "read the result");
	buf_init(&b, SAVED_SIZE);
	rc = fd_slurp(fd, &b, e);
	if (rc == 0)
		rc = saved_read(b.p, b.len, ret_s, e);
	buf_release(&b);
	return rc;
}
