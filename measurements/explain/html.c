#include <string.h>

#include "codec/utf8.h"
#include "measurements/explain/html.h"

enum {
	GROUP = 4, /* bytes of a digest between two breaks */
	C1_END = 0xa0
};

static void
put_code_point(struct buf *b, const char *s, size_t len, uint32_t c)
{
	switch (c) {
	case '<':
		buf_add_str(b, "&lt;");
		return;
	case '>':
		buf_add_str(b, "&gt;");
		return;
	case '&':
		buf_add_str(b, "&amp;");
		return;
	case '"':
		buf_add_str(b, "&quot;");
		return;
	case '\'':
		buf_add_str(b, "&#39;");
		return;
	default:
		break;
	}
	/* Controls, and the marks that change the direction of text. */
	if (c < ' ' || (c >= 127 && c < C1_END) ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		buf_add_str(b, "\xef\xbf\xbd");
	else
		buf_add(b, s, len);
}

void
html_cut(struct buf *b, const char *s, size_t max)
{
	size_t left = strlen(s);

	while (left > 0) {
		uint32_t c = 0;
		size_t n = utf8_get(s, left, &c);

		if (max-- == 0) {
			buf_add_str(b, "…");
			return;
		}
		put_code_point(b, s, n, n ? c : 0);
		s += n ? n : 1;
		left -= n ? n : 1;
	}
}

void
html_text(struct buf *b, const char *s)
{
	html_cut(b, s, SIZE_MAX);
}

void
html_hex(struct buf *b, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_printf(b, "%02x", p[i]);
}

void
html_digest(struct buf *b, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i += GROUP) {
		if (i > 0)
			buf_add_str(b, "<wbr>");
		html_hex(b, p + i, len - i < GROUP ? len - i : GROUP);
	}
}
