#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/cli/replay.h"
#include "measurements/format/limits.h"
#include "measurements/out/json_out.h"
#include "measurements/tdx/registers.h"
#include "measurements/tdx/tdquote.h"

enum {
	OUT_MAX = 64 * 1024 * 1024
};

enum option {
	OPT_QUOTE,
	OPT_BANK,
	OPT_REGISTER,
	OPT_FORMAT,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_QUOTE] = { "quote", "FILE",
	    "TD quote or TDREPORT that should have these RTMRs" },
	[OPT_BANK] = { "bank", "NAME",
	    "sha256, sha384 or sha512 alone (all in the log)" },
	[OPT_REGISTER] = { "register", "NAME",
	    "the one for --format hex: rtmr1, pcr4, ..." },
	[OPT_FORMAT] = { "format", "text|json|hex", "of the output (text)" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

struct replay {
	const char *v[N_OPTIONS];
	struct input log_file, quote_file;
	struct buf log_bytes, quote_bytes;
	struct eventlog log;
	struct registers banks[LIMIT_EVENT_DIGESTS];
	size_t n_banks;
	struct tdquote quote;
	bool differs[REGISTERS_RTMRS];
	bool match;
};

static int
load_quote(struct replay *r, struct err *e)
{
	if (r->v[OPT_QUOTE] == NULL)
		return 0;
	if (r->log.kind != EVENTLOG_CC)
		return err_set(e, ERR_ARGUMENT,
		    "--quote is for the log of a TD, and this is a TPM's");
	if (input_read(r->v[OPT_QUOTE], &r->quote_bytes, &r->quote_file, e) < 0)
		return -1;
	if (tdquote_parse(r->quote_bytes.p, r->quote_bytes.len, &r->quote, e) <
	    0)
		return err_wrap(e, "%s", STR_QUOTED(r->v[OPT_QUOTE]));
	return 0;
}

/* The banks that can be computed, and were asked for. */
static int
replay_banks(struct replay *r, struct err *e)
{
	const char *only = r->v[OPT_BANK];

	for (size_t i = 0; i < r->log.n_algs; i++) {
		struct registers *rs = &r->banks[r->n_banks];
		uint16_t alg = r->log.algs[i].id;
		enum sha2_algorithm sha2;

		if (!eventlog_alg_sha2(alg, &sha2) ||
		    (only != NULL && !str_eq(only, sha2_name(sha2))))
			continue;
		registers_init(rs, r->log.kind, alg);
		if (registers_replay(rs, r->log, e) < 0)
			return err_wrap(e, "%s", STR_QUOTED(r->log_file.path));
		r->n_banks++;
	}
	if (r->n_banks == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "%s: no digests that could be replayed%s%s",
		    STR_QUOTED(r->log_file.path), only ? " in the bank " : "",
		    only ? STR_QUOTED(only) : "");
	return 0;
}

static int
compare(struct replay *r, struct err *e)
{
	const struct registers *rs = &r->banks[0];

	r->match = true;
	if (r->v[OPT_QUOTE] == NULL)
		return 0;
	if (rs->sha2 != SHA2_384)
		return err_set(e, ERR_ARGUMENT,
		    "RTMRs are SHA-384, and the log is replayed with %s",
		    sha2_name(rs->sha2));
	for (int i = 0; i < REGISTERS_RTMRS; i++) {
		r->differs[i] =
		    memcmp(rs->r[i], r->quote.rtmr[i], TDQUOTE_MR_LEN) != 0;
		r->match = r->match && !r->differs[i];
	}
	return 0;
}

/* Every RTMR is shown, and of PCRs those that events extended. */
static bool
shown(const struct registers *rs, int i)
{
	return rs->kind == EVENTLOG_CC || rs->used[i];
}

static void
text_registers(const struct replay *r, struct buf *out)
{
	char name[REGISTER_NAME_SIZE], hex[HEX_SIZE(SHA2_LEN_MAX)];

	for (size_t k = 0; k < r->n_banks; k++) {
		const struct registers *rs = &r->banks[k];

		buf_printf(out, "Registers (%s)\n", sha2_name(rs->sha2));
		for (int i = 0; i < registers_n(rs); i++) {
			if (!shown(rs, i))
				continue;
			register_name(rs->kind, i, name);
			hex_encode(rs->r[i], sha2_len(rs->sha2), hex);
			buf_printf(out, "  %-5s %s%s\n", name, hex,
			    r->differs[i % REGISTERS_RTMRS]
				? "  not the quote's"
				: "");
		}
	}
	if (r->v[OPT_QUOTE] != NULL)
		buf_printf(out,
		    "The quote has %s registers (its signature is not "
		    "checked)\n",
		    r->match ? "these" : "other");
}

/* The register's name, or "-" for an event that extends none. */
static bool
event_register(const struct replay *r, const struct event *ev,
    char ret_name[static REGISTER_NAME_SIZE])
{
	uint32_t first = r->log.kind == EVENTLOG_CC ? 1 : 0;

	if (ev->type == EVENT_NO_ACTION)
		return false;
	register_name(r->log.kind, (int)(ev->index - first), ret_name);
	return true;
}

static void
text_event(const struct replay *r, const struct event *ev, struct buf *out)
{
	char name[REGISTER_NAME_SIZE] = "-", number[16];
	const char *type = eventlog_type_name(ev->type);
	const struct event_digest *d;
	char hex[HEX_SIZE(SHA2_LEN_MAX)];

	event_register(r, ev, name);
	snprintf(number, sizeof(number), "0x%" PRIx32, ev->type);
	d = event_digest_find(ev, r->banks[0].alg);
	hex[0] = '\0';
	if (d != NULL)
		hex_encode(d->bytes.p, span_len(&d->bytes), hex);
	buf_printf(out, "  %-5s %-33s %s\n        %s\n", name,
	    type ? type : number, event_text(ev).s, hex);
}

static void
json_event(const struct replay *r, const struct event *ev, struct json_out *j)
{
	char name[REGISTER_NAME_SIZE];

	json_out_object(j, NULL);
	json_out_string(j, "register",
	    event_register(r, ev, name) ? name : NULL);
	json_out_string(j, "type", eventlog_type_name(ev->type));
	json_out_object(j, "digests");
	for (size_t i = 0; i < ev->n_digests; i++) {
		const char *alg = eventlog_alg_name(ev->digests[i].alg);

		if (alg != NULL)
			json_out_hex(j, alg, ev->digests[i].bytes.p,
			    span_len(&ev->digests[i].bytes));
	}
	json_out_end(j);
	json_out_number(j, "size", span_len(&ev->data));
	json_out_bool(j, "hashes_data", event_hashes_its_data(ev));
	json_out_string(j, "text", event_text(ev).s);
	json_out_end(j);
}

/* A file as an object that is left open. */
static void
open_input(struct json_out *j, const char *key, const struct input *in)
{
	json_out_object(j, key);
	json_out_string(j, "path", in->path);
	json_out_number(j, "size", in->size);
	json_out_hex(j, "sha256", in->sha256, SHA2_256_LEN);
}

static void
json_banks(const struct replay *r, struct json_out *j)
{
	char name[REGISTER_NAME_SIZE];

	json_out_object(j, "banks");
	for (size_t k = 0; k < r->n_banks; k++) {
		const struct registers *rs = &r->banks[k];

		json_out_object(j, sha2_name(rs->sha2));
		for (int i = 0; i < registers_n(rs); i++) {
			if (!shown(rs, i))
				continue;
			register_name(rs->kind, i, name);
			json_out_hex(j, name, rs->r[i], sha2_len(rs->sha2));
		}
		json_out_end(j);
	}
	json_out_end(j);
}

static void
json_quote(const struct replay *r, struct json_out *j)
{
	char name[REGISTER_NAME_SIZE];

	if (r->v[OPT_QUOTE] == NULL) {
		json_out_null(j, "quote");
		return;
	}
	open_input(j, "quote", &r->quote_file);
	json_out_bool(j, "match", r->match);
	json_out_array(j, "differ");
	for (int i = 0; i < REGISTERS_RTMRS; i++) {
		if (!r->differs[i])
			continue;
		register_name(EVENTLOG_CC, i, name);
		json_out_string(j, NULL, name);
	}
	json_out_end(j);
	json_out_end(j);
}

/* The log was read whole by replay_banks(), so that no event fails here. */
static void
put_json(const struct replay *r, struct buf *out)
{
	struct eventlog log = r->log;
	struct json_out j;
	struct event ev;
	struct err e;

	json_out_init(&j, out);
	json_out_object(&j, NULL);
	open_input(&j, "log", &r->log_file);
	json_out_end(&j);
	json_out_string(&j, "kind", r->log.kind == EVENTLOG_CC ? "tdx" : "tpm");
	json_banks(r, &j);
	json_quote(r, &j);
	json_out_array(&j, "events");
	while (eventlog_next(&log, &ev, &e) > 0)
		json_event(r, &ev, &j);
	json_out_end(&j);
	json_out_end(&j);
}

static void
put_text(const struct replay *r, struct buf *out)
{
	struct eventlog log = r->log;
	struct event ev;
	struct err e;

	buf_printf(out, "Event log of a %s\n",
	    r->log.kind == EVENTLOG_CC ? "TD" : "TPM");
	while (eventlog_next(&log, &ev, &e) > 0)
		text_event(r, &ev, out);
	text_registers(r, out);
}

static int
put_hex(const struct replay *r, struct buf *out, struct err *e)
{
	char name[REGISTER_NAME_SIZE], hex[HEX_SIZE(SHA2_LEN_MAX)];
	const struct registers *rs = &r->banks[0];

	if (r->n_banks > 1)
		return err_set(e, ERR_ARGUMENT,
		    "the log has %zu banks: say which by --bank", r->n_banks);
	for (int i = 0; i < registers_n(rs); i++) {
		register_name(rs->kind, i, name);
		if (!str_eq(name, r->v[OPT_REGISTER]))
			continue;
		hex_encode(rs->r[i], sha2_len(rs->sha2), hex);
		buf_printf(out, "%s\n", hex);
		return 0;
	}
	return err_set(e, ERR_ARGUMENT, "register %s: the log has %s",
	    STR_QUOTED(r->v[OPT_REGISTER]),
	    rs->kind == EVENTLOG_CC ? "rtmr0 to rtmr3" : "pcr0 to pcr23");
}

static int
run(struct replay *r, const char *path, struct buf *out, struct err *e)
{
	const char *format = r->v[OPT_FORMAT] ? r->v[OPT_FORMAT] : "text";

	if (!str_eq(format, "text") && !str_eq(format, "json") &&
	    !str_eq(format, "hex"))
		return err_set(e, ERR_ARGUMENT,
		    "format %s: not one of text, json, hex",
		    STR_QUOTED(format));
	if (str_eq(format, "hex") != (r->v[OPT_REGISTER] != NULL))
		return err_set(e, ERR_ARGUMENT,
		    "--format hex and --register go together");
	if (input_read(path, &r->log_bytes, &r->log_file, e) < 0)
		return -1;
	if (eventlog_open(r->log_bytes.p, r->log_bytes.len, &r->log, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	if (load_quote(r, e) < 0 || replay_banks(r, e) < 0 || compare(r, e) < 0)
		return -1;
	if (str_eq(format, "hex")) {
		if (put_hex(r, out, e) < 0)
			return -1;
	} else if (str_eq(format, "json")) {
		put_json(r, out);
	} else {
		put_text(r, out);
	}
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT,
		    "the result has more than %d bytes", OUT_MAX);
	return 0;
}

static void
help(struct buf *out)
{
	buf_add_str(out,
	    "usage: husk replay LOG [option ...]\n\n"
	    "Print the events of LOG, a TD's CCEL data or a TPM's "
	    "binary_bios_measurements,\nand the registers that they lead "
	    "to.\n\n");
	opt_help(options, N_OPTIONS, out);
	buf_add_str(out,
	    "\nExit codes: 0 done, 1 the quote has other registers, 2 wrong "
	    "usage or input.\n");
}

/* LOG is the first argument; "--help" may stand in its place. */
static int
read_request(char **argv, struct replay *r, const char **ret_path,
    struct err *e)
{
	bool path = argv[1] != NULL && argv[1][0] != '-';

	if (opt_parse(options, N_OPTIONS, argv + 1 + path, r->v, e) < 0)
		return -1;
	if (!path && r->v[OPT_HELP] == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "the log is missing (husk replay LOG [option ...])");
	*ret_path = argv[1];
	return 0;
}

int
replay_main(int argc, char **argv)
{
	struct replay r;
	const char *path = NULL;
	struct buf out;
	struct err e;
	int rc;

	(void)argc;
	memset(&r, 0, sizeof(r));
	r.match = true;
	buf_init(&out, OUT_MAX);
	buf_init(&r.log_bytes, LIMIT_EVENT_LOG);
	buf_init(&r.quote_bytes, LIMIT_QUOTE);
	rc = read_request(argv, &r, &path, &e);
	if (rc == 0 && r.v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		rc = run(&r, path, &out, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk replay: %s\n", e.msg);
	buf_release(&out);
	buf_release(&r.log_bytes);
	buf_release(&r.quote_bytes);
	if (rc < 0)
		return EXIT_BAD;
	return r.match ? EXIT_OK : EXIT_NO;
}
