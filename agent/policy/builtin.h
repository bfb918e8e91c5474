/*
 * policy/builtin -- the functions that Rego comes with
 *
 * One table, sorted by name, for the compiler (does it exist, how many
 * arguments, may it be folded, why is it refused) and for the virtual machine
 * (call it, by builtin_call()).
 *
 * A builtin is called with defined arguments only: a call with an undefined
 * one is undefined, and is not made. The four results:
 *	BUILTIN_OK	  *ret is the value; false is a value
 *	BUILTIN_UNDEFINED no value, no error: rare (min of an empty set)
 *	BUILTIN_ERROR	  OPA's run-time error, in ctx->error: the call is
 *			  undefined, or ends the query when ctx->strict
 *			  (or ctx->error.halt, which always ends it)
 *	BUILTIN_LIMIT	  a limit was reached, the budget is marked: ends the
 *			  query, strict or not, and inside `not` too
 *
 * For the virtual machine:
 * - BUILTIN_RELATION (walk): *ret is an array of results; the call stands for
 *   each of them in turn. `walk(x, [path, v])` unifies every one with the
 *   output; as a term it is an iteration.
 * - BUILTIN_VM (print and internal.print): call is NULL, the machine does it
 *   itself. eq, assign and unification are the compiler's; "eq" and "equal"
 *   are in the table as comparisons for `with` and for indirect calls.
 * - `x in xs` is internal.member_2(x, xs), `k, v in xs` internal.member_3(k,
 *   v, xs). Both are total: anything but a collection gives false.
 * - A template string is internal.template_string([part, ...]): a part is a
 *   value, or a set of at most one value for an expression that may be
 *   undefined (the empty set prints as <undefined>).
 * - numbers.range and the like are plain functions that return arrays.
 * - `with f as g` replaces by name: compare table entries before calling.
 * - BUILTIN_IMPURE (time.now_ns, rand.intn, uuid.rfc4122): not to be folded
 *   when compiling. Within one query they are constant for equal arguments by
 *   themselves, as long as now_ns and seed in the context are.
 * - A refused entry (refused != NULL) has call NULL: a compile error with that
 *   text.
 * - BUILTIN_V0: gone in Rego v1, an error there ("deprecated").
 * - Declared types are what OPA's type checker knows: a constant argument
 *   whose type is not in the mask is a compile error there
 *   (rego_type_error); at run time the function itself reports
 *   BUILTIN_TYPE_ERROR.
 */
#ifndef POLICY_BUILTIN_H
#define POLICY_BUILTIN_H

#include "policy/json.h"
#include "policy/number.h"
#include "policy/regex.h"
#include "policy/value.h"

enum builtin_result {
	BUILTIN_OK,
	BUILTIN_UNDEFINED,
	BUILTIN_ERROR,
	BUILTIN_LIMIT
};

/* OPA's codes of run-time errors. */
enum builtin_code {
	BUILTIN_EVAL_ERROR,    /* eval_builtin_error */
	BUILTIN_TYPE_ERROR,    /* eval_type_error */
	BUILTIN_CONFLICT_ERROR /* eval_conflict_error */
};

struct builtin_error {
	enum builtin_code code;
	bool halt;     /* ends the query even when errors are not strict */
	char msg[248]; /* "sum: operand 1 must be ..." */
};

struct bctx {
	struct heap *heap;
	struct budget *budget; /* heap->budget */
	struct regex_cache *regex;
	int64_t now_ns; /* time of the query, ns since 1970 */
	uint64_t seed;  /* of rand.intn and uuid.rfc4122, per query */
	bool strict;    /* run-time errors end the query */
	struct builtin_error error;
	const struct builtin *self; /* what builtin_call() is calling */
};

/* Types in declarations: 1 << enum value_type. */
enum builtin_type {
	TYPE_NULL = 1 << VALUE_NULL,
	TYPE_BOOL = 1 << VALUE_BOOL,
	TYPE_NUMBER = 1 << VALUE_NUMBER,
	TYPE_STRING = 1 << VALUE_STRING,
	TYPE_ARRAY = 1 << VALUE_ARRAY,
	TYPE_OBJECT = 1 << VALUE_OBJECT,
	TYPE_SET = 1 << VALUE_SET,
	TYPE_COLLECTION = TYPE_ARRAY | TYPE_OBJECT | TYPE_SET,
	TYPE_LIST = TYPE_ARRAY | TYPE_SET,
	TYPE_ANY =
	    TYPE_NULL | TYPE_BOOL | TYPE_NUMBER | TYPE_STRING | TYPE_COLLECTION
};

enum builtin_flag {
	BUILTIN_IMPURE = 1,
	BUILTIN_RELATION = 2,
	BUILTIN_VM = 4,
	BUILTIN_V0 = 8
};

enum {
	BUILTIN_ARGS_MAX = 4 /* print is variadic: arity BUILTIN_VARIADIC */
};

#define BUILTIN_VARIADIC 255

typedef enum builtin_result builtin_fn(struct bctx *ctx,
    const struct value *args, struct value *ret);

struct builtin {
	const char *name;
	builtin_fn *call;
	const char *refused; /* why it is not here, for people */
	uint8_t arity;
	uint8_t flags;
	uint8_t args[BUILTIN_ARGS_MAX]; /* masks of enum builtin_type */
	uint8_t result;
};

/* The entry called by the len bytes at name, or NULL. */
const struct builtin *builtin_find(const char *name, size_t len);

/*
 * Call b with the arguments that its arity says. Arguments are checked first
 * where the declaration allows one type only. *ret is set with BUILTIN_OK and
 * untouched otherwise.
 */
enum builtin_result builtin_call(struct bctx *ctx, const struct builtin *b,
    const struct value *args, struct value *ret);

/* The whole table, for listings. */
const struct builtin *builtin_table(size_t *ret_n);

/* The code's name: "eval_builtin_error", ... */
const char *builtin_code_name(enum builtin_code code);

#endif
