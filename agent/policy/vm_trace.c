#include <string.h>

#include "base/buf.h"
#include "policy/json.h"
#include "policy/machine.h"

enum {
	PRINT_MAX = 64 * 1024, /* bytes of one line */
	PRINT_LINES_MAX = 1000 /* lines of one print() */
};

void
vm_place(const struct vm *vm, uint32_t pc, struct policy_place *ret)
{
	const struct origin *o = &vm->p->origins[vm->p->origin_of[pc]];
	const struct policy_module *m = &vm->modules[o->module];
	const char *end;

	ret->file = m->name;
	ret->line = o->line;
	ret->col = o->col;
	ret->text = m->text + o->pos;
	ret->text_len = m->len - o->pos;
	end = memchr(ret->text, '\n', ret->text_len);
	if (end != NULL)
		ret->text_len = (size_t)(end - ret->text);
}

static const char *
rule_name(const struct vm *vm)
{
	return vm->p->funcs[vm->calls[vm->n_calls - 1].func].name;
}

static void
describe(const struct vm *vm, const struct insn *i, struct policy_fail *f)
{
	static const char *const ops[] = { [OP_EQ] = "==",
		[OP_NEQ] = "!=",
		[OP_LT] = "<",
		[OP_LTE] = "<=",
		[OP_GT] = ">",
		[OP_GTE] = ">=" };
	size_t n;

	switch (i->op) {
	case OP_EQ:
	case OP_NEQ:
	case OP_LT:
	case OP_LTE:
	case OP_GT:
	case OP_GTE:
		f->op = ops[i->op];
		f->left = operand(vm, i->a);
		f->right = operand(vm, i->b);
		return;
	case OP_TRUTHY:
		f->left = operand(vm, i->a);
		return;
	case OP_DOT:
		f->op = ".";
		f->left = operand(vm, i->b);
		f->right = operand(vm, i->c);
		return;
	case OP_HOLDS:
		f->op = "not";
		return;
	case OP_NEXT:
		f->op = "empty";
		return;
	case OP_CALL:
	case OP_DOCUMENT:
		f->op = vm->p->funcs[i->b].name;
		return;
	case OP_BUILTIN:
	case OP_BUILTIN_WITH:
		f->op = builtin_table(&n)[i->b].name;
		return;
	default:
		return;
	}
}

void
vm_trace_fail(struct vm *vm, const struct insn *i)
{
	const struct origin *o =
	    &vm->p->origins[vm->p->origin_of[i - vm->p->code]];
	struct policy_fail f;

	if (vm->trace->fail == NULL || o->inner ||
	    !vm->p->funcs[vm->calls[vm->n_calls - 1].func].is_rule)
		return;
	memset(&f, 0, sizeof(f));
	vm_place(vm, (uint32_t)(i - vm->p->code), &f.place);
	f.rule = rule_name(vm);
	f.depth = vm->n_calls - 1;
	f.step = o->step;
	f.op = "";
	f.left = f.right = value_undefined();
	describe(vm, i, &f);
	vm->trace->fail(vm->trace->ctx, &f);
}

void
vm_trace_enter(struct vm *vm, uint32_t func)
{
	const struct func *f = &vm->p->funcs[func];

	if (vm->trace->enter != NULL)
		vm->trace->enter(vm->trace->ctx, f->name, vm->n_calls - 1,
		    vm->regs, f->n_args);
}

void
vm_trace_leave(struct vm *vm, uint32_t func, struct value v)
{
	if (vm->trace->leave != NULL)
		vm->trace->leave(vm->trace->ctx, vm->p->funcs[func].name,
		    vm->n_calls - 1, v);
}

enum step
vm_op_quiet(struct vm *vm, const struct insn *i)
{
	(void)i;
	return vm->trace == NULL || vm->trace->print == NULL ? STEP_QUIET
							     : STEP_NEXT;
}

/* The k-th member of a print argument's set; none prints as <undefined>. */
static void
add_part(struct buf *b, struct value set, uint32_t k)
{
	struct value v;

	if (set.type != VALUE_SET || set.u.list->n == 0) {
		buf_add_str(b, "<undefined>");
		return;
	}
	v = set.u.list->v[k];
	if (v.type == VALUE_STRING)
		buf_add(b, v.u.s->s, v.u.s->len);
	else
		json_write_term(b, v);
}

static uint32_t
choices(struct value set)
{
	return set.type != VALUE_SET || set.u.list->n == 0 ? 1 : set.u.list->n;
}

/* One line of the cross product; `which` counts through it. */
static void
print_line(struct vm *vm, const struct insn *i, uint64_t which)
{
	const uint32_t *o = vm->p->operands + i->c;
	struct policy_place place;
	struct buf b;
	uint32_t k;

	buf_init(&b, PRINT_MAX);
	for (k = 0; k < i->n; k++) {
		struct value set = operand(vm, o[k]);
		uint32_t n = choices(set);

		if (k > 0)
			buf_add_str(&b, " ");
		add_part(&b, set, (uint32_t)(which % n));
		which /= n;
	}
	budget_charge_bytes(vm->ctx.budget, b.len);
	if (buf_bad(&b)) {
		buf_clear(&b);
		buf_add_str(&b, "(a line longer than 64 KiB)");
	}
	vm_place(vm, vm->pc, &place);
	vm->trace->print(vm->trace->ctx, &place, buf_str(&b), b.len);
	buf_release(&b);
}

enum step
vm_op_print(struct vm *vm, const struct insn *i)
{
	const uint32_t *o = vm->p->operands + i->c;
	uint64_t n = 1, which;
	uint32_t k;

	for (k = 0; k < i->n && n < PRINT_LINES_MAX; k++)
		n *= choices(operand(vm, o[k]));
	if (n > PRINT_LINES_MAX)
		n = PRINT_LINES_MAX;
	for (which = 0; which < n; which++)
		print_line(vm, i, which);
	return STEP_NEXT;
}
