#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/explain/explain.h"
#include "measurements/explain/load.h"

enum {
	OUT_MAX = 256 * 1024 * 1024
};

static const char help[] =
    "usage: husk explain FILE [--html PAGE]\n"
    "       husk explain [--html PAGE] OPTION ...\n\n"
    "What each register of a guest is made of, and what would change it: a "
    "tree on\nstandard output, or with --html one page in the file PAGE that "
    "needs nothing else.\nFILE is what husk measure --format json wrote, a "
    "folder with it by the name of\nreference-values.json, or an image: a UKI, "
    "a disk with one, an image of Secure\nExecution; else the options are "
    "those "
    "of husk measure (but --format).\n\n"
    "Exit codes: 0 done, 2 wrong usage or input.\n";

struct explain {
	const char *html;
	const char *path;
	bool help;
	char **rest; /* for measure; ends with NULL */
	int n_rest;
};

/* Take our own option out of argv. */
static int
parse(struct explain *x, int argc, char **argv, struct err *e)
{
	x->rest = must_alloc((size_t)argc + 4, sizeof(*x->rest));
	x->rest[x->n_rest++] = argv[0];
	for (int i = 1; i < argc; i++) {
		const char *value = NULL;

		if (str_eq(argv[i], "--help") || str_eq(argv[i], "-h")) {
			x->help = true;
			continue;
		}
		if (str_eq(argv[i], "--html"))
			value = argv[++i];
		else if (str_starts(argv[i], "--html="))
			value = argv[i] + strlen("--html=");
		else {
			if (i == 1 + 2 * (x->html != NULL) &&
			    argv[i][0] != '-' && x->n_rest == 1)
				x->path = argv[i];
			else
				x->rest[x->n_rest++] = argv[i];
			continue;
		}
		if (x->html != NULL)
			return err_set(e, ERR_ARGUMENT,
			    "--html is given twice");
		if (value == NULL)
			return err_set(e, ERR_ARGUMENT,
			    "--html needs a value (PAGE)");
		x->html = value;
	}
	if (x->path == NULL && x->n_rest == 1 && !x->help)
		return err_set(e, ERR_ARGUMENT,
		    "a file or the options of husk measure are missing (see "
		    "--help)");
	if (x->path != NULL && x->n_rest > 1)
		return err_set(e, ERR_ARGUMENT,
		    "unknown argument %s: with a file there are no options of "
		    "husk measure",
		    STR_QUOTED(x->rest[1]));
	return 0;
}

static int
run(struct explain *x, struct err *e)
{
	struct saved s = { .n = 0 };
	struct buf b;
	int rc;

	rc = x->path ? load_saved(x->path, &s, e)
		     : load_measured(x->rest, true, &s, e);
	if (rc != 0)
		return rc;
	buf_init(&b, OUT_MAX);
	if (x->html != NULL)
		explain_page(s.sets, s.n, &b);
	else
		explain_tree(s.sets, s.n, &b);
	rc = output_result(x->html, &b, e);
	buf_release(&b);
	saved_release(&s);
	return rc;
}

int
explain_main(int argc, char **argv)
{
	struct explain x = { .html = NULL };
	struct err e;
	int rc;

	rc = parse(&x, argc, argv, &e);
	if (rc == 0 && x.help) {
		if (fd_write_all(STDOUT_FILENO, help, strlen(help)) < 0)
			rc = err_sys(&e, "write the help");
	} else if (rc == 0) {
		rc = run(&x, &e);
	}
	if (rc < 0)
		fprintf(stderr, "husk explain: %s\n", e.msg);
	free(x.rest);
	return rc == 0 ? EXIT_OK : EXIT_BAD;
}
