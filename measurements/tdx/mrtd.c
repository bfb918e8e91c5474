#include <string.h>

#include "measurements/format/le.h"
#include "measurements/tdx/mrtd.h"

enum {
	RECORD = 128,
	RECORD_GPA = 16,
	CHUNK = 256
};

const char *
mrtd_order_name(enum mrtd_order order)
{
	return order == MRTD_SINGLE_PASS ? "single-pass" : "two-pass";
}

static void
put_record(struct sha2 *h, const char *name, uint64_t gpa)
{
	uint8_t record[RECORD] = { 0 };

	memcpy(record, name, strlen(name));
	le_put64(record + RECORD_GPA, gpa);
	sha2_update(h, record, sizeof(record));
}

/* One page, whose contents data begins with; zeros follow where it ends. */
static void
extend_page(struct sha2 *h, uint64_t gpa, const struct span *data)
{
	struct span left = *data;

	for (int i = 0; i < TDVF_PAGE; i += CHUNK) {
		size_t n = span_len(&left) < CHUNK ? span_len(&left) : CHUNK;
		uint8_t chunk[CHUNK] = { 0 };

		span_copy(&left, chunk, n);
		put_record(h, "MR.EXTEND", gpa + (unsigned)i);
		sha2_update(h, chunk, sizeof(chunk));
	}
}

static void
put_section(struct sha2 *h, const struct tdvf_section *s,
    const struct span *contents, bool add, bool extend)
{
	struct span left = *contents;

	add = add && (s->attributes & TDVF_PAGE_AUG) == 0;
	extend = extend && (s->attributes & TDVF_MR_EXTEND) != 0;
	if (!add && !extend)
		return;
	for (uint64_t at = 0; at < s->size; at += TDVF_PAGE) {
		if (add)
			put_record(h, "MEM.PAGE.ADD", s->gpa + at);
		if (extend)
			extend_page(h, s->gpa + at, &left);
		span_skip(&left,
		    span_len(&left) < TDVF_PAGE ? span_len(&left) : TDVF_PAGE);
	}
}

/* The bytes that are in s at launch. */
static int
find_contents(const struct tdvf_section *s, const struct span *payload,
    struct span *ret_contents, struct err *e)
{
	*ret_contents = s->data;
	if (s->type != TDVF_PAYLOAD || span_len(&s->data) > 0 ||
	    (s->attributes & TDVF_MR_EXTEND) == 0)
		return 0;
	if (payload == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "the firmware measures its payload into MRTD, and none is "
		    "given");
	if (span_len(payload) > s->size)
		return err_set(e, ERR_ARGUMENT,
		    "a payload of 0x%zx bytes, and the firmware has room for "
		    "0x%llx",
		    span_len(payload), (unsigned long long)s->size);
	*ret_contents = *payload;
	return 0;
}

int
mrtd_digest(const struct tdvf *t, enum mrtd_order order,
    const struct span *payload, uint8_t ret_mrtd[static MRTD_LEN],
    struct err *e)
{
	struct span contents;
	struct sha2 h;

	sha2_init(&h, SHA2_384);
	for (size_t i = 0; i < t->n; i++) {
		const struct tdvf_section *s = &t->s[i];

		if (find_contents(s, payload, &contents, e) < 0)
			return -1;
		if (order == MRTD_SINGLE_PASS) {
			put_section(&h, s, &contents, true, true);
		} else {
			put_section(&h, s, &contents, true, false);
			put_section(&h, s, &contents, false, true);
		}
	}
	sha2_final(&h, ret_mrtd);
	return 0;
}
