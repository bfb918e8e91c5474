#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/explain/load.h"
#include "measurements/format/initdata.h"
#include "measurements/format/limits.h"
#include "measurements/format/pem.h"
#include "measurements/out/json_in.h"
#include "measurements/verify/check.h"
#include "measurements/verify/compare.h"
#include "measurements/verify/refs.h"
#include "measurements/verify/search.h"
#include "measurements/verify/verify.h"
#include "measurements/verify/verify_out.h"

enum {
	OUT_MAX = 16 * 1024 * 1024,
	ARENA_MAX = 512 * 1024 * 1024,
	REPORT_DATA_MAX = 64
};

enum option {
	OPT_AGAINST,
	OPT_LOG,
	OPT_INITDATA,
	OPT_REPORT_DATA,
	OPT_ROOT,
	OPT_CERTS,
	OPT_CRL,
	OPT_AK,
	OPT_AT,
	OPT_SE_KEY,
	OPT_SE_NONCE,
	OPT_SEARCH,
	OPT_COMPARE_ONLY,
	OPT_ALLOW_DEBUG,
	OPT_FORMAT,
	OPT_HELP,
	N_OPTIONS
};

#define ROW(n, m, h)                                                           \
	{                                                                      \
		.name = n, .meta = m, .help = h                                \
	}
#define HEAD(g, n, m, h)                                                       \
	{                                                                      \
		.name = n, .meta = m, .help = h, .group = g                    \
	}
#define IN(n, h, l)                                                            \
	{                                                                      \
		.name = n, .meta = "FILE", .help = h, .role = n, .limit = l    \
	}

static const struct opt options[N_OPTIONS] = {
	[OPT_AGAINST] = HEAD("What it should be", "against", "REFS",
	    "reference values, their folder, or NAME=VALUE,..."),
	[OPT_LOG] = IN("log", "event log: CCEL, or a TPM's", LIMIT_EVENT_LOG),
	[OPT_INITDATA] =
	    IN("initdata", "that the guest should be bound to", LIMIT_INITDATA),
	[OPT_SEARCH] = ROW("search", NULL,
	    "snp: try what else, from the files that REFS names"),
	[OPT_REPORT_DATA] =
	    ROW("report-data", "HEX", "the challenge that it should answer"),
	[OPT_ROOT] = { .name = "root",
	    .meta = "FILE",
	    .help = "certificates to trust (ARK, Intel's root), PEM or DER",
	    .group = "Who may have signed it",
	    .role = "root",
	    .limit = LIMIT_KEY_FILE },
	[OPT_CERTS] =
	    IN("certs", "those between: VCEK, ASK; PEM or DER", LIMIT_KEY_FILE),
	[OPT_CRL] = IN("crl", "revocation lists, PEM or DER", LIMIT_KEY_FILE),
	[OPT_AK] =
	    IN("ak", "tpm: the attestation key, PEM or DER", LIMIT_KEY_FILE),
	[OPT_AT] = ROW("at", "TIME",
	    "when certificates must be valid: 2026-01-31T00:00:00Z"),
	[OPT_SE_KEY] =
	    IN("measurement-key", "se: of the request, 64 bytes", SEATTEST_KEY),
	[OPT_SE_NONCE] =
	    IN("request-nonce", "se: of the request, 16 bytes", SEATTEST_NONCE),
	[OPT_COMPARE_ONLY] = ROW("compare-only", NULL,
	    "let pass what is not signed, or not up to a root"),
	[OPT_ALLOW_DEBUG] =
	    ROW("allow-debug", NULL, "let pass a guest that may be debugged"),
	[OPT_FORMAT] =
	    HEAD("Output", "format", "text|json", "of the output (text)"),
	[OPT_HELP] = ROW("help", NULL, "show this text"),
};

struct verify {
	const char *path;
	const char *v[N_OPTIONS];
	struct buf bytes;
	struct buf files[N_OPTIONS];
	struct buf ak; /* decoded */
	struct arena arena;
	struct evidence ev;
	struct refs refs;
	struct check check;
	struct logview log;
	bool has_log;
	struct findings fs;
	const struct refset *set;
};

static struct span
bytes_of(const struct buf *b)
{
	return span_of(b->p, b->len);
}

static int
read_files(struct verify *v, struct err *e)
{
	struct input in;

	v->bytes.limit = EVIDENCE_SIZE;
	if (input_read(v->path, &v->bytes, &in, e) < 0)
		return -1;
	for (int i = 0; i < N_OPTIONS; i++) {
		if (v->v[i] == NULL || options[i].role == NULL)
			continue;
		v->files[i].limit = options[i].limit;
		if (input_read(v->v[i], &v->files[i], &in, e) < 0)
			return -1;
	}
	return 0;
}

static int
read_refs(struct verify *v, struct err *e)
{
	const char *against = v->v[OPT_AGAINST];
	struct buf *b = &v->files[OPT_AGAINST];
	char inside[PATH_MAX];
	struct input in;

	if (refs_is_literal(against))
		return refs_literal(against, &v->refs, e);
	against = load_name(against, inside, e);
	if (against == NULL)
		return -1;
	b->limit = REFS_SIZE;
	if (input_read(against, b, &in, e) < 0)
		return -1;
	if (refs_parse(bytes_of(b), &v->arena, &v->refs, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(against));
	return 0;
}

static int
read_certs(struct verify *v, enum option o, struct certs *cs, struct err *e)
{
	if (v->v[o] == NULL)
		return 0;
	if (certs_add(cs, bytes_of(&v->files[o]), &v->arena, e) < 0)
		return err_wrap(e, "--%s %s", options[o].name,
		    STR_QUOTED(v->v[o]));
	return 0;
}

/* A public key, as PEM or as its DER. */
static int
read_ak(struct verify *v, struct err *e)
{
	struct span s = bytes_of(&v->files[OPT_AK]);
	struct x509_key key;
	char label[PEM_LABEL];
	int rc = 1;

	if (v->v[OPT_AK] == NULL)
		return 0;
	if (pem_is(s)) {
		v->ak.limit = LIMIT_KEY_FILE;
		while ((rc = pem_next(&s, label, &v->ak, e)) > 0 &&
		       !str_eq(label, "PUBLIC KEY"))
			;
		s = bytes_of(&v->ak);
	}
	if (rc == 0)
		err_set(e, ERR_NOT_FOUND, "no PUBLIC KEY in it");
	if (rc <= 0 || x509_key_parse(s, &key, e) < 0)
		return err_wrap(e, "--ak %s", STR_QUOTED(v->v[OPT_AK]));
	v->check.ak = s;
	return 0;
}

static int
read_crls(struct verify *v, struct err *e)
{
	if (v->v[OPT_CRL] == NULL)
		return 0;
	if (certs_add_crls(&v->check.crls, bytes_of(&v->files[OPT_CRL]),
		&v->arena, e) < 0)
		return err_wrap(e, "--crl %s", STR_QUOTED(v->v[OPT_CRL]));
	return 0;
}

static int
read_exact(const struct verify *v, enum option o, size_t len,
    struct span *ret_s, struct err *e)
{
	if (v->v[o] == NULL)
		return 0;
	if (v->files[o].len != len)
		return err_set(e, ERR_ARGUMENT, "--%s %s: not %zu bytes",
		    options[o].name, STR_QUOTED(v->v[o]), len);
	*ret_s = bytes_of(&v->files[o]);
	return 0;
}

static int
read_check(struct verify *v, struct err *e)
{
	struct check *c = &v->check;

	check_init(c);
	c->compare_only = v->v[OPT_COMPARE_ONLY] != NULL;
	c->allow_debug = v->v[OPT_ALLOW_DEBUG] != NULL;
	if (v->v[OPT_AT] != NULL && certs_time(v->v[OPT_AT], &c->at) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--at %s: not a time in UTC such as 2026-01-31T00:00:00Z",
		    STR_QUOTED(v->v[OPT_AT]));
	if (v->v[OPT_REPORT_DATA] != NULL) {
		c->report_data = json_in_hex(v->v[OPT_REPORT_DATA], &v->arena);
		if (span_bad(&c->report_data) ||
		    span_len(&c->report_data) == 0 ||
		    span_len(&c->report_data) > REPORT_DATA_MAX)
			return err_set(e, ERR_ARGUMENT,
			    "--report-data: not 1 to %d bytes in hexadecimal",
			    REPORT_DATA_MAX);
	}
	if (read_certs(v, OPT_ROOT, &c->roots, e) < 0 ||
	    read_certs(v, OPT_CERTS, &c->more, e) < 0 || read_crls(v, e) < 0 ||
	    read_ak(v, e) < 0 ||
	    read_exact(v, OPT_SE_KEY, SEATTEST_KEY, &c->se_key, e) < 0)
		return -1;
	return read_exact(v, OPT_SE_NONCE, SEATTEST_NONCE, &c->se_nonce, e);
}

/* What vouches for the evidence must be given, or waived. */
static int
check_trust(const struct verify *v, struct err *e)
{
	const struct evidence *ev = &v->ev;
	const char *need = NULL;

	if (ev->has_se && v->v[OPT_SE_KEY] == NULL)
		need = "measurement-key";
	else if (str_eq(ev->tee, "tpm") && v->v[OPT_AK] == NULL &&
		 !refs_have(&v->refs, "ak_public") &&
		 !refs_have(&v->refs, "trusted_aks"))
		need = "ak";
	else if ((ev->has_snp || ev->has_td) && v->v[OPT_ROOT] == NULL)
		need = "root";
	if (v->check.compare_only || need == NULL)
		return 0;
	return err_set(e, ERR_ARGUMENT,
	    "--%s is missing: without it anybody may have made this evidence "
	    "(--compare-only lets that pass)",
	    need);
}

/* --log, or what came with the evidence. */
static int
read_log(struct verify *v, struct err *e)
{
	enum eventlog_kind kind = v->ev.has_tpm ? EVENTLOG_TPM : EVENTLOG_CC;
	struct span log = v->ev.log;

	if (v->v[OPT_LOG] != NULL && v->ev.has_log)
		return err_set(e, ERR_ARGUMENT,
		    "--log: the evidence has an event log of its own");
	if (v->v[OPT_LOG] != NULL)
		log = bytes_of(&v->files[OPT_LOG]);
	else if (!v->ev.has_log)
		return 0;
	if (!v->ev.has_tpm && !v->ev.has_td)
		return err_set(e, ERR_ARGUMENT,
		    "--log: %s has no registers that events extend", v->ev.tee);
	if (logview_read(log, kind, &v->arena, &v->log, e) < 0)
		return -1;
	v->has_log = true;
	compare_log(&v->ev, &v->log, &v->fs);
	return 0;
}

/* The digest of the initdata, as the TEE holds it. */
static int
check_initdata(struct verify *v, struct err *e)
{
	static const char *const names[] = { "pcr8", "mrconfigid",
		"host_data" };
	const struct buf *b = &v->files[OPT_INITDATA];
	uint8_t field[INITDATA_MRCONFIGID], pcr[2 * SHA2_256_LEN] = { 0 };
	const struct fact *f = NULL;
	size_t len = INITDATA_HOST_DATA;

	if (v->v[OPT_INITDATA] == NULL)
		return 0;
	for (int i = 0; i < 3 && f == NULL; i++)
		f = i == 0 && !v->ev.has_tpm ? NULL
					     : evidence_fact(&v->ev, names[i]);
	if (f == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "--initdata: %s evidence has no place for it", v->ev.tee);
	if (str_eq(f->name, "mrconfigid"))
		len = INITDATA_MRCONFIGID;
	if (initdata_field(b->p, b->len, field, len, e) < 0)
		return -1;
	if (str_eq(f->name, "pcr8")) {
		memcpy(pcr + SHA2_256_LEN, field, len);
		sha2_digest(SHA2_256, pcr, sizeof(pcr), field);
	}
	findings_add(&v->fs,
	    f->len == len && memcmp(field, f->p, len) == 0 ? FINDING_PASSED
							   : FINDING_FAILED,
	    "initdata", "by %s", f->name);
	return 0;
}

/* The digest is not the predicted one: of which guest is it? */
static void
search(struct verify *v)
{
	const struct refset_register *reg =
	    v->set ? refset_register(v->set, "measurement") : NULL;
	char text[SEARCH_TEXT];

	if (v->v[OPT_SEARCH] == NULL || !v->ev.has_snp || reg == NULL ||
	    !reg->known || reg->len != SHA2_384_LEN ||
	    memcmp(reg->value, v->ev.snp.measurement, reg->len) == 0)
		return;
	findings_add(&v->fs, FINDING_UNCHECKED, "search", "%s",
	    search_snp(v->set, v->ev.snp.measurement, text)
		? text
		: "it is of none of the guests that were tried");
}

static int
run(struct verify *v, struct buf *out, struct err *e)
{
	const char *format = v->v[OPT_FORMAT] ? v->v[OPT_FORMAT] : "text";
	struct verify_result r = { &v->ev, &v->refs, &v->fs, NULL, false };

	if (!str_eq(format, "text") && !str_eq(format, "json"))
		return err_set(e, ERR_ARGUMENT, "--format %s: not text or json",
		    STR_QUOTED(format));
	if (v->path == NULL || v->v[OPT_AGAINST] == NULL)
		return err_set(e, ERR_ARGUMENT, "%s is missing (see --help)",
		    v->path ? "--against" : "the file of the evidence");
	if (read_files(v, e) < 0 || read_refs(v, e) < 0 || read_check(v, e) < 0)
		return -1;
	if (evidence_parse(bytes_of(&v->bytes), &v->arena, &v->ev, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(v->path));
	if (check_trust(v, e) < 0)
		return -1;
	check_evidence(&v->check, &v->ev, &v->arena, &v->fs);
	if (read_log(v, e) < 0 || check_initdata(v, e) < 0 ||
	    compare_evidence(&v->ev, &v->refs, v->has_log ? &v->log : NULL,
		&v->fs, &v->set, e) < 0)
		return -1;
	search(v);
	r.set = v->set;
	r.compare_only = v->check.compare_only;
	if (str_eq(format, "json"))
		verify_json(&r, out);
	else
		verify_text(&r, out);
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT, "the result is too long");
	return 0;
}

static void
help(struct buf *b)
{
	buf_add_str(b,
	    "usage: husk verify EVIDENCE --against REFS [option ...]\n\n"
	    "Check evidence of a guest, and that it is of the guest that REFS "
	    "describes. Evidence\nis an SNP report, a TD quote, or the JSON of "
	    "the attestation agent (snp, tdx,\naz-snp-vtpm, az-tdx-vtpm, tpm, "
	    "se, sample). REFS is JSON of husk measure (json,\ntrustee, "
	    "rvps-...) or of Trustee's RVPS; with the form json, what differs "
	    "is named.\nNothing is fetched. (Defaults in parentheses.)\n\n");
	opt_help(options, N_OPTIONS, b);
	buf_add_str(b,
	    "\nExit codes: 0 it matches, 1 it does not, 2 wrong usage or "
	    "input.\n");
}

static void
release(struct verify *v)
{
	buf_release(&v->bytes);
	buf_release(&v->ak);
	for (int i = 0; i < N_OPTIONS; i++)
		buf_release(&v->files[i]);
	refs_release(&v->refs);
	arena_release(&v->arena);
	free(v);
}

int
verify_main(int argc, char **argv)
{
	struct verify *v = must_alloc(1, sizeof(*v));
	bool shown = false;
	struct buf out;
	struct err e;
	int rc;

	(void)argc;
	buf_init(&out, OUT_MAX);
	arena_init(&v->arena, ARENA_MAX);
	argv++;
	if (*argv != NULL && (*argv)[0] != '-')
		v->path = *argv++;
	rc = opt_parse(options, N_OPTIONS, argv, v->v, &e);
	if (rc == 0 && v->v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		shown = (rc = run(v, &out, &e)) == 0;
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk verify: %s\n", e.msg);
	rc = rc < 0 ? EXIT_BAD
		    : (shown && !findings_good(&v->fs) ? EXIT_NO : EXIT_OK);
	buf_release(&out);
	release(v);
	return rc;
}
