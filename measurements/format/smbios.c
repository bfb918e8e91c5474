#include <string.h>

#include "measurements/format/smbios.h"

enum {
	HEADER_LEN = 4,
	TYPE_END = 127,
	TYPE_OEM = 128
};

/* What edk2 clears, by structure; a row without a size clears all of it. */
static const struct {
	uint8_t type;
	uint8_t offset;
	uint8_t size;
	bool string;
} cleared[] = {
	{ 1, 0x07, 1, true },   /* serial number */
	{ 1, 0x08, 16, false }, /* UUID */
	{ 1, 0x18, 1, false },  /* wake-up type */
	{ 2, 0x07, 1, true },
	{ 2, 0x0a, 1, false }, /* location in the chassis */
	{ 3, 0x07, 1, true },
	{ 3, 0x08, 1, true },
	{ 4, 0x20, 1, true },
	{ 4, 0x21, 1, true },
	{ 4, 0x22, 1, true },
	{ 4, 0x23, 1, false }, /* cores, enabled ones, threads */
	{ 4, 0x24, 1, false },
	{ 4, 0x25, 1, false },
	{ 4, 0x2a, 2, false },
	{ 4, 0x2c, 2, false },
	{ 4, 0x2e, 2, false },
	{ 4, 0x11, 1, false }, /* voltage */
	{ 4, 0x16, 2, false }, /* current speed */
	{ 11, 0, 0, false },   /* OEM strings */
	{ 15, 0, 0, false },   /* event log */
	{ 17, 0x18, 1, true },
	{ 17, 0x19, 1, true },
	{ 17, 0x1a, 1, true },
	{ 18, 0, 0, false }, /* memory errors */
	{ 22, 0x07, 1, true },
	{ 22, 0x10, 2, false },
	{ 22, 0x12, 2, false },
	{ 23, 0x05, 2, false }, /* resets */
	{ 27, 0x0c, 2, false }, /* nominal speed */
	{ 31, 0, 0, false },    /* boot integrity services */
	{ 33, 0, 0, false },    /* memory errors */
	{ 39, 0x08, 1, true },
	{ 39, 0x09, 1, true },
	{ 39, 0x0a, 1, true },
};

int
smbios_next(struct span *table, struct smbios *ret_s, struct err *e)
{
	struct span s = *table;
	size_t len;

	if (span_len(table) == 0)
		return 0;
	ret_s->type = span_u8(&s);
	ret_s->len = span_u8(&s);
	s = *table;
	span_skip(&s, ret_s->len);
	while (span_len(&s) >= 2 && (s.p[0] != 0 || s.p[1] != 0))
		span_skip(&s, 1);
	span_skip(&s, 2);
	if (span_bad(&s) || ret_s->len < HEADER_LEN)
		return err_set(e, ERR_SYNTAX,
		    "SMBIOS: a structure of type %u ends beyond the table",
		    ret_s->type);
	len = (size_t)(s.p - table->p);
	ret_s->bytes = span_take(table, len);
	return 1;
}

/* String number id behind the len bytes at p, or the last one. */
static void
clear_string(uint8_t *p, size_t len, size_t size, uint8_t id)
{
	uint8_t *at = p + len, *string = NULL, *end = p + size - 1;

	for (; id > 0 && at < end && *at != 0; id--) {
		string = at;
		while (*at != 0)
			at++;
		at++;
	}
	if (string != NULL)
		memset(string, ' ', strlen((char *)string));
}

static void
clear(uint8_t *p, const struct smbios *s)
{
	size_t size = span_len(&s->bytes);

	if (s->type >= TYPE_OEM)
		memset(p + HEADER_LEN, 0, size - HEADER_LEN);
	for (size_t i = 0; i < sizeof(cleared) / sizeof(cleared[0]); i++) {
		uint8_t offset = cleared[i].offset;

		if (cleared[i].type != s->type)
			continue;
		if (cleared[i].size == 0) {
			memset(p + HEADER_LEN, 0, size - HEADER_LEN);
		} else if (s->len >= offset + cleared[i].size) {
			if (cleared[i].string && p[offset] != 0)
				clear_string(p, s->len, size, p[offset]);
			memset(p + offset, 0, cleared[i].size);
		}
	}
}

int
smbios_filter(uint8_t *p, size_t len, size_t *ret_len, struct err *e)
{
	struct span table = span_of(p, len);
	struct smbios s;
	int rc;

	/* Only what was passed already changes under the span. */
	while ((rc = smbios_next(&table, &s, e)) > 0) {
		clear(p + (s.bytes.p - p), &s);
		*ret_len = (size_t)(table.p - p);
		if (s.type == TYPE_END)
			return 0;
	}
	return rc < 0 ? -1
		      : err_set(e, ERR_SYNTAX,
			    "SMBIOS: the table has no structure of type 127");
}
