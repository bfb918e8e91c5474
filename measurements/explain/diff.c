#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/input.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/explain/diff.h"
#include "measurements/explain/diffset.h"
#include "measurements/explain/load.h"
#include "measurements/explain/names.h"
#include "measurements/out/json.h"

enum {
	OUT_MAX = 64 * 1024 * 1024,
	TEXT_MAX = 1024 * 1024
};

enum option {
	OPT_FORMAT,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_FORMAT] = { .name = "format",
	    .meta = "text|json",
	    .help = "of the output (text)" },
	[OPT_HELP] = { .name = "help", .help = "show this text" },
};

struct diff {
	const char *path[2];
	const char *v[N_OPTIONS];
	struct saved side[2];
	size_t *partner; /* in side 1 of each set of side 0; SIZE_MAX: none */
	bool *taken;     /* of side 1 */
	bool same;
};

static bool
same_shape(const struct refset *a, const struct refset *b)
{
	return str_eq(a->target, b->target) &&
	       memcmp(a->shape, b->shape, sizeof(a->shape)) == 0;
}

static void
pair_up(struct diff *d)
{
	const struct saved *a = &d->side[0], *b = &d->side[1];

	d->partner = must_alloc(a->n, sizeof(*d->partner));
	d->taken = must_alloc(b->n, sizeof(*d->taken));
	d->same = true;
	for (size_t i = 0; i < a->n; i++) {
		size_t k = 0;

		while (k < b->n &&
		       (d->taken[k] || (!same_shape(&a->sets[i], &b->sets[k]) &&
					   (a->n != 1 || b->n != 1))))
			k++;
		d->partner[i] = k < b->n ? k : SIZE_MAX;
		if (k == b->n) {
			d->same = false;
			continue;
		}
		d->taken[k] = true;
		if (diffset_differs(&a->sets[i], &b->sets[k]))
			d->same = false;
	}
	for (size_t k = 0; k < b->n; k++)
		d->same = d->same && d->taken[k];
}

/* Calls visit for each register of both sets, once. */
static void
each_register(const struct refset *a, const struct refset *b,
    void (*visit)(const struct refset *a, const struct refset *b,
	const char *name, void *arg),
    void *arg)
{
	for (size_t i = 0; i < a->n_registers; i++)
		visit(a, b, a->registers[i].name, arg);
	for (size_t i = 0; i < b->n_registers; i++)
		if (refset_register(a, b->registers[i].name) == NULL)
			visit(a, b, b->registers[i].name, arg);
}

/* --- text --- */

static void
put_value(const char *side, const struct refset_register *reg, struct buf *b)
{
	buf_printf(b, "    %s ", side);
	for (size_t i = 0; i < reg->len; i++)
		buf_printf(b, "%02x", reg->value[i]);
	buf_u8(b, '\n');
}

static void
note_unknown(const struct refset *a, const struct refset *b, const char *name,
    void *arg)
{
	bool *unknown = arg;

	if (diffset_register(a, b, name) == DIFF_UNKNOWN)
		*unknown = true;
}

static void
text_register(const struct refset *a, const struct refset *b, const char *name,
    void *arg)
{
	struct buf *out = arg;

	switch (diffset_register(a, b, name)) {
	case DIFF_SAME:
		buf_printf(out, "  %s: the same\n", name);
		return;
	case DIFF_UNKNOWN:
		buf_printf(out, "  %s: not known in either\n", name);
		return;
	case DIFF_ONLY_A:
		buf_printf(out, "  %s: known in A only\n", name);
		put_value("A", refset_register(a, name), out);
		return;
	case DIFF_ONLY_B:
		buf_printf(out, "  %s: known in B only\n", name);
		put_value("B", refset_register(b, name), out);
		return;
	case DIFF_DIFFERS:
		buf_printf(out, "  %s: ", name);
		diffset_why(a, b, name, out);
		buf_u8(out, '\n');
		put_value("A", refset_register(a, name), out);
		put_value("B", refset_register(b, name), out);
		return;
	}
}

/* The names of both sets' files and parameters, once, and the command line. */
static void
each_input(const struct refset *a, const struct refset *b,
    void (*visit)(const char *text, void *arg), void *arg)
{
	const struct refset *sets[2] = { a, b };
	struct buf text;

	buf_init(&text, TEXT_MAX);
	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; i < sets[k]->n_inputs; i++) {
			const char *name = sets[k]->inputs[i].role;

			buf_clear(&text);
			if ((k == 0 || refset_input(a, name) == NULL) &&
			    diffset_input(a, b, name, &text))
				visit(buf_str(&text), arg);
		}
		for (size_t i = 0; i < sets[k]->n_params; i++) {
			const char *name = sets[k]->params[i].name;

			buf_clear(&text);
			if ((k == 0 || refset_param(a, name) == NULL) &&
			    diffset_input(a, b, name, &text))
				visit(buf_str(&text), arg);
		}
	}
	buf_clear(&text);
	if (diffset_input(a, b, "cmdline", &text))
		visit(buf_str(&text), arg);
	buf_release(&text);
}

static void
text_input(const char *text, void *arg)
{
	buf_printf(arg, "  %s\n", text);
}

static void
text_only(const struct diff *d, struct buf *out)
{
	for (size_t i = 0; i < d->side[0].n; i++) {
		if (d->partner[i] != SIZE_MAX)
			continue;
		names_shape(&d->side[0].sets[i], out);
		buf_add_str(out, ": in A only\n");
	}
	for (size_t k = 0; k < d->side[1].n; k++) {
		if (d->taken[k])
			continue;
		names_shape(&d->side[1].sets[k], out);
		buf_add_str(out, ": in B only\n");
	}
}

static void
text(const struct diff *d, struct buf *out)
{
	bool unknown = false;
	for (size_t i = 0; i < d->side[0].n; i++) {
		const struct refset *a = &d->side[0].sets[i], *b;
		size_t at;

		if (d->partner[i] == SIZE_MAX)
			continue;
		b = &d->side[1].sets[d->partner[i]];
		names_shape(a, out);
		if (!same_shape(a, b)) {
			buf_add_str(out, " → ");
			names_shape(b, out);
		}
		buf_u8(out, '\n');
		each_register(a, b, text_register, out);
		each_register(a, b, note_unknown, &unknown);
		at = out->len;
		buf_add_str(out, "What differs in what was given\n");
		each_input(a, b, text_input, out);
		if (!buf_bad(out) &&
		    out->len == at + strlen("What differs in what was given\n"))
			out->len = at;
	}
	text_only(d, out);
	buf_printf(out, "The registers %s%s.\n",
	    d->same && unknown ? "that are known " : "",
	    d->same ? "are the same" : "differ");
}

/* --- JSON --- */

static void
json_value(struct json_out *j, const char *key,
    const struct refset_register *reg)
{
	if (reg != NULL && reg->known)
		json_out_hex(j, key, reg->value, reg->len);
	else
		json_out_null(j, key);
}

static void
json_register(const struct refset *a, const struct refset *b, const char *name,
    void *arg)
{
	static const char *const results[] = { "same", "unknown", "differs",
		"only a", "only b" };
	enum diff_result result = diffset_register(a, b, name);
	struct json_out *j = arg;
	struct buf why;

	buf_init(&why, TEXT_MAX);
	if (result == DIFF_DIFFERS)
		diffset_why(a, b, name, &why);
	json_out_object(j, NULL);
	json_out_string(j, "name", name);
	json_out_string(j, "result", results[result]);
	json_value(j, "a", refset_register(a, name));
	json_value(j, "b", refset_register(b, name));
	json_out_string(j, "why", why.len ? buf_str(&why) : NULL);
	json_out_end(j);
	buf_release(&why);
}

static void
json_input(const char *what, void *arg)
{
	json_out_string(arg, NULL, what);
}

static void
json_side(struct json_out *j, const char *key, const struct refset *r)
{
	json_out_object(j, key);
	json_out_string(j, "target", r->target);
	json_shape(j, r);
	json_out_end(j);
}

static void
json(const struct diff *d, struct buf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_out_object(&j, NULL);
	json_out_string(&j, "schema", DIFF_SCHEMA);
	json_out_bool(&j, "same", d->same);
	json_out_array(&j, "pairs");
	for (size_t i = 0; i < d->side[0].n; i++) {
		const struct refset *a = &d->side[0].sets[i], *b;

		if (d->partner[i] == SIZE_MAX)
			continue;
		b = &d->side[1].sets[d->partner[i]];
		json_out_object(&j, NULL);
		json_side(&j, "a", a);
		json_side(&j, "b", b);
		json_out_array(&j, "registers");
		each_register(a, b, json_register, &j);
		json_out_end(&j);
		json_out_array(&j, "inputs");
		each_input(a, b, json_input, &j);
		json_out_end(&j);
		json_out_end(&j);
	}
	json_out_end(&j);
	json_out_array(&j, "only_a");
	for (size_t i = 0; i < d->side[0].n; i++)
		if (d->partner[i] == SIZE_MAX)
			json_side(&j, NULL, &d->side[0].sets[i]);
	json_out_end(&j);
	json_out_array(&j, "only_b");
	for (size_t k = 0; k < d->side[1].n; k++)
		if (!d->taken[k])
			json_side(&j, NULL, &d->side[1].sets[k]);
	json_out_end(&j);
	json_out_end(&j);
}

static int
run(struct diff *d, struct buf *out, struct err *e)
{
	const char *format = d->v[OPT_FORMAT] ? d->v[OPT_FORMAT] : "text";
	int rc;

	if (!str_eq(format, "text") && !str_eq(format, "json"))
		return err_set(e, ERR_ARGUMENT, "--format %s: not text or json",
		    STR_QUOTED(format));
	for (int i = 0; i < 2; i++) {
		if (d->path[i] == NULL)
			return err_set(e, ERR_ARGUMENT,
			    "two files or folders are compared (see --help)");
		rc = load_saved(d->path[i], &d->side[i], e);
		if (rc != 0)
			return rc;
	}
	pair_up(d);
	if (str_eq(format, "json"))
		json(d, out);
	else
		text(d, out);
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT, "the result is too long");
	return 0;
}

static void
help(struct buf *b)
{
	buf_add_str(b,
	    "usage: husk diff A B [option ...]\n\n"
	    "Which registers differ, and why. A and B are files that husk "
	    "measure --format json\nwrote, folders with such a file by the "
	    "name of " DIFF_FILE ",\nor images: a UKI, a disk with one, an "
	    "image of Secure Execution.\n(Defaults in parentheses.)\n\n");
	opt_help(options, N_OPTIONS, b);
	buf_add_str(b, "\nExit codes: 0 the same, 1 they differ, 2 wrong usage "
		       "or input.\n");
}

int
diff_main(int argc, char **argv)
{
	struct diff *d = must_alloc(1, sizeof(*d));
	struct buf out;
	struct err e;
	int rc;

	(void)argc;
	buf_init(&out, OUT_MAX);
	d->same = true;
	argv++;
	for (int i = 0; i < 2 && *argv != NULL && (*argv)[0] != '-'; i++)
		d->path[i] = *argv++;
	rc = opt_parse(options, N_OPTIONS, argv, d->v, &e);
	if (rc == 0 && d->v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		rc = run(d, &out, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk diff: %s\n", e.msg);
	rc = rc != 0 ? EXIT_BAD : (d->same ? EXIT_OK : EXIT_NO);
	buf_release(&out);
	for (int i = 0; i < 2; i++)
		saved_release(&d->side[i]);
	free(d->partner);
	free(d->taken);
	free(d);
	return rc;
}
