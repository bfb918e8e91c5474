#include <string.h>

#include "policy/planner.h"

enum {
	FUNC_NAME_MAX = 512
};

uint32_t
plan_regs(struct plan *p, uint32_t n)
{
	uint32_t r = p->n_regs;

	p->n_regs += n;
	if (p->n_regs > p->max_regs)
		p->max_regs = p->n_regs;
	return r;
}

uint32_t
plan_reg(struct plan *p)
{
	return plan_regs(p, 1);
}

uint32_t
plan_const(struct plan *p, struct value v)
{
	p->p.consts = compile_grow(p->c, p->p.consts, p->p.n_consts,
	    &p->cap_consts, sizeof(v));
	p->p.consts[p->p.n_consts] = v;
	return OPERAND_CONST | p->p.n_consts++;
}

uint32_t
plan_operands(struct plan *p, const uint32_t *operands, uint32_t n)
{
	uint32_t first = p->p.n_operands, i;

	for (i = 0; i < n; i++) {
		p->p.operands = compile_grow(p->c, p->p.operands,
		    p->p.n_operands, &p->cap_operands, sizeof(uint32_t));
		p->p.operands[p->p.n_operands++] = operands[i];
	}
	return first;
}

uint32_t
plan_label(struct plan *p)
{
	p->labels = compile_grow(p->c, p->labels, p->n_labels, &p->cap_labels,
	    sizeof(*p->labels));
	p->labels[p->n_labels].pos = UINT32_MAX;
	p->labels[p->n_labels].frame = p->frame;
	return p->n_labels++;
}

/* The label is here; whoever jumps to it may have been in another frame. */
void
plan_place(struct plan *p, uint32_t label)
{
	p->labels[label].pos = p->p.n_code;
	if (p->uses_with)
		plan_emit(p, OP_FRAME, p->labels[label].frame, 0, 0, 0);
}

void
plan_at(struct plan *p, struct ast_loc loc, uint32_t step)
{
	p->loc = loc;
	p->step = step;
}

/* The index of the current place in origins. */
static uint32_t
origin(struct plan *p)
{
	struct origin *o;

	if (p->p.n_origins > 0) {
		o = &p->p.origins[p->p.n_origins - 1];
		if (o->module == p->loc.module && o->pos == p->loc.pos &&
		    o->step == p->step && o->inner == (p->closure > 0))
			return p->p.n_origins - 1;
	}
	p->p.origins = compile_grow(p->c, p->p.origins, p->p.n_origins,
	    &p->cap_origins, sizeof(*o));
	o = &p->p.origins[p->p.n_origins];
	o->module = p->loc.module;
	o->pos = p->loc.pos;
	o->line = p->loc.line;
	o->col = p->loc.col;
	o->step = p->step;
	o->inner = p->closure > 0;
	return p->p.n_origins++;
}

struct insn *
plan_emit(struct plan *p, enum op op, uint32_t a, uint32_t b, uint32_t c,
    uint32_t n)
{
	struct insn *i;

	p->p.code = compile_grow(p->c, p->p.code, p->p.n_code, &p->cap_code,
	    sizeof(*i));
	p->p.origin_of = compile_grow(p->c, p->p.origin_of, p->p.n_code,
	    &p->cap_origin_of, sizeof(uint32_t));
	p->p.origin_of[p->p.n_code] = origin(p);
	i = &p->p.code[p->p.n_code++];
	i->op = (uint16_t)op;
	i->n = (uint16_t)n;
	i->a = a;
	i->b = b;
	i->c = c;
	i->fail = p->fail;
	return i;
}

void
plan_jump(struct plan *p, uint32_t label)
{
	plan_emit(p, OP_JUMP, 0, 0, 0, 0)->fail = label;
}

void
plan_edge(struct plan *p, uint32_t to)
{
	struct edge *e;

	p->edges =
	    compile_grow(p->c, p->edges, p->n_edges, &p->cap_edges, sizeof(*e));
	e = &p->edges[p->n_edges++];
	e->from = p->func;
	e->to = to;
	e->loc = p->loc;
}

/* The array of names as text with dots. */
static const char *
dotted(struct plan *p, struct value path)
{
	char text[FUNC_NAME_MAX];
	size_t len = 0;
	uint32_t i;
	struct value v;

	for (i = 0; i < path.u.list->n; i++) {
		struct value part = path.u.list->v[i];

		if (part.type != VALUE_STRING ||
		    part.u.s->len + 2 > sizeof(text) - len)
			continue;
		if (len > 0)
			text[len++] = '.';
		memcpy(text + len, part.u.s->s, part.u.s->len);
		len += part.u.s->len;
	}
	v = intern_string(p->c->names, text, len);
	return value_defined(v) ? v.u.s->s : "";
}

uint32_t
plan_func_new(struct plan *p, enum func_kind kind, const struct node *node,
    bool is_rule, uint32_t n_args)
{
	struct func *f;

	p->p.funcs = compile_grow(p->c, p->p.funcs, p->p.n_funcs, &p->cap_funcs,
	    sizeof(*f));
	f = &p->p.funcs[p->p.n_funcs];
	memset(f, 0, sizeof(*f));
	f->kind = kind;
	f->n_args = n_args;
	f->is_rule = is_rule;
	f->path = tree_path(p->c, node);
	f->replaced = node->replaced || p->c->any_with ||
		      (node->group != NULL && node->group->replaced);
	f->name = value_defined(f->path) ? dotted(p, f->path) : "";
	return p->p.n_funcs++;
}

void
plan_func_begin(struct plan *p, uint32_t func, bool uses_with)
{
	p->func = func;
	p->n_labels = 0;
	p->n_regs = p->p.funcs[func].n_args;
	p->max_regs = p->n_regs;
	p->frame = OPERAND_NONE;
	p->uses_with = uses_with;
	p->closure = 0;
	p->p.funcs[func].start = p->p.n_code;
	p->fail = plan_label(p);
}

/* Let all jumps of the function lead to places. */
int
plan_func_end(struct plan *p)
{
	struct func *f = &p->p.funcs[p->func];
	uint32_t i;

	for (i = f->start; i < p->p.n_code; i++) {
		uint32_t label = p->p.code[i].fail;

		p->p.code[i].fail = p->labels[label].pos;
	}
	f->n_regs = p->max_regs;
	return p->c->failed ? -1 : 0;
}
