#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/policy/args.h"

static int
help(const struct args *a)
{
	size_t i;

	printf("usage: husk policy %s [option ...] %s\n\n%s\n\n", a->verb,
	    a->files_meta, a->about);
	for (i = 0; i < a->n_args; i++) {
		const struct arg *x = &a->args[i];
		char left[64];

		snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
		    x->letter ? '-' : ' ', x->letter ? x->letter : ' ',
		    x->letter ? ", " : "  ", x->name, x->meta ? " " : "",
		    x->meta ? x->meta : "");
		printf("  %-26s %s\n", left, x->help);
	}
	printf("      --help                 show this text\n");
	return output_flush();
}

static int
wrong(const struct args *a, const char *what, const char *arg)
{
	fprintf(stderr, "husk policy %s: %s %s\n", a->verb, what,
	    STR_QUOTED(arg));
	return EXIT_BAD;
}

/* The index of the argument that text names, its "=value" in *ret; or -1. */
static int
find(const struct args *a, const char *text, const char **ret)
{
	size_t len = strcspn(text, "="), i;

	*ret = NULL;
	for (i = 0; i < a->n_args; i++) {
		const struct arg *x = &a->args[i];

		if (text[1] == x->letter && x->letter != 0 && text[2] == 0)
			return (int)i;
		if (text[1] == '-' && strlen(x->name) == len - 2 &&
		    memcmp(x->name, text + 2, len - 2) == 0) {
			if (text[len] == '=')
				*ret = text + len + 1;
			return (int)i;
		}
	}
	return -1;
}

int
args_parse(struct args *a, int argc, char **argv, size_t least, size_t most)
{
	int i;

	a->files = argv + 1;
	a->n_files = 0;
	for (i = 1; i < argc; i++) {
		const char *value;
		int at;

		if (str_eq(argv[i], "--help") || str_eq(argv[i], "-h"))
			return help(a);
		if (argv[i][0] != '-' || argv[i][1] == 0) {
			a->files[a->n_files++] = argv[i];
			continue;
		}
		at = find(a, argv[i], &value);
		if (at < 0)
			return wrong(a, "unknown option", argv[i]);
		if (a->values[at] != NULL)
			return wrong(a, "given twice:", argv[i]);
		if (a->args[at].meta == NULL && value != NULL)
			return wrong(a, "takes no value:", argv[i]);
		if (a->args[at].meta == NULL)
			value = "";
		else if (value == NULL && ++i < argc)
			value = argv[i];
		if (value == NULL)
			return wrong(a, "needs a value:", argv[i - 1]);
		a->values[at] = value;
	}
	if (a->n_files < least || a->n_files > most) {
		fprintf(stderr,
		    "husk policy %s: wrong number of files (see --help)\n",
		    a->verb);
		return EXIT_BAD;
	}
	return -1;
}

int
args_read(const char *path, struct buf *b, struct err *e)
{
	int fd = str_eq(path, "-") ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	if (fd < 0)
		return err_sys(e, "open %s", STR_QUOTED(path));
	for (;;) {
		uint8_t *room = buf_reserve(b, 65536);

		if (room == NULL)
			break;
		got = read(fd, room, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		buf_commit(b, (size_t)got);
	}
	if (fd != 0)
		close(fd);
	if (buf_bad(b))
		return err_set(e, ERR_LIMIT, "%s is too large",
		    STR_QUOTED(path));
	if (got < 0)
		return err_sys(e, "read %s", STR_QUOTED(path));
	return 0;
}

int
args_fail(const struct args *a, const struct err *e)
{
	fprintf(stderr, "husk policy %s: %s\n", a->verb, e->msg);
	return EXIT_BAD;
}

struct heap_key
args_key(void)
{
	struct heap_key key;

	if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key))
		die("getrandom: no random bytes");
	return key;
}

int
args_load(struct args_policy *p, char **files, size_t n,
    const struct policy_options *o, struct err *e)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	p->modules = must_alloc(n + 1, sizeof(*p->modules));
	p->texts = must_alloc(n + 1, sizeof(*p->texts));
	p->n = n;
	for (i = 0; i < n; i++)
		buf_init(&p->texts[i], ARGS_FILE_MAX);
	for (i = 0; i < n; i++) {
		if (args_read(files[i], &p->texts[i], e) < 0)
			return -1;
		p->modules[i].name = files[i];
		p->modules[i].text = buf_str(&p->texts[i]);
		p->modules[i].len = p->texts[i].len;
	}
	return policy_new(p->modules, n, o, &p->policy, &p->diags, e);
}

void
args_unload(struct args_policy *p)
{
	size_t i;

	policy_free(p->policy);
	for (i = 0; i < p->n; i++)
		buf_release(&p->texts[i]);
	free(p->texts);
	free(p->modules);
}
