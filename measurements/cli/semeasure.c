#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/semeasure.h"
#include "measurements/cli/separts.h"
#include "measurements/cli/sereport.h"

enum option {
	OPT_TARGET,
	OPT_IMAGE,
	OPT_HEADER,
	OPT_PARTS,
	OPT_FORMAT = OPT_PARTS + SEPARTS_N_OPTIONS,
	OPT_HELP,
	N_OPTIONS
};

enum {
	OUT_MAX = 1024 * 1024
};

static const struct opt options[N_OPTIONS] = {
	[OPT_TARGET] = { "target", "se", "what is launched" },
	[OPT_IMAGE] = { "image", "FILE",
	    "finished SE image; parts are then compared with it" },
	[OPT_HEADER] = { "header", "FILE", "its header alone (hdr.bin)" },
	SEPARTS_OPTIONS(OPT_PARTS, "initrd"),
	[OPT_FORMAT] = { "format", "text|json|hex",
	    "of the output (text); hex is the tag" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

struct se {
	const char *v[N_OPTIONS];
	struct separts parts;
	struct input image_input;
	struct buf image_bytes;
	struct seimage image;
	struct sereport report;
};

static void
help(struct buf *out)
{
	buf_add_str(out,
	    "usage: husk measure --target se --image FILE [option ...]\n"
	    "       husk measure --target se --header FILE [option ...]\n"
	    "       husk measure --target se --kernel FILE --seed FILE "
	    "[option ...]\n\n"
	    "Print what attestation reports of an IBM Secure Execution image: "
	    "its tag, host\nkeys and digests. Of a finished image, every "
	    "digest is computed again from its\nbytes; --hdr-key verifies and "
	    "opens the header, and with it (or --image-key)\n--kernel, "
	    "--initrd and --parmfile are compared with what the image holds. "
	    "Without\nan image it is built, as mkse does, from parts and seed."
	    "\n\n");
	opt_help(options, N_OPTIONS, out);
	buf_add_str(out, SEPARTS_LIST_HELP
	    "\nExit codes: 0 done, 1 the image is not what it should be, 2 "
	    "wrong usage or\ninput.\n");
}

/* Options that say how to build are for building. */
static int
check_together(const struct se *se, struct err *e)
{
	static const enum separts_option kept[] = { SEPARTS_KERNEL,
		SEPARTS_RAMDISK, SEPARTS_PARMFILE, SEPARTS_CMDLINE,
		SEPARTS_HDR_KEY, SEPARTS_IMAGE_KEY, SEPARTS_NO_VERIFY,
		SEPARTS_ROOT_CA };
	const char *const *v = se->v;
	bool given = v[OPT_IMAGE] || v[OPT_HEADER];

	if (v[OPT_IMAGE] && v[OPT_HEADER])
		return err_set(e, ERR_ARGUMENT,
		    "give one of --image and --header");
	for (int i = 0; given && i < SEPARTS_N_OPTIONS; i++) {
		bool fits = v[OPT_PARTS + i] == NULL;

		for (size_t j = 0; j < sizeof(kept) / sizeof(kept[0]); j++)
			fits |= kept[j] == (enum separts_option)i;
		if (!fits)
			return err_set(e, ERR_ARGUMENT,
			    "--%s is for building an image, and one is given",
			    options[OPT_PARTS + i].name);
	}
	return 0;
}

static int
read_format(struct se *se, struct err *e)
{
	static const char *const names[] = { "text", "json", "hex" };
	const char *name = se->v[OPT_FORMAT];

	se->report.format = SEREPORT_TEXT;
	for (int i = 0; name != NULL && i <= 3; i++) {
		if (i == 3)
			return err_set(e, ERR_ARGUMENT,
			    "format %s: not one of text, json, hex",
			    STR_QUOTED(name));
		if (!str_eq(name, names[i]))
			continue;
		se->report.format = (enum sereport_format)i;
		break;
	}
	return 0;
}

static int
open_header(struct se *se, struct err *e)
{
	const char *path = se->v[OPT_PARTS + SEPARTS_HDR_KEY];
	const char *image_key = se->v[OPT_PARTS + SEPARTS_IMAGE_KEY];
	struct sereport *r = &se->report;
	uint8_t key[SEAES_KEY_LEN];

	if (path != NULL) {
		if (separts_read_key(path, key, sizeof(key), e) < 0 ||
		    sehdr_open(&se->image.header, key, &r->conf, e) < 0)
			return -1;
		explicit_bzero(key, sizeof(key));
		r->opened = true;
		r->has_image_key = true;
	}
	if (image_key != NULL) {
		if (separts_read_key(image_key, r->conf.image_key,
			sizeof(r->conf.image_key), e) < 0)
			return -1;
		r->has_image_key = true;
	}
	return 0;
}

/* A part is in the image when its component is it and zeros. */
static int
compare_part(struct se *se, enum secomp_kind kind, struct span part,
    struct err *e)
{
	const struct seimage_component *c = seimage_find(&se->image, kind);
	struct buf plain;
	bool same;

	if (c == NULL)
		return err_set(e, ERR_DENIED, "the image has no %s",
		    secomp_kind_name(kind));
	buf_init(&plain, LIMIT_SE_IMAGE);
	if (seimage_decrypt(&se->image, c, se->report.conf.image_key, &plain,
		e) < 0) {
		buf_release(&plain);
		return -1;
	}
	same = plain.len >= span_len(&part) &&
	       plain.len - span_len(&part) <= SECOMP_PAGE &&
	       memcmp(plain.p, part.p, span_len(&part)) == 0;
	for (size_t i = span_len(&part); same && i < plain.len; i++)
		same = plain.p[i] == 0;
	explicit_bzero(plain.p, plain.len);
	buf_release(&plain);
	if (!same)
		return err_set(e, ERR_DENIED,
		    "the image's %s is not the one given",
		    secomp_kind_name(kind));
	se->report.matches[c - se->image.components] = true;
	return 0;
}

static int
compare_parts(struct se *se, struct err *e)
{
	const struct sebuild *b = &se->parts.build;
	bool kernel = se->v[OPT_PARTS + SEPARTS_KERNEL] != NULL;
	bool plain = se->image.header.pcf & SEHDR_PCF_PLAIN_COMPONENTS;

	if (!kernel && !b->has_ramdisk && !b->has_cmdline)
		return 0;
	if (se->v[OPT_HEADER])
		return err_set(e, ERR_ARGUMENT,
		    "a header holds no components to compare with");
	if (!se->report.has_image_key && !plain)
		return err_set(e, ERR_ARGUMENT,
		    "comparing components needs --hdr-key or --image-key");
	if ((kernel && compare_part(se, SECOMP_KERNEL, b->kernel, e) < 0) ||
	    (b->has_ramdisk &&
		compare_part(se, SECOMP_RAMDISK, b->ramdisk, e) < 0) ||
	    (b->has_cmdline &&
		compare_part(se, SECOMP_CMDLINE, b->cmdline, e) < 0))
		return -1;
	return 0;
}

/* Every given host key must be able to start the image. */
static int
check_hosts(struct se *se, struct err *e)
{
	for (size_t i = 0; i < se->parts.build.n_hosts; i++) {
		uint8_t phkh[SEHDR_HASH];

		sehdr_key_hash(&se->parts.hosts[i], phkh);
		if (sehdr_find_slot(&se->image.header, phkh) == NULL)
			return err_set(e, ERR_DENIED,
			    "the header has no slot for host key %zu", i + 1);
	}
	return 0;
}

static int
measure_given(struct se *se, struct err *e)
{
	const char *path = se->v[OPT_IMAGE];
	const char *const *v = se->v + OPT_PARTS;
	struct buf *b = &se->image_bytes;
	int rc;

	if (path == NULL)
		path = se->v[OPT_HEADER];
	if (input_read(path, b, &se->image_input, e) < 0)
		return -1;
	rc = se->v[OPT_IMAGE] ? seimage_parse(b->p, b->len, &se->image, e)
			      : sehdr_parse(b->p, b->len, &se->image.header, e);
	if (rc < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	se->report.given = &se->image_input;
	if (se->v[OPT_IMAGE] && seimage_check(&se->image, e) < 0)
		return -1;
	if (separts_load_components(&se->parts, v, e) < 0 ||
	    (se->parts.hkds.n > 0 &&
		separts_load_hosts(&se->parts, v, e) < 0) ||
	    open_header(se, e) < 0 || compare_parts(se, e) < 0)
		return -1;
	return check_hosts(se, e);
}

static int
measure_parts(struct se *se, struct err *e)
{
	struct buf *b = &se->image_bytes;

	if (separts_load(&se->parts, se->v + OPT_PARTS, true, e) < 0 ||
	    sebuild_image(&se->parts.build, &se->parts.keys, b, e) < 0 ||
	    seimage_parse(b->p, b->len, &se->image, e) < 0 ||
	    seimage_check(&se->image, e) < 0)
		return -1;
	return sehdr_open(&se->image.header, se->parts.keys.header_key,
		   &se->report.conf, e) < 0
		   ? -1
		   : (se->report.opened = true, 0);
}

/* The guest's owner may not want this in a sealed image. */
static void
warn(const struct se *se)
{
	struct span c = se->parts.build.cmdline;

	if (se->parts.build.has_cmdline &&
	    memmem(c.p, span_len(&c), "agent.debug_console",
		strlen("agent.debug_console")) != NULL)
		fprintf(stderr,
		    "husk measure: warning: the sealed command line has "
		    "agent.debug_console: the host gets a shell\n");
}

static int
run(struct se *se, struct buf *out, struct err *e)
{
	bool given = se->v[OPT_IMAGE] || se->v[OPT_HEADER];

	if (check_together(se, e) < 0 || read_format(se, e) < 0 ||
	    (given ? measure_given(se, e) : measure_parts(se, e)) < 0)
		return -1;
	se->report.image = &se->image;
	if (se->v[OPT_PARTS + SEPARTS_KERNEL])
		se->report.kernel = &se->parts.kernel;
	if (se->v[OPT_PARTS + SEPARTS_RAMDISK])
		se->report.initrd = &se->parts.ramdisk;
	sereport_write(&se->report, out);
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT,
		    "the result has more than %d bytes", OUT_MAX);
	warn(se);
	return 0;
}

int
semeasure_main(int argc, char **argv)
{
	struct se *se = must_alloc(1, sizeof(*se)); /* large */
	struct buf out;
	struct err e;
	int rc;

	(void)argc;
	buf_init(&out, OUT_MAX);
	buf_init(&se->image_bytes, LIMIT_SE_IMAGE);
	rc = separts_take_lists(&se->parts, argv + 1, &e);
	if (rc == 0)
		rc = opt_parse(options, N_OPTIONS, argv + 1, se->v, &e);
	if (rc == 0 && se->v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		rc = run(se, &out, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk measure: %s\n", e.msg);
	explicit_bzero(&se->report.conf, sizeof(se->report.conf));
	separts_release(&se->parts);
	buf_release(&se->image_bytes);
	buf_release(&out);
	free(se);
	return rc == 0 ? EXIT_OK : e.code == ERR_DENIED ? EXIT_NO : EXIT_BAD;
}
