#include "policy/builtin_impl.h"

BUILTIN(object_keys)
{
	const struct object *o = args[0].u.object;
	struct list_builder b;

	list_init(&b, ctx->heap);
	for (size_t i = 0; i < o->n; i++)
		if (list_add(&b, o->p[i].key) != 0)
			return BUILTIN_LIMIT;
	return builtin_return(ctx, list_set(&b), ret);
}

BUILTIN(object_get)
{
	struct value v = args[0];

	if (args[1].type != VALUE_ARRAY) {
		v = value_get(v, args[1], ctx->budget);
		return builtin_return(ctx, value_defined(v) ? v : args[2], ret);
	}
	for (size_t i = 0; value_defined(v) && i < args[1].u.list->n; i++)
		v = value_get(v, args[1].u.list->v[i], ctx->budget);
	return builtin_return(ctx, value_defined(v) ? v : args[2], ret);
}

/* The keys that argument 2 names, as a set. */
static enum builtin_result
key_set(struct bctx *ctx, const struct value *args, struct value *ret)
{
	switch (args[1].type) {
	case VALUE_SET:
		*ret = args[1];
		return BUILTIN_OK;
	case VALUE_ARRAY:
		return builtin_cast_set(ctx, args + 1, ret);
	case VALUE_OBJECT:
		return builtin_object_keys(ctx, args + 1, ret);
	default:
		return builtin_type(ctx, 2, args[1],
		    "one of {object, set, array}");
	}
}

/* The members whose key is in the set of argument 2, or is not. */
static enum builtin_result
select_keys(struct bctx *ctx, const struct value *args, bool in,
    struct value *ret)
{
	const struct object *o = args[0].u.object;
	struct object_builder b;
	struct value keys;
	enum builtin_result rc = key_set(ctx, args, &keys);

	if (rc != BUILTIN_OK)
		return rc;
	object_init(&b, ctx->heap);
	for (size_t i = 0; i < o->n; i++) {
		bool found = value_find(keys, o->p[i].key, ctx->budget) >= 0;

		if (budget_charge(ctx->budget, 1) != 0 ||
		    (found == in &&
			object_add(&b, o->p[i].key, o->p[i].val) != 0))
			return BUILTIN_LIMIT;
	}
	return builtin_return(ctx, object_seal(&b), ret);
}

BUILTIN(object_remove)
{
	return select_keys(ctx, args, false, ret);
}

BUILTIN(object_filter)
{
	return select_keys(ctx, args, true, ret);
}

/* a and b, b's values over a's; objects in both merge. Depth is bounded. */
static struct value
merge(struct bctx *ctx, struct value a, struct value b)
{
	const struct object *x = a.u.object, *y = b.u.object;
	struct object_builder out;
	size_t i = 0, k = 0;

	object_init(&out, ctx->heap);
	while (i < x->n || k < y->n) {
		int c = i == x->n   ? 1
			: k == y->n ? -1
				    : value_compare(x->p[i].key, y->p[k].key,
					  ctx->budget);
		struct pair p = c <= 0 ? x->p[i] : y->p[k];

		if (c == 0) {
			p.val = y->p[k].val;
			if (x->p[i].val.type == VALUE_OBJECT &&
			    p.val.type == VALUE_OBJECT)
				p.val = merge(ctx, x->p[i].val, p.val);
		}
		if (!value_defined(p.val) ||
		    object_add(&out, p.key, p.val) != 0)
			return value_undefined();
		i += c <= 0;
		k += c >= 0;
	}
	return object_seal(&out);
}

BUILTIN(object_union)
{
	return builtin_return(ctx, merge(ctx, args[0], args[1]), ret);
}

BUILTIN(object_union_n)
{
	const struct list *l = args[0].u.list;
	struct value v = value_empty_object(ctx->heap);

	for (size_t i = l->n; i > 0; i--)
		if (l->v[i - 1].type != VALUE_OBJECT)
			return builtin_element(ctx, 1, args[0], l->v[i - 1],
			    "object");
	for (size_t i = 0; value_defined(v) && i < l->n; i++)
		v = merge(ctx, v, l->v[i]);
	return builtin_return(ctx, v, ret);
}

static bool
set_subset(struct bctx *ctx, struct value super, const struct list *sub)
{
	for (size_t i = 0; i < sub->n; i++)
		if (budget_charge(ctx->budget, 1) != 0 ||
		    value_find(super, sub->v[i], ctx->budget) < 0)
			return false;
	return true;
}

/* sub stands in super, one after the other. */
static bool
array_subset(struct bctx *ctx, const struct list *super, const struct list *sub)
{
	for (size_t i = 0; i + sub->n <= super->n; i++) {
		size_t k = 0;

		while (k < sub->n &&
		       value_equal(super->v[i + k], sub->v[k], ctx->budget))
			k++;
		if (budget_charge(ctx->budget, 1 + k) != 0)
			return false;
		if (k == sub->n)
			return true;
	}
	return false;
}

/* All of the set sub are somewhere in the array super, which has some. */
static bool
array_has_set(struct bctx *ctx, const struct value *args)
{
	struct value members;

	return args[0].u.list->n > 0 &&
	       builtin_cast_set(ctx, args, &members) == BUILTIN_OK &&
	       set_subset(ctx, members, args[1].u.list);
}

static bool object_subset(struct bctx *ctx, const struct object *super,
    const struct object *sub);

static bool
value_subset(struct bctx *ctx, struct value super, struct value sub)
{
	if (super.type != sub.type)
		return false;
	switch (sub.type) {
	case VALUE_OBJECT:
		return object_subset(ctx, super.u.object, sub.u.object);
	case VALUE_SET:
		return set_subset(ctx, super, sub.u.list);
	case VALUE_ARRAY:
		return array_subset(ctx, super.u.list, sub.u.list);
	default:
		return value_equal(super, sub, ctx->budget);
	}
}

/* Recursion ends at VALUE_DEPTH_MAX. */
static bool
object_subset(struct bctx *ctx, const struct object *super,
    const struct object *sub)
{
	struct value v = { .type = VALUE_OBJECT,
		.u.object = (struct object *)(uintptr_t)super };

	for (size_t i = 0; i < sub->n; i++) {
		struct value found = value_get(v, sub->p[i].key, ctx->budget);

		if (budget_charge(ctx->budget, 1) != 0 ||
		    !value_defined(found) ||
		    !value_subset(ctx, found, sub->p[i].val))
			return false;
	}
	return true;
}

BUILTIN(object_subset)
{
	enum value_type a = args[0].type, b = args[1].type;

	if (a == VALUE_ARRAY && b == VALUE_SET)
		return builtin_bool(ctx, array_has_set(ctx, args), ret);
	if (a != b || a < VALUE_ARRAY) {
		ctx->error.code = BUILTIN_TYPE_ERROR;
		builtin_fail(ctx, "both arguments object.subset must be of "
				  "the same type or array and set");
		ctx->error.code = BUILTIN_TYPE_ERROR;
		return BUILTIN_ERROR;
	}
	return builtin_bool(ctx, value_subset(ctx, args[0], args[1]), ret);
}
