/*
 * policy/machine -- what the files of the virtual machine share
 *
 * Each instruction has a handler, which says how to go on. A handler that met
 * a limit may return anything: the budget is marked, and the loop looks.
 */
#ifndef POLICY_MACHINE_H
#define POLICY_MACHINE_H

#include "policy/builder.h"
#include "policy/vm.h"

enum step {
	STEP_NEXT,  /* the next instruction */
	STEP_FAIL,  /* the literal does not hold: go to fail */
	STEP_QUIET, /* go to fail, but nothing failed */
	STEP_MOVED, /* vm->pc is set */
	STEP_STOP   /* vm->result or vm->error is set */
};

typedef enum step step_fn(struct vm *vm, const struct insn *i);

/* A path of data that `with` replaced. */
struct vm_override {
	const struct vm_override *next;
	struct value path;
};

/* A function that `with` replaced. */
struct vm_mock {
	const struct vm_mock *next;
	uint32_t target;
	uint32_t by; /* callable, when value is undefined */
	struct value value;
};

/* What `with` changed; immutable once entered. */
struct vm_frame {
	uint32_t id; /* from 0, the frame of the question */
	struct value input;
	struct value data;
	const struct vm_override *overrides;
	const struct vm_mock *mocks;
	struct vm_frame *bare; /* the same without mocks, once needed */
};

static inline struct value
operand(const struct vm *vm, uint32_t x)
{
	if ((x & OPERAND_CONST) != 0)
		return vm->p->consts[x & ~OPERAND_CONST];
	return vm->regs[x];
}

/* End the run with an error. */
enum step vm_error(struct vm *vm, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* vm_call.c */
step_fn vm_op_call, vm_op_document, vm_op_return, vm_op_builtin,
    vm_op_builtin_with, vm_op_plus, vm_op_minus;
enum step vm_enter(struct vm *vm, uint32_t func, const struct value *args,
    uint32_t n);

/* vm_with.c */
step_fn vm_op_with, vm_op_with_input, vm_op_with_data, vm_op_with_call,
    vm_op_frame, vm_op_base, vm_op_add_base;
bool vm_overridden(const struct vm *vm, struct value path);
const struct vm_mock *vm_mock_of(const struct vm *vm, uint32_t target);
struct vm_frame *vm_frame_bare(struct vm *vm);
struct vm_frame *vm_frame_new(struct vm *vm, const struct vm_frame *like);
struct value vm_walk(struct vm *vm, struct value v, struct value path);

/* vm_build.c */
step_fn vm_op_build, vm_op_add, vm_op_add_path, vm_op_add_path_set, vm_op_seal,
    vm_op_array, vm_op_set, vm_op_object;
int vm_add_members(struct vm *vm, struct value builder, struct value object);

/* vm_memo.c: NULL when memory is out */
struct vm_memo *vm_memo(struct vm *vm, uint32_t func);

/* vm_trace.c */
step_fn vm_op_quiet, vm_op_print;
void vm_trace_fail(struct vm *vm, const struct insn *i);
void vm_trace_enter(struct vm *vm, uint32_t func);
void vm_trace_leave(struct vm *vm, uint32_t func, struct value v);

#endif
