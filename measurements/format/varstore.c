#include <string.h>

#include "measurements/format/varstore.h"

enum {
	FV_GUID = 16,
	FV_HEADER_LEN = 48,
	STORE_HEADER = 28,
	STORE_FORMATTED = 0x5a,
	STORE_HEALTHY = 0xfe,
	VARIABLE_START = 0x55aa,
	STATE_ADDED = 0x3f,
	STATE_IN_DELETION = 0x3e /* still good until its successor is added */
};

static const struct guid fv_guid =
    GUID(0xfff12b8d, 0x7696, 0x4c8b, 0xa985, 0x2747075b4f50);
static const struct guid store_guid =
    GUID(0xaaf32c78, 0x947b, 0x439a, 0xa180, 0x2e144ec37792);

struct variable {
	uint8_t state;
	struct span vendor, name, data;
};

/* The variables in the volume, one after the other. */
static int
open_store(const struct span *cfv, struct span *ret_store, struct err *e)
{
	struct span fv = *cfv, head = *cfv, guid;
	uint32_t size;
	uint8_t format, state;

	span_skip(&head, FV_GUID);
	guid = span_take(&head, GUID_LEN);
	if (span_bad(&head) || !span_equals(&guid, fv_guid.b, GUID_LEN))
		return err_set(e, ERR_UNSUPPORTED,
		    "variable store: not a volume of variables");
	span_skip(&head, FV_HEADER_LEN - FV_GUID - GUID_LEN);
	span_skip(&fv, span_le16(&head));
	guid = span_take(&fv, GUID_LEN);
	size = span_le32(&fv);
	format = span_u8(&fv);
	state = span_u8(&fv);
	span_skip(&fv, 6);
	if (span_bad(&fv) || !span_equals(&guid, store_guid.b, GUID_LEN) ||
	    format != STORE_FORMATTED || state != STORE_HEALTHY)
		return err_set(e, ERR_UNSUPPORTED,
		    "variable store: not one of authenticated variables");
	*ret_store = span_take(&fv,
	    size < STORE_HEADER ? SIZE_MAX : size - STORE_HEADER);
	if (span_bad(&fv))
		return err_set(e, ERR_SYNTAX,
		    "variable store: 0x%x bytes do not fit its volume", size);
	return 0;
}

/* The next variable: 1, or 0 where the store was never written. */
static int
next(struct span *s, struct variable *ret_v, struct err *e)
{
	struct span peek = *s;
	uint32_t name_len, data_len;

	if (span_le16(&peek) != VARIABLE_START || span_bad(&peek))
		return 0;
	span_skip(s, 2);
	ret_v->state = span_u8(s);
	span_skip(s, 1 + 4 + 8 + 16 + 4);
	name_len = span_le32(s);
	data_len = span_le32(s);
	ret_v->vendor = span_take(s, GUID_LEN);
	ret_v->name = span_take(s, name_len);
	ret_v->data = span_take(s, data_len);
	if (span_bad(s))
		return err_set(e, ERR_SYNTAX,
		    "variable store: a variable ends beyond it");
	/* Both lengths are bounded by the store's, so the sum is no risk. */
	span_skip(s, (4 - (name_len + data_len) % 4) % 4);
	return 1;
}

/* Is the UTF-16 name, with its NUL, this one? */
static bool
named(const struct variable *v, const char *name)
{
	struct span s = v->name;

	if (span_len(&s) != 2 * (strlen(name) + 1))
		return false;
	for (; *name != '\0'; name++)
		if (span_le16(&s) != (unsigned char)*name)
			return false;
	return span_le16(&s) == 0;
}

int
varstore_find(const struct span *cfv, const struct guid *vendor,
    const char *name, struct span *ret_data, struct err *e)
{
	struct span s, found = span_of(NULL, 0);
	struct variable v;
	uint8_t state = 0;
	int rc;

	if (open_store(cfv, &s, e) < 0)
		return -1;
	while ((rc = next(&s, &v, e)) > 0) {
		if ((v.state != STATE_ADDED && v.state != STATE_IN_DELETION) ||
		    !span_equals(&v.vendor, vendor->b, GUID_LEN) ||
		    !named(&v, name) || state == STATE_ADDED)
			continue;
		found = v.data;
		state = v.state;
	}
	if (rc < 0)
		return -1;
	if (state != 0)
		*ret_data = found;
	return state != 0;
}
