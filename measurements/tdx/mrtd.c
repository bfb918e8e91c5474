#include <string.h>

#include "measurements/format/fast_sha2.h"
#include "measurements/format/le.h"
#include "measurements/tdx/mrtd.h"

enum {
	RECORD = 128,
	RECORD_GPA = 16,
	CHUNK = 256,
	CHUNKS = TDVF_PAGE / CHUNK,
	PAGE_LEN = CHUNKS * (RECORD + CHUNK) /* as it is hashed */
};

/* The one hash that everything goes into. */
struct mrtd {
	struct sha2 h;
	unsigned paths; /* of fast_sha2 */
};

const char *
mrtd_order_name(enum mrtd_order order)
{
	return order == MRTD_SINGLE_PASS ? "single-pass" : "two-pass";
}

static void
add(struct mrtd *m, const uint8_t *p, size_t len)
{
	fast_sha2_update(&m->h, m->paths, p, len);
}

/* A record at, whose bytes are zero so far. */
static void
put_record(uint8_t *at, const char *name, uint64_t gpa)
{
	memcpy(at, name, strlen(name));
	le_put64(at + RECORD_GPA, gpa);
}

static void
add_page(struct mrtd *m, uint64_t gpa)
{
	uint8_t record[RECORD] = { 0 };

	put_record(record, "MEM.PAGE.ADD", gpa);
	add(m, record, sizeof(record));
}

/* One page, whose contents data begins with; zeros follow where it ends. */
static void
extend_page(struct mrtd *m, uint64_t gpa, const struct span *data)
{
	uint8_t page[PAGE_LEN] = { 0 };
	struct span left = *data;

	for (unsigned i = 0; i < CHUNKS; i++) {
		uint8_t *at = page + i * (RECORD + CHUNK);
		size_t n = span_len(&left) < CHUNK ? span_len(&left) : CHUNK;

		put_record(at, "MR.EXTEND", gpa + i * CHUNK);
		span_copy(&left, at + RECORD, n);
	}
	add(m, page, sizeof(page));
}

static void
put_section(struct mrtd *m, const struct tdvf_section *s,
    const struct span *contents, bool adds, bool extends)
{
	struct span left = *contents;

	adds = adds && (s->attributes & TDVF_PAGE_AUG) == 0;
	extends = extends && (s->attributes & TDVF_MR_EXTEND) != 0;
	if (!adds && !extends)
		return;
	for (uint64_t at = 0; at < s->size; at += TDVF_PAGE) {
		if (adds)
			add_page(m, s->gpa + at);
		if (extends)
			extend_page(m, s->gpa + at, &left);
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
	struct mrtd m = { .paths = fast_sha2_paths(FAST_SHA2_512) };

	sha2_init(&m.h, SHA2_384);
	for (size_t i = 0; i < t->n; i++) {
		const struct tdvf_section *s = &t->s[i];

		if (find_contents(s, payload, &contents, e) < 0)
			return -1;
		if (order == MRTD_SINGLE_PASS) {
			put_section(&m, s, &contents, true, true);
		} else {
			put_section(&m, s, &contents, true, false);
			put_section(&m, s, &contents, false, true);
		}
	}
	fast_sha2_final(&m.h, m.paths, ret_mrtd);
	return 0;
}
