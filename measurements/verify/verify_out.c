#include <inttypes.h>

#include "measurements/out/json.h"
#include "measurements/verify/verify.h"
#include "measurements/verify/verify_out.h"

static void
text_group(const struct verify_result *r, enum finding_result result,
    const char *title, struct buf *b)
{
	if (findings_count(r->fs, result) == 0)
		return;
	buf_printf(b, "%s\n", title);
	for (size_t i = 0; i < r->fs->n; i++)
		if (r->fs->f[i].result == result)
			buf_printf(b, "  %-17s %s\n", r->fs->f[i].name,
			    r->fs->f[i].text);
}

static void
text_verdict(const struct verify_result *r, struct buf *b)
{
	const char *sep = "";

	if (findings_good(r->fs)) {
		buf_printf(b, "Verdict: match%s\n",
		    r->compare_only
			? " of the values; who reported them is not known "
			  "(--compare-only)"
			: "");
		return;
	}
	buf_add_str(b, "Verdict: mismatch: ");
	for (size_t i = 0; i < r->fs->n; i++) {
		if (r->fs->f[i].result != FINDING_FAILED)
			continue;
		buf_printf(b, "%s%s", sep, r->fs->f[i].name);
		sep = ", ";
	}
	buf_u8(b, '\n');
}

void
verify_text(const struct verify_result *r, struct buf *b)
{
	buf_printf(b, "%s against %s", r->ev->form, r->refs->title);
	if (r->set != NULL && r->refs->saved.n > 1)
		buf_printf(b, ", the nearest of %zu shapes: vcpus %" PRIu64,
		    r->refs->saved.n, r->set->shape[REFSET_VCPUS]);
	if (r->set != NULL && r->refs->saved.n > 1 &&
	    r->set->shape[REFSET_MEMORY] != 0)
		buf_printf(b, ", memory %" PRIu64 " MiB",
		    r->set->shape[REFSET_MEMORY] >> 20);
	buf_u8(b, '\n');
	text_group(r, FINDING_FAILED, "Failed", b);
	text_group(r, FINDING_PASSED, "Passed", b);
	text_group(r, FINDING_UNCHECKED, "Not checked", b);
	text_verdict(r, b);
}

static void
put_fact(struct json_out *j, const struct fact *f)
{
	switch (f->type) {
	case FACT_BYTES:
		json_out_hex(j, f->name, f->p, f->len);
		return;
	case FACT_NUMBER:
		json_out_number(j, f->name, f->number);
		return;
	case FACT_BOOL:
		json_out_bool(j, f->name, f->number != 0);
		return;
	case FACT_TEXT:
		json_out_string(j, f->name, f->text);
		return;
	}
}

void
verify_json(const struct verify_result *r, struct buf *b)
{
	static const char *const results[] = { "passed", "failed",
		"not checked" };
	struct json_out j;

	json_out_init(&j, b);
	json_out_object(&j, NULL);
	json_out_string(&j, "schema", VERIFY_SCHEMA);
	json_out_string(&j, "evidence", r->ev->form);
	json_out_string(&j, "tee", r->ev->tee);
	json_out_string(&j, "references", r->refs->title);
	json_out_bool(&j, "compare_only", r->compare_only);
	json_out_string(&j, "verdict",
	    findings_good(r->fs) ? "match" : "mismatch");
	if (r->set != NULL) {
		json_out_object(&j, "shape");
		json_shape(&j, r->set);
		json_out_end(&j);
	} else {
		json_out_null(&j, "shape");
	}
	json_out_array(&j, "findings");
	for (size_t i = 0; i < r->fs->n; i++) {
		json_out_object(&j, NULL);
		json_out_string(&j, "name", r->fs->f[i].name);
		json_out_string(&j, "result", results[r->fs->f[i].result]);
		json_out_string(&j, "text", r->fs->f[i].text);
		json_out_end(&j);
	}
	json_out_end(&j);
	json_out_object(&j, "facts");
	for (size_t i = 0; i < r->ev->n_facts; i++)
		put_fact(&j, &r->ev->facts[i]);
	json_out_end(&j);
	json_out_end(&j);
}
