#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "measurements/cli/manifest_cmd.h"
#include "measurements/cli/manifest_files.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/cli/optlist.h"
#include "measurements/cli/output.h"
#include "measurements/cli/signature.h"
#include "measurements/format/limits.h"
#include "measurements/out/json_out.h"

enum option {
	OPT_MANIFEST,
	OPT_BASE,
	OPT_FILE,
	OPT_KEY,
	OPT_SIGNATURE,
	OPT_FORMAT,
	OPT_OUT,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_MANIFEST] = { "manifest", "FILE", "show, sign, verify: it" },
	[OPT_BASE] = { "base", "DIR",
	    "make, verify: what paths start from (the manifest's folder)" },
	[OPT_FILE] = { "file", "PATH",
	    "make: a file, or a folder with all that is in it; repeat it" },
	[OPT_KEY] = { "key", "FILE",
	    "sign: private key; verify: public key; PEM by openssl" },
	[OPT_SIGNATURE] = { "signature", "FILE",
	    "verify: the signature (the manifest's name and .sig)" },
	[OPT_FORMAT] = { "format", "text|json", "show: the form (text)" },
	[OPT_OUT] = { "out", "FILE",
	    "where to write (sign: as --signature; else standard output)" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

enum {
	ALLOWED_MAKE = 1 << OPT_BASE | 1 << OPT_OUT,
	ALLOWED_SHOW = 1 << OPT_MANIFEST | 1 << OPT_FORMAT | 1 << OPT_OUT,
	ALLOWED_SIGN = 1 << OPT_MANIFEST | 1 << OPT_KEY | 1 << OPT_OUT,
	ALLOWED_VERIFY = 1 << OPT_MANIFEST | 1 << OPT_KEY | 1 << OPT_SIGNATURE |
			 1 << OPT_BASE,
	OUT_MAX = 4 * MANIFEST_SIZE
};

struct command {
	const char *v[N_OPTIONS];
	const char *files[MANIFEST_TREES];
	size_t n_files;
	char sig_path[4096];
	struct manifest_skip skip;
	struct manifest named;
	struct manifest found;
	struct buf text; /* of the manifest */
	struct buf key;
	struct buf sig;
	struct buf out;
};

/* -- make, show ---------------------------------------------------------- */

static int
open_base(const char *path, struct err *e)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_sys(e, "open %s", STR_QUOTED(path)) : fd;
}

static int
check_found(const struct command *c, struct err *e)
{
	for (size_t i = 0; i < c->found.n_files; i++)
		if (!c->found.files[i].regular)
			return err_set(e, ERR_ARGUMENT,
			    "%s: not a regular file",
			    STR_QUOTED(c->found.files[i].path));
	return 0;
}

static int
run_make(struct command *c, struct err *e)
{
	AUTO_FD int base = -1;

	if (c->n_files == 0)
		return err_set(e, ERR_ARGUMENT, "--file is missing");
	base = open_base(c->v[OPT_BASE] == NULL ? "." : c->v[OPT_BASE], e);
	if (base < 0)
		return -1;
	if (c->v[OPT_OUT] != NULL)
		manifest_files_skip(&c->skip, c->v[OPT_OUT]);
	for (size_t i = 0; i < c->n_files; i++)
		if (manifest_files_name(base, c->files[i], &c->named, e) < 0)
			return -1;
	if (manifest_sort(&c->named, e) < 0 ||
	    manifest_files_find(base, &c->named, &c->skip, &c->found, e) < 0 ||
	    check_found(c, e) < 0)
		return -1;
	for (size_t i = 0; i < c->named.n_trees; i++)
		if (manifest_add_tree(&c->found, c->named.trees[i], e) < 0)
			return -1;
	manifest_write(&c->found, &c->out);
	return EXIT_OK;
}

static void
show_json(struct command *c)
{
	struct json_out j;

	json_out_init(&j, &c->out);
	json_out_object(&j, NULL);
	json_out_array(&j, "trees");
	for (size_t i = 0; i < c->named.n_trees; i++)
		json_out_string(&j, NULL, c->named.trees[i]);
	json_out_end(&j);
	json_out_array(&j, "files");
	for (size_t i = 0; i < c->named.n_files; i++) {
		const struct manifest_file *f = &c->named.files[i];

		json_out_object(&j, NULL);
		json_out_string(&j, "path", f->path);
		json_out_number(&j, "size", f->size);
		json_out_hex(&j, "sha256", f->sha256, sizeof(f->sha256));
		json_out_end(&j);
	}
	json_out_end(&j);
	json_out_end(&j);
}

static int
run_show(struct command *c, struct err *e)
{
	const char *format = c->v[OPT_FORMAT];
	char hex[HEX_SIZE(SHA2_256_LEN)];

	if (format != NULL && str_eq(format, "json")) {
		show_json(c);
		return EXIT_OK;
	}
	if (format != NULL && !str_eq(format, "text"))
		return err_set(e, ERR_ARGUMENT,
		    "format %s is neither text nor json", STR_QUOTED(format));
	for (size_t i = 0; i < c->named.n_files; i++) {
		const struct manifest_file *f = &c->named.files[i];

		hex_encode(f->sha256, sizeof(f->sha256), hex);
		buf_printf(&c->out, "%s %10llu  %s\n", hex,
		    (unsigned long long)f->size, f->path);
	}
	for (size_t i = 0; i < c->named.n_trees; i++)
		buf_printf(&c->out, "and nothing else in %s\n",
		    c->named.trees[i]);
	return EXIT_OK;
}

/* -- sign, verify -------------------------------------------------------- */

static int
read_file(const char *path, struct buf *b, struct err *e)
{
	struct input in;

	return input_read(path, b, &in, e);
}

static int
run_sign(struct command *c, struct err *e)
{
	const char *key = c->v[OPT_KEY];

	if (key == NULL)
		return err_set(e, ERR_ARGUMENT, "--key is missing");
	if (c->v[OPT_OUT] == NULL)
		c->v[OPT_OUT] = c->sig_path;
	if (read_file(key, &c->key, e) < 0)
		return -1;
	if (signature_make(span_of(c->key.p, c->key.len),
		span_of(c->text.p, c->text.len), &c->out, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(key));
	return EXIT_OK;
}

static void
report(void *ctx, enum manifest_change what, const struct manifest_file *wanted,
    const struct manifest_file *found)
{
	static const char *const words[] = { "differs", "missing", "extra" };
	char hex[HEX_SIZE(SHA2_256_LEN)];
	struct buf *out = ctx;

	buf_printf(out, "%s %s", words[what], (wanted ? wanted : found)->path);
	if (found != NULL && !found->regular) {
		buf_add_str(out, ": not a regular file");
	} else if (what == MANIFEST_DIFFERS) {
		hex_encode(found->sha256, sizeof(found->sha256), hex);
		buf_printf(out, ": %llu bytes with SHA-256 %s, signed are %llu",
		    (unsigned long long)found->size, hex,
		    (unsigned long long)wanted->size);
		hex_encode(wanted->sha256, sizeof(wanted->sha256), hex);
		buf_printf(out, " with %s", hex);
	}
	buf_add_str(out, "\n");
}

/* The folder that the manifest is in. */
static int
open_folder(const char *manifest, struct err *e)
{
	const char *slash = strrchr(manifest, '/');
	char path[4096];

	if (str_format(path, sizeof(path), "%.*s",
		slash == NULL ? 1 : (int)(slash - manifest) + 1,
		slash == NULL ? "." : manifest) < 0)
		return err_set(e, ERR_LIMIT, "--manifest: too long");
	return open_base(path, e);
}

static int
compare(struct command *c, const char *about, struct err *e)
{
	const char *manifest = c->v[OPT_MANIFEST], *dir = c->v[OPT_BASE];
	AUTO_FD int base =
	    dir != NULL ? open_base(dir, e) : open_folder(manifest, e);
	size_t n;

	if (base < 0)
		return -1;
	manifest_files_skip(&c->skip, manifest);
	manifest_files_skip(&c->skip, c->v[OPT_SIGNATURE]);
	if (manifest_files_find(base, &c->named, &c->skip, &c->found, e) < 0)
		return -1;
	n = manifest_compare(&c->named, &c->found, report, &c->out);
	if (n > 0) {
		buf_printf(&c->out,
		    "%zu %s; the signature is right, by the %s\n", n,
		    n == 1 ? "file is not as signed"
			   : "files are not as signed",
		    about);
		return EXIT_NO;
	}
	buf_printf(&c->out, "%zu files as signed by the %s\n", c->named.n_files,
	    about);
	return EXIT_OK;
}

static int
run_verify(struct command *c, struct err *e)
{
	const char *key = c->v[OPT_KEY];
	char about[SIGNATURE_ABOUT];

	if (key == NULL)
		return err_set(e, ERR_ARGUMENT, "--key is missing");
	if (c->v[OPT_SIGNATURE] == NULL)
		c->v[OPT_SIGNATURE] = c->sig_path;
	if (read_file(key, &c->key, e) < 0 ||
	    read_file(c->v[OPT_SIGNATURE], &c->sig, e) < 0)
		return -1;
	if (signature_check(span_of(c->key.p, c->key.len),
		span_of(c->text.p, c->text.len), span_of(c->sig.p, c->sig.len),
		about, e) < 0)
		return err_wrap(e, "%s",
		    STR_QUOTED(
			e->code == ERR_DENIED ? c->v[OPT_SIGNATURE] : key));
	return compare(c, about, e);
}

/* -- the verb ------------------------------------------------------------ */

struct sub {
	const char *name;
	int (*run)(struct command *c, struct err *e);
	unsigned allowed; /* options, as bits */
};

static const struct sub subs[] = {
	{ "make", run_make, ALLOWED_MAKE },
	{ "show", run_show, ALLOWED_SHOW },
	{ "sign", run_sign, ALLOWED_SIGN },
	{ "verify", run_verify, ALLOWED_VERIFY },
};

static int
help(void)
{
	struct buf b;

	buf_init(&b, OUT_MAX);
	buf_add_str(&b,
	    "usage: husk manifest make|show|sign|verify [option ...]\n\n"
	    "What a build made, signed. (Defaults in parentheses.)\n\n");
	opt_help(options, N_OPTIONS, &b);
	buf_add_str(&b,
	    "\nExit codes: 0 done, 1 a signature or file is not right, 2 "
	    "wrong usage or input.\n");
	fputs(buf_str(&b), stdout);
	buf_release(&b);
	return output_flush();
}

static int
load(struct command *c, const struct sub *s, struct err *e)
{
	const char *path = c->v[OPT_MANIFEST];

	for (int i = 0; i < OPT_HELP; i++)
		if (c->v[i] != NULL && (s->allowed & 1U << i) == 0)
			return err_set(e, ERR_ARGUMENT, "--%s is not for %s",
			    options[i].name, s->name);
	if ((s->allowed & 1 << OPT_MANIFEST) == 0)
		return 0;
	if (c->n_files > 0)
		return err_set(e, ERR_ARGUMENT, "--file is for make");
	if (path == NULL)
		return err_set(e, ERR_ARGUMENT, "--manifest is missing");
	if (str_format(c->sig_path, sizeof(c->sig_path), "%s.sig", path) < 0)
		return err_set(e, ERR_LIMIT, "--manifest: too long");
	if (read_file(path, &c->text, e) < 0)
		return -1;
	if (manifest_parse(span_of(c->text.p, c->text.len), &c->named, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	return 0;
}

static int
run(const struct sub *s, char **argv, struct command *c, struct err *e)
{
	int rc;

	if (optlist_take(argv, "file", c->files, MANIFEST_TREES, &c->n_files,
		e) < 0 ||
	    opt_parse(options, N_OPTIONS, argv, c->v, e) < 0)
		return -1;
	if (c->v[OPT_HELP] != NULL)
		return help();
	if (load(c, s, e) < 0)
		return -1;
	rc = s->run(c, e);
	return rc >= 0 && output_result(c->v[OPT_OUT], &c->out, e) < 0 ? -1
								       : rc;
}

static int
start(const struct sub *s, char **argv)
{
	struct command c = { .n_files = 0 };
	struct err e;
	int rc;

	manifest_init(&c.named);
	manifest_init(&c.found);
	buf_init(&c.text, MANIFEST_SIZE);
	buf_init(&c.key, LIMIT_KEY_FILE);
	buf_init(&c.sig, SIGNATURE_MAX);
	buf_init(&c.out, OUT_MAX);
	rc = run(s, argv, &c, &e);
	if (rc < 0) {
		fprintf(stderr, "husk manifest: %s\n", e.msg);
		rc = e.code == ERR_DENIED ? EXIT_NO : EXIT_BAD;
	}
	if (c.key.p != NULL)
		explicit_bzero(c.key.p, c.key.cap);
	manifest_release(&c.named);
	manifest_release(&c.found);
	buf_release(&c.text);
	buf_release(&c.key);
	buf_release(&c.sig);
	buf_release(&c.out);
	return rc;
}

int
manifest_main(int argc, char **argv)
{
	const char *name = argc < 2 ? "" : argv[1];

	if (str_eq(name, "--help") || str_eq(name, "-h"))
		return help();
	for (size_t i = 0; i < sizeof(subs) / sizeof(subs[0]); i++)
		if (str_eq(name, subs[i].name))
			return start(&subs[i], argv + 2);
	if (argc < 2)
		fprintf(stderr,
		    "husk manifest: make, show, sign or verify is missing "
		    "(see --help)\n");
	else
		fprintf(stderr,
		    "husk manifest: %s is none of make, show, sign, verify\n",
		    STR_QUOTED(name));
	return EXIT_BAD;
}
