#include <stdio.h>

#include "base/str.h"
#include "measurements/cli/input.h"
#include "measurements/cli/kata_check.h"
#include "measurements/cli/measure.h"
#include "measurements/format/limits.h"
#include "measurements/kata/known.h"

enum {
	ARENA_MAX = 16 * 1024 * 1024
};

static const char usage[] =
    "usage: husk kata-check [--runtime go|rs] FILE...\n"
    "\n"
    "Read files of Kata's configuration and name each option that Kata 4.1 "
    "does not\n"
    "know: a misspelt one has no effect, and no runtime says so. Without "
    "--runtime,\n"
    "what either of the runtimes knows is fine. Exit code 1: there was one.\n";

static void
print_finding(void *ctx, const char *text)
{
	(void)ctx;
	printf("%s\n", text);
}

/* Returns the number of findings, or -1. */
static int
check_file(const char *path, enum kata_runtime r, struct err *e)
{
	struct kata_doc doc = { .path = path };
	struct input in;
	struct arena a;
	struct buf b;
	int rc = -1;

	arena_init(&a, ARENA_MAX);
	buf_init(&b, LIMIT_KATA_CONFIG);
	if (input_read(path, &b, &in, e) == 0) {
		if (toml_parse(buf_str(&b), b.len, &a, &doc.root, e) < 0)
			err_wrap(e, "%s", STR_QUOTED(path));
		else
			rc =
			    (int)kata_known_check(&doc, r, print_finding, NULL);
	}
	buf_release(&b);
	arena_release(&a);
	return rc;
}

static int
bad(const struct err *e)
{
	fprintf(stderr, "husk kata-check: %s\n", e->msg);
	return EXIT_BAD;
}

int
kata_check_main(int argc, char **argv)
{
	enum kata_runtime r = KATA_GUESS;
	int i = 1, found = 0;
	struct err e;

	if (argc > 1 && (str_eq(argv[1], "--help") || str_eq(argv[1], "-h"))) {
		printf("%s", usage);
		return 0;
	}
	if (argc > 2 && str_eq(argv[1], "--runtime")) {
		if (kata_runtime_parse(argv[2], &r, &e) < 0)
			return bad(&e);
		i = 3;
	}
	if (i >= argc || argv[i][0] == '-') {
		fprintf(stderr, "%s", usage);
		return EXIT_BAD;
	}
	for (; i < argc; i++) {
		int n = check_file(argv[i], r, &e);

		if (n < 0)
			return bad(&e);
		found |= n > 0;
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("husk: write the result");
		return EXIT_BAD;
	}
	return found;
}
