#include <string.h>

#include "codec/base64.h"
#include "codec/hex.h"
#include "policy/builtin_impl.h"

/* Work on text that has about so many bytes. */
static bool
too_long(struct bctx *ctx, size_t len)
{
	if (len > VALUE_STRING_MAX)
		budget_fail(ctx->budget, BUDGET_STRING);
	return budget_charge_bytes(ctx->budget, 4 * len) != 0;
}

static enum builtin_result
encode64(struct bctx *ctx, struct value v, enum base64_form form, bool pad,
    struct value *ret)
{
	const struct string *s = v.u.s;
	char *dst;
	size_t len;

	if (too_long(ctx, BASE64_SIZE(s->len) + 2))
		return BUILTIN_LIMIT;
	v = value_string_new(ctx->heap, BASE64_SIZE(s->len) + 2, &dst);
	if (!value_defined(v))
		return BUILTIN_LIMIT;
	len = base64_encode(form, s->s, s->len, dst);
	while (pad && len % 4 != 0)
		dst[len++] = '=';
	value_string_cut(ctx->heap, v, len);
	return builtin_return(ctx, v, ret);
}

BUILTIN(base64_encode)
{
	return encode64(ctx, args[0], BASE64_STANDARD, false, ret);
}

BUILTIN(base64url_encode)
{
	return encode64(ctx, args[0], BASE64_URL, true, ret);
}

BUILTIN(base64url_encode_no_pad)
{
	return encode64(ctx, args[0], BASE64_URL, false, ret);
}

/*
 * The text as Go reads it: line ends are skipped, the unused bits of the last
 * character are not looked at. With pad: to be padded to four characters.
 */
static int
clean64(struct bctx *ctx, const struct string *s, bool url, char **ret,
    size_t *ret_len)
{
	const char *digits =
	    url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr"
		  "stuvwxyz0123456789-_"
		: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr"
		  "stuvwxyz0123456789+/";
	char *t = heap_alloc(ctx->heap, s->len + 4);
	const char *last;
	size_t n = 0, data;

	if (t == NULL)
		return -1;
	for (size_t i = 0; i < s->len; i++)
		if (s->s[i] != '\n' && s->s[i] != '\r')
			t[n++] = s->s[i];
	for (data = n; data > 0 && t[data - 1] == '=' && n - data < 2;)
		data--;
	last = data > 0 ? memchr(digits, t[data - 1], 64) : NULL;
	if (last != NULL && data % 4 == 2)
		t[data - 1] = digits[(last - digits) & ~15];
	if (last != NULL && data % 4 == 3)
		t[data - 1] = digits[(last - digits) & ~3];
	*ret = t;
	*ret_len = n;
	return 0;
}

/* 1: decoded; 0: not base64; -1: a limit. */
static int
decode64(struct bctx *ctx, const struct string *s, bool url, uint8_t **ret,
    size_t *ret_len)
{
	enum base64_form form = url ? BASE64_URL : BASE64_STANDARD;
	size_t n, size = BASE64_BYTES(s->len + 4);
	uint8_t *p;
	char *t;

	if (too_long(ctx, s->len) || clean64(ctx, s, url, &t, &n) != 0)
		return -1;
	p = heap_alloc(ctx->heap, size);
	if (p == NULL)
		return -1;
	if (url) {
		/* What is read here has no padding; what was there was right.
		 */
		if (n % 4 == 1 || (n > 0 && t[n - 1] == '=' && n % 4 != 0))
			return 0;
		for (int i = 0; i < 2 && n > 0 && t[n - 1] == '='; i++)
			n--;
	}
	*ret = p;
	return base64_decode(form, t, n, p, size, ret_len) == 0;
}

BUILTIN(base64_decode)
{
	uint8_t *p;
	size_t len;
	int rc = decode64(ctx, args[0].u.s, false, &p, &len);

	if (rc < 0)
		return BUILTIN_LIMIT;
	if (rc == 0)
		return builtin_fail(ctx, "illegal base64 data");
	return builtin_bytes(ctx, (const char *)p, len, ret);
}

BUILTIN(base64_is_valid)
{
	uint8_t *p;
	size_t len;
	int rc;

	if (args[0].type != VALUE_STRING)
		return builtin_bool(ctx, false, ret);
	rc = decode64(ctx, args[0].u.s, false, &p, &len);
	return rc < 0 ? BUILTIN_LIMIT : builtin_bool(ctx, rc == 1, ret);
}

BUILTIN(base64url_decode)
{
	uint8_t *p;
	size_t len;
	int rc = decode64(ctx, args[0].u.s, true, &p, &len);

	if (rc < 0)
		return BUILTIN_LIMIT;
	if (rc == 0)
		return builtin_fail(ctx, "illegal base64url string: %.100s",
		    args[0].u.s->s);
	return builtin_bytes(ctx, (const char *)p, len, ret);
}

BUILTIN(hex_encode_text)
{
	const struct string *s = args[0].u.s;
	struct value v;
	char *dst;

	if (too_long(ctx, HEX_SIZE(s->len)))
		return BUILTIN_LIMIT;
	v = value_string_new(ctx->heap, 2 * (size_t)s->len, &dst);
	if (!value_defined(v))
		return BUILTIN_LIMIT;
	hex_encode(s->s, s->len, dst);
	value_string_done(v);
	return builtin_return(ctx, v, ret);
}

BUILTIN(hex_decode_text)
{
	const struct string *s = args[0].u.s;
	size_t len = s->len / 2;
	uint8_t *p;

	if (too_long(ctx, s->len))
		return BUILTIN_LIMIT;
	p = heap_alloc(ctx->heap, len + 1);
	if (p == NULL)
		return BUILTIN_LIMIT;
	if (hex_decode(s->s, s->len, p, len) != 0)
		return builtin_fail(ctx, "encoding/hex: invalid byte or odd "
					 "length hex string");
	return builtin_bytes(ctx, (const char *)p, len, ret);
}
