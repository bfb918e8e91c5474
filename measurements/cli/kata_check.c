#include <stdio.h>

#include "base/str.h"
#include "measurements/cli/input.h"
#include "measurements/cli/kata_check.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
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
    "know, a line each: a misspelt one has no effect, and Kata says so for few "
    "of them.\n"
    "\n"
    "  --runtime go|rs        what this runtime knows (what either does)\n"
    "  --help                 show this text\n"
    "\n"
    "Exit codes: 0 every option is known, 1 one is not, 2 wrong usage or "
    "input.\n";

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

/* Options may stand anywhere; the files are moved to the front of argv. */
static int
parse(char **argv, enum kata_runtime *ret_r, bool *ret_help, struct err *e)
{
	int n = 0;

	for (char **p = argv; *p != NULL; p++) {
		if (str_eq(*p, "--help") || str_eq(*p, "-h")) {
			*ret_help = true;
		} else if (str_eq(*p, "--runtime")) {
			if (*++p == NULL)
				return err_set(e, ERR_ARGUMENT,
				    "--runtime needs a value (go or rs)");
			if (kata_runtime_parse(*p, ret_r, e) < 0)
				return -1;
		} else if ((*p)[0] == '-') {
			return err_set(e, ERR_ARGUMENT,
			    "unknown option %s (see --help)", STR_QUOTED(*p));
		} else {
			argv[n++] = *p;
		}
	}
	argv[n] = NULL;
	if (n == 0 && !*ret_help)
		return err_set(e, ERR_ARGUMENT,
		    "the files are missing (see --help)");
	return 0;
}

int
kata_check_main(int argc, char **argv)
{
	enum kata_runtime r = KATA_GUESS;
	bool help = false;
	int found = 0;
	struct err e;

	(void)argc;
	argv++;
	if (parse(argv, &r, &help, &e) < 0)
		return bad(&e);
	if (help)
		printf("%s", usage);
	for (; !help && *argv != NULL; argv++) {
		int n = check_file(*argv, r, &e);

		if (n < 0)
			return bad(&e);
		found |= n > 0;
	}
	return output_flush() == EXIT_OK ? found : EXIT_BAD;
}
