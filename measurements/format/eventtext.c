#include <string.h>

#include "measurements/format/eventlog.h"

enum {
	GUID_BYTES = 16,
	SHOWN = 120
};

static void
put(struct event_text *t, size_t *at, unsigned c)
{
	if (*at < SHOWN)
		t->s[(*at)++] = c >= ' ' && c <= '~' ? (char)c : '?';
}

/* The bytes up to a NUL, when they are printable; else nothing. */
static void
put_ascii(struct event_text *t, size_t *at, struct span s)
{
	for (const uint8_t *p = s.p; p < s.end && *p != 0; p++)
		if (*p < ' ' || *p > '~')
			return;
	for (; s.p < s.end && *s.p != 0; s.p++)
		put(t, at, *s.p);
}

/* The name in UEFI_VARIABLE_DATA. */
static void
put_variable(struct event_text *t, size_t *at, struct span s)
{
	uint64_t n;

	span_skip(&s, GUID_BYTES);
	n = span_le64(&s);
	span_skip(&s, 8);
	if (span_bad(&s) || n > span_len(&s) / 2)
		return;
	while (n-- > 0)
		put(t, at, span_le16(&s));
}

/* {u8 length, text}, as the blob and table events of the newer form. */
static void
put_counted(struct event_text *t, size_t *at, struct span s)
{
	put_ascii(t, at, span_take(&s, span_u8(&s)));
}

/* TCG_PCClientTaggedEvent {u32 tag, u32 size, data}. */
static void
put_tagged(struct event_text *t, size_t *at, struct span s)
{
	span_skip(&s, 4);
	put_ascii(t, at, span_take(&s, span_le32(&s)));
}

/* The other texts: ASCII, or UTF-16 as systemd's stub and shim write them. */
static void
put_text(struct event_text *t, size_t *at, struct span s)
{
	bool wide = span_len(&s) >= 4 && s.p[0] != 0 && s.p[1] == 0;
	uint16_t c;

	if (!wide) {
		put_ascii(t, at, s);
		return;
	}
	while ((c = span_le16(&s)) != 0)
		put(t, at, c);
}

struct event_text
event_text(const struct event *ev)
{
	struct event_text t = { "" };
	size_t at = 0;

	switch (ev->type) {
	case EVENT_VARIABLE_DRIVER_CONFIG:
	case EVENT_VARIABLE_BOOT:
	case EVENT_VARIABLE_BOOT2:
	case EVENT_VARIABLE_AUTHORITY:
		put_variable(&t, &at, ev->data);
		break;
	case EVENT_PLATFORM_FIRMWARE_BLOB2:
	case EVENT_HANDOFF_TABLES2:
		put_counted(&t, &at, ev->data);
		break;
	case EVENT_TAG:
		put_tagged(&t, &at, ev->data);
		break;
	default:
		put_text(&t, &at, ev->data);
	}
	return t;
}
