#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "measurements/out/json_in.h"
#include "measurements/out/trustee.h"
#include "measurements/verify/compare.h"
#include "measurements/verify/culprit.h"

enum {
	VALUE_SIZE = HEX_SIZE(SHA2_LEN_MAX) + 32
};

/* A fact for people. */
static void
show(const struct fact *f, char ret_s[static VALUE_SIZE])
{
	ret_s[0] = '\0';
	if (f->type == FACT_BYTES && f->len <= SHA2_LEN_MAX)
		hex_encode(f->p, f->len, ret_s);
	else if (f->type == FACT_TEXT && f->text != NULL)
		snprintf(ret_s, VALUE_SIZE, "%s", STR_QUOTED(f->text));
	else if (f->type == FACT_BOOL)
		snprintf(ret_s, VALUE_SIZE, "%s", f->number ? "true" : "false");
	else if (str_eq(f->name, "policy"))
		snprintf(ret_s, VALUE_SIZE, "0x%" PRIx64, f->number);
	else
		snprintf(ret_s, VALUE_SIZE, "%" PRIu64, f->number);
}

/* --- husk's sets --- */

/* When the value that the evidence has is reported; NULL: it is none of ours.
 */
static const char *
match_register(const struct refset *r, const struct refset_register *reg,
    const struct fact *f)
{
	const uint8_t *value;
	const char *when;

	if (f->type != FACT_BYTES || f->len != reg->len)
		return NULL;
	for (size_t k = 0; (value = refset_value(r, reg, k, &when)) != NULL;
	     k++)
		if (memcmp(f->p, value, reg->len) == 0)
			return when;
	return NULL;
}

static bool
match_param(const struct refset_param *p, const struct fact *f)
{
	if (p->type == REFSET_STRING)
		return f->type == FACT_TEXT && f->text != NULL &&
		       str_eq(f->text, p->string);
	return (f->type == FACT_NUMBER || f->type == FACT_BOOL) &&
	       (f->type == FACT_BOOL) == (p->type == REFSET_BOOL) &&
	       f->number == p->number;
}

/* How many registers and parameters of r the evidence contradicts. */
static size_t
count_mismatches(const struct evidence *ev, const struct refset *r)
{
	const struct fact *f;
	size_t n = 0;

	for (size_t i = 0; i < r->n_registers; i++) {
		f = evidence_fact(ev, r->registers[i].name);
		if (f != NULL && r->registers[i].known)
			n += match_register(r, &r->registers[i], f) == NULL;
	}
	for (size_t i = 0; i < r->n_params; i++) {
		f = evidence_fact(ev, r->params[i].name);
		n += f != NULL && !match_param(&r->params[i], f);
	}
	return n;
}

static void
report_register(const struct evidence *ev, const struct refset *r,
    const struct refset_register *reg, const struct logview *log,
    struct findings *fs)
{
	const struct fact *f = evidence_fact(ev, reg->name);
	char got[VALUE_SIZE], want[HEX_SIZE(REFSET_LEN)];
	char why[CULPRIT_TEXT];
	const char *when;

	if (f == NULL || !reg->known) {
		findings_add(fs,
		    reg->known ? FINDING_FAILED : FINDING_UNCHECKED, reg->name,
		    "%s",
		    reg->known ? "the evidence does not cover it" : reg->why);
		return;
	}
	when = match_register(r, reg, f);
	show(f, got);
	if (when != NULL) {
		findings_add(fs, FINDING_PASSED, reg->name, "%s%s%s%s", got,
		    *when ? " (" : "", when, *when ? ")" : "");
		return;
	}
	hex_encode(reg->value, reg->len, want);
	culprit_name(r, reg, log, why);
	findings_add(fs, FINDING_FAILED, reg->name,
	    "%s, and predicted is %s%s%s", got, want, *why ? "; " : "", why);
}

static void
report_param(const struct evidence *ev, const struct refset_param *p,
    struct findings *fs)
{
	const struct fact *f = evidence_fact(ev, p->name);
	char got[VALUE_SIZE];

	if (f == NULL)
		return;
	show(f, got);
	if (match_param(p, f))
		findings_add(fs, FINDING_PASSED, p->name, "%s", got);
	else if (p->type == REFSET_STRING)
		findings_add(fs, FINDING_FAILED, p->name,
		    "%s, and expected is %s", got, STR_QUOTED(p->string));
	else
		findings_add(fs, FINDING_FAILED, p->name,
		    p->type == REFSET_BITS ? "%s, and expected is 0x%" PRIx64
					   : "%s, and expected is %" PRIu64,
		    got, p->number);
}

static int
compare_sets(const struct evidence *ev, const struct refs *refs,
    const struct logview *log, struct findings *fs,
    const struct refset **ret_set, struct err *e)
{
	const struct refset *best = NULL;
	size_t least = 0;

	for (size_t i = 0; i < refs->saved.n; i++) {
		const struct refset *r = &refs->saved.sets[i];
		size_t n;

		if (!str_eq(r->target, ev->tee))
			continue;
		n = count_mismatches(ev, r);
		if (best == NULL || n < least) {
			best = r;
			least = n;
		}
	}
	if (best == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "the evidence is of %s, and the reference values are for "
		    "%s",
		    ev->tee, STR_QUOTED(refs->saved.sets[0].target));
	*ret_set = best;
	for (size_t i = 0; i < best->n_registers; i++)
		report_register(ev, best, &best->registers[i], log, fs);
	for (size_t i = 0; i < best->n_params; i++)
		report_param(ev, &best->params[i], fs);
	return 0;
}

/* --- values by name --- */

/* Text as the bytes of a fact. */
static bool
match_bytes(const char *text, enum trustee_form form, const struct fact *f)
{
	uint8_t p[SHA2_LEN_MAX];
	size_t len;

	if (form == TRUSTEE_BASE64)
		return base64_decode(BASE64_STANDARD, text, strlen(text), p,
			   sizeof(p), &len) == 0 &&
		       len == f->len && memcmp(p, f->p, len) == 0;
	return f->len <= sizeof(p) &&
	       hex_decode(text, strlen(text), p, f->len) == 0 &&
	       memcmp(p, f->p, f->len) == 0;
}

static bool
match_text(const char *text, const struct fact *f)
{
	uint64_t n;

	switch (f->type) {
	case FACT_BYTES:
		return false;
	case FACT_TEXT:
		return f->text != NULL && str_eq(text, f->text);
	case FACT_BOOL:
		return str_eq(text, f->number ? "true" : "false");
	case FACT_NUMBER:
		return str_u64(text, UINT64_MAX, &n) == 0 && n == f->number;
	}
	return false;
}

/* One value, which has the type that the policy compares with. */
static bool
match_value(const cJSON *v, enum refs_form from, enum trustee_form form,
    const struct fact *f)
{
	const char *text = cJSON_GetStringValue(v);
	uint64_t n;

	if (f->type == FACT_BYTES)
		return text != NULL && match_bytes(text, form, f);
	if (text != NULL)
		return (f->type == FACT_TEXT || from == REFS_LITERAL ||
			   form == TRUSTEE_STRING) &&
		       match_text(text, f);
	if (f->type == FACT_BOOL)
		return cJSON_IsBool(v) && form == TRUSTEE_PLAIN &&
		       cJSON_IsTrue(v) == (f->number != 0);
	return f->type == FACT_NUMBER && form == TRUSTEE_PLAIN &&
	       json_in_u64(v, UINT64_MAX, &n) == 0 && n == f->number;
}

static bool
match_any(const cJSON *v, enum refs_form from, enum trustee_form form,
    const struct fact *f)
{
	const cJSON *item;

	if (!cJSON_IsArray(v))
		return match_value(v, from, form, f);
	cJSON_ArrayForEach(item, v)
	{
		if (match_value(item, from, form, f))
			return true;
	}
	return false;
}

/* Trustee's claims of single events: the kernel, and its command line. */
static bool
event_fact(const char *key, const struct logview *log, struct fact *ret_f)
{
	bool kernel = str_eq(key, "kernel");

	memset(ret_f, 0, sizeof(*ret_f));
	for (size_t i = 0; log != NULL && i < log->n; i++) {
		const struct logview_event *ev = &log->e[i];

		if (kernel ? ev->type != EVENT_BOOT_SERVICES_APPLICATION ||
				 strstr(ev->text.s, "kernel") == NULL
			   : ev->type != EVENT_TAG ||
				 strstr(ev->text.s, "LoadOptions") == NULL)
			continue;
		ret_f->type = FACT_BYTES;
		ret_f->p = ev->digest;
		ret_f->len = log->digest_len;
		return true;
	}
	return false;
}

/* The fact that a reference value's name stands for. */
static bool
find_fact(const struct evidence *ev, const struct logview *log,
    const char *name, const struct trustee_row *row, struct fact *ret_f)
{
	const struct fact *f;

	if (row != NULL && row->from == TRUSTEE_EVENT)
		return event_fact(row->key, log, ret_f);
	f = evidence_fact(ev, row ? row->key : name);
	if (f != NULL)
		*ret_f = *f;
	return f != NULL;
}

/* Returns 1 when it was compared, 0 when it is another TEE's; or -1. */
static int
compare_value(const struct evidence *ev, const struct refs *refs,
    const struct logview *log, const cJSON *v, struct findings *fs,
    struct err *e)
{
	const char *name = v->string;
	const struct trustee_row *row = trustee_find(ev->tee, name);
	enum trustee_form form = row ? row->form : TRUSTEE_PLAIN;
	bool list = cJSON_IsArray(v);
	struct fact f;
	char got[VALUE_SIZE];

	if (refs->form == REFS_LITERAL && evidence_fact(ev, name) != NULL) {
		row = NULL;
		form = TRUSTEE_PLAIN;
	}
	if (!find_fact(ev, log, name, row, &f)) {
		if (row == NULL && refs->form == REFS_LITERAL)
			return err_set(e, ERR_ARGUMENT, "%s evidence has no %s",
			    ev->tee, STR_QUOTED(name));
		findings_add(fs, row ? FINDING_FAILED : FINDING_UNCHECKED, name,
		    "%s",
		    row ? "the evidence does not cover it"
			: "not a value of this TEE");
		return row != NULL;
	}
	show(&f, got);
	if (refs->form == REFS_TRUSTEE && row != NULL && row->single == list)
		findings_add(fs, FINDING_FAILED, name,
		    "%s; the policy compares with %s, and the reference value "
		    "is %s: that never matches",
		    got, list ? "one value" : "a list",
		    list ? "a list" : "one value");
	else if (match_any(v, refs->form, form, &f))
		findings_add(fs, FINDING_PASSED, name, "%s", got);
	else
		findings_add(fs, FINDING_FAILED, name, "%s is not %s", got,
		    list ? "one of the reference values"
			 : "the reference value");
	return 1;
}

static int
compare_values(const struct evidence *ev, const struct refs *refs,
    const struct logview *log, struct findings *fs, struct err *e)
{
	const cJSON *v;
	int n = 0;

	cJSON_ArrayForEach(v, refs->values)
	{
		int rc = compare_value(ev, refs, log, v, fs, e);

		if (rc < 0)
			return -1;
		n += rc;
	}
	if (n > 0)
		return 0;
	return err_set(e, ERR_ARGUMENT,
	    "none of the reference values is one of %s", ev->tee);
}

int
compare_evidence(const struct evidence *ev, const struct refs *refs,
    const struct logview *log, struct findings *fs,
    const struct refset **ret_set, struct err *e)
{
	size_t before = fs->n;
	bool any = false;

	*ret_set = NULL;
	if ((refs->form == REFS_SETS
		    ? compare_sets(ev, refs, log, fs, ret_set, e)
		    : compare_values(ev, refs, log, fs, e)) < 0)
		return -1;
	for (size_t i = before; i < fs->n; i++)
		any = any || fs->f[i].result != FINDING_UNCHECKED;
	if (any)
		return 0;
	return err_set(e, ERR_ARGUMENT,
	    "the reference values have nothing that the evidence could be "
	    "compared with");
}

void
compare_log(const struct evidence *ev, const struct logview *log,
    struct findings *fs)
{
	char name[REGISTER_NAME_SIZE], list[FINDINGS_TEXT / 2] = "";
	int bad = 0;

	for (int i = 0; i < registers_n(&log->end); i++) {
		const struct fact *f;
		size_t at = strlen(list);

		register_name(log->kind, i, name);
		f = evidence_fact(ev, name);
		if (f == NULL ||
		    (log->kind == EVENTLOG_TPM && !log->end.used[i]))
			continue;
		if (f->len == log->digest_len &&
		    memcmp(f->p, log->end.r[i], f->len) == 0)
			continue;
		if (str_format(list + at, sizeof(list) - at, "%s%s",
			bad ? ", " : "", name) < 0)
			break;
		bad++;
	}
	if (bad)
		findings_add(fs, FINDING_FAILED, "event log",
		    "it does not lead to %s: an event is missing, too many, or "
		    "was changed",
		    list);
	else
		findings_add(fs, FINDING_PASSED, "event log",
		    "its %zu events lead to the registers", log->n);
}
