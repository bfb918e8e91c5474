#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
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
	SAVED_SIZE = 64 * 1024 * 1024
};

int
load_saved(const char *path, struct saved *ret_s, struct err *e)
{
	char inside[PATH_MAX];
	struct stat st;
	struct input in;
	struct buf b;
	int rc;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (str_format(inside, sizeof(inside), "%s/%s", path,
			DIFF_FILE) < 0)
			return err_set(e, ERR_LIMIT, "%s: a name too long",
			    STR_QUOTED(path));
		path = inside;
	}
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
