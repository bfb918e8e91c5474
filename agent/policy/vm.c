#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/machine.h"

enum step
vm_error(struct vm *vm, const char *code, const char *fmt, ...)
{
	va_list ap;

	vm->error = code;
	va_start(ap, fmt);
	vsnprintf(vm->msg, sizeof(vm->msg), fmt, ap);
	va_end(ap);
	return STEP_STOP;
}

static enum step
op_move(struct vm *vm, const struct insn *i)
{
	vm->regs[i->a] = operand(vm, i->b);
	return STEP_NEXT;
}

static enum step
op_undefine(struct vm *vm, const struct insn *i)
{
	vm->regs[i->a] = value_undefined();
	return STEP_NEXT;
}

static enum step
op_input(struct vm *vm, const struct insn *i)
{
	vm->regs[i->a] = vm->frame->input;
	return value_defined(vm->frame->input) ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_dot(struct vm *vm, const struct insn *i)
{
	struct value v =
	    value_get(operand(vm, i->b), operand(vm, i->c), vm->ctx.budget);

	vm->regs[i->a] = v;
	return value_defined(v) ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_loop(struct vm *vm, const struct insn *i)
{
	struct value v = operand(vm, i->b);

	if (v.type != VALUE_ARRAY && v.type != VALUE_OBJECT &&
	    v.type != VALUE_SET)
		return STEP_FAIL;
	vm->regs[i->a] = v;
	vm->regs[i->a + 1] = value_int(0);
	return STEP_NEXT;
}

static enum step
op_next(struct vm *vm, const struct insn *i)
{
	struct value coll = vm->regs[i->a], key, val;
	int64_t at = vm->regs[i->a + 1].u.i++;

	if (coll.type == VALUE_OBJECT) {
		if (at >= coll.u.object->n)
			return at == 0 ? STEP_FAIL : STEP_QUIET;
		key = coll.u.object->p[at].key;
		val = coll.u.object->p[at].val;
	} else {
		if (at >= coll.u.list->n)
			return at == 0 ? STEP_FAIL : STEP_QUIET;
		val = coll.u.list->v[at];
		key = coll.type == VALUE_SET ? val : value_int(at);
	}
	if (i->b != OPERAND_NONE)
		vm->regs[i->b] = key;
	vm->regs[i->c] = val;
	return STEP_NEXT;
}

static bool
equal(struct vm *vm, const struct insn *i)
{
	return value_equal(operand(vm, i->a), operand(vm, i->b),
	    vm->ctx.budget);
}

static enum step
op_eq(struct vm *vm, const struct insn *i)
{
	return equal(vm, i) ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_neq(struct vm *vm, const struct insn *i)
{
	return equal(vm, i) ? STEP_FAIL : STEP_NEXT;
}

static int
compare(struct vm *vm, const struct insn *i)
{
	return value_compare(operand(vm, i->a), operand(vm, i->b),
	    vm->ctx.budget);
}

static enum step
op_lt(struct vm *vm, const struct insn *i)
{
	return compare(vm, i) < 0 ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_lte(struct vm *vm, const struct insn *i)
{
	return compare(vm, i) <= 0 ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_gt(struct vm *vm, const struct insn *i)
{
	return compare(vm, i) > 0 ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_gte(struct vm *vm, const struct insn *i)
{
	return compare(vm, i) >= 0 ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_truthy(struct vm *vm, const struct insn *i)
{
	return value_truthy(operand(vm, i->a)) ? STEP_NEXT : STEP_FAIL;
}

static enum step
op_defined(struct vm *vm, const struct insn *i)
{
	return value_defined(operand(vm, i->a)) ? STEP_NEXT : STEP_QUIET;
}

static enum step
op_is_array(struct vm *vm, const struct insn *i)
{
	struct value v = operand(vm, i->a);

	return v.type == VALUE_ARRAY && v.u.list->n == i->b ? STEP_NEXT
							    : STEP_FAIL;
}

static enum step
op_is_object(struct vm *vm, const struct insn *i)
{
	struct value v = operand(vm, i->a);

	return v.type == VALUE_OBJECT && v.u.object->n == i->b ? STEP_NEXT
							       : STEP_FAIL;
}

static enum step
op_item(struct vm *vm, const struct insn *i)
{
	vm->regs[i->a] = operand(vm, i->b).u.list->v[i->n];
	return STEP_NEXT;
}

static enum step
op_jump(struct vm *vm, const struct insn *i)
{
	(void)vm;
	(void)i;
	return STEP_QUIET;
}

static enum step
op_holds(struct vm *vm, const struct insn *i)
{
	(void)vm;
	(void)i;
	return STEP_FAIL;
}

static enum step
op_once(struct vm *vm, const struct insn *i)
{
	struct value v = operand(vm, i->b), old = vm->regs[i->a];
	const struct func *f = &vm->p->funcs[vm->calls[vm->n_calls - 1].func];

	if (!value_defined(old)) {
		vm->regs[i->a] = v;
		return STEP_NEXT;
	}
	if (value_equal(old, v, vm->ctx.budget))
		return STEP_NEXT;
	return vm_error(vm, "eval_conflict_error", "%s",
	    f->kind == FUNC_FUNCTION
		? "functions must not produce multiple outputs for same inputs"
		: "complete rules must not produce multiple outputs");
}

static step_fn *const handlers[] = {
	[OP_MOVE] = op_move,
	[OP_UNDEFINE] = op_undefine,
	[OP_INPUT] = op_input,
	[OP_DOT] = op_dot,
	[OP_LOOP] = op_loop,
	[OP_NEXT] = op_next,
	[OP_EQ] = op_eq,
	[OP_NEQ] = op_neq,
	[OP_LT] = op_lt,
	[OP_LTE] = op_lte,
	[OP_GT] = op_gt,
	[OP_GTE] = op_gte,
	[OP_TRUTHY] = op_truthy,
	[OP_DEFINED] = op_defined,
	[OP_BUILTIN] = vm_op_builtin,
	[OP_BUILTIN_WITH] = vm_op_builtin_with,
	[OP_PLUS] = vm_op_plus,
	[OP_MINUS] = vm_op_minus,
	[OP_CALL] = vm_op_call,
	[OP_DOCUMENT] = vm_op_document,
	[OP_ARRAY] = vm_op_array,
	[OP_SET] = vm_op_set,
	[OP_OBJECT] = vm_op_object,
	[OP_BUILD] = vm_op_build,
	[OP_ADD] = vm_op_add,
	[OP_ADD_PATH] = vm_op_add_path,
	[OP_ADD_PATH_SET] = vm_op_add_path_set,
	[OP_SEAL] = vm_op_seal,
	[OP_IS_ARRAY] = op_is_array,
	[OP_IS_OBJECT] = op_is_object,
	[OP_ITEM] = op_item,
	[OP_JUMP] = op_jump,
	[OP_HOLDS] = op_holds,
	[OP_ONCE] = op_once,
	[OP_RETURN] = vm_op_return,
	[OP_WITH] = vm_op_with,
	[OP_WITH_INPUT] = vm_op_with_input,
	[OP_WITH_DATA] = vm_op_with_data,
	[OP_WITH_CALL] = vm_op_with_call,
	[OP_FRAME] = vm_op_frame,
	[OP_BASE] = vm_op_base,
	[OP_ADD_BASE] = vm_op_add_base,
	[OP_QUIET] = vm_op_quiet,
	[OP_PRINT] = vm_op_print,
};

static void
loop(struct vm *vm)
{
	struct budget *budget = vm->ctx.budget;
	const struct insn *code = vm->p->code;

	while (budget_charge(budget, 1) == 0) {
		const struct insn *i = &code[vm->pc];

		switch (handlers[i->op](vm, i)) {
		case STEP_NEXT:
			vm->pc++;
			break;
		case STEP_FAIL:
			if (vm->trace != NULL)
				vm_trace_fail(vm, i);
			vm->pc = i->fail;
			break;
		case STEP_QUIET:
			vm->pc = i->fail;
			break;
		case STEP_MOVED:
			break;
		case STEP_STOP:
			return;
		}
	}
}

static int
start(struct vm *vm, struct value input, struct value data)
{
	struct vm_frame first = { .input = input, .data = data };

	vm->n_frames = 0;
	vm->frame = vm_frame_new(vm, &first);
	vm->memo = heap_array(vm->heap, vm->p->n_funcs + 1, sizeof(*vm->memo));
	if (vm->frame == NULL || vm->memo == NULL)
		return -1;
	memset(vm->memo, 0, vm->p->n_funcs * sizeof(*vm->memo));
	vm->stack = NULL;
	vm->n_stack = 0;
	vm->n_calls = 0;
	vm->slots = NULL;
	vm->n_slots = vm->cap_slots = 0;
	return 0;
}

int
vm_run(struct vm *vm, const struct program *p, uint32_t func,
    struct value input, struct value data)
{
	enum budget_limit hit;

	vm->p = p;
	vm->error = NULL;
	vm->result = value_undefined();
	if (start(vm, input, data) == 0 &&
	    vm_enter(vm, func, NULL, 0) == STEP_MOVED)
		loop(vm);
	hit = budget_hit(vm->ctx.budget);
	if (hit != BUDGET_OK)
		vm_error(vm, budget_name(hit), "a limit was reached: %s",
		    budget_name(hit));
	return vm->error == NULL ? 0 : -1;
}
