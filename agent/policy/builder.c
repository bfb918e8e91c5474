#include <string.h>

#include "policy/builder.h"
#include "policy/number.h"

enum {
	FIRST_ITEMS = 8,
	INTERN_FIRST = 256
};

static uint32_t
depth_of(struct value v)
{
	switch (v.type) {
	case VALUE_ARRAY:
	case VALUE_SET:
		return v.u.list->depth;
	case VALUE_OBJECT:
		return v.u.object->depth;
	default:
		return 0;
	}
}

/* Of the value at item i of an array of values or of pairs. */
static struct value
item_key(const unsigned char *items, size_t size, size_t i)
{
	struct value v;

	memcpy(&v, items + i * size, sizeof(v));
	return v;
}

static int
merge_runs(const unsigned char *src, unsigned char *dst, size_t size, size_t lo,
    size_t mid, size_t hi, struct budget *budget)
{
	size_t i = lo, j = mid;

	for (size_t k = lo; k < hi; k++) {
		bool left =
		    j >= hi ||
		    (i < mid && value_compare(item_key(src, size, i),
				    item_key(src, size, j), budget) <= 0);

		memcpy(dst + k * size, src + (left ? i++ : j++) * size, size);
	}
	return budget_charge(budget, hi - lo);
}

/*
 * A stable merge sort of n items of size bytes that start with their key; the
 * array may be replaced by another one of the heap.
 */
static int
sort_items(struct heap *h, void **items, size_t n, size_t size)
{
	unsigned char *src = *items, *dst;
	size_t sorted = 1;

	while (sorted < n && value_compare(item_key(src, size, sorted - 1),
				 item_key(src, size, sorted), h->budget) <= 0)
		sorted++;
	if (budget_charge(h->budget, n) != 0)
		return -1;
	if (sorted >= n)
		return 0;
	dst = heap_array(h, n, size);
	if (dst == NULL)
		return -1;
	for (size_t width = 1; width < n; width *= 2) {
		unsigned char *t = src;

		for (size_t lo = 0; lo < n; lo += 2 * width) {
			size_t mid = lo + width < n ? lo + width : n;
			size_t hi = lo + 2 * width < n ? lo + 2 * width : n;

			if (merge_runs(src, dst, size, lo, mid, hi,
				h->budget) != 0)
				return -1;
		}
		src = dst;
		dst = t;
	}
	*items = src;
	return 0;
}

static int
reserve(struct heap *h, void **items, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? FIRST_ITEMS : *cap * 2;
	void *p;

	if (n < *cap)
		return budget_charge(h->budget, 1);
	if (n >= VALUE_ITEMS_MAX)
		return budget_fail(h->budget, BUDGET_ITEMS);
	p = heap_grow(h, *items, *cap * size, more * size);
	if (p == NULL)
		return -1;
	*items = p;
	*cap = more;
	return budget_charge(h->budget, 1);
}

void
list_init(struct list_builder *b, struct heap *h)
{
	*b = (struct list_builder){ .heap = h };
}

int
list_add(struct list_builder *b, struct value v)
{
	void *items = b->v;

	if (!value_defined(v))
		return budget_fail(b->heap->budget, BUDGET_INTERNAL);
	if (reserve(b->heap, &items, b->n, &b->cap, sizeof(v)) != 0)
		return -1;
	b->v = items;
	b->v[b->n++] = v;
	return 0;
}

static struct value
seal_list(struct list_builder *b, enum value_type type)
{
	struct value v = { .type = type };
	uint32_t depth = 0;
	struct list *l;

	if (budget_hit(b->heap->budget) != BUDGET_OK)
		return value_undefined();
	for (size_t i = 0; i < b->n; i++)
		if (depth_of(b->v[i]) > depth)
			depth = depth_of(b->v[i]);
	if (depth >= VALUE_DEPTH_MAX) {
		budget_fail(b->heap->budget, BUDGET_DEPTH);
		return value_undefined();
	}
	heap_trim(b->heap, b->v, b->cap * sizeof(v), b->n * sizeof(v));
	l = heap_alloc(b->heap, sizeof(*l));
	if (l == NULL)
		return value_undefined();
	*l =
	    (struct list){ .n = (uint32_t)b->n, .depth = depth + 1, .v = b->v };
	v.u.list = l;
	list_init(b, b->heap);
	return v;
}

struct value
list_array(struct list_builder *b)
{
	return seal_list(b, VALUE_ARRAY);
}

static int
sort_list(struct list_builder *b)
{
	void *items = b->v;

	if (budget_hit(b->heap->budget) != BUDGET_OK ||
	    sort_items(b->heap, &items, b->n, sizeof(*b->v)) != 0)
		return -1;
	if (items != b->v)
		b->cap = b->n;
	b->v = items;
	return 0;
}

struct value
list_sorted(struct list_builder *b)
{
	if (sort_list(b) != 0)
		return value_undefined();
	return seal_list(b, VALUE_ARRAY);
}

struct value
list_set(struct list_builder *b)
{
	struct budget *budget = b->heap->budget;
	size_t kept = 0;

	if (sort_list(b) != 0)
		return value_undefined();
	for (size_t i = 0; i < b->n; i++) {
		if (kept > 0 && value_equal(b->v[kept - 1], b->v[i], budget))
			continue;
		b->v[kept++] = b->v[i];
	}
	b->n = kept;
	return seal_list(b, VALUE_SET);
}

struct value
value_array(struct heap *h, const struct value *v, size_t n)
{
	struct list_builder b;

	list_init(&b, h);
	for (size_t i = 0; i < n; i++)
		if (list_add(&b, v[i]) != 0)
			return value_undefined();
	return list_array(&b);
}

struct value
value_empty_array(struct heap *h)
{
	return value_array(h, NULL, 0);
}

struct value
value_empty_set(struct heap *h)
{
	struct list_builder b;

	list_init(&b, h);
	return list_set(&b);
}

struct value
value_empty_object(struct heap *h)
{
	struct object_builder b;

	object_init(&b, h);
	return object_seal(&b);
}

void
object_init(struct object_builder *b, struct heap *h)
{
	*b = (struct object_builder){ .heap = h };
}

int
object_add(struct object_builder *b, struct value key, struct value val)
{
	void *items = b->p;

	if (!value_defined(key) || !value_defined(val))
		return budget_fail(b->heap->budget, BUDGET_INTERNAL);
	if (reserve(b->heap, &items, b->n, &b->cap, sizeof(*b->p)) != 0)
		return -1;
	b->p = items;
	b->p[b->n++] = (struct pair){ key, val };
	return 0;
}

/* Sort and keep the last of equal keys: 0, 1 when their values differ, -1. */
static int
sort_pairs(struct object_builder *b)
{
	struct budget *budget = b->heap->budget;
	void *items = b->p;
	size_t kept = 0;
	int differ = 0;

	if (budget_hit(budget) != BUDGET_OK ||
	    sort_items(b->heap, &items, b->n, sizeof(*b->p)) != 0)
		return -1;
	if (items != b->p)
		b->cap = b->n;
	b->p = items;
	for (size_t i = 0; i < b->n; i++) {
		struct pair *last = kept > 0 ? &b->p[kept - 1] : NULL;

		if (last != NULL &&
		    value_equal(last->key, b->p[i].key, budget)) {
			differ |= !value_equal(last->val, b->p[i].val, budget);
			last->val = b->p[i].val;
			continue;
		}
		b->p[kept++] = b->p[i];
	}
	b->n = kept;
	return budget_hit(budget) == BUDGET_OK ? differ : -1;
}

static struct value
seal_pairs(struct object_builder *b)
{
	struct value v = { .type = VALUE_OBJECT };
	uint32_t depth = 0;
	struct object *o;

	for (size_t i = 0; i < b->n; i++) {
		if (depth_of(b->p[i].key) > depth)
			depth = depth_of(b->p[i].key);
		if (depth_of(b->p[i].val) > depth)
			depth = depth_of(b->p[i].val);
	}
	if (depth >= VALUE_DEPTH_MAX) {
		budget_fail(b->heap->budget, BUDGET_DEPTH);
		return value_undefined();
	}
	heap_trim(b->heap, b->p, b->cap * sizeof(*b->p), b->n * sizeof(*b->p));
	o = heap_alloc(b->heap, sizeof(*o));
	if (o == NULL)
		return value_undefined();
	*o = (struct object){ .n = (uint32_t)b->n,
		.depth = depth + 1,
		.p = b->p };
	v.u.object = o;
	object_init(b, b->heap);
	return v;
}

struct value
object_seal(struct object_builder *b)
{
	if (sort_pairs(b) < 0)
		return value_undefined();
	return seal_pairs(b);
}

int
object_seal_once(struct object_builder *b, struct value *ret)
{
	int differ = sort_pairs(b);
	struct value v;

	if (differ != 0)
		return differ;
	v = seal_pairs(b);
	if (!value_defined(v))
		return -1;
	*ret = v;
	return 0;
}

static struct value
copy_list(struct heap *h, struct value v)
{
	const struct list *l = v.u.list;
	struct list_builder b;

	list_init(&b, h);
	for (size_t i = 0; i < l->n; i++)
		if (list_add(&b, value_copy(h, l->v[i])) != 0)
			return value_undefined();
	return seal_list(&b, v.type);
}

static struct value
copy_object(struct heap *h, const struct object *o)
{
	struct object_builder b;

	object_init(&b, h);
	for (size_t i = 0; i < o->n; i++)
		if (object_add(&b, value_copy(h, o->p[i].key),
			value_copy(h, o->p[i].val)) != 0)
			return value_undefined();
	return object_seal(&b);
}

struct value
value_copy(struct heap *h, struct value v)
{
	switch (v.type) {
	case VALUE_NUMBER:
		return number_copy(h, v);
	case VALUE_STRING:
		return value_string(h, v.u.s->s, v.u.s->len);
	case VALUE_ARRAY:
	case VALUE_SET:
		return copy_list(h, v);
	case VALUE_OBJECT:
		return copy_object(h, v.u.object);
	default:
		return v;
	}
}

void
intern_init(struct intern *t, struct heap *h)
{
	*t = (struct intern){ .heap = h };
}

static size_t
intern_slot(const struct intern *t, const char *s, size_t len, uint64_t hash)
{
	size_t i = hash & (t->cap - 1);

	while (t->slots[i] != NULL &&
	       (t->slots[i]->hash != hash || t->slots[i]->len != len ||
		   memcmp(t->slots[i]->s, s, len) != 0))
		i = (i + 1) & (t->cap - 1);
	return i;
}

static int
intern_more(struct intern *t)
{
	struct string **old = t->slots;
	size_t n = t->cap;

	t->cap = n == 0 ? INTERN_FIRST : n * 2;
	t->slots = heap_array(t->heap, t->cap, sizeof(*t->slots));
	if (t->slots == NULL)
		return -1;
	memset(t->slots, 0, t->cap * sizeof(*t->slots));
	for (size_t i = 0; i < n; i++) {
		struct string *s = old[i];

		if (s != NULL)
			t->slots[intern_slot(t, s->s, s->len, s->hash)] = s;
	}
	return 0;
}

struct value
intern_string(struct intern *t, const char *s, size_t len)
{
	uint64_t hash = heap_hash(t->heap, s, len);
	struct value v = { .type = VALUE_STRING };
	size_t i;

	if (budget_hit(t->heap->budget) != BUDGET_OK)
		return value_undefined();
	if (t->n * 4 >= t->cap * 3 && intern_more(t) != 0)
		return value_undefined();
	i = intern_slot(t, s, len, hash);
	if (t->slots[i] == NULL) {
		v = value_string(t->heap, s, len);
		if (!value_defined(v))
			return v;
		v.u.s->hash = hash;
		t->slots[i] = v.u.s;
		t->n++;
	}
	v.u.s = t->slots[i];
	return v;
}
