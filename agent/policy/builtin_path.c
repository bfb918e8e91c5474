#include "policy/builtin_impl.h"
#include "policy/json_path.h"

/* All paths of argument 2, as an array of arrays. */
static enum builtin_result
read_paths(struct bctx *ctx, const struct value *args, struct value *ret)
{
	struct list_builder b;

	if (args[1].type != VALUE_ARRAY && args[1].type != VALUE_SET)
		return builtin_type(ctx, 2, args[1], "one of {set, array}");
	list_init(&b, ctx->heap);
	for (size_t i = 0; i < args[1].u.list->n; i++) {
		struct value v = args[1].u.list->v[i], path;
		int rc = json_path(ctx->heap, v, &path);

		if (rc > 0)
			return builtin_type(ctx, 2, v,
			    "one of {set, array} containing string paths or "
			    "array of path segments");
		if (rc < 0 || list_add(&b, path) != 0)
			return BUILTIN_LIMIT;
	}
	/* Sorted, so that a path stands before those that it begins. */
	*ret = list_sorted(&b);
	return value_defined(*ret) ? BUILTIN_OK : BUILTIN_LIMIT;
}

/*
 * The paths as a tree of objects, null where one ends: paths[0..n-1] agree in
 * their first `at` keys. Recursion ends at the value's depth, see too_deep().
 */
static struct value
tree_of(struct bctx *ctx, const struct value *paths, size_t n, size_t at)
{
	struct object_builder b;
	size_t i = 0;

	object_init(&b, ctx->heap);
	while (i < n) {
		const struct list *path = paths[i].u.list;
		struct value sub = value_null();
		bool ends = false;
		size_t k = i;

		if (path->n <= at) {
			i++;
			continue;
		}
		for (; k < n && value_equal(path->v[at], paths[k].u.list->v[at],
				    ctx->budget);
		     k++)
			ends |= paths[k].u.list->n == at + 1;
		if (budget_charge(ctx->budget, 1 + k - i) != 0)
			return value_undefined();
		if (!ends)
			sub = tree_of(ctx, paths + i, k - i, at + 1);
		if (!value_defined(sub) ||
		    object_add(&b, path->v[at], sub) != 0)
			return value_undefined();
		i = k;
	}
	return object_seal(&b);
}

static bool
too_deep(const struct list *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		if (paths->v[i].u.list->n >= VALUE_DEPTH_MAX)
			return true;
	return false;
}

static enum builtin_result
read_tree(struct bctx *ctx, const struct value *args, struct value *ret)
{
	struct value paths;
	enum builtin_result rc = read_paths(ctx, args, &paths);

	if (rc != BUILTIN_OK)
		return rc;
	if (too_deep(paths.u.list))
		return builtin_limit(ctx, BUDGET_DEPTH);
	*ret = tree_of(ctx, paths.u.list->v, paths.u.list->n, 0);
	return value_defined(*ret) ? BUILTIN_OK : BUILTIN_LIMIT;
}

/* The branch of a tree for a key; the member number as text in arrays. */
static struct value
branch(struct bctx *ctx, struct value tree, struct value of, size_t i)
{
	char text[NUMBER_INT_SIZE];
	const char *s;
	size_t len;

	if (of.type == VALUE_OBJECT)
		return value_get(tree, of.u.object->p[i].key, ctx->budget);
	if (of.type == VALUE_SET)
		return value_get(tree, of.u.list->v[i], ctx->budget);
	s = number_text(value_int((int64_t)i), text, &len);
	return value_get_str(tree, s, len);
}

/*
 * v without what the tree names (remove), or only that (filter). *ret_keep is
 * false when nothing of v is left. Recursion ends at VALUE_DEPTH_MAX.
 */
static struct value
prune(struct bctx *ctx, struct value v, struct value tree, bool filter,
    bool *ret_keep)
{
	struct object_builder o;
	struct list_builder l;
	size_t n = v.type >= VALUE_ARRAY ? value_count(v) : 0;

	*ret_keep = true;
	if (tree.type == VALUE_NULL) {
		*ret_keep = filter;
		return v;
	}
	if (!value_defined(tree)) {
		*ret_keep = !filter;
		return v;
	}
	if (v.type < VALUE_ARRAY)
		return v;
	object_init(&o, ctx->heap);
	list_init(&l, ctx->heap);
	for (size_t i = 0; i < n; i++) {
		bool is_object = v.type == VALUE_OBJECT, keep;
		struct value one =
		    is_object ? v.u.object->p[i].val : v.u.list->v[i];

		one = prune(ctx, one, branch(ctx, tree, v, i), filter, &keep);
		if (!value_defined(one) || budget_charge(ctx->budget, 1) != 0)
			return value_undefined();
		if (keep &&
		    (is_object ? object_add(&o, v.u.object->p[i].key, one)
			       : list_add(&l, one)) != 0)
			return value_undefined();
	}
	if (v.type == VALUE_OBJECT)
		return object_seal(&o);
	return v.type == VALUE_SET ? list_set(&l) : list_array(&l);
}

static enum builtin_result
prune_object(struct bctx *ctx, const struct value *args, bool filter,
    struct value *ret)
{
	struct value tree;
	bool keep;
	enum builtin_result rc = read_tree(ctx, args, &tree);

	if (rc != BUILTIN_OK)
		return rc;
	return builtin_return(ctx, prune(ctx, args[0], tree, filter, &keep),
	    ret);
}

BUILTIN(json_remove)
{
	return prune_object(ctx, args, false, ret);
}

BUILTIN(json_filter)
{
	return prune_object(ctx, args, true, ret);
}

BUILTIN(json_patch)
{
	const struct list *operations = args[1].u.list;
	struct value v;
	struct err e;
	uint32_t i;

	for (i = 0; i < operations->n; i++) {
		if (operations->v[i].type != VALUE_OBJECT)
			return builtin_fail(ctx,
			    "must be an array of JSON-Patch objects, but at "
			    "least one element is not an object");
	}
	if (json_patch(ctx->heap, args[0], args[1], &v, &e) != 0)
		return e.code == ERR_LIMIT ? BUILTIN_LIMIT
					   : builtin_fail(ctx, "%s", e.msg);
	return builtin_return(ctx, v, ret);
}
