#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "codec/hex.h"
#include "policy/builtin_impl.h"

/* A semantic version (semver.org 2.0.0), as parts of its text. */
struct version {
	int64_t number[3];
	const char *pre;
	size_t pre_len;
};

/* Dot-separated identifiers of letters, digits and hyphens. */
static bool
identifiers(const char *s, size_t len)
{
	bool any = false;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '.' && !any)
			return false;
		any = c != '.';
		if (c != '.' && c != '-' && !(c >= '0' && c <= '9') &&
		    !((c | 32) >= 'a' && (c | 32) <= 'z'))
			return false;
	}
	return any;
}

static bool
read_part(const char **s, const char *end, int64_t *ret)
{
	const char *from = *s;

	*ret = 0;
	for (; *s < end && **s >= '0' && **s <= '9'; ++*s)
		if (__builtin_mul_overflow(*ret, 10, ret) ||
		    __builtin_add_overflow(*ret, **s - '0', ret))
			return false;
	return *s > from;
}

static bool
read_version(const struct string *v, struct version *ret)
{
	const char *s = v->s, *end = s + v->len, *at;

	*ret = (struct version){ .pre = "" };
	s += s < end && *s == 'v'; /* as OPA, which is not so strict */
	at = memchr(s, '+', (size_t)(end - s));
	if (at != NULL) {
		if (at + 1 < end &&
		    !identifiers(at + 1, (size_t)(end - at - 1)))
			return false;
		end = at;
	}
	at = memchr(s, '-', (size_t)(end - s));
	if (at != NULL) {
		ret->pre = at + 1;
		ret->pre_len = (size_t)(end - at - 1);
		if (ret->pre_len > 0 && !identifiers(ret->pre, ret->pre_len))
			return false;
		end = at;
	}
	for (int i = 0; i < 3; i++) {
		if (i > 0 && (s == end || *s++ != '.'))
			return false;
		if (!read_part(&s, end, &ret->number[i]))
			return false;
	}
	return s == end;
}

static bool
all_digits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return len > 0;
}

/* Two identifiers: numbers by value and before words, words by bytes. */
static int
compare_identifiers(const char *a, size_t a_len, const char *b, size_t b_len)
{
	bool a_number = all_digits(a, a_len), b_number = all_digits(b, b_len);
	int c;

	if (a_number != b_number)
		return a_number ? -1 : 1;
	while (a_number && a_len > 1 && *a == '0') {
		a++;
		a_len--;
	}
	while (b_number && b_len > 1 && *b == '0') {
		b++;
		b_len--;
	}
	if (a_number && a_len != b_len)
		return a_len < b_len ? -1 : 1;
	c = memcmp(a, b, a_len < b_len ? a_len : b_len);
	if (c == 0)
		c = (a_len > b_len) - (a_len < b_len);
	return (c > 0) - (c < 0);
}

static int
compare_pre(const struct version *a, const struct version *b)
{
	const char *x = a->pre, *x_end = x + a->pre_len;
	const char *y = b->pre, *y_end = y + b->pre_len;

	if (a->pre_len == 0 || b->pre_len == 0)
		return (a->pre_len == 0) - (b->pre_len == 0);
	while (x < x_end && y < y_end) {
		const char *p = memchr(x, '.', (size_t)(x_end - x));
		const char *q = memchr(y, '.', (size_t)(y_end - y));
		int c;

		p = p == NULL ? x_end : p;
		q = q == NULL ? y_end : q;
		c = compare_identifiers(x, (size_t)(p - x), y, (size_t)(q - y));
		if (c != 0)
			return c;
		x = p < x_end ? p + 1 : p;
		y = q < y_end ? q + 1 : q;
	}
	return (x < x_end) - (y < y_end);
}

BUILTIN(semver_compare)
{
	struct version v[2];

	for (int i = 0; i < 2; i++)
		if (!read_version(args[i].u.s, &v[i]))
			return builtin_fail(ctx,
			    "operand %d: string \"%.100s\" is not a valid "
			    "SemVer",
			    i + 1, args[i].u.s->s);
	for (int i = 0; i < 3; i++)
		if (v[0].number[i] != v[1].number[i])
			return builtin_return(ctx,
			    value_int(v[0].number[i] < v[1].number[i] ? -1 : 1),
			    ret);
	return builtin_return(ctx, value_int(compare_pre(&v[0], &v[1])), ret);
}

BUILTIN(semver_is_valid)
{
	struct version v;

	return builtin_bool(ctx,
	    args[0].type == VALUE_STRING && read_version(args[0].u.s, &v), ret);
}

BUILTIN(uuid_rfc4122)
{
	uint64_t part[2];
	uint8_t b[16];
	char text[40];

	part[0] =
	    heap_mix(ctx->heap, ctx->seed, value_hash(ctx->heap, args[0]));
	part[1] = heap_hash(ctx->heap, part, sizeof(part[0]));
	part[0] = heap_hash(ctx->heap, part, sizeof(part));
	memcpy(b, part, sizeof(b));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(text, sizeof(text),
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15]);
	return builtin_return(ctx, value_cstring(ctx->heap, text), ret);
}

/* The forms of RFC 9562, with urn:uuid: or braces or without hyphens. */
static bool
read_uuid(const struct string *v, uint8_t ret[16])
{
	static const size_t at[16] = { 0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24,
		26, 28, 30, 32, 34 };
	const char *s = v->s;

	if (v->len == 32)
		return hex_decode(s, 32, ret, 16) == 0;
	if (v->len == 36 + 9) {
		if (strncasecmp(s, "urn:uuid:", 9) != 0)
			return false;
		s += 9;
	} else if (v->len == 36 + 2) {
		s++;
	} else if (v->len != 36) {
		return false;
	}
	if (s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-')
		return false;
	for (int i = 0; i < 16; i++)
		if (hex_decode(s + at[i], 2, ret + i, 1) != 0)
			return false;
	return true;
}

static int
add(struct object_builder *b, const char *key, struct value v)
{
	return object_add(b, value_cstring(b->heap, key), v);
}

/* What a UUID of version 1 or 2 says of time and place. */
static int
add_time_and_node(struct object_builder *b, const uint8_t u[16])
{
	static const char *const kinds[4] = { "global:unicast",
		"global:multicast", "local:unicast", "local:multicast" };
	uint64_t t = (uint64_t)(u[6] & 15) << 56 | (uint64_t)u[7] << 48 |
		     (uint64_t)u[4] << 40 | (uint64_t)u[5] << 32 |
		     (uint64_t)u[0] << 24 | u[1] << 16 | u[2] << 8 | u[3];
	char node[24];

	snprintf(node, sizeof(node), "%02x-%02x-%02x-%02x-%02x-%02x", u[10],
	    u[11], u[12], u[13], u[14], u[15]);
	/* 100 ns since 1582-10-15 */
	if (add(b, "time",
		value_int((int64_t)((t - 122192928000000000) * 100))) != 0 ||
	    add(b, "nodeid", value_cstring(b->heap, node)) != 0 ||
	    add(b, "macvariables", value_cstring(b->heap, kinds[u[10] & 3])) !=
		0)
		return -1;
	return add(b, "clocksequence", value_int((u[8] & 0x3f) << 8 | u[9]));
}

static int
add_domain(struct object_builder *b, const uint8_t u[16])
{
	static const char *const names[3] = { "Person", "Group", "Org" };
	int64_t id = (int64_t)u[0] << 24 | u[1] << 16 | u[2] << 8 | u[3];
	char text[16];

	snprintf(text, sizeof(text), "Domain%u", u[9]);
	if (add(b, "id", value_int(id)) != 0)
		return -1;
	return add(b, "domain",
	    value_cstring(b->heap, u[9] < 3 ? names[u[9]] : text));
}

BUILTIN(uuid_parse)
{
	struct object_builder b;
	const char *variant;
	uint8_t u[16];
	int version, rc = 0;

	if (!read_uuid(args[0].u.s, u))
		return BUILTIN_UNDEFINED;
	version = u[6] >> 4;
	variant = (u[8] & 0xc0) == 0x80   ? "RFC4122"
		  : (u[8] & 0xe0) == 0xc0 ? "Microsoft"
		  : (u[8] & 0xe0) == 0xe0 ? "Future"
					  : "Reserved";
	object_init(&b, ctx->heap);
	if (add(&b, "version", value_int(version)) != 0 ||
	    add(&b, "variant", value_cstring(ctx->heap, variant)) != 0)
		return BUILTIN_LIMIT;
	if (version == 1 || version == 2)
		rc = add_time_and_node(&b, u);
	if (rc == 0 && version == 2)
		rc = add_domain(&b, u);
	if (rc != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, object_seal(&b), ret);
}
