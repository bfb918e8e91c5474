#include <stdio.h>
#include <string.h>

#include "policy/bigint.h"
#include "policy/format.h"
#include "policy/json.h"
#include "policy/number.h"
#include "policy/unicode.h"
#include "policy/utf8.h"

static void
write_padding(struct format *f, size_t n)
{
	/* To the right it is always spaces. */
	for (; n > 0 && !buf_bad(f->b); n--)
		buf_u8(f->b, f->zero && !f->minus ? '0' : ' ');
}

void
format_pad(struct format *f, const char *s, size_t len)
{
	size_t n = utf8_count(s, len);
	size_t fill =
	    f->has_width && (size_t)f->width > n ? (size_t)f->width - n : 0;

	if (!f->minus)
		write_padding(f, fill);
	buf_add(f->b, s, len);
	if (f->minus)
		write_padding(f, fill);
}

static unsigned int
base_of(uint32_t verb)
{
	switch (verb) {
	case 'b':
		return 2;
	case 'o':
	case 'O':
		return 8;
	case 'x':
	case 'X':
		return 16;
	default:
		return 10;
	}
}

/* Digits without sign, with what the flags add. */
static void
format_digits(struct format *f, const char *digits, size_t len, bool negative,
    uint32_t verb, bool big)
{
	char sign = negative ? '-' : f->plus ? '+' : f->space ? ' ' : '\0';
	const char *prefix = verb == 'O'                 ? "0o"
			     : f->sharp && verb == 'b'   ? "0b"
			     : f->sharp && (verb == 'x') ? "0x"
			     : f->sharp && (verb == 'X') ? "0X"
			     : f->sharp && verb == 'o' && digits[0] != '0' ? "0"
									   : "";
	size_t min = f->has_prec ? (size_t)f->prec : 0, head;
	bool zero = f->zero;
	struct buf t;

	if (f->has_prec && f->prec == 0 && len == 1 && digits[0] == '0')
		len = 0;
	head = (sign != '\0') + (big ? strlen(prefix) : 0);
	if (f->zero && !f->minus && f->has_width && !f->has_prec &&
	    (size_t)f->width > head)
		min = (size_t)f->width - head;
	if (f->has_prec && len == 0 && !big) {
		zero = f->zero;
		f->zero = false;
		for (int64_t i = 0; f->has_width && i < f->width; i++)
			buf_u8(f->b, ' ');
		f->zero = zero;
		return;
	}
	buf_init(&t, 4 * FORMAT_WIDTH_MAX + NUMBER_BITS_MAX);
	if (sign != '\0')
		buf_u8(&t, (uint8_t)sign);
	buf_add_str(&t, prefix);
	for (; min > len; min--)
		buf_u8(&t, '0');
	for (size_t i = 0; i < len; i++)
		buf_u8(&t,
		    (uint8_t)(verb == 'X' && digits[i] >= 'a' ? digits[i] - 32
							      : digits[i]));
	f->zero = false;
	format_pad(f, buf_str(&t), t.len);
	f->zero = zero;
	if (buf_bad(&t))
		f->b->bad = true;
	buf_release(&t);
}

static void
format_integer(struct format *f, struct heap *h, struct value v, uint32_t verb)
{
	struct bigint a;
	size_t len;
	char *s;

	if (bigint_from_number(h, v, &a) != 0 ||
	    bigint_text(h, &a, base_of(verb), &s, &len) != 0) {
		f->b->bad = true;
		return;
	}
	format_digits(f, s, len, a.negative, verb, v.is_big);
}

static const char *
go_type(struct value v)
{
	if (v.type != VALUE_NUMBER)
		return "string";
	if (!v.is_big)
		return "int";
	return number_is_plain(v) ? "*big.Int" : "float64";
}

static void format_plain(struct format *f, struct heap *h, struct value v,
    uint32_t verb);

/* Under the same flags, as Go does. */
static void
format_bad(struct format *f, struct heap *h, struct value v)
{
	buf_add_str(f->b, "%!");
	buf_add(f->b, f->verb, f->verb_len);
	buf_u8(f->b, '(');
	/* A big integer says this itself, and then without the star. */
	buf_printf(f->b,
	    "%s=", number_is_plain(v) && v.is_big ? "big.Int" : go_type(v));
	format_plain(f, h, v, 'v');
	buf_u8(f->b, ')');
}

/* %c, and %U: a code point by its number. */
static void
format_rune(struct format *f, int64_t i, uint32_t verb)
{
	bool valid = i >= 0 && i <= UNICODE_MAX && (i < 0xd800 || i > 0xdfff);
	uint32_t c = valid ? (uint32_t)i : 0xfffd;
	bool zero = f->zero;
	char s[64], t[UTF8_MAX];
	size_t n = utf8_encode(c, t);

	if (verb == 'c') {
		format_pad(f, t, n);
		return;
	}
	f->zero = false;
	if (f->sharp && valid && unicode_is_print(c))
		n = (size_t)snprintf(s, sizeof(s), "U+%04llX '%.*s'",
		    (unsigned long long)i, (int)n, t);
	else
		n = (size_t)snprintf(s, sizeof(s), "U+%0*llX",
		    f->has_prec && f->prec > 4 ? (int)(f->prec % 40) : 4,
		    (unsigned long long)i);
	format_pad(f, s, n);
	f->zero = zero;
}

static void
write_quoted_rune(struct format *f, int64_t i)
{
	bool valid = i >= 0 && i <= UNICODE_MAX && (i < 0xd800 || i > 0xdfff);
	char s[UTF8_MAX + 1];
	struct buf t;
	size_t n;

	/* As a string's quote, with the other quotation mark. */
	n = utf8_encode(valid ? (uint32_t)i : 0xfffd, s);
	buf_init(&t, 256);
	buf_u8(&t, '\'');
	if (s[0] == '\'')
		buf_add_str(&t, "\\'");
	else if (s[0] == '"')
		buf_u8(&t, '"');
	else
		json_write_quoted(&t, s, n, f->plus);
	buf_u8(&t, '\'');
	format_pad(f, buf_str(&t), t.len);
	buf_release(&t);
}

static void
format_int(struct format *f, struct heap *h, struct value v, uint32_t verb)
{
	switch (verb) {
	case 'v':
	case 'd':
	case 'b':
	case 'o':
	case 'O':
	case 'x':
	case 'X':
		format_integer(f, h, v, verb);
		break;
	case 'c':
	case 'U':
		format_rune(f, v.u.i, verb);
		break;
	case 'q':
		write_quoted_rune(f, v.u.i);
		break;
	default:
		format_bad(f, h, v);
		break;
	}
}

static void
format_big(struct format *f, struct heap *h, struct value v, uint32_t verb)
{
	if (verb != 0 && verb < 0x80 && strchr("vdsboOxX", (int)verb) != NULL)
		format_integer(f, h, v, verb);
	else
		format_bad(f, h, v);
}

static void
format_hex_string(struct format *f, const char *s, size_t len, uint32_t verb)
{
	const char *digits =
	    verb == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
	struct buf t;

	if (f->has_prec && (size_t)f->prec < len)
		len = (size_t)f->prec;
	buf_init(&t, f->b->limit);
	for (size_t i = 0; i < len; i++) {
		if (f->space && i > 0)
			buf_u8(&t, ' ');
		if (f->sharp && (f->space || i == 0)) {
			buf_u8(&t, '0');
			buf_u8(&t, (uint8_t)verb);
		}
		buf_u8(&t, (uint8_t)digits[(unsigned char)s[i] >> 4]);
		buf_u8(&t, (uint8_t)digits[s[i] & 15]);
	}
	format_pad(f, buf_str(&t), t.len);
	if (buf_bad(&t))
		f->b->bad = true;
	buf_release(&t);
}

static void
format_quoted(struct format *f, const char *s, size_t len)
{
	struct buf t;

	if (f->has_prec)
		len = utf8_offset(s, len, (size_t)f->prec);
	buf_init(&t, f->b->limit);
	if (f->sharp && memchr(s, '`', len) == NULL &&
	    memchr(s, '\n', len) == NULL) {
		buf_u8(&t, '`');
		buf_add(&t, s, len);
		buf_u8(&t, '`');
	} else {
		buf_u8(&t, '"');
		json_write_quoted(&t, s, len, f->plus);
		buf_u8(&t, '"');
	}
	format_pad(f, buf_str(&t), t.len);
	if (buf_bad(&t))
		f->b->bad = true;
	buf_release(&t);
}

static void
format_string(struct format *f, struct heap *h, struct value v, const char *s,
    size_t len, uint32_t verb)
{
	switch (verb) {
	case 'v':
		if (f->quote) {
			format_quoted(f, s, len);
			break;
		}
		/* fall through */
	case 's':
		if (f->has_prec)
			len = utf8_offset(s, len, (size_t)f->prec);
		format_pad(f, s, len);
		break;
	case 'x':
	case 'X':
		format_hex_string(f, s, len, verb);
		break;
	case 'q':
		format_quoted(f, s, len);
		break;
	default:
		format_bad(f, h, v);
		break;
	}
}

static void
format_number(struct format *f, struct heap *h, struct value v, uint32_t verb)
{
	if (!v.is_big)
		format_int(f, h, v, verb);
	else if (number_is_plain(v))
		format_big(f, h, v, verb);
	else if (verb != 0 && verb < 0x80 &&
		 strchr("veEfFgGxXb", (int)verb) != NULL)
		format_float(f, number_to_double(v), verb);
	else
		format_bad(f, h, v);
}

static void
format_plain(struct format *f, struct heap *h, struct value v, uint32_t verb)
{
	struct buf t;

	if (v.type == VALUE_NUMBER) {
		format_number(f, h, v, verb);
		return;
	}
	if (v.type == VALUE_STRING) {
		format_string(f, h, v, v.u.s->s, v.u.s->len, verb);
		return;
	}
	buf_init(&t, f->b->limit);
	json_write_term(&t, v);
	if (buf_bad(&t))
		f->b->bad = true;
	else
		format_string(f, h, v, buf_str(&t), t.len, verb);
	buf_release(&t);
}

void
format_value(struct format *f, struct heap *h, struct value v, uint32_t verb)
{
	if (verb == 'T') {
		format_pad(f, go_type(v), strlen(go_type(v)));
		return;
	}
	/* In %#v and %+v the flags have meanings of their own. */
	if (verb == 'v') {
		f->quote = f->sharp;
		f->sharp = false;
		f->plus &=
		    v.type == VALUE_NUMBER && v.is_big && number_is_plain(v);
	}
	format_plain(f, h, v, verb);
}

void
format_with_type(struct buf *b, struct heap *h, struct value v)
{
	struct format f = { .b = b };

	buf_printf(b, "%s=", go_type(v));
	format_value(&f, h, v, 'v');
}
