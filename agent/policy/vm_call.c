#include <string.h>

#include "policy/machine.h"

enum {
	STACK_FIRST = 512
};

/* Registers for a call above those in use; the stack may move. */
static int
reserve(struct vm *vm, size_t base, size_t n)
{
	size_t want = vm->n_stack == 0 ? STACK_FIRST : vm->n_stack;
	struct value *grown;

	if (n <= vm->n_stack && base <= vm->n_stack - n)
		return 0;
	while (want < base + n)
		want *= 2;
	grown = heap_grow(vm->heap, vm->stack, vm->n_stack * sizeof(*grown),
	    want * sizeof(*grown));
	if (grown == NULL)
		return -1;
	vm->stack = grown;
	vm->n_stack = want;
	return 0;
}

/* Call func from the instruction at vm->pc. */
enum step
vm_enter(struct vm *vm, uint32_t func, const struct value *args, uint32_t n)
{
	const struct func *f = &vm->p->funcs[func];
	struct vm_call *call;
	size_t base = 0;

	if (budget_enter(vm->ctx.budget) < 0)
		return STEP_STOP;
	if (vm->n_calls > 0) {
		call = &vm->calls[vm->n_calls - 1];
		base = call->base + vm->p->funcs[call->func].n_regs;
	}
	if (vm->n_calls == VM_CALLS || reserve(vm, base, f->n_regs + 1) < 0) {
		budget_fail(vm->ctx.budget, BUDGET_DEPTH);
		return STEP_STOP;
	}
	call = &vm->calls[vm->n_calls++];
	call->func = func;
	call->pc = vm->pc;
	call->base = (uint32_t)base;
	call->entry = vm->frame;
	call->caller = vm->frame;
	vm->regs = vm->stack + base;
	if (n > 0)
		memcpy(vm->regs, args, n * sizeof(*args));
	vm->pc = f->start;
	if (vm->trace != NULL && f->is_rule)
		vm_trace_enter(vm, func);
	return STEP_MOVED;
}

enum step
vm_op_return(struct vm *vm, const struct insn *i)
{
	struct vm_call *call = &vm->calls[vm->n_calls - 1];
	struct value v = operand(vm, i->a);
	const struct func *f = &vm->p->funcs[call->func];
	const struct insn *from;
	struct vm_memo *memo;

	vm->frame = call->entry;
	if (vm->trace != NULL && f->is_rule)
		vm_trace_leave(vm, call->func, v);
	vm->n_calls--;
	budget_leave(vm->ctx.budget);
	if (f->kind == FUNC_DOCUMENT) {
		memo = vm_memo(vm, call->func);
		if (memo == NULL)
			return STEP_STOP;
		memo->state = value_defined(v) ? 2 : 1;
		memo->value = v;
	}
	if (vm->n_calls == 0) {
		vm->result = v;
		return STEP_STOP;
	}
	from = &vm->p->code[call->pc];
	vm->regs = vm->stack + vm->calls[vm->n_calls - 1].base;
	vm->frame = call->caller;
	if (!value_defined(v)) {
		vm->pc = call->pc;
		if (vm->trace != NULL)
			vm_trace_fail(vm, from);
		vm->pc = from->fail;
		return STEP_MOVED;
	}
	vm->regs[from->a] = v;
	vm->pc = call->pc + 1;
	return STEP_MOVED;
}

static void
gather(const struct vm *vm, const struct insn *i, struct value *args,
    uint32_t n)
{
	const uint32_t *operands = vm->p->operands + i->c;
	uint32_t k;

	for (k = 0; k < n; k++)
		args[k] = operand(vm, operands[k]);
}

enum {
	ARGS_MAX = 256
};

static const char *
type_code(const struct vm *vm)
{
	return builtin_code_name(vm->ctx.error.code);
}

static enum step
call_builtin(struct vm *vm, const struct insn *i, const struct builtin *b,
    const struct value *args)
{
	struct value v = value_bool(true);

	if (b->call == NULL)
		goto out; /* print as a term */
	switch (builtin_call(&vm->ctx, b, args, &v)) {
	case BUILTIN_OK:
		break;
	case BUILTIN_UNDEFINED:
		return STEP_FAIL;
	case BUILTIN_ERROR:
		if (vm->ctx.strict || vm->ctx.error.halt)
			return vm_error(vm, type_code(vm), "%s",
			    vm->ctx.error.msg);
		return STEP_FAIL;
	case BUILTIN_LIMIT:
		if (budget_hit(vm->ctx.budget) == BUDGET_OK)
			budget_fail(vm->ctx.budget, BUDGET_INTERNAL);
		return STEP_STOP;
	}
out:
	vm->regs[i->a] = v;
	return STEP_NEXT;
}

enum step
vm_op_builtin(struct vm *vm, const struct insn *i)
{
	size_t n;
	struct value args[BUILTIN_ARGS_MAX];

	gather(vm, i, args, i->n <= BUILTIN_ARGS_MAX ? i->n : 0);
	return call_builtin(vm, i, &builtin_table(&n)[i->b], args);
}

static enum step
fast(struct vm *vm, const struct insn *i, bool minus)
{
	struct value args[2] = { operand(vm, i->b), operand(vm, i->c) };
	int64_t sum;
	size_t n;

	if (value_is_int(args[0]) && value_is_int(args[1]) &&
	    !(minus ? __builtin_sub_overflow(args[0].u.i, args[1].u.i, &sum)
		    : __builtin_add_overflow(args[0].u.i, args[1].u.i, &sum))) {
		vm->regs[i->a] = value_int(sum);
		return STEP_NEXT;
	}
	return call_builtin(vm, i, &builtin_table(&n)[i->n], args);
}

enum step
vm_op_plus(struct vm *vm, const struct insn *i)
{
	return fast(vm, i, false);
}

enum step
vm_op_minus(struct vm *vm, const struct insn *i)
{
	return fast(vm, i, true);
}

/* The document that is func, into the register of i. */
static enum step
document(struct vm *vm, const struct insn *i, uint32_t func)
{
	const struct func *f = &vm->p->funcs[func];
	struct vm_memo *memo;
	struct value v;

	if (f->replaced && vm_overridden(vm, f->path)) {
		v = vm_walk(vm, vm->frame->data, f->path);
	} else {
		memo = vm_memo(vm, func);
		if (memo == NULL)
			return STEP_STOP;
		if (memo->state == 0)
			return vm_enter(vm, func, NULL, 0);
		v = memo->value;
		if (memo->state == 1)
			return STEP_FAIL;
	}
	vm->regs[i->a] = v;
	return value_defined(v) ? STEP_NEXT : STEP_FAIL;
}

/* What a `with` put in the place of a function. */
static enum step
call_mock(struct vm *vm, const struct insn *i, const struct vm_mock *m,
    const struct value *args, uint32_t n)
{
	struct vm_frame *outside = vm->frame;
	const struct builtin *b;
	enum step step;
	size_t table_n;

	if (value_defined(m->value)) {
		vm->regs[i->a] = m->value;
		return STEP_NEXT;
	}
	if ((m->by & CALLABLE_BUILTIN) != 0) {
		b = &builtin_table(&table_n)[m->by & ~CALLABLE_BUILTIN];
		if (b->arity != n || b->refused != NULL)
			return vm_error(vm, "rego_type_error",
			    "%s cannot replace a function of %u arguments",
			    b->name, n);
		return call_builtin(vm, i, b, args);
	}
	if (vm->p->funcs[m->by].kind == FUNC_DOCUMENT)
		return document(vm, i, m->by);
	if (vm->p->funcs[m->by].n_args != n)
		return vm_error(vm, "rego_type_error",
		    "%s cannot replace a function of %u arguments",
		    vm->p->funcs[m->by].name, n);
	/* Inside of the replacement nothing is replaced. */
	vm->frame = vm_frame_bare(vm);
	if (vm->frame == NULL)
		return STEP_STOP;
	step = vm_enter(vm, m->by, args, n);
	if (step == STEP_MOVED)
		vm->calls[vm->n_calls - 1].caller = outside;
	return step;
}

enum step
vm_op_builtin_with(struct vm *vm, const struct insn *i)
{
	const struct vm_mock *m = vm_mock_of(vm, CALLABLE_BUILTIN | i->b);
	struct value args[BUILTIN_ARGS_MAX];

	if (m == NULL || i->n > BUILTIN_ARGS_MAX)
		return vm_op_builtin(vm, i);
	gather(vm, i, args, i->n);
	return call_mock(vm, i, m, args, i->n);
}

enum step
vm_op_call(struct vm *vm, const struct insn *i)
{
	struct value args[ARGS_MAX];
	const struct vm_mock *m = NULL;

	if (i->n > ARGS_MAX) {
		budget_fail(vm->ctx.budget, BUDGET_ITEMS);
		return STEP_STOP;
	}
	gather(vm, i, args, i->n);
	if (vm->p->funcs[i->b].replaced)
		m = vm_mock_of(vm, i->b);
	if (m != NULL)
		return call_mock(vm, i, m, args, i->n);
	return vm_enter(vm, i->b, args, i->n);
}

enum step
vm_op_document(struct vm *vm, const struct insn *i)
{
	return document(vm, i, i->b);
}
