/* Foreign reference values: read, and husk's own explained and compared. */
#include <stdlib.h>
#include <string.h>

#include "measurements/explain/diffset.h"
#include "measurements/explain/explain.h"
#include "measurements/verify/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	LIMIT = 16 * 1024 * 1024
};

static void
use(const struct refs *r)
{
	const struct refset *a = &r->saved.sets[0];
	const struct refset *b = &r->saved.sets[r->saved.n - 1];
	struct buf out;

	buf_init(&out, LIMIT);
	explain_page(r->saved.sets, r->saved.n, &out);
	buf_clear(&out);
	explain_tree(r->saved.sets, r->saved.n, &out);
	buf_clear(&out);
	for (size_t i = 0; i < a->n_registers; i++)
		if (diffset_register(a, b, a->registers[i].name) ==
		    DIFF_DIFFERS)
			diffset_why(a, b, a->registers[i].name, &out);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const uint8_t zeros[64];
	static struct evidence ev;
	static struct findings fs;
	const struct refset *set;
	struct arena a;
	struct refs r;
	struct err e;

	arena_init(&a, LIMIT);
	if (refs_parse(span_of(p, len), &a, &r, &e) == 0) {
		memset(&ev, 0, sizeof(ev));
		memset(&fs, 0, sizeof(fs));
		ev.tee = "tdx";
		evidence_bytes(&ev, "mrtd", zeros, 48);
		evidence_bytes(&ev, "rtmr2", zeros, 48);
		evidence_text(&ev, "xfam", "00");
		compare_evidence(&ev, &r, NULL, &fs, &set, &e);
		if (r.form == REFS_SETS)
			use(&r);
		refs_release(&r);
	}
	arena_release(&a);
	return 0;
}
