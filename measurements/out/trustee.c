#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "codec/base64.h"
#include "measurements/out/json.h"
#include "measurements/out/trustee.h"

#define REG(t, n, k)                                                           \
	{                                                                      \
		t, n, TRUSTEE_REGISTER, k, false, TRUSTEE_PLAIN                \
	}
#define EVENT(t, n, k)                                                         \
	{                                                                      \
		t, n, TRUSTEE_EVENT, k, true, TRUSTEE_PLAIN                    \
	}
#define LIST(t, n, k)                                                          \
	{                                                                      \
		t, n, TRUSTEE_PARAM, k, false, TRUSTEE_PLAIN                   \
	}
#define TEXTS(t, n, k)                                                         \
	{                                                                      \
		t, n, TRUSTEE_PARAM, k, false, TRUSTEE_STRING                  \
	}
#define ONE(t, n, k)                                                           \
	{                                                                      \
		t, n, TRUSTEE_PARAM, k, true, TRUSTEE_PLAIN                    \
	}

static const struct trustee_row rows[] = {
	REG("snp", "snp_launch_measurement", "measurement"),
	LIST("snp", "snp_bootloader", "tcb_bootloader"),
	LIST("snp", "snp_microcode", "tcb_microcode"),
	LIST("snp", "snp_snp_svn", "tcb_snp"),
	LIST("snp", "snp_tee_svn", "tcb_tee"),
	ONE("snp", "snp_smt_enabled", "smt_enabled"),
	ONE("snp", "snp_tsme_enabled", "tsme_enabled"),
	ONE("snp", "snp_guest_abi_major", "guest_abi_major"),
	ONE("snp", "snp_guest_abi_minor", "guest_abi_minor"),
	ONE("snp", "snp_single_socket", "single_socket"),
	ONE("snp", "snp_smt_allowed", "smt_allowed"),
	REG("tdx", "mr_td", "mrtd"),
	REG("tdx", "rtmr_1", "rtmr1"),
	REG("tdx", "rtmr_2", "rtmr2"),
	EVENT("tdx", "tdvfkernel", "kernel"),
	EVENT("tdx", "tdvfkernelparams", "LOADED_IMAGE::LoadOptions"),
	LIST("tdx", "xfam", "xfam"),
	{ "az-snp-vtpm", "measurement", TRUSTEE_REGISTER, "measurement", false,
	    TRUSTEE_BASE64 },
	REG("az-snp-vtpm", "snp_pcr11", "pcr11"),
	TEXTS("az-snp-vtpm", "tcb_bootloader", "tcb_bootloader"),
	TEXTS("az-snp-vtpm", "tcb_microcode", "tcb_microcode"),
	TEXTS("az-snp-vtpm", "tcb_snp", "tcb_snp"),
	TEXTS("az-snp-vtpm", "tcb_tee", "tcb_tee"),
	TEXTS("az-snp-vtpm", "smt_enabled", "smt_enabled"),
	TEXTS("az-snp-vtpm", "tsme_enabled", "tsme_enabled"),
	TEXTS("az-snp-vtpm", "abi_major", "guest_abi_major"),
	TEXTS("az-snp-vtpm", "abi_minor", "guest_abi_minor"),
	TEXTS("az-snp-vtpm", "single_socket", "single_socket"),
	TEXTS("az-snp-vtpm", "smt_allowed", "smt_allowed"),
	REG("az-tdx-vtpm", "tdx_pcr11", "pcr11"),
	REG("az-tdx-vtpm", "mr_td", "mrtd"),
	LIST("az-tdx-vtpm", "xfam", "xfam"),
	/* A guest whose vTPM is known, but not which of the two it runs in;
	 * other PCRs by the names that the published policies use. */
	REG("az-vtpm", "snp_pcr11", "pcr11"),
	REG("az-vtpm", "tdx_pcr11", "pcr11"),
	REG("az-vtpm", "snp_pcr03", "pcr3"),
	REG("az-vtpm", "snp_pcr08", "pcr8"),
	REG("az-vtpm", "snp_pcr09", "pcr9"),
	REG("az-vtpm", "snp_pcr12", "pcr12"),
	REG("az-vtpm", "tdx_pcr03", "pcr3"),
	REG("az-vtpm", "tdx_pcr08", "pcr8"),
	REG("az-vtpm", "tdx_pcr09", "pcr9"),
	REG("az-vtpm", "tdx_pcr12", "pcr12"),
	REG("aws-nitrotpm", "PCR4", "pcr4_sha384"),
	REG("aws-nitrotpm", "PCR7", "pcr7_sha384"),
	REG("aws-nitrotpm", "PCR12", "pcr12_sha384"),
	REG("tpm", "tpm_pcr11", "pcr11"),
	LIST("tpm", "trusted_aks", "ak_public"),
	/* The default policy asks for none of these: see --format policy. */
	REG("se", "se.tag", "tag"),
	REG("se", "se.image_phkh", "image_phkh"),
	REG("se", "se.attestation_phkh", "attestation_phkh"),
	LIST("se", "se.version", "version"),
	LIST("sample", "launch_digest", "launch_digest"),
	LIST("sample", "svn", "svn"),
	ONE("sample", "major_version", "major_version"),
	ONE("sample", "minimum_minor_version", "minimum_minor_version"),
};

enum {
	N_ROWS = sizeof(rows) / sizeof(rows[0]),
	PER_SET = 1 + REFSET_ALSO
};

/* What an event is may be told in more words, behind a comma. */
static const struct refset_event *
find_event(const struct refset *r, const char *what)
{
	size_t len = strlen(what);

	for (size_t i = 0; i < r->n_events; i++) {
		const char *s = r->events[i].what;

		if (str_starts(s, what) && (s[len] == '\0' || s[len] == ','))
			return &r->events[i];
	}
	return NULL;
}

static void
put_bytes(struct trustee_item *item, enum trustee_form form, const uint8_t *p,
    size_t len)
{
	item->type = REFSET_STRING;
	if (form == TRUSTEE_BASE64)
		base64_encode(BASE64_STANDARD, p, len, item->text);
	else
		hex_encode(p, len, item->text);
}

static bool
get_param(const struct refset *r, const struct trustee_row *row,
    struct trustee_item *item)
{
	const struct refset_param *p = refset_param(r, row->key);

	if (p == NULL)
		return false;
	item->type = p->type == REFSET_BITS ? REFSET_NUMBER : p->type;
	item->number = p->number;
	if (p->type == REFSET_STRING)
		return str_copy(item->text, sizeof(item->text), p->string) == 0;
	if (row->form == TRUSTEE_STRING) {
		item->type = REFSET_STRING;
		if (p->type == REFSET_BOOL)
			snprintf(item->text, sizeof(item->text), "%s",
			    p->number ? "true" : "false");
		else
			snprintf(item->text, sizeof(item->text), "%" PRIu64,
			    p->number);
	}
	return true;
}

/* The k-th value that a set has for the row: its own, or one as good. */
static bool
get(const struct refset *r, const struct trustee_row *row, size_t k,
    struct trustee_item *ret_item)
{
	const struct refset_register *reg;
	const struct refset_event *ev;

	memset(ret_item, 0, sizeof(*ret_item));
	if (row->from == TRUSTEE_PARAM)
		return k == 0 && get_param(r, row, ret_item);
	if (row->from == TRUSTEE_EVENT) {
		ev = find_event(r, row->key);
		if (ev == NULL || k > 0)
			return false;
		put_bytes(ret_item, row->form, ev->digest,
		    r->registers[ev->reg].len);
		return true;
	}
	reg = refset_register(r, row->key);
	if (reg == NULL || !reg->known || k > reg->n_also)
		return false;
	put_bytes(ret_item, row->form, k ? reg->also[k - 1].value : reg->value,
	    reg->len);
	return true;
}

static bool
equal(const struct trustee_item *a, const struct trustee_item *b)
{
	return a->type == b->type && a->number == b->number &&
	       str_eq(a->text, b->text);
}

static bool
seen(const struct out *o, const struct trustee_row *row, size_t before,
    const struct trustee_item *item)
{
	struct trustee_item other;

	for (size_t i = 0; i < before; i++)
		if (get(&o->sets[i / PER_SET], row, i % PER_SET, &other) &&
		    equal(&other, item))
			return true;
	return false;
}

bool
trustee_item(const struct out *o, const struct trustee_row *row, size_t *at,
    struct trustee_item *ret_item)
{
	while (*at < o->n * PER_SET) {
		size_t i = (*at)++;

		if (get(&o->sets[i / PER_SET], row, i % PER_SET, ret_item) &&
		    !seen(o, row, i, ret_item))
			return true;
	}
	return false;
}

/* Why the row has no value: false when it has one. */
static bool
is_left_out(const struct out *o, const struct trustee_row *row,
    char ret_why[static REFSET_TEXT])
{
	const struct refset_register *reg;
	struct trustee_item item;
	size_t at = 0;

	for (size_t i = 0; i < o->n; i++) {
		if (get(&o->sets[i], row, 0, &item))
			continue;
		reg = refset_register(&o->sets[i], row->key);
		snprintf(ret_why, REFSET_TEXT, "%s",
		    reg ? reg->why
		    : row->from == TRUSTEE_EVENT
			? "the event is not known, or not of this boot"
			: "it was not given");
		return true;
	}
	if (!row->single)
		return false;
	trustee_item(o, row, &at, &item);
	if (!trustee_item(o, row, &at, &item))
		return false;
	snprintf(ret_why, REFSET_TEXT,
	    "it differs between the shapes, and the policy compares with one "
	    "value");
	return true;
}

static const struct trustee_row *
next(const struct out *o, const struct trustee_row *row, bool left_out,
    char why[static REFSET_TEXT])
{
	size_t i = row ? (size_t)(row - rows) + 1 : 0;

	for (; i < N_ROWS; i++)
		if (str_eq(rows[i].target, o->sets->trustee) &&
		    is_left_out(o, &rows[i], why) == left_out)
			return &rows[i];
	return NULL;
}

const struct trustee_row *
trustee_next(const struct out *o, const struct trustee_row *row)
{
	char why[REFSET_TEXT];

	return next(o, row, false, why);
}

const struct trustee_row *
trustee_left_out(const struct out *o, const struct trustee_row *row,
    char ret_why[static REFSET_TEXT])
{
	return next(o, row, true, ret_why);
}

int
trustee_check(const struct out *o, struct err *e)
{
	if (trustee_next(o, NULL) != NULL)
		return 0;
	return err_set(e, ERR_UNSUPPORTED,
	    "target %s: none of the values that Trustee knows is known here",
	    o->sets->target);
}

static void
put_item(struct json_out *j, const char *key, const struct trustee_item *item)
{
	if (item->type == REFSET_BOOL)
		json_out_bool(j, key, item->number != 0);
	else if (item->type == REFSET_STRING)
		json_out_string(j, key, item->text);
	else
		json_out_number(j, key, item->number);
}

void
trustee_json_value(struct json_out *j, const char *key, const struct out *o,
    const struct trustee_row *row)
{
	struct trustee_item item;
	size_t at = 0;

	if (row->single) {
		if (trustee_item(o, row, &at, &item))
			put_item(j, key, &item);
		return;
	}
	json_out_array(j, key);
	while (trustee_item(o, row, &at, &item))
		put_item(j, NULL, &item);
	json_out_end(j);
}

void
trustee_json_provenance(struct json_out *j, const char *key,
    const struct out *o)
{
	const struct trustee_row *row = NULL;
	char why[REFSET_TEXT];

	json_out_object(j, key);
	json_out_string(j, "target", o->sets->target);
	json_sources(j, o->sets);
	json_out_array(j, "shapes");
	for (size_t i = 0; i < o->n; i++) {
		const struct refset *r = &o->sets[i];

		json_out_object(j, NULL);
		json_shape(j, r);
		if (r->cmdline != NULL)
			json_out_hex(j, "cmdline_sha256", r->cmdline_sha256,
			    SHA2_256_LEN);
		json_out_end(j);
	}
	json_out_end(j);
	json_out_object(j, "left_out");
	while ((row = trustee_left_out(o, row, why)) != NULL)
		json_out_string(j, row->name, why);
	json_out_end(j);
	json_out_end(j);
}
