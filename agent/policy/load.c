#include <string.h>

#include "base/die.h"
#include "policy/advice.h"
#include "policy/loaded.h"
#include "policy/normal.h"
#include "policy/plan.h"
#include "policy/resolve.h"
#include "policy/tree.h"

static struct string *
name_of(struct policy *p, const char *s)
{
	struct value v = intern_string(&p->names, s, strlen(s));

	return value_defined(v) ? v.u.s : NULL;
}

static void
compiler_init(struct policy *p, struct arena *arena, struct diag *d)
{
	struct compiler *c = &p->compiler;

	c->arena = arena;
	c->keep = &p->keep;
	c->heap = &p->heap;
	c->names = &p->names;
	c->mem.arena = arena;
	c->mem.heap = &p->heap;
	c->mem.names = &p->names;
	c->diag = d;
	c->program = &p->program;
	c->builtin_replaced = p->builtin_replaced;
	c->any_with = p->options.any_with;
	c->all_bodies = p->options.strict;
	c->advise = p->options.advise;
	c->name_data = name_of(p, "data");
	c->name_input = name_of(p, "input");
}

static int
parse_all(struct policy *p, struct diag *d)
{
	struct compiler *c = &p->compiler;
	uint32_t i;
	int failed = 0;

	c->n_modules = (uint32_t)p->n_modules;
	c->modules = compile_alloc(c, (c->n_modules + 1) * sizeof(*c->modules));
	for (i = 0; i < c->n_modules; i++) {
		struct module *m = &c->modules[i];

		m->index = i;
		m->name = p->modules[i].name;
		m->text = p->modules[i].text;
		m->len = p->modules[i].len;
		failed |= parse_module(&c->mem, p->options.dialect, d, m);
		p->v0[i] = m->v0;
	}
	return failed;
}

static int
compile_all(struct policy *p, struct diag *d)
{
	struct compiler *c = &p->compiler;
	uint32_t i;
	int failed = 0;

	if (c->name_data == NULL || c->name_input == NULL ||
	    parse_all(p, d) < 0 || tree_build(c) < 0)
		return -1;
	for (i = 0; i < c->n_modules; i++)
		failed |= resolve_module(c, &c->modules[i]);
	for (i = 0; i < c->n_modules; i++)
		advice_imports(c, &c->modules[i]);
	return failed != 0 ? -1 : plan_policy(c);
}

static int
check_limits(struct policy *p, struct diag *d)
{
	struct ast_loc nowhere = { 0, 0, 0, 0 };
	enum budget_limit hit = budget_hit(&p->load_budget);

	if (hit != BUDGET_OK)
		return diag_error(d, budget_name(hit), nowhere,
		    "the policy reaches a limit: %s", budget_name(hit));
	return 0;
}

int
load_policy(struct policy *p, struct diag *d)
{
	struct arena arena;
	int r;

	arena_init(&arena, LOAD_MEMORY_MAX);
	compiler_init(p, &arena, d);
	r = compile_all(p, d);
	if (check_limits(p, d) < 0 || d->list->n_errors > 0)
		r = -1;
	p->peak = policy_memory(p) + arena.total;
	arena_release(&arena);
	p->compiler.arena = NULL;
	p->compiler.modules = NULL;
	return r;
}

int
load_query(struct policy *p, const char *text, struct diag *d,
    struct policy_module *modules, struct program *ret, uint32_t *ret_func)
{
	struct compiler c = p->compiler;
	struct arena arena;
	struct module m = { 0 };
	struct var **vars;
	struct body *b;
	uint32_t n;
	int r = -1;

	memcpy(modules, p->modules, p->n_modules * sizeof(*modules));
	modules[p->n_modules].name = "query";
	modules[p->n_modules].text = text;
	modules[p->n_modules].len = strlen(text);
	m.index = (uint32_t)p->n_modules;
	m.name = "query";
	m.text = text;
	m.len = strlen(text);
	arena_init(&arena, LOAD_MEMORY_MAX);
	c.arena = &arena;
	c.mem.arena = &arena;
	c.heap = c.mem.heap = &p->query;
	c.mem.nodes = 0;
	c.diag = d;
	c.program = ret;
	c.failed = false;
	b = parse_query(&c.mem, d, &m);
	if (b != NULL && resolve_query(&c, &m, b, &vars, &n) == 0)
		r = plan_query(&c, &p->program, b, vars, n, ret_func);
	arena_release(&arena);
	return r;
}
