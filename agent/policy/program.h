/*
 * policy/program -- register code
 *
 * A program is a flat array of instructions and a table of functions in it.
 * One function computes one document or Rego function; its registers are its
 * arguments, then variables. A body is straight code: an instruction whose
 * literal does not hold jumps to `fail`, which is the next round of the
 * innermost loop around it, and from the outermost to the rule's end. So
 * backtracking is nothing but jumps.
 *
 * Operands name a register, or with OPERAND_CONST set a constant.
 *
 * A program is written once by the compiler and read only afterwards, and
 * lives in the policy's heap.
 */
#ifndef POLICY_PROGRAM_H
#define POLICY_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/builtin.h"
#include "policy/value.h"

#define OPERAND_CONST 0x80000000u
#define OPERAND_NONE 0xffffffffu

enum op {
	OP_MOVE,     /* a = b */
	OP_UNDEFINE, /* a = undefined */
	OP_INPUT,    /* a = input, or fail */
	OP_DOT,      /* a = b[c], or fail */
	OP_LOOP,     /* begin to iterate b in a, a+1; fail: no collection */
	OP_NEXT,     /* next of a: key to b, value to c; fail: no more */
	OP_EQ,       /* fail unless a == b */
	OP_NEQ,
	OP_LT,
	OP_LTE,
	OP_GT,
	OP_GTE,
	OP_TRUTHY,       /* fail when a is false */
	OP_DEFINED,      /* fail when a is undefined */
	OP_BUILTIN,      /* a = builtin b of n operands at c, or fail */
	OP_BUILTIN_WITH, /* the same where `with` may replace it */
	OP_PLUS,         /* a = b + c, or fail; so for - * */
	OP_MINUS,
	OP_CALL,     /* a = function b of n operands at c, or fail */
	OP_DOCUMENT, /* a = document b, or fail */
	OP_ARRAY,    /* a = array of n operands at c */
	OP_SET,
	OP_OBJECT,   /* n / 2 pairs of operands at c */
	OP_BUILD,    /* a = an empty builder of enum build_kind n */
	OP_ADD,      /* add b (with value c: to an object) to builder a */
	OP_ADD_PATH, /* add at path of n operands at b: c; a a builder */
	OP_ADD_PATH_SET,
	OP_SEAL,       /* a = what builder b collected */
	OP_IS_ARRAY,   /* fail unless a is an array of b members */
	OP_IS_OBJECT,  /* fail unless a is an object of b members */
	OP_ITEM,       /* a = array b [n]; known to be there */
	OP_JUMP,       /* to fail */
	OP_HOLDS,      /* likewise: what is negated holds */
	OP_ONCE,       /* a = b, unless a has another value: conflict */
	OP_RETURN,     /* a, which may be undefined */
	OP_WITH,       /* a = a new frame like the current one */
	OP_WITH_INPUT, /* in frame a: input at path b = c */
	OP_WITH_DATA,
	OP_WITH_CALL, /* in frame a: callable b is n (enum with_by) c */
	OP_FRAME,     /* current frame = a; OPERAND_NONE: the function's own */
	OP_BASE,      /* a = base document at path b, or fail */
	OP_ADD_BASE,  /* add the members of the base document at path b */
	OP_QUIET,     /* jump to fail unless somebody listens to prints */
	OP_PRINT,     /* sets of n operands at c */
	OP_HALT       /* end with the error of constant text b */
};

enum build_kind {
	BUILD_ARRAY,
	BUILD_SET,
	BUILD_OBJECT, /* equal keys must have equal values */
	BUILD_EXTENT, /* of equal keys the last one counts */
	BUILD_TREE    /* OP_ADD_PATH and OP_ADD_PATH_SET */
};

enum with_by {
	WITH_BY_VALUE, /* c an operand */
	WITH_BY_CALLABLE
};

/*
 * What OP_WITH_CALL replaces, and by what: a function's index, or with
 * CALLABLE_BUILTIN set a builtin's in builtin_table().
 */
#define CALLABLE_BUILTIN 0x40000000u

struct insn {
	uint16_t op;
	uint16_t n;
	uint32_t a, b, c;
	uint32_t fail;
};

/* Where an instruction comes from, for errors and traces. */
struct origin {
	uint32_t module;
	uint32_t pos;
	uint32_t line;
	uint32_t col;
	uint32_t step;
	bool inner; /* in a closure, where failing is nothing special */
};

enum func_kind {
	FUNC_FUNCTION,
	FUNC_DOCUMENT /* no arguments; remembered during a query */
};

struct func {
	enum func_kind kind;
	uint32_t start; /* in code */
	uint32_t n_regs;
	uint32_t n_args;
	bool replaced;     /* look for a `with` before running it */
	bool is_rule;      /* else an extent: not worth a trace */
	struct value path; /* array of names below data */
	const char *name;  /* path with dots, without data */
};

struct program {
	struct insn *code;
	uint32_t n_code;
	uint32_t *origin_of; /* per instruction, index into origins */
	struct origin *origins;
	uint32_t n_origins;
	struct value *consts;
	uint32_t n_consts;
	uint32_t *operands;
	uint32_t n_operands;
	struct func *funcs;
	uint32_t n_funcs;
};

#endif
