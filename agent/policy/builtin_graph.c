#include <string.h>

#include "policy/builtin_impl.h"

static bool
is_list(struct value v)
{
	return v.type == VALUE_ARRAY || v.type == VALUE_SET;
}

/* Mark node number `at` of the graph and put it in the queue, once. */
static void
visit(uint8_t *seen, uint32_t *queue, size_t *n, int64_t at)
{
	if (at < 0 || seen[at] != 0)
		return;
	seen[at] = 1;
	queue[(*n)++] = (uint32_t)at;
}

BUILTIN(reachable)
{
	const struct object *graph = args[0].u.object;
	struct list_builder b;
	uint32_t *queue;
	uint8_t *seen;
	size_t n = 0;

	if (!is_list(args[1]))
		return builtin_type(ctx, 2, args[1], "{array, set}");
	queue = heap_array(ctx->heap, graph->n + 1, sizeof(*queue));
	seen = heap_array(ctx->heap, graph->n + 1, sizeof(*seen));
	if (queue == NULL || seen == NULL)
		return BUILTIN_LIMIT;
	for (size_t i = 0; i < graph->n; i++)
		seen[i] = 0;
	list_init(&b, ctx->heap);
	for (size_t i = 0; i < args[1].u.list->n; i++)
		visit(seen, queue, &n,
		    value_find(args[0], args[1].u.list->v[i], ctx->budget));
	for (size_t i = 0; i < n; i++) {
		const struct pair *p = &graph->p[queue[i]];

		if (list_add(&b, p->key) != 0)
			return BUILTIN_LIMIT;
		for (size_t k = 0; is_list(p->val) && k < p->val.u.list->n;
		     k++) {
			visit(seen, queue, &n,
			    value_find(args[0], p->val.u.list->v[k],
				ctx->budget));
			if (budget_charge(ctx->budget, 1) != 0)
				return BUILTIN_LIMIT;
		}
	}
	return builtin_return(ctx, list_set(&b), ret);
}

/*
 * All paths, by a walk with a stack of its own: a path can be as long as the
 * graph has nodes. As in OPA, a node that was left once ends every other path
 * below the same neighbour of the root.
 */
struct walker {
	struct bctx *ctx;
	struct value graph;
	struct list_builder out;
	struct value *path;
	size_t *edge;   /* of each node on the path: the edge taken next */
	uint32_t *left; /* round in which a node was left last */
	uint32_t round;
	size_t n;
};

static int
commit(struct walker *w)
{
	if (budget_charge(w->ctx->budget, w->n) != 0)
		return -1;
	return list_add(&w->out, value_array(w->ctx->heap, w->path, w->n));
}

static int64_t
find_node(const struct walker *w, struct value node)
{
	return value_find(w->graph, node, w->ctx->budget);
}

static size_t
edges_of(const struct walker *w, int64_t at, const struct value **ret)
{
	struct value v = w->graph.u.object->p[at].val;

	*ret = is_list(v) ? v.u.list->v : NULL;
	return is_list(v) ? v.u.list->n : 0;
}

/* Go to a node: it ends the path if there is nowhere to go from it. */
static int
enter(struct walker *w, struct value node)
{
	int64_t at = find_node(w, node);
	const struct value *edges;

	if (at < 0)
		return commit(w);
	w->path[w->n] = node;
	w->edge[w->n++] = 0;
	if (edges_of(w, at, &edges) > 0)
		return 0;
	if (commit(w) != 0)
		return -1;
	w->n--;
	return 0;
}

/* The next edge of the path's last node, or back. */
static int
advance(struct walker *w)
{
	int64_t at = find_node(w, w->path[w->n - 1]), to;
	const struct value *edges;
	size_t n, i;

	if (budget_charge(w->ctx->budget, 1) != 0 || at < 0)
		return -1;
	n = edges_of(w, at, &edges);
	i = w->edge[w->n - 1]++;
	if (i >= n) {
		w->n--;
		return 0;
	}
	to = find_node(w, edges[i]);
	if (to >= 0 && w->left[to] == w->round)
		return commit(w);
	w->left[at] = w->round;
	return enter(w, edges[i]);
}

static int
walk_from(struct walker *w, struct value root)
{
	int64_t at = find_node(w, root);
	const struct value *edges;
	size_t n = at < 0 ? 0 : edges_of(w, at, &edges);

	w->path[0] = root;
	w->n = 1;
	if (at >= 0 && n == 0)
		return commit(w);
	for (size_t i = 0; i < n; i++) {
		w->left[at] = ++w->round;
		w->n = 1;
		if (enter(w, edges[i]) != 0)
			return -1;
		while (w->n > 1)
			if (advance(w) != 0)
				return -1;
	}
	return 0;
}

BUILTIN(reachable_paths)
{
	size_t n = args[0].u.object->n;
	struct walker w = { .ctx = ctx, .graph = args[0] };

	if (!is_list(args[1]))
		return builtin_type(ctx, 2, args[1], "{array, set}");
	/* No node is on a path more than twice. */
	w.path = heap_array(ctx->heap, 2 * n + 4, sizeof(*w.path));
	w.edge = heap_array(ctx->heap, 2 * n + 4, sizeof(*w.edge));
	w.left = heap_array(ctx->heap, n + 1, sizeof(*w.left));
	if (w.path == NULL || w.edge == NULL || w.left == NULL)
		return BUILTIN_LIMIT;
	memset(w.left, 0, (n + 1) * sizeof(*w.left));
	list_init(&w.out, ctx->heap);
	for (size_t i = 0; i < args[1].u.list->n; i++)
		if (walk_from(&w, args[1].u.list->v[i]) != 0)
			return BUILTIN_LIMIT;
	return builtin_return(ctx, list_set(&w.out), ret);
}

/* [path, v] and then all below it. Recursion ends at VALUE_DEPTH_MAX. */
static int
walk(struct bctx *ctx, struct list_builder *out, struct value *path, size_t n,
    struct value v)
{
	struct value pair[2] = { value_array(ctx->heap, path, n), v };
	size_t members = v.type >= VALUE_ARRAY ? value_count(v) : 0;

	if (!value_defined(pair[0]) ||
	    list_add(out, value_array(ctx->heap, pair, 2)) != 0)
		return -1;
	for (size_t i = 0; i < members; i++) {
		bool object = v.type == VALUE_OBJECT;
		struct value one =
		    object ? v.u.object->p[i].val : v.u.list->v[i];

		path[n] = object                  ? v.u.object->p[i].key
			  : v.type == VALUE_ARRAY ? value_int((int64_t)i)
						  : one;
		if (walk(ctx, out, path, n + 1, one) != 0)
			return -1;
	}
	return 0;
}

BUILTIN(walk)
{
	struct value path[VALUE_DEPTH_MAX + 1];
	struct list_builder b;

	list_init(&b, ctx->heap);
	if (walk(ctx, &b, path, 0, args[0]) != 0)
		return BUILTIN_LIMIT;
	return builtin_return(ctx, list_array(&b), ret);
}
