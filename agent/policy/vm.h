/*
 * policy/vm -- running a program
 *
 * One struct vm answers one question: vm_run() calls a function of a program
 * and gives its value, VALUE_UNDEFINED, or an error. Calls are on a stack of
 * the machine's own, so C recursion does not depend on the policy.
 *
 * Every instruction costs a step of the heap's budget, builtins charge their
 * own work; whatever limit is reached ends the run at the next instruction.
 *
 * Memory: values, builders and frames in the query's heap; the register stack
 * is in the heap as well.
 */
#ifndef POLICY_VM_H
#define POLICY_VM_H

#include "policy/policy.h"
#include "policy/program.h"

struct vm_frame;

enum {
	VM_CALLS = QUERY_DEPTH_MAX + 1
};

struct vm_call {
	uint32_t func;
	uint32_t pc;             /* of the calling instruction */
	uint32_t base;           /* first register */
	struct vm_frame *entry;  /* with-frame of the function */
	struct vm_frame *caller; /* and of the caller */
};

struct vm_memo {
	uint8_t state; /* 0 unknown, 1 undefined, 2 defined */
	struct value value;
};

/* What documents gave in frames other than the first. */
struct vm_memo_slot {
	uint32_t frame; /* 0: free */
	uint32_t func;
	struct vm_memo memo;
};

struct vm {
	const struct program *p;
	const struct policy_module *modules;
	struct heap *heap;
	struct bctx ctx;
	const struct policy_trace *trace;

	struct value *stack;
	size_t n_stack;
	struct value *regs; /* of the current call */
	uint32_t pc;
	struct vm_call calls[VM_CALLS];
	uint32_t n_calls;

	struct vm_frame *frame; /* the current one */
	uint32_t n_frames;
	struct vm_memo *memo; /* of the first frame, by function */
	struct vm_memo_slot *slots;
	uint32_t n_slots, cap_slots;

	struct value result;
	const char *error; /* code, NULL: none */
	char msg[248];
};

/*
 * Run function func of p without arguments. The fields of *vm but heap, ctx,
 * trace and modules are set here. Returns 0 with vm->result, or -1 with
 * vm->error, vm->msg, and vm->pc where it happened.
 */
int vm_run(struct vm *vm, const struct program *p, uint32_t func,
    struct value input, struct value data);

/* The place in the source of instruction pc. */
void vm_place(const struct vm *vm, uint32_t pc, struct policy_place *ret);

#endif
