/*
 * tests/lib/corpus -- run a fuzz target over its stored corpus, without clang
 *
 * Linked with one tests/fuzz/<module>/<unit>.c; CORPUS names its folder.
 * One TAP line a file; a crash ends the program and so fails its plan.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fd.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	FILE_MAX = 8 * 1024 * 1024
};

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(void)
{
	struct dirent **names;
	int dirfd = open(CORPUS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int n = scandir(CORPUS, &names, visible, alphasort);
	int bad = 0;

	if (dirfd < 0 || n < 0) {
		printf("1..0 # SKIP no corpus at %s\n", CORPUS);
		return 0;
	}
	for (int i = 0; i < n; i++) {
		struct buf b;
		struct err e;

		buf_init(&b, FILE_MAX);
		if (fd_read_file(dirfd, names[i]->d_name, &b, &e) < 0) {
			printf("not ok %d - %s: %s\n", i + 1, names[i]->d_name,
			    e.msg);
			bad = 1;
		} else {
			LLVMFuzzerTestOneInput(b.p, b.len);
			printf("ok %d - %s\n", i + 1, names[i]->d_name);
		}
		fflush(stdout);
		buf_release(&b);
		free(names[i]);
	}
	printf("1..%d\n", n);
	free(names);
	close(dirfd);
	return bad;
}
