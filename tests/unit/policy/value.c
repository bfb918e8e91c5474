#include "policy/builder.h"
#include "policy/json.h"
#include "policy/number.h"
#include "tests/lib/tap.h"

static struct budget budget;
static struct heap heap;

static struct heap *
fresh(size_t limit)
{
	struct heap_key key = { 1, 2 };

	budget_init(&budget, 1000000000, 100);
	heap_init(&heap, limit, key, &budget);
	return &heap;
}

/* JSON as a value; an array that starts with "set" is a set. */
static struct value
json(const char *s)
{
	struct list_builder b;
	struct value v;
	struct err e;

	if (json_parse(&heap, s, strlen(s), &v, &e) != 0)
		tap_fail(__FILE__, __LINE__, e.msg);
	if (v.type != VALUE_ARRAY || v.u.list->n == 0 ||
	    v.u.list->v[0].type != VALUE_STRING ||
	    strcmp(v.u.list->v[0].u.s->s, "set") != 0)
		return v;
	list_init(&b, &heap);
	for (size_t i = 1; i < v.u.list->n; i++)
		list_add(&b, v.u.list->v[i]);
	return list_set(&b);
}

TEST(one_order_for_all_types)
{
	static const char *const rising[] = { "null", "false", "true", "-1.5",
		"0", "0.5", "1", "1e2", "9223372036854775807",
		"9223372036854775808", "\"\"", "\"a\"", "\"aa\"", "\"b\"", "[]",
		"[1]", "[1,2]", "[2]", "{}", "{\"a\":1}", "{\"a\":1,\"b\":0}",
		"{\"a\":2}", "{\"b\":0}", "[\"set\"]", "[\"set\",1]",
		"[\"set\",1,2]", "[\"set\",2]" };
	size_t n = sizeof(rising) / sizeof(rising[0]);

	fresh(1 << 20);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			struct value a = json(rising[i]), b = json(rising[k]);
			int c = value_compare(a, b, &budget);

			EQ_INT((c > 0) - (c < 0), (i > k) - (i < k));
			EQ_INT(value_equal(a, b, &budget), i == k);
			if (i == k)
				OK(value_hash(&heap, a) ==
				    value_hash(&heap, b));
		}
	heap_release(&heap);
}

TEST(equal_numbers_are_one_key)
{
	struct value v;

	fresh(1 << 20);
	v = json("[\"set\",1,1.0,10e-1,0.1e1,-0,0,0.0]");
	EQ_INT(v.u.list->n, 2);
	OK(value_hash(&heap, json("1")) == value_hash(&heap, json("1.0")));
	OK(value_hash(&heap, json("1e30")) ==
	    value_hash(&heap, json("1000000000000000000000000000000")));
	heap_release(&heap);
}

TEST(members_are_found)
{
	struct value v, two;

	fresh(1 << 20);
	v = json("{\"b\":1,\"a\":[10,20],\"a\":[30]}");
	EQ_INT(v.u.object->n, 2);
	EQ_INT(value_get_str(v, "b", 1).u.i, 1);
	v = value_get_str(v, "a", 1);
	EQ_INT(value_get(v, value_int(0), &budget).u.i, 30);
	OK(!value_defined(value_get(v, value_int(1), &budget)));
	OK(!value_defined(value_get(v, value_int(-1), &budget)));
	OK(!value_defined(value_get(v, json("0.0"), &budget)));
	OK(!value_defined(value_get(v, json("\"0\""), &budget)));
	two = json("2.0");
	EQ_INT(value_get(json("[\"set\",1,2]"), two, &budget).u.i, 2);
	heap_release(&heap);
}

TEST(many_members_are_sorted_and_unique)
{
	struct list_builder b;
	struct value v;

	fresh(16 << 20);
	list_init(&b, &heap);
	for (int64_t i = 0; i < 5000; i++)
		EQ_INT(list_add(&b, value_int(i * 7919 % 1000)), 0);
	v = list_set(&b);
	EQ_INT(v.u.list->n, 1000);
	for (int64_t i = 0; i < 1000; i++)
		EQ_INT(v.u.list->v[i].u.i, i);
	heap_release(&heap);
}

TEST(keys_that_differ_in_value_conflict)
{
	struct object_builder b;
	struct value v;

	fresh(1 << 20);
	object_init(&b, &heap);
	object_add(&b, value_int(1), value_bool(true));
	object_add(&b, json("1.0"), value_bool(true));
	EQ_INT(object_seal_once(&b, &v), 0);
	EQ_INT(v.u.object->n, 1);
	object_add(&b, value_int(1), value_bool(true));
	object_add(&b, value_int(1), value_bool(false));
	EQ_INT(object_seal_once(&b, &v), 1);
	heap_release(&heap);
}

TEST(nesting_ends_at_its_limit)
{
	struct list_builder b;
	struct value v;

	fresh(1 << 20);
	v = value_empty_array(&heap);
	for (int i = 1; i < VALUE_DEPTH_MAX; i++) {
		list_init(&b, &heap);
		list_add(&b, v);
		v = list_array(&b);
		OK(value_defined(v));
	}
	list_init(&b, &heap);
	list_add(&b, v);
	OK(!value_defined(list_array(&b)));
	EQ_INT(budget_hit(&budget), BUDGET_DEPTH);
	heap_release(&heap);
}

TEST(memory_ends_at_its_limit)
{
	struct value v = value_null();

	fresh(256 << 10);
	for (int i = 0; i < 100 && value_defined(v); i++)
		v = value_string(&heap, "0123456789", 10);
	OK(value_defined(v));
	for (int i = 0; i < 100000 && value_defined(v); i++)
		v = value_string(&heap, "0123456789", 10);
	OK(!value_defined(v));
	EQ_INT(budget_hit(&budget), BUDGET_MEMORY);
	EQ_INT(budget_charge(&budget, 0), -1);
	EQ_STR(budget_name(budget_hit(&budget)), "limit_memory");
	heap_release(&heap);
}

TEST(a_limit_stays_reached)
{
	fresh(1 << 20);
	EQ_INT(budget_charge(&budget, 2000000000), -1);
	EQ_INT(budget_charge(&budget, 1), -1);
	OK(!value_defined(value_empty_set(&heap)));
	EQ_INT(budget_fail(&budget, BUDGET_MEMORY), -1);
	EQ_INT(budget_hit(&budget), BUDGET_STEPS);
	heap_release(&heap);
}

TEST(constants_are_interned)
{
	struct intern t;

	fresh(4 << 20);
	intern_init(&t, &heap);
	for (int i = 0; i < 2000; i++) {
		char s[16];
		int n = snprintf(s, sizeof(s), "k%d", i % 700);

		OK(value_defined(intern_string(&t, s, (size_t)n)));
	}
	EQ_INT(t.n, 700);
	OK(intern_string(&t, "k5", 2).u.s == intern_string(&t, "k5", 2).u.s);
	heap_release(&heap);
}

TEST(utf8_is_told_from_bytes)
{
	static const struct {
		const char *s;
		bool ok;
	} rows[] = {
		{ "abc", true },
		{ "\303\251", true },
		{ "\360\237\230\200", true },
		{ "\355\237\277", true },
		{ "\355\240\200", false }, /* a surrogate */
		{ "\300\200", false },     /* overlong */
		{ "\340\200\200", false },
		{ "\364\220\200\200", false }, /* beyond U+10FFFF */
		{ "\303", false },
		{ "\200", false },
		{ "\377", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(value_is_utf8(rows[i].s, strlen(rows[i].s)), rows[i].ok);
}

TEST(a_heap_keeps_its_blocks)
{
	void *first;

	fresh(1 << 20);
	first = heap_alloc(&heap, 100);
	heap_alloc(&heap, 40000);
	heap_reset(&heap);
	EQ_INT(heap.total, 0);
	OK(heap_alloc(&heap, 100) == first);
	heap_release(&heap);
}

TAP_MAIN
