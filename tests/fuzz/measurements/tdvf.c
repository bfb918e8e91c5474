/* A foreign TDX firmware: its metadata, MRTD, TD HOB and RTMR0. */
#include <stdlib.h>

#include "measurements/format/varstore.h"
#include "measurements/tdx/mrtd.h"
#include "measurements/tdx/tdhob.h"

enum {
	PAGES_MAX = 256 /* hashing more takes time and finds nothing */
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const struct guid global_guid =
    GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa0d, 0x00e098032b8c);

/* What is accepted obeys the rules of tdvf.h. */
static uint64_t
check_sections(const struct tdvf *t, const uint8_t *p, size_t len)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct tdvf_section *s = &t->s[i];

		if (s->gpa % TDVF_PAGE != 0 || s->size % TDVF_PAGE != 0 ||
		    s->gpa + s->size > UINT64_C(1) << 52 || s->data.p < p ||
		    s->data.end > p + len ||
		    (s->size > 0 && s->size < span_len(&s->data)))
			abort();
		pages += s->size / TDVF_PAGE;
	}
	return pages;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct tdvf_section *cfv;
	uint8_t mrtd[MRTD_LEN];
	struct tdhob hob;
	struct tdvf t;
	struct span data;
	struct err e;

	if (tdvf_parse(p, len, &t, &e) < 0)
		return 0;
	if (check_sections(&t, p, len) <= PAGES_MAX)
		for (int i = 0; i < MRTD_N_ORDERS; i++)
			mrtd_digest(&t, (enum mrtd_order)i, NULL, mrtd, &e);
	if (tdhob_build(&t, UINT64_C(4) << 30, &hob, &e) == 0 &&
	    hob.len > sizeof(hob.b))
		abort();
	cfv = tdvf_find(&t, TDVF_CFV);
	if (cfv != NULL)
		varstore_find(&cfv->data, &global_guid, "PK", &data, &e);
	return 0;
}
