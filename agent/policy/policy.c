#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "policy/loaded.h"
#include "policy/plan.h"
#include "policy/tree.h"

enum {
	PATH_KEYS_MAX = 64,
	NAME_MAX_LEN = 512
};

static char *
copy_text(const char *s, size_t len)
{
	char *copy = must_alloc(1, len + 1);

	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = 0;
	return copy;
}

static struct policy *
allocate(const struct policy_module *modules, size_t n,
    const struct policy_options *options)
{
	struct policy *p = must_alloc(1, sizeof(*p));
	size_t i, n_builtins;

	memset(p, 0, sizeof(*p));
	if (options != NULL)
		p->options = *options;
	if (p->options.steps == 0)
		p->options.steps = QUERY_STEPS_MAX;
	if (p->options.memory == 0)
		p->options.memory = QUERY_MEMORY_MAX;
	p->modules = must_alloc(n + 2, sizeof(*p->modules));
	p->v0 = must_alloc(n + 1, sizeof(*p->v0));
	p->n_modules = n;
	for (i = 0; i < n; i++) {
		p->modules[i] = modules[i];
		p->modules[i].text = copy_text(modules[i].text, modules[i].len);
	}
	builtin_table(&n_builtins);
	p->builtin_replaced =
	    must_alloc(n_builtins + 1, sizeof(*p->builtin_replaced));
	memset(p->builtin_replaced, 0,
	    n_builtins * sizeof(*p->builtin_replaced));
	budget_init(&p->load_budget, LOAD_STEPS_MAX, QUERY_DEPTH_MAX);
	budget_init(&p->budget, p->options.steps, QUERY_DEPTH_MAX);
	heap_init(&p->heap, LOAD_HEAP_MAX, p->options.key, &p->load_budget);
	for (i = 0; i < 2; i++)
		heap_init(&p->data_heap[i], DATA_HEAP_MAX, p->options.key,
		    &p->load_budget);
	heap_init(&p->query, p->options.memory, p->options.key, &p->budget);
	arena_init(&p->keep, LOAD_MEMORY_MAX);
	intern_init(&p->names, &p->heap);
	p->regex = regex_cache_new();
	return p;
}

void
policy_free(struct policy *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n_modules; i++)
		free((void *)(uintptr_t)p->modules[i].text);
	regex_cache_free(p->regex);
	heap_release(&p->heap);
	heap_release(&p->query);
	heap_release(&p->data_heap[0]);
	heap_release(&p->data_heap[1]);
	arena_release(&p->keep);
	free(p->builtin_replaced);
	free(p->modules);
	free(p->v0);
	free(p);
}

int
policy_new(const struct policy_module *modules, size_t n,
    const struct policy_options *options, struct policy **ret,
    struct policy_diags *diags, struct err *e)
{
	struct policy_diags *own = NULL;
	struct policy *p = allocate(modules, n, options);
	struct diag d = { diags, p->modules };
	int r;

	if (diags == NULL)
		d.list = own = must_alloc(1, sizeof(*own));
	memset(d.list, 0, sizeof(*d.list));
	r = load_policy(p, &d);
	if (r == 0) {
		p->data = value_empty_object(&p->data_heap[0]);
		*ret = p;
	} else {
		diag_to_err(&d, e);
		policy_free(p);
	}
	free(own);
	return r;
}

enum policy_dialect
policy_dialect_of(const struct policy *p, size_t i)
{
	return p->v0[i] ? POLICY_V0 : POLICY_V1;
}

/* The n keys of a path with dots, or -1 when it has too many. */
static int
split_path(struct policy *p, const char *path, struct value *keys)
{
	int n = 0;

	while (*path != 0) {
		size_t len = strcspn(path, ".");

		if (n == PATH_KEYS_MAX)
			return -1;
		keys[n] = value_string(&p->query, path, len);
		if (!value_defined(keys[n++]))
			return -1;
		path += len;
		if (*path == '.')
			path++;
	}
	return n;
}

bool
policy_has_rule(const struct policy *p, const char *package, const char *name,
    bool *ret_default)
{
	const struct node *n = p->compiler.root;
	const char *parts[2] = { package, name };
	size_t i;

	for (i = 0; i < 2; i++) {
		const char *at = parts[i];

		while (n != NULL && *at != 0) {
			size_t len = strcspn(at, ".");

			n = tree_child_named(n, at, len);
			at += len + (at[len] == '.');
		}
	}
	if (n == NULL || n->group == NULL)
		return false;
	if (ret_default != NULL)
		*ret_default = n->group->default_rule != NULL;
	return true;
}

size_t
policy_memory(const struct policy *p)
{
	size_t n = sizeof(*p) + p->heap.total + p->keep.total +
		   p->data_heap[p->data_at].total;
	size_t i;

	for (i = 0; i < p->n_modules; i++)
		n += p->modules[i].len;
	return n;
}

size_t
policy_peak(const struct policy *p)
{
	return p->peak;
}

static void
note_peak(struct policy *p, size_t more)
{
	size_t n = policy_memory(p) + regex_cache_bytes(p->regex) + more;

	if (n > p->peak)
		p->peak = n;
}

int
policy_set_data(struct policy *p, struct value v, struct err *e)
{
	struct heap *h = &p->data_heap[!p->data_at];
	struct value copy;

	if (v.type != VALUE_OBJECT)
		return err_set(e, ERR_ARGUMENT, "data must be an object");
	heap_reset(h);
	budget_init(&p->load_budget, DATA_STEPS_MAX, QUERY_DEPTH_MAX);
	copy = value_copy(h, v);
	if (!value_defined(copy))
		return err_set(e, ERR_LIMIT, "data reaches a limit: %s",
		    budget_name(budget_hit(&p->load_budget)));
	value_freeze(h, copy);
	p->data = copy;
	note_peak(p, h->total + p->query.total);
	p->data_at = !p->data_at;
	return 0;
}

struct value
policy_data(const struct policy *p)
{
	return p->data;
}

struct heap *
policy_begin(struct policy *p)
{
	budget_init(&p->budget, p->options.steps, QUERY_DEPTH_MAX);
	heap_reset(&p->query);
	return &p->query;
}

static void
failed(struct policy_result *r, const char *code, const char *msg)
{
	r->outcome = POLICY_FAILED;
	r->value = value_undefined();
	r->code = code;
	snprintf(r->msg, sizeof(r->msg), "%s", msg);
}

static void
vm_prepare(struct policy *p, const struct policy_question *q,
    const struct policy_module *modules)
{
	struct vm *vm = &p->vm;

	vm->modules = modules;
	vm->heap = &p->query;
	vm->trace = q->trace;
	memset(&vm->ctx, 0, sizeof(vm->ctx));
	vm->ctx.heap = &p->query;
	vm->ctx.budget = &p->budget;
	vm->ctx.regex = p->regex;
	vm->ctx.now_ns = q->now_ns;
	vm->ctx.seed = q->seed;
	vm->ctx.strict = p->options.strict;
}

static void
run(struct policy *p, const struct program *program, uint32_t func,
    const struct policy_question *q, struct policy_result *r)
{
	struct vm *vm = &p->vm;

	if (vm_run(vm, program, func, q->input, p->data) < 0) {
		failed(r, vm->error, vm->msg);
		if (vm->pc < program->n_code)
			vm_place(vm, vm->pc, &r->place);
		return;
	}
	r->value = vm->result;
	r->outcome =
	    value_defined(r->value) ? POLICY_DEFINED : POLICY_UNDEFINED;
}

/* A query text: its answers, of which none is undefined. */
static void
ask_query(struct policy *p, const struct policy_question *q,
    struct policy_result *r)
{
	struct policy_diags *list = must_alloc(1, sizeof(*list));
	struct policy_module *modules =
	    must_alloc(p->n_modules + 1, sizeof(*modules));
	struct diag d = { list, modules };
	struct program program;
	struct err e;
	uint32_t func;

	memset(list, 0, sizeof(*list));
	if (load_query(p, q->query, &d, modules, &program, &func) < 0) {
		diag_to_err(&d, &e);
		failed(r, list->n > 0 ? list->d[0].code : "limit_memory",
		    e.msg);
	} else {
		vm_prepare(p, q, modules);
		run(p, &program, func, q, r);
		if (r->outcome == POLICY_DEFINED && r->value.u.list->n == 0) {
			r->outcome = POLICY_UNDEFINED;
			r->value = value_undefined();
		}
	}
	r->place.text = "";
	r->place.text_len = 0;
	free(modules);
	free(list);
}

/* A document that is no rule: base data, or a package as a whole. */
static void
ask_text_of_path(struct policy *p, const struct policy_question *q,
    struct policy_result *r)
{
	struct policy_question full = *q;
	char text[NAME_MAX_LEN];

	if (str_format(text, sizeof(text), "result = data%s%s",
		q->path[0] == 0 ? "" : ".", q->path) < 0) {
		failed(r, "rego_parse_error", "the path is too long");
		return;
	}
	full.query = text;
	ask_query(p, &full, r);
	if (r->outcome == POLICY_DEFINED)
		r->value = r->value.u.list->v[0].u.object->p[0].val;
}

static void
ask_path(struct policy *p, const struct policy_question *q,
    struct policy_result *r)
{
	struct value keys[PATH_KEYS_MAX];
	int n = split_path(p, q->path, keys);
	uint32_t func;

	if (n < 0) {
		failed(r, "rego_parse_error", "the path is too long");
		return;
	}
	func = plan_document(&p->compiler, keys, (uint32_t)n);
	if (func == UINT32_MAX) {
		ask_text_of_path(p, q, r);
		return;
	}
	vm_prepare(p, q, p->modules);
	run(p, &p->program, func, q, r);
}

void
policy_eval(struct policy *p, const struct policy_question *q,
    struct policy_result *ret)
{
	uint64_t steps = q->steps == 0 ? p->options.steps : q->steps;

	memset(ret, 0, sizeof(*ret));
	if (budget_hit(&p->budget) != BUDGET_OK) {
		failed(ret, budget_name(budget_hit(&p->budget)),
		    "the input reaches a limit");
		return;
	}
	p->budget.steps = steps;
	if (q->query != NULL)
		ask_query(p, q, ret);
	else
		ask_path(p, q, ret);
	if (ret->outcome != POLICY_FAILED &&
	    budget_hit(&p->budget) != BUDGET_OK)
		failed(ret, budget_name(budget_hit(&p->budget)),
		    "a limit was reached");
	ret->steps = steps - p->budget.steps;
	ret->memory = p->query.peak;
	note_peak(p, ret->memory);
}

static void
each_rule(const struct policy *p, const struct node *n, char *package,
    size_t len,
    void (*fn)(void *ctx, const char *package, const char *name,
	const char *file, uint32_t line, uint32_t col),
    void *ctx)
{
	uint32_t i;

	for (i = 0; i < n->n_children; i++) {
		const struct node *child = n->children[i];
		const struct string *s = child->key.u.s;

		if (child->key.type != VALUE_STRING ||
		    s->len + 2 > NAME_MAX_LEN - len)
			continue;
		if (child->rule_name)
			fn(ctx, package, s->s,
			    p->modules[child->loc.module].name, child->loc.line,
			    child->loc.col);
		memcpy(package + len, ".", len > 0);
		memcpy(package + len + (len > 0), s->s, s->len + 1);
		if (child->package || !child->rule_name)
			each_rule(p, child, package, len + (len > 0) + s->len,
			    fn, ctx);
		package[len] = 0;
	}
}

void
policy_each_rule(const struct policy *p,
    void (*fn)(void *ctx, const char *package, const char *name,
	const char *file, uint32_t line, uint32_t col),
    void *ctx)
{
	char package[NAME_MAX_LEN + 2] = "";

	each_rule(p, p->compiler.root, package, 0, fn, ctx);
}
