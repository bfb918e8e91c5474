#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "codec/utf8.h"
#include "measurements/cli/initdata_cmd.h"
#include "measurements/cli/initdata_form.h"
#include "measurements/cli/input.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/cli/output.h"
#include "measurements/format/limits.h"
#include "measurements/out/json_out.h"
#include "policy/policy.h"

enum {
	OUT_MAX = 2 * INITDATA_MAX,
	/* Of all annotations of a pod together (Kubernetes). */
	ANNOTATIONS_MAX = 256 * 1024,
	RPV_LEN = 64, /* Arm CCA's realm personalization value */
	PCR_LEN = SHA2_256_LEN,
	PARTS_MAX = 3
};

enum option {
	OPT_INPUT,
	OPT_TOML,
	OPT_ALGORITHM,
	OPT_POLICY,
	OPT_AA,
	OPT_CDH,
	OPT_FORMAT,
	OPT_OUT,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_INPUT] = { "input", "FILE",
	    "show, digest, check: TOML, gzip, annotation or image" },
	[OPT_TOML] = { "toml", "FILE", "pack: a finished document, or" },
	[OPT_ALGORITHM] = { "algorithm", "NAME",
	    "pack: sha384, sha256 or sha512, with" },
	[OPT_POLICY] = { "policy", "FILE", "pack: policy.rego" },
	[OPT_AA] = { "aa", "FILE", "pack: aa.toml" },
	[OPT_CDH] = { "cdh", "FILE", "pack: cdh.toml" },
	[OPT_FORMAT] = { "format", "NAME",
	    "pack: annotation, toml, gzip, image; else text, json" },
	[OPT_OUT] = { "out", "FILE", "where to write (standard output)" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

static const char usage[] =
    "usage: husk initdata pack [option ...]\n"
    "       husk initdata show|digest|check --input FILE [option ...]\n"
    "\n"
    "Make initdata of a pod, say what is in it and what hardware will hold of "
    "its\n"
    "digest, or check that a guest takes it and Kubernetes has room for it.\n"
    "(The first of several forms is the default.)\n"
    "\n";

static const char exit_codes[] =
    "\nExit codes: 0 done, 1 check: a guest does not take it, 2 wrong usage "
    "or input.\n";

struct command {
	const char *v[N_OPTIONS];
	struct buf bytes; /* the input */
	struct initdata d;
	enum initdata_form form;
	size_t gzip;
	bool json;
	struct json_out j; /* of check */
	struct buf out;
};

/* -- fields -------------------------------------------------------------- */

/* What a launch field or a register holds of the digest. */
struct field {
	const char *key;
	const char *title;
	size_t len;
};

static const struct field fields[] = {
	{ "mrconfigid", "TDX MRCONFIGID", INITDATA_MRCONFIGID },
	{ "host_data", "SNP HOST_DATA", INITDATA_HOST_DATA },
	{ "rpv", "CCA RPV", RPV_LEN },
};

enum {
	N_FIELDS = sizeof(fields) / sizeof(fields[0])
};

/* vTPMs of peer pods: PCR 8, extended once with a SHA-256 digest. */
static bool
pcr8(const struct initdata *d, uint8_t ret[PCR_LEN])
{
	uint8_t both[2 * PCR_LEN] = { 0 };

	if (d->algorithm != SHA2_256)
		return false;
	memcpy(both + PCR_LEN, d->digest, PCR_LEN);
	sha2_digest(SHA2_256, both, sizeof(both), ret);
	return true;
}

static void
text_digest(struct command *c)
{
	char hex[HEX_SIZE(SHA2_LEN_MAX)], b64[BASE64_SIZE(SHA2_LEN_MAX)];
	uint8_t value[SHA2_LEN_MAX];

	hex_encode(c->d.digest, sha2_len(c->d.algorithm), hex);
	buf_printf(&c->out, "%-15s %s\n", sha2_name(c->d.algorithm), hex);
	for (size_t i = 0; i < N_FIELDS; i++) {
		initdata_launch_field(&c->d, value, fields[i].len);
		hex_encode(value, fields[i].len, hex);
		base64_encode(BASE64_STANDARD, value, fields[i].len, b64);
		buf_printf(&c->out, "%-15s %s\n%-15s %s\n", fields[i].title,
		    hex, "", b64);
	}
	if (pcr8(&c->d, value)) {
		hex_encode(value, PCR_LEN, hex);
		buf_printf(&c->out, "%-15s %s\n", "vTPM PCR 8", hex);
	} else {
		buf_printf(&c->out, "%-15s only with sha256\n", "vTPM PCR 8");
	}
	buf_printf(&c->out, "%-15s not bound by the launch\n",
	    "Secure Execution");
}

static void
json_digest(struct command *c, struct json_out *j)
{
	uint8_t value[SHA2_LEN_MAX];

	json_out_string(j, "algorithm", sha2_name(c->d.algorithm));
	json_out_hex(j, "digest", c->d.digest, sha2_len(c->d.algorithm));
	json_out_object(j, "fields");
	for (size_t i = 0; i < N_FIELDS; i++) {
		initdata_launch_field(&c->d, value, fields[i].len);
		json_out_hex(j, fields[i].key, value, fields[i].len);
	}
	if (pcr8(&c->d, value))
		json_out_hex(j, "pcr8", value, PCR_LEN);
	else
		json_out_null(j, "pcr8");
	json_out_end(j);
}

static int
run_digest(struct command *c, struct err *e)
{
	struct json_out j;

	(void)e;
	if (!c->json) {
		text_digest(c);
		return EXIT_OK;
	}
	json_out_init(&j, &c->out);
	json_out_object(&j, NULL);
	json_digest(c, &j);
	json_out_end(&j);
	return EXIT_OK;
}

/* -- show ---------------------------------------------------------------- */

static void
file_digest(const struct toml_node *n, uint8_t ret[SHA2_256_LEN])
{
	sha2_digest(SHA2_256, n->u.text.s, n->u.text.len, ret);
}

static void
text_files(struct command *c)
{
	const struct toml_node *n = c->d.data->u.list.first;

	for (; n != NULL; n = n->next) {
		char name[STR_SHOWN], hex[HEX_SIZE(SHA2_256_LEN)];
		uint8_t digest[SHA2_256_LEN];

		snprintf(name, sizeof(name), "%.*s", (int)n->key.len, n->key.s);
		file_digest(n, digest);
		hex_encode(digest, sizeof(digest), hex);
		buf_printf(&c->out, "%-15s %zu bytes, sha256 %s\n",
		    STR_QUOTED(name), n->u.text.len, hex);
	}
}

static void
json_files(struct command *c, struct json_out *j)
{
	const struct toml_node *n = c->d.data->u.list.first;

	json_out_array(j, "files");
	for (; n != NULL; n = n->next) {
		char name[STR_SHOWN];
		uint8_t digest[SHA2_256_LEN];

		snprintf(name, sizeof(name), "%.*s", (int)n->key.len, n->key.s);
		file_digest(n, digest);
		json_out_object(j, NULL);
		json_out_string(j, "name", name);
		json_out_number(j, "bytes", n->u.text.len);
		json_out_hex(j, "sha256", digest, sizeof(digest));
		json_out_end(j);
	}
	json_out_end(j);
}

static int
run_show(struct command *c, struct err *e)
{
	struct json_out j;

	(void)e;
	if (!c->json) {
		buf_printf(&c->out, "%-15s %s, %zu bytes", "form",
		    initdata_form_name(c->form), c->d.toml.len);
		if (c->gzip > 0)
			buf_printf(&c->out, " (%zu compressed)", c->gzip);
		buf_u8(&c->out, '\n');
		text_files(c);
		text_digest(c);
		return EXIT_OK;
	}
	json_out_init(&j, &c->out);
	json_out_object(&j, NULL);
	json_out_string(&j, "form", initdata_form_name(c->form));
	json_out_number(&j, "bytes", c->d.toml.len);
	json_out_number(&j, "gzip_bytes", c->gzip);
	json_files(c, &j);
	json_digest(c, &j);
	json_out_end(&j);
	return EXIT_OK;
}

/* -- check --------------------------------------------------------------- */

static void
say(struct command *c, const char *level, const char *text)
{
	if (!c->json) {
		buf_printf(&c->out, "%s: %s\n", level, text);
		return;
	}
	json_out_object(&c->j, NULL);
	json_out_string(&c->j, "level", level);
	json_out_string(&c->j, "text", text);
	json_out_end(&c->j);
}

static void
warn(struct command *c, const char *text)
{
	say(c, "warning", text);
}

/* A file that must itself be TOML. */
static bool
check_toml(struct command *c, const char *name)
{
	const struct toml_text *t = initdata_file(&c->d, name);
	const struct toml_node *root;
	struct arena a;
	struct err e;
	int rc;

	if (t == NULL)
		return true;
	arena_init(&a, INITDATA_ARENA_MAX);
	rc = toml_parse(t->s, t->len, &a, &root, &e);
	arena_release(&a);
	if (rc < 0) {
		err_wrap(&e, "%s", name);
		say(c, "error", e.msg);
	}
	return rc == 0;
}

/* The policy as the guest would compile it. */
static bool
check_policy(struct command *c)
{
	const struct toml_text *t = initdata_file(&c->d, INITDATA_POLICY);
	struct policy_module module = { INITDATA_POLICY, NULL, 0 };
	struct policy *p = NULL;
	struct err e;

	if (t == NULL) {
		warn(c, "no policy.rego: the guest's own policy will hold");
		return true;
	}
	module.text = t->s;
	module.len = t->len;
	if (policy_new(&module, 1, NULL, &p, NULL, &e) < 0) {
		say(c, "error", e.msg);
		return false;
	}
	policy_free(p);
	return true;
}

static int
check_size(struct command *c, struct err *e)
{
	char text[128];
	struct buf b;
	int rc;

	buf_init(&b, OUT_MAX);
	rc = initdata_form_write(&c->d, INITDATA_ANNOTATION, &b, e);
	snprintf(text, sizeof(text),
	    "as an annotation it has %zu of the %d bytes that Kubernetes "
	    "allows for all of a pod",
	    b.len, ANNOTATIONS_MAX);
	if (rc == 0 && b.len > ANNOTATIONS_MAX / 2)
		say(c, b.len > ANNOTATIONS_MAX ? "error" : "warning", text);
	rc = rc < 0 || b.len > ANNOTATIONS_MAX ? -1 : 0;
	buf_release(&b);
	return rc;
}

static int
run_check(struct command *c, struct err *e)
{
	bool good;

	if (c->json) {
		json_out_init(&c->j, &c->out);
		json_out_object(&c->j, NULL);
		json_out_array(&c->j, "findings");
	}
	good = check_toml(c, INITDATA_AA);
	good = check_toml(c, INITDATA_CDH) && good;
	good = check_policy(c) && good;
	e->code = ERR_NONE;
	good = check_size(c, e) == 0 && good;
	if (e->code != ERR_NONE)
		say(c, "error", e->msg);
	if (c->d.algorithm == SHA2_256)
		warn(c, "sha256 fills MRCONFIGID with zeros after 32 bytes");
	else
		warn(c, "HOST_DATA holds the digest's first 32 bytes only");
	if (c->json) {
		json_out_end(&c->j);
		json_out_bool(&c->j, "good", good);
		json_out_end(&c->j);
	} else if (good) {
		buf_add_str(&c->out, "a guest takes this initdata\n");
	}
	return good ? EXIT_OK : EXIT_NO;
}

/* -- pack ---------------------------------------------------------------- */

static int
read_algorithm(const char *name, enum sha2_algorithm *ret, struct err *e)
{
	static const enum sha2_algorithm all[] = { SHA2_256, SHA2_384,
		SHA2_512 };

	*ret = SHA2_384;
	if (name == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (str_eq(name, sha2_name(all[i]))) {
			*ret = all[i];
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT,
	    "--algorithm %s is none of sha256, sha384, sha512",
	    STR_QUOTED(name));
}

static int
read_file(const char *path, struct buf *b, struct err *e)
{
	struct input in;

	buf_init(b, LIMIT_INITDATA);
	return input_read(path, b, &in, e);
}

/* What was written must read as what it was made of. */
static int
verify(struct command *c, const struct initdata_part *parts, size_t n,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const struct toml_text *t = initdata_file(&c->d, parts[i].name);

		if (t == NULL || t->len != parts[i].text->len ||
		    memcmp(t->s, parts[i].text->p, t->len) != 0)
			return err_set(e, ERR_INTERNAL,
			    "%s does not survive being packed", parts[i].name);
	}
	return 0;
}

static int
pack_files(struct command *c, struct err *e)
{
	static const struct {
		enum option option;
		const char *name;
	} known[PARTS_MAX] = {
		{ OPT_AA, INITDATA_AA },
		{ OPT_CDH, INITDATA_CDH },
		{ OPT_POLICY, INITDATA_POLICY },
	};
	struct initdata_part parts[PARTS_MAX];
	struct buf texts[PARTS_MAX] = { { .p = NULL } };
	enum sha2_algorithm alg;
	size_t n = 0;
	int rc = read_algorithm(c->v[OPT_ALGORITHM], &alg, e);

	for (int i = 0; i < PARTS_MAX && rc == 0; i++) {
		const char *path = c->v[known[i].option];

		if (path == NULL)
			continue;
		rc = read_file(path, &texts[n], e);
		if (rc == 0 && !utf8_valid(buf_str(&texts[n]), texts[n].len))
			rc = err_set(e, ERR_SYNTAX, "%s is not UTF-8",
			    STR_QUOTED(path));
		parts[n] = (struct initdata_part){ known[i].name, &texts[n] };
		n++;
	}
	if (rc == 0) {
		initdata_form_document(alg, parts, n, &c->bytes);
		rc = initdata_read(buf_str(&c->bytes), c->bytes.len, &c->d, e);
	}
	if (rc == 0)
		rc = verify(c, parts, n, e);
	for (size_t i = 0; i < n; i++)
		buf_release(&texts[i]);
	return rc;
}

static int
run_pack(struct command *c, struct err *e)
{
	const char *format = c->v[OPT_FORMAT];
	enum initdata_form form =
	    initdata_form_of(format == NULL ? "annotation" : format);
	bool files = c->v[OPT_ALGORITHM] != NULL || c->v[OPT_POLICY] != NULL ||
		     c->v[OPT_AA] != NULL || c->v[OPT_CDH] != NULL;

	if (form == INITDATA_FORMS)
		return err_set(e, ERR_ARGUMENT,
		    "--format %s is none of toml, gzip, annotation, image",
		    STR_QUOTED(format));
	if ((c->v[OPT_TOML] != NULL) == files)
		return err_set(e, ERR_ARGUMENT,
		    "give --toml, or files for the document");
	if (files) {
		if (pack_files(c, e) < 0)
			return -1;
	} else {
		if (read_file(c->v[OPT_TOML], &c->bytes, e) < 0)
			return -1;
		if (initdata_read(c->bytes.p, c->bytes.len, &c->d, e) < 0)
			return err_wrap(e, "%s", STR_QUOTED(c->v[OPT_TOML]));
	}
	if (initdata_form_write(&c->d, form, &c->out, e) < 0)
		return -1;
	return EXIT_OK;
}

/* -- the verb ------------------------------------------------------------ */

struct sub {
	const char *name;
	int (*run)(struct command *c, struct err *e);
	bool packs;
};

static const struct sub subs[] = {
	{ "pack", run_pack, true },
	{ "show", run_show, false },
	{ "digest", run_digest, false },
	{ "check", run_check, false },
};

static int
help(void)
{
	struct buf b;

	buf_init(&b, OUT_MAX);
	buf_add_str(&b, usage);
	opt_help(options, N_OPTIONS, &b);
	buf_add_str(&b, exit_codes);
	fputs(buf_str(&b), stdout);
	buf_release(&b);
	return output_flush();
}

static int
load(struct command *c, const struct sub *s, struct err *e)
{
	const char *format = c->v[OPT_FORMAT];

	if (s->packs)
		return c->v[OPT_INPUT] == NULL ? 0
					       : err_set(e, ERR_ARGUMENT,
						     "--input is not for pack");
	for (int i = OPT_TOML; i <= OPT_CDH; i++) {
		if (c->v[i] != NULL)
			return err_set(e, ERR_ARGUMENT, "--%s is for pack",
			    options[i].name);
	}
	if (c->v[OPT_INPUT] == NULL)
		return err_set(e, ERR_ARGUMENT, "--input is missing");
	c->json = format != NULL && str_eq(format, "json");
	if (format != NULL && !c->json && !str_eq(format, "text"))
		return err_set(e, ERR_ARGUMENT,
		    "format %s is neither text nor json", STR_QUOTED(format));
	if (read_file(c->v[OPT_INPUT], &c->bytes, e) < 0)
		return -1;
	if (initdata_form_read(c->bytes.p, c->bytes.len, &c->d, &c->form,
		&c->gzip, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(c->v[OPT_INPUT]));
	return 0;
}

static int
run(const struct sub *s, char **argv)
{
	struct command c = { .gzip = 0 };
	struct err e;
	int rc;

	buf_init(&c.bytes, OUT_MAX);
	buf_init(&c.out, OUT_MAX);
	rc = opt_parse(options, N_OPTIONS, argv, c.v, &e);
	if (rc == 0 && c.v[OPT_HELP] != NULL)
		return help();
	if (rc == 0)
		rc = load(&c, s, &e);
	if (rc == 0)
		rc = s->run(&c, &e);
	if (rc >= 0 && output_result(c.v[OPT_OUT], &c.out, &e) < 0)
		rc = -1;
	if (rc < 0) {
		fprintf(stderr, "husk initdata: %s\n", e.msg);
		rc = EXIT_BAD;
	}
	initdata_release(&c.d);
	buf_release(&c.bytes);
	buf_release(&c.out);
	return rc;
}

int
initdata_main(int argc, char **argv)
{
	const char *name = argc < 2 ? "" : argv[1];

	if (str_eq(name, "--help") || str_eq(name, "-h"))
		return help();
	for (size_t i = 0; i < sizeof(subs) / sizeof(subs[0]); i++) {
		if (str_eq(name, subs[i].name))
			return run(&subs[i], argv + 2);
	}
	if (argc < 2)
		fprintf(stderr,
		    "husk initdata: pack, show, digest or check is missing "
		    "(see --help)\n");
	else
		fprintf(stderr,
		    "husk initdata: %s is none of pack, show, digest, check\n",
		    STR_QUOTED(name));
	return EXIT_BAD;
}
