#include "policy/builtin_impl.h"

static bool
is_list(struct value v)
{
	return v.type == VALUE_ARRAY || v.type == VALUE_SET;
}

BUILTIN(count)
{
	if (args[0].type < VALUE_STRING)
		return builtin_type(ctx, 1, args[0],
		    "one of {array, object, set, string}");
	if (args[0].type == VALUE_STRING &&
	    budget_charge_bytes(ctx->budget, args[0].u.s->len) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, value_int((int64_t)value_count(args[0])),
	    ret);
}

typedef struct value number_op(struct heap *, struct value, struct value);

static enum builtin_result
accumulate(struct bctx *ctx, struct value of, number_op *op, int64_t start,
    struct value *ret)
{
	struct value sum = value_int(start);

	if (!is_list(of))
		return builtin_type(ctx, 1, of, "one of {set, array}");
	for (size_t i = 0; i < of.u.list->n; i++) {
		struct value v = of.u.list->v[i];

		if (v.type != VALUE_NUMBER)
			return builtin_element(ctx, 1, of, v, "number");
		sum = op(ctx->heap, sum, v);
		if (!value_defined(sum) || budget_charge(ctx->budget, 1) != 0)
			return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, number_normal(ctx->heap, sum), ret);
}

BUILTIN(sum)
{
	return accumulate(ctx, args[0], number_add, 0, ret);
}

BUILTIN(product)
{
	return accumulate(ctx, args[0], number_mul, 1, ret);
}

/* The member that is furthest in direction sign. */
static enum builtin_result
extreme(struct bctx *ctx, struct value of, int sign, struct value *ret)
{
	struct value best;

	if (!is_list(of))
		return builtin_type(ctx, 1, of, "one of {set, array}");
	if (of.u.list->n == 0)
		return BUILTIN_UNDEFINED;
	best = of.u.list->v[0];
	for (size_t i = 1; i < of.u.list->n; i++) {
		struct value v = of.u.list->v[i];

		if (sign * value_compare(v, best, ctx->budget) >= 0)
			best = v;
		if (budget_charge(ctx->budget, 1) != 0)
			return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, best, ret);
}

BUILTIN(max)
{
	return extreme(ctx, args[0], 1, ret);
}

BUILTIN(min)
{
	struct value of = args[0];

	/* As in OPA, where null stands for "none yet" in a set. */
	if (of.type == VALUE_SET && of.u.list->n > 1 &&
	    of.u.list->v[0].type == VALUE_NULL)
		return builtin_return(ctx, of.u.list->v[1], ret);
	return extreme(ctx, of, -1, ret);
}

/* A builder that holds the members of an array or set. */
static int
builder_of(struct bctx *ctx, struct value of, struct list_builder *ret)
{
	list_init(ret, ctx->heap);
	for (size_t i = 0; i < of.u.list->n; i++)
		if (list_add(ret, of.u.list->v[i]) != 0)
			return -1;
	return 0;
}

BUILTIN(sort)
{
	struct list_builder b;

	if (!is_list(args[0]))
		return builtin_type(ctx, 1, args[0], "one of {set, array}");
	if (builder_of(ctx, args[0], &b) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, list_sorted(&b), ret);
}

/* How many members are `true`. */
static enum builtin_result
count_true(struct bctx *ctx, struct value of, size_t *ret)
{
	if (!is_list(of))
		return builtin_type(ctx, 1, of, "one of {array, set}");
	*ret = 0;
	for (size_t i = 0; i < of.u.list->n; i++) {
		struct value v = of.u.list->v[i];

		*ret += v.type == VALUE_BOOL && v.u.b;
	}
	if (budget_charge(ctx->budget, of.u.list->n) != 0)
		return BUILTIN_LIMIT;
	return BUILTIN_OK;
}

BUILTIN(all)
{
	size_t n;
	enum builtin_result rc = count_true(ctx, args[0], &n);

	if (rc != BUILTIN_OK)
		return rc;
	return builtin_bool(ctx, n == args[0].u.list->n, ret);
}

BUILTIN(any)
{
	size_t n;
	enum builtin_result rc = count_true(ctx, args[0], &n);

	return rc != BUILTIN_OK ? rc : builtin_bool(ctx, n > 0, ret);
}

/* The values of a collection, whatever it is. */
static struct value
member_at(struct value of, size_t i)
{
	return of.type == VALUE_OBJECT ? of.u.object->p[i].val
				       : of.u.list->v[i];
}

BUILTIN(member_2)
{
	struct value of = args[1];
	size_t n = of.type >= VALUE_ARRAY ? value_count(of) : 0;

	if (of.type == VALUE_SET)
		return builtin_bool(ctx,
		    value_find(of, args[0], ctx->budget) >= 0, ret);
	for (size_t i = 0; i < n; i++) {
		if (value_equal(args[0], member_at(of, i), ctx->budget))
			return builtin_bool(ctx, true, ret);
		if (budget_charge(ctx->budget, 1) != 0)
			return BUILTIN_LIMIT;
	}
	return builtin_bool(ctx, false, ret);
}

BUILTIN(member_3)
{
	struct value v = value_get(args[2], args[0], ctx->budget);

	if (args[2].type == VALUE_SET && value_defined(v))
		v = args[0];
	return builtin_bool(ctx,
	    value_defined(v) && value_equal(v, args[1], ctx->budget), ret);
}

BUILTIN(array_concat)
{
	struct list_builder b;

	if (builder_of(ctx, args[0], &b) != 0)
		return BUILTIN_LIMIT;
	for (size_t i = 0; i < args[1].u.list->n; i++)
		if (list_add(&b, args[1].u.list->v[i]) != 0)
			return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}

BUILTIN(array_slice)
{
	int64_t n = args[0].u.list->n, start, stop;

	if (!builtin_int(ctx, args, 2, &start) ||
	    !builtin_int(ctx, args, 3, &stop))
		return BUILTIN_ERROR;
	stop = stop < 0 ? 0 : stop > n ? n : stop;
	start = start < 0 ? 0 : start > stop ? stop : start;
	if (start == stop)
		return builtin_return(ctx, value_empty_array(ctx->heap), ret);
	return builtin_return(ctx,
	    value_array(ctx->heap, args[0].u.list->v + start,
		(size_t)(stop - start)),
	    ret);
}

BUILTIN(array_reverse)
{
	const struct list *l = args[0].u.list;
	struct list_builder b;

	list_init(&b, ctx->heap);
	for (size_t i = l->n; i > 0; i--)
		if (list_add(&b, l->v[i - 1]) != 0)
			return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}

/* Arrays among the members give way to their own, one level deep. */
BUILTIN(array_flatten)
{
	const struct list *l = args[0].u.list;
	struct list_builder b;

	list_init(&b, ctx->heap);
	for (size_t i = 0; i < l->n; i++) {
		bool nested = l->v[i].type == VALUE_ARRAY;
		const struct value *v = nested ? l->v[i].u.list->v : &l->v[i];

		for (size_t k = 0; k < (nested ? l->v[i].u.list->n : 1); k++)
			if (list_add(&b, v[k]) != 0)
				return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, list_array(&b), ret);
}

/* Members of a that are in b, or are not. */
static struct value
select_members(struct bctx *ctx, const struct list *a, struct value b, bool in)
{
	struct list_builder out;

	list_init(&out, ctx->heap);
	for (size_t i = 0; i < a->n; i++) {
		bool found = value_find(b, a->v[i], ctx->budget) >= 0;

		if (budget_charge(ctx->budget, 1) != 0 ||
		    (found == in && list_add(&out, a->v[i]) != 0))
			return value_undefined();
	}
	return list_set(&out);
}

BUILTIN(and)
{
	return builtin_return(ctx,
	    select_members(ctx, args[0].u.list, args[1], true), ret);
}

BUILTIN(set_diff)
{
	return builtin_return(ctx,
	    select_members(ctx, args[0].u.list, args[1], false), ret);
}

BUILTIN(or)
{
	struct list_builder b;

	if (builder_of(ctx, args[0], &b) != 0)
		return BUILTIN_LIMIT;
	for (size_t i = 0; i < args[1].u.list->n; i++)
		if (list_add(&b, args[1].u.list->v[i]) != 0)
			return BUILTIN_LIMIT;
	return builtin_return(ctx, list_set(&b), ret);
}

BUILTIN(minus)
{
	bool numbers = args[0].type == VALUE_NUMBER;

	if (!numbers && args[0].type != VALUE_SET)
		return builtin_type(ctx, 1, args[0], "one of {number, set}");
	if (args[1].type == args[0].type)
		return numbers
			   ? builtin_return(ctx,
				 number_sub(ctx->heap, args[0], args[1]), ret)
			   : builtin_set_diff(ctx, args, ret);
	return builtin_type(ctx, 2, args[1],
	    args[1].type == VALUE_NUMBER ? "set" : "number");
}

BUILTIN(intersection)
{
	const struct list *l = args[0].u.list;
	struct value v = value_empty_set(ctx->heap);

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].type != VALUE_SET)
			return builtin_type(ctx, 1, l->v[i], "set");
		v = i == 0 ? l->v[i]
			   : select_members(ctx, v.u.list, l->v[i], true);
		if (!value_defined(v))
			return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, v, ret);
}

BUILTIN(union)
{
	const struct list *l = args[0].u.list;
	struct list_builder b;

	list_init(&b, ctx->heap);
	for (size_t i = 0; i < l->n; i++) {
		const struct list *s = l->v[i].u.list;

		if (l->v[i].type != VALUE_SET)
			return builtin_type(ctx, 1, l->v[i], "set");
		for (size_t k = 0; k < s->n; k++)
			if (list_add(&b, s->v[k]) != 0)
				return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, list_set(&b), ret);
}

BUILTIN(cast_array)
{
	struct list_builder b;

	if (!is_list(args[0]))
		return builtin_type(ctx, 1, args[0], "one of {array, set}");
	if (builder_of(ctx, args[0], &b) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}

BUILTIN(cast_set)
{
	struct list_builder b;

	if (!is_list(args[0]))
		return builtin_type(ctx, 1, args[0], "one of {array, set}");
	if (builder_of(ctx, args[0], &b) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, list_set(&b), ret);
}
