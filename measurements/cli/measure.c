#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/kata_files.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/cli/tee.h"
#include "measurements/cli/work.h"
#include "measurements/format/fast_sha2.h"
#include "measurements/format/limits.h"
#include "measurements/out/out.h"
#include "measurements/tdx/tdprofile.h"

/* Whether anything asks for the hashes of a file that was named. */
static bool
wants_hash(const struct measure *m, int o)
{
	return m->files[o].bytes.p != NULL &&
	       (m->shows_inputs || (options[o].held_by & m->tee->bit) == 0);
}

/* Every file that an option names, once; none of its bytes are read. */
static int
map_files(struct measure *m, struct err *e)
{
	for (int i = 0; i < N_OPTIONS; i++) {
		struct measure_file *f = &m->files[i];
		bool held = options[i].held_by & m->tee->bit;

		if (m->v[i] == NULL || options[i].role == NULL ||
		    options[i].limit == OPTIONS_MAPPED)
			continue;
		if (input_map(m->v[i], held ? options[i].limit : UINT64_MAX,
			false, &f->bytes, &f->in, e) < 0)
			return err_wrap(e, "%s", options[i].role);
		/* Of no bytes there is nothing to do in parallel. */
		if (f->bytes.p == NULL)
			sha2_digest(SHA2_256, NULL, 0, f->in.sha256);
		f->wants_sha384 = !held && m->tee->bit == TEE_TDX;
	}
	return 0;
}

static void
hash_file(void *arg)
{
	unsigned paths = fast_sha2_paths(FAST_SHA2_ALL);
	struct measure_file *f = arg;

	fast_sha2_digest(SHA2_256, paths, f->bytes.p, f->bytes.len,
	    f->in.sha256);
	if (f->wants_sha384)
		fast_sha2_digest(SHA2_384, paths, f->bytes.p, f->bytes.len,
		    f->sha384);
}

static void
touch_file(void *arg)
{
	const struct measure_file *f = arg;

	input_touch(&f->bytes);
}

/* What the TEE makes of the files, as a piece of work. */
struct preparation {
	struct measure *m;
	int rc;
	struct err e;
};

static void
prepare(void *arg)
{
	struct preparation *p = arg;

	p->rc = p->m->tee->prepare(p->m, &p->e);
}

/* The largest file that is to be hashed; NULL when there is none. */
static struct measure_file *
largest_file(struct measure *m)
{
	struct measure_file *f = NULL;

	for (int i = 0; i < N_OPTIONS; i++)
		if (wants_hash(m, i) &&
		    (f == NULL || m->files[i].bytes.len > f->bytes.len))
			f = &m->files[i];
	return f;
}

/*
 * Hashes beside prepare(). The largest file, a kernel, decides how long all of
 * it takes: its hash begins at once, and other hands bring its pages.
 */
static int
read_files(struct measure *m, struct err *e)
{
	struct preparation p = { .m = m };
	struct work w[N_OPTIONS + 2];
	struct measure_file *first;
	size_t n = 0;

	if (map_files(m, e) < 0)
		return -1;
	first = largest_file(m);
	if (first != NULL) {
		w[n++] = (struct work){ hash_file, first };
		if (work_hands(2) > 1)
			w[n++] = (struct work){ touch_file, first };
	}
	w[n++] = (struct work){ prepare, &p };
	for (int i = 0; i < N_OPTIONS; i++)
		if (wants_hash(m, i) && &m->files[i] != first)
			w[n++] = (struct work){ hash_file, &m->files[i] };
	work_do(w, n);
	if (p.rc < 0)
		*e = p.e;
	return p.rc;
}

/* What a set holds whatever the TEE. */
static void
begin_set(const struct measure *m, const struct shape *s, struct refset *r)
{
	refset_init(r, m->tee->name, m->tee->title);
	r->shape[REFSET_VCPUS] = s->vcpus;
	r->shape[REFSET_MEMORY] = s->memory;
	for (int i = 0; i < N_OPTIONS; i++)
		if (m->v[i] != NULL && options[i].role != NULL)
			refset_add_input(r, options[i].role, m->v[i],
			    m->files[i].in.size, m->files[i].in.sha256);
	if (m->v[OPT_KATA_CONFIG] != NULL)
		kata_files_describe(m->kata, r);
	if (m->cmdline == NULL)
		return;
	refset_set_cmdline(r, m->cmdline);
	if (strlen(m->cmdline) > LIMIT_CMDLINE_X86)
		refset_warn(r,
		    "the command line has %zu bytes, and Linux reads the first "
		    "%d of them",
		    strlen(m->cmdline), LIMIT_CMDLINE_X86);
}

/* What the guest's kernel gets, when it gets one. */
static int
set_cmdline(struct measure *m, const struct shape *s, struct err *e)
{
	if (m->v[OPT_KERNEL] == NULL)
		return 0;
	if (m->v[OPT_KATA_CONFIG] != NULL)
		return kata_files_cmdline(m->kata, s, &m->cmdline, e);
	m->cmdline = m->v[OPT_CMDLINE] ? m->v[OPT_CMDLINE] : "";
	return 0;
}

static int
measure_shapes(struct measure *m, struct refset *sets, struct err *e)
{
	for (size_t i = 0; i < m->shapes.n; i++) {
		const struct shape *s = &m->shapes.s[i];

		if (set_cmdline(m, s, e) < 0)
			return -1;
		begin_set(m, s, &sets[i]);
		if (m->tee->measure(m, s, &sets[i], e) < 0)
			return -1;
	}
	return 0;
}

/* A warning that all shapes share is said once. */
static void
print_warnings(const struct refset *sets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sets[i].n_warnings; k++)
			if (i == 0 || k >= sets[i - 1].n_warnings ||
			    !str_eq(sets[i].warnings[k],
				sets[i - 1].warnings[k]))
				fprintf(stderr, "husk measure: warning: %s\n",
				    sets[i].warnings[k]);
}

/* All that was asked for, but for what the TEE makes of it. */
static int
read_request(struct measure *m, struct out *o, const struct out_format **ret_f,
    struct err *e)
{
	if (tee_parse(m->v[OPT_TARGET], &m->tee, e) < 0 ||
	    options_check(m->v, m->tee->bit, m->tee->name, e) < 0 ||
	    output_parse(m->v[OPT_FORMAT], m->v[OPT_REGISTER],
		m->v[OPT_EXPIRES], o, ret_f, e) < 0)
		return -1;
	if (m->v[OPT_KATA_CONFIG] != NULL) {
		m->kata = must_alloc(1, sizeof(*m->kata));
		if (kata_files_read(m, m->kata, e) < 0)
			return -1;
	}
	if (options_check_needs(m->v, e) < 0)
		return -1;
	return shapes_parse(m->v[OPT_VCPUS], m->v[OPT_MEMORY], &m->shapes, e);
}

static int
run(struct measure *m, struct buf *b, struct err *e)
{
	const struct out_format *format;
	struct out o = { .reg = NULL };
	struct refset *sets;
	int rc = -1;

	if (read_request(m, &o, &format, e) < 0)
		return -1;
	m->shows_inputs = format->shows_inputs || m->v[OPT_OUTPUT] != NULL;
	m->state = must_alloc(1, m->tee->state_size ? m->tee->state_size : 1);
	if (m->tee->check(m, e) < 0 || read_files(m, e) < 0)
		return -1;
	sets = must_alloc(m->shapes.n, sizeof(*sets));
	o.sets = sets;
	o.n = m->shapes.n;
	if (measure_shapes(m, sets, e) == 0)
		rc = output_make(&o, format, m->v[OPT_OUTPUT], b, e);
	if (rc == 0)
		print_warnings(sets, m->shapes.n);
	free(sets);
	return rc;
}

static void
help(struct buf *b)
{
	buf_add_str(b,
	    "usage: husk measure --target NAME [option ...]\n\n"
	    "Print what the hardware will report for a guest started from "
	    "exactly these\ninputs: digests and registers by their names, in "
	    "the form that --format names.\n(Defaults in parentheses.)\n\n");
	opt_help(options, N_OPTIONS, b);
	buf_add_str(b, "\nForms of the output\n");
	out_help(b);
	buf_add_str(b,
	    "\nExit codes: 0 done, 2 wrong usage or input, or a register that "
	    "was asked for\nand is not known.\n");
}

static int
list_profiles(struct measure *m, struct buf *b, struct err *e)
{
	if (tee_parse(m->v[OPT_TARGET], &m->tee, e) < 0 ||
	    options_check(m->v, m->tee->bit, m->tee->name, e) < 0)
		return -1;
	tdprofile_list(b);
	return 0;
}

/* The maps go with the process: taking them down costs as much once more. */
static void
release(struct measure *m)
{
	if (m->state != NULL && m->tee->release != NULL)
		m->tee->release(m);
	free(m->state);
	if (m->kata != NULL)
		kata_files_release(m->kata);
	free(m->kata);
	free(m);
}

int
measure_main(int argc, char **argv)
{
	const struct tee *tee = tee_wanted(argv);
	struct measure *m;
	struct buf b;
	struct err e;
	int rc;

	if (tee != NULL && tee->main != NULL)
		return tee->main(argc, argv);
	m = must_alloc(1, sizeof(*m));
	buf_init(&b, OUTPUT_MAX);
	rc = opt_parse(options, N_OPTIONS, argv + 1, m->v, &e);
	if (rc == 0 && m->v[OPT_HELP] != NULL)
		help(&b);
	else if (rc == 0 && m->v[OPT_LIST_PROFILES] != NULL)
		rc = list_profiles(m, &b, &e);
	else if (rc == 0)
		rc = run(m, &b, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, b.p, b.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk measure: %s\n", e.msg);
	buf_release(&b);
	release(m);
	return rc == 0 ? EXIT_OK : EXIT_BAD;
}
