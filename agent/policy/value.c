#include <string.h>

#include "policy/number.h"
#include "policy/value.h"

static const char *const type_names[] = {
	[VALUE_UNDEFINED] = "undefined",
	[VALUE_NULL] = "null",
	[VALUE_BOOL] = "boolean",
	[VALUE_NUMBER] = "number",
	[VALUE_STRING] = "string",
	[VALUE_ARRAY] = "array",
	[VALUE_OBJECT] = "object",
	[VALUE_SET] = "set",
};

const char *
value_type_name(enum value_type type)
{
	return type_names[type];
}

struct value
value_string_new(struct heap *h, size_t len, char **ret_s)
{
	struct value v = { .type = VALUE_STRING };
	struct string *s;

	if (len > VALUE_STRING_MAX) {
		budget_fail(h->budget, BUDGET_STRING);
		return value_undefined();
	}
	s = heap_alloc(h, sizeof(*s) + len + 1);
	if (s == NULL)
		return value_undefined();
	s->hash = 0;
	s->len = (uint32_t)len;
	s->ascii = 0;
	s->s[len] = '\0';
	*ret_s = s->s;
	v.u.s = s;
	return v;
}

static bool
is_ascii(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t w;

	for (; i + 8 <= len; i += 8) {
		memcpy(&w, s + i, 8);
		if ((w & 0x8080808080808080) != 0)
			return false;
	}
	for (; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

void
value_string_done(struct value v)
{
	v.u.s->ascii = is_ascii(v.u.s->s, v.u.s->len);
}

void
value_string_cut(struct heap *h, struct value v, size_t len)
{
	struct string *s = v.u.s;

	heap_trim(h, s, sizeof(*s) + s->len + 1, sizeof(*s) + len + 1);
	s->len = (uint32_t)len;
	s->s[len] = '\0';
	value_string_done(v);
}

struct value
value_string(struct heap *h, const char *s, size_t len)
{
	char *dst;
	struct value v = value_string_new(h, len, &dst);

	if (!value_defined(v))
		return v;
	if (len > 0)
		memcpy(dst, s, len);
	value_string_done(v);
	return v;
}

struct value
value_cstring(struct heap *h, const char *s)
{
	return value_string(h, s, strlen(s));
}

bool
value_is_utf8(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	const unsigned char *end = s + len;

	while (s < end) {
		unsigned int c = *s++, n, min;

		if (c < 0x80)
			continue;
		if (c < 0xc2 || c > 0xf4)
			return false;
		n = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		min = n == 1 ? 0x80 : n == 2 ? 0x800 : 0x10000;
		if ((size_t)(end - s) < n)
			return false;
		c &= 0x3f >> n;
		for (; n > 0; n--, s++) {
			if ((*s & 0xc0) != 0x80)
				return false;
			c = c << 6 | (*s & 0x3f);
		}
		if (c < min || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
			return false;
	}
	return true;
}

size_t
value_count(struct value v)
{
	size_t n = 0;

	switch (v.type) {
	case VALUE_STRING:
		if (v.u.s->ascii)
			return v.u.s->len;
		for (size_t i = 0; i < v.u.s->len; i++)
			n += (v.u.s->s[i] & 0xc0) != 0x80;
		return n;
	case VALUE_ARRAY:
	case VALUE_SET:
		return v.u.list->n;
	case VALUE_OBJECT:
		return v.u.object->n;
	default:
		return 0;
	}
}

static int
compare_strings(const struct string *a, const struct string *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int c = a == b ? 0 : memcmp(a->s, b->s, n);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

static int
compare_lists(const struct list *a, const struct list *b, struct budget *budget)
{
	size_t n = a->n < b->n ? a->n : b->n;

	for (size_t i = 0; i < n; i++) {
		int c = value_compare(a->v[i], b->v[i], budget);

		if (c != 0 || budget_hit(budget) != BUDGET_OK)
			return c;
	}
	return (a->n > b->n) - (a->n < b->n);
}

static int
compare_objects(const struct object *a, const struct object *b,
    struct budget *budget)
{
	size_t n = a->n < b->n ? a->n : b->n;

	for (size_t i = 0; i < n; i++) {
		int c = value_compare(a->p[i].key, b->p[i].key, budget);

		if (c == 0)
			c = value_compare(a->p[i].val, b->p[i].val, budget);
		if (c != 0 || budget_hit(budget) != BUDGET_OK)
			return c;
	}
	return (a->n > b->n) - (a->n < b->n);
}

int
value_compare(struct value a, struct value b, struct budget *budget)
{
	if (a.type != b.type)
		return a.type < b.type ? -1 : 1;
	switch (a.type) {
	case VALUE_BOOL:
		return a.u.b - b.u.b;
	case VALUE_NUMBER:
		if (!a.is_big && !b.is_big)
			return (a.u.i > b.u.i) - (a.u.i < b.u.i);
		return number_compare(a, b);
	case VALUE_STRING:
		if (a.u.s->len >= 64 && budget_charge(budget, a.u.s->len / 64))
			return 0;
		return compare_strings(a.u.s, b.u.s);
	case VALUE_ARRAY:
	case VALUE_SET:
		if (a.u.list == b.u.list || budget_charge(budget, 1) != 0)
			return 0;
		return compare_lists(a.u.list, b.u.list, budget);
	case VALUE_OBJECT:
		if (a.u.object == b.u.object || budget_charge(budget, 1) != 0)
			return 0;
		return compare_objects(a.u.object, b.u.object, budget);
	default:
		return 0;
	}
}

static bool
hashes_differ(uint64_t a, uint64_t b)
{
	return a != 0 && b != 0 && a != b;
}

bool
value_equal(struct value a, struct value b, struct budget *budget)
{
	if (a.type != b.type)
		return false;
	switch (a.type) {
	case VALUE_STRING:
		if (a.u.s == b.u.s)
			return true;
		if (a.u.s->len != b.u.s->len ||
		    hashes_differ(a.u.s->hash, b.u.s->hash))
			return false;
		break;
	case VALUE_ARRAY:
	case VALUE_SET:
		if (a.u.list->n != b.u.list->n ||
		    hashes_differ(a.u.list->hash, b.u.list->hash))
			return false;
		break;
	case VALUE_OBJECT:
		if (a.u.object->n != b.u.object->n ||
		    hashes_differ(a.u.object->hash, b.u.object->hash))
			return false;
		break;
	default:
		break;
	}
	return value_compare(a, b, budget) == 0 &&
	       budget_hit(budget) == BUDGET_OK;
}

static uint64_t
hash_list(const struct heap *h, struct list *l, uint8_t type)
{
	uint64_t hash = heap_mix(h, type, l->n);

	for (size_t i = 0; i < l->n; i++)
		hash = heap_mix(h, hash, value_hash(h, l->v[i]));
	return hash;
}

static uint64_t
hash_object(const struct heap *h, struct object *o)
{
	uint64_t hash = heap_mix(h, VALUE_OBJECT, o->n);

	for (size_t i = 0; i < o->n; i++) {
		hash = heap_mix(h, hash, value_hash(h, o->p[i].key));
		hash = heap_mix(h, hash, value_hash(h, o->p[i].val));
	}
	return hash;
}

uint64_t
value_hash(const struct heap *h, struct value v)
{
	switch (v.type) {
	case VALUE_BOOL:
		return heap_mix(h, VALUE_BOOL, v.u.b);
	case VALUE_NUMBER:
		return number_hash(h, v);
	case VALUE_STRING:
		if (v.u.s->hash == 0)
			v.u.s->hash = heap_hash(h, v.u.s->s, v.u.s->len);
		return v.u.s->hash;
	case VALUE_ARRAY:
	case VALUE_SET:
		if (v.u.list->hash == 0)
			v.u.list->hash = hash_list(h, v.u.list, v.type);
		return v.u.list->hash;
	case VALUE_OBJECT:
		if (v.u.object->hash == 0)
			v.u.object->hash = hash_object(h, v.u.object);
		return v.u.object->hash;
	default:
		return heap_mix(h, v.type, 0);
	}
}

void
value_freeze(const struct heap *h, struct value v)
{
	/* A collection's hash asks for that of everything below it. */
	value_hash(h, v);
}

static int64_t
find_in_list(const struct list *l, struct value key, struct budget *budget)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = value_compare(l->v[mid], key, budget);

		if (budget_hit(budget) != BUDGET_OK)
			return -1;
		if (c == 0)
			return (int64_t)mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

static int64_t
find_in_object(const struct object *o, struct value key, struct budget *budget)
{
	size_t lo = 0, hi = o->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = value_compare(o->p[mid].key, key, budget);

		if (budget_hit(budget) != BUDGET_OK)
			return -1;
		if (c == 0)
			return (int64_t)mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

int64_t
value_find(struct value v, struct value key, struct budget *budget)
{
	if (v.type == VALUE_SET)
		return find_in_list(v.u.list, key, budget);
	if (v.type == VALUE_OBJECT)
		return find_in_object(v.u.object, key, budget);
	return -1;
}

struct value
value_get(struct value v, struct value key, struct budget *budget)
{
	int64_t i;

	if (v.type == VALUE_ARRAY) {
		if (!number_as_i64(key, &i) || i < 0 || i >= v.u.list->n)
			return value_undefined();
		return v.u.list->v[i];
	}
	i = value_find(v, key, budget);
	if (i < 0)
		return value_undefined();
	return v.type == VALUE_SET ? v.u.list->v[i] : v.u.object->p[i].val;
}

struct value
value_get_str(struct value v, const char *key, size_t len)
{
	const struct object *o = v.u.object;
	size_t lo = 0, hi;

	if (v.type != VALUE_OBJECT)
		return value_undefined();
	for (hi = o->n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;
		struct value k = o->p[mid].key;
		int c = (int)k.type - VALUE_STRING;

		if (c == 0) {
			size_t n = k.u.s->len < len ? k.u.s->len : len;

			c = memcmp(k.u.s->s, key, n);
			if (c == 0)
				c = (k.u.s->len > len) - (k.u.s->len < len);
		}
		if (c == 0)
			return o->p[mid].val;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return value_undefined();
}
