#include <string.h>

#include "policy/tree.h"

enum {
	FEW_CHILDREN = 16 /* searched one by one */
};

static bool
same_key(struct value a, struct value b)
{
	struct budget unlimited;

	if (a.type == VALUE_STRING && b.type == VALUE_STRING)
		return a.u.s == b.u.s ||
		       (a.u.s->len == b.u.s->len &&
			   memcmp(a.u.s->s, b.u.s->s, a.u.s->len) == 0);
	budget_init(&unlimited, UINT64_MAX, 1);
	return value_equal(a, b, &unlimited);
}

/* Not the keyed hash: the tree is the policy author's own. */
static uint32_t
key_hash(struct value key)
{
	uint32_t h = 2166136261u, i;

	if (key.type != VALUE_STRING)
		return key.type;
	for (i = 0; i < key.u.s->len; i++)
		h = (h ^ (unsigned char)key.u.s->s[i]) * 16777619u;
	return h;
}

struct node *
tree_child(const struct node *n, struct value key)
{
	uint32_t i;

	if (n->index == NULL) {
		for (i = 0; i < n->n_children; i++) {
			if (same_key(n->children[i]->key, key))
				return n->children[i];
		}
		return NULL;
	}
	for (i = key_hash(key);; i++) {
		uint32_t at = n->index[i & (n->index_size - 1)];

		if (at == 0)
			return NULL;
		if (same_key(n->children[at - 1]->key, key))
			return n->children[at - 1];
	}
}

struct node *
tree_child_named(const struct node *n, const char *s, size_t len)
{
	uint32_t i;

	for (i = 0; i < n->n_children; i++) {
		const struct value key = n->children[i]->key;

		if (key.type == VALUE_STRING && key.u.s->len == len &&
		    memcmp(key.u.s->s, s, len) == 0)
			return n->children[i];
	}
	return NULL;
}

static void
index_add(struct node *n, uint32_t child)
{
	uint32_t i = key_hash(n->children[child]->key);

	while (n->index[i & (n->index_size - 1)] != 0)
		i++;
	n->index[i & (n->index_size - 1)] = child + 1;
}

static void
index_child(struct compiler *c, struct node *n)
{
	uint32_t i;

	if (n->n_children <= FEW_CHILDREN)
		return;
	if (n->index != NULL && n->n_children * 2 <= n->index_size) {
		index_add(n, n->n_children - 1);
		return;
	}
	n->index_size = n->index_size == 0 ? 64 : n->index_size * 2;
	n->index = compile_keep(c, n->index_size * sizeof(*n->index));
	for (i = 0; i < n->n_children; i++)
		index_add(n, i);
}

static struct node *
get_child(struct compiler *c, struct node *n, struct value key)
{
	struct node *child = tree_child(n, key);

	if (child != NULL)
		return child;
	child = compile_keep(c, sizeof(*child));
	child->parent = n;
	child->key = key;
	if (n->n_children == n->cap) {
		struct node **grown;

		n->cap = n->cap == 0 ? 4 : n->cap * 2;
		grown = compile_keep(c, n->cap * sizeof(*grown));
		if (n->n_children > 0)
			memcpy(grown, n->children,
			    n->n_children * sizeof(*grown));
		n->children = grown;
	}
	n->children[n->n_children++] = child;
	index_child(c, n);
	return child;
}

struct node *
tree_package(const struct compiler *c, const struct module *m)
{
	struct node *n = c->root;
	uint32_t i;

	for (i = 0; n != NULL && i < m->package.n; i++)
		n = tree_child(n, m->package.t[i]->u.value);
	return n;
}

struct value
tree_path(const struct compiler *c, const struct node *n)
{
	struct value keys[2 * COMPILE_PATH_MAX];
	uint32_t at = 2 * COMPILE_PATH_MAX;

	for (; n->parent != NULL && at > 0; n = n->parent)
		keys[--at] = n->key;
	return value_array(c->heap, keys + at, 2 * COMPILE_PATH_MAX - at);
}

void
tree_replaced(struct node *n)
{
	uint32_t i;

	/* Paths are bounded by COMPILE_PATH_MAX, so the depth is too. */
	if (n->replaced)
		return;
	n->replaced = true;
	if (n->group != NULL)
		n->group->replaced = true;
	for (i = 0; i < n->n_children; i++)
		tree_replaced(n->children[i]);
}

static struct group *
group_at(struct compiler *c, struct node *n, enum group_kind kind)
{
	struct group *g = n->group;

	if (g != NULL)
		return g;
	g = compile_keep(c, sizeof(*g));
	g->kind = kind;
	g->node = n;
	g->replaced = c->any_with;
	n->group = g;
	*c->groups_end = g;
	c->groups_end = &g->next;
	return g;
}

static void
add_entry(struct compiler *c, struct group *g, struct rule *r, int32_t skip)
{
	g->entries =
	    compile_grow(c, g->entries, g->n, &g->cap, sizeof(*g->entries));
	g->entries[g->n].rule = r;
	g->entries[g->n].skip = skip;
	g->n++;
}

static int
conflict(struct compiler *c, const struct rule *r)
{
	return diag_error(c->diag, "rego_type_error", r->loc,
	    "conflicting rules %s found", r->ref.t[0]->name->s);
}

static int
add_default(struct compiler *c, struct group *g, struct rule *r)
{
	if (g->default_rule != NULL)
		return diag_error(c->diag, "rego_type_error", r->loc,
		    "multiple default rules %s found", r->ref.t[0]->name->s);
	g->default_rule = r;
	return 0;
}

/*
 * Head terms that are constant, from the second on; 1 for the name itself. A
 * composite makes no document of its own where the rule gives no value.
 */
static uint32_t
constant_part(const struct rule *r)
{
	uint32_t i = 1;

	while (i < r->ref.n && r->ref.t[i]->kind == TERM_CONST &&
	       r->ref.t[i]->u.value.type <= VALUE_STRING)
		i++;
	return i;
}

/* v1: input and data are no names of rules. */
static bool
shadows(const struct compiler *c, const struct rule *r)
{
	const struct string *name = r->ref.t[0]->name;

	return !r->module->v0 &&
	       (name == c->name_input || name == c->name_data);
}

static enum group_kind
kind_of(const struct rule *r, uint32_t constant)
{
	if (r->is_function)
		return GROUP_FUNCTION;
	if (constant < r->ref.n)
		return GROUP_OBJECT;
	return r->contains ? GROUP_SET : GROUP_COMPLETE;
}

static int
add_rule(struct compiler *c, struct node *package, struct rule *r)
{
	struct value key = { .type = VALUE_STRING };
	uint32_t constant = constant_part(r), i;
	enum group_kind kind = kind_of(r, constant);
	struct node *n;
	struct group *g;

	if (r->ref.n > COMPILE_PATH_MAX)
		return diag_error(c->diag, "rego_compile_error", r->loc,
		    "a rule's name is too long");
	key.u.s = r->ref.t[0]->name;
	if (shadows(c, r))
		return diag_error(c->diag, "rego_compile_error", r->loc,
		    "rules must not shadow %s", key.u.s->s);
	n = get_child(c, package, key);
	if (!n->rule_name)
		n->loc = r->loc;
	n->rule_name = true;
	for (i = 1; i < constant; i++)
		n = get_child(c, n, r->ref.t[i]->u.value);
	if (kind == GROUP_FUNCTION && constant < r->ref.n)
		return diag_error(c->diag, "rego_compile_error", r->loc,
		    "a function's name must be constant");
	g = group_at(c, n, kind);
	if (kind == GROUP_OBJECT && g->kind != GROUP_FUNCTION)
		g->kind = kind; /* the others join when it takes in all */
	if (g->kind != kind && g->kind != GROUP_OBJECT)
		return conflict(c, r);
	if (r->is_function && g->n + (g->default_rule != NULL) > 0 &&
	    g->n_args != r->args.n)
		return conflict(c, r);
	g->n_args = r->args.n;
	if (r->is_default)
		return add_default(c, g, r);
	add_entry(c, g, r, (int32_t)constant);
	return 0;
}

static int32_t
depth_of(const struct node *n)
{
	int32_t depth = 0;

	for (; n->parent != NULL; n = n->parent)
		depth++;
	return depth;
}

/* Move the entries of all groups below n into g. */
static void
swallow(struct compiler *c, struct group *g, struct node *n)
{
	uint32_t i, k;

	for (i = 0; i < n->n_children; i++) {
		struct node *child = n->children[i];
		struct group *cg = child->group;

		if (cg == NULL || cg->kind != GROUP_FUNCTION) {
			child->swallowed = true;
			for (k = 0; cg != NULL && k < cg->n; k++)
				add_entry(c, g, cg->entries[k].rule,
				    depth_of(g->node) -
					(int32_t)cg->entries[k]
					    .rule->module->package.n);
			if (cg != NULL)
				cg->n = 0;
		}
		swallow(c, g, child);
	}
}

/* Let groups with variables take in what is below; find conflicts. */
static int
settle(struct compiler *c, struct node *n)
{
	struct group *g = n->group;
	uint32_t i;

	if (g != NULL && g->kind == GROUP_OBJECT) {
		for (i = 0; i < g->n; i++) {
			if (g->entries[i].skip ==
			    (int32_t)g->entries[i].rule->ref.n)
				return conflict(c, g->entries[i].rule);
		}
		swallow(c, g, n);
		return 0;
	}
	if (g != NULL && g->n > 0 && g->kind != GROUP_FUNCTION) {
		for (i = 0; i < n->n_children; i++) {
			if (n->children[i]->group != NULL)
				return conflict(c, g->entries[0].rule);
		}
	}
	for (i = 0; i < n->n_children; i++) {
		if (settle(c, n->children[i]) < 0)
			return -1;
	}
	return 0;
}

static struct node *
add_package(struct compiler *c, const struct module *m)
{
	struct node *n = c->root;
	uint32_t i;

	if (m->package.n > COMPILE_PATH_MAX) {
		diag_error(c->diag, "rego_compile_error", m->package.t[0]->loc,
		    "a package's name is too long");
		return NULL;
	}
	for (i = 0; i < m->package.n; i++)
		n = get_child(c, n, m->package.t[i]->u.value);
	n->package = true;
	return n;
}

int
tree_build(struct compiler *c)
{
	uint32_t i, k;
	int failed = 0;

	c->root = compile_keep(c, sizeof(*c->root));
	c->groups_end = &c->groups;
	for (i = 0; i < c->n_modules; i++) {
		const struct module *m = &c->modules[i];
		struct node *package = add_package(c, m);

		if (package == NULL)
			return -1;
		for (k = 0; k < m->n_rules; k++)
			failed |= add_rule(c, package, m->rules[k]);
	}
	return failed != 0 ? -1 : settle(c, c->root);
}
