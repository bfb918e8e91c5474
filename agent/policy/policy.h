/*
 * policy/policy -- Rego policies: load, ask, explain
 *
 * A policy is compiled once from one or more modules (Rego v1, or v0 for a
 * module that only a v0 reader accepts) and then asked any number of times.
 * Between questions it holds no state but its data document, which the owner
 * replaces as a whole with policy_set_data().
 *
 * Every question ends in exactly one of three ways: a value, undefined (no
 * rule gave a value), or an error. A limit that was reached, a conflict, or a
 * fault of our own is always an error, never undefined, also inside `not`: so
 * the caller that allows only on the value it expects fails closed.
 *
 * Memory: a policy is heap, freed by policy_free(). The input of a question
 * and its result live in the policy's query heap, which policy_begin() empties:
 *	struct heap *h = policy_begin(p);
 *	input = ...values made in h, or json_parse(h, ...)...
 *	policy_eval(p, &question, &result);
 *	...use result.value...		until the next policy_begin()
 * A policy is used by one thread at a time.
 *
 * Limits: policy/limits.h and policy/lex.h; steps and memory per question are
 * in struct policy_options.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/heap.h"
#include "policy/value.h"

enum policy_dialect {
	POLICY_AUTO, /* v1, or v0 where v1 fails as only v0 would not */
	POLICY_V0,
	POLICY_V1
};

struct policy_module {
	const char *name; /* for locations, e.g. "policy.rego" */
	const char *text;
	size_t len;
};

struct policy_options {
	enum policy_dialect dialect;
	/*
	 * Run-time errors of builtins end the question, and no body is left
	 * out because another has given the same value.
	 */
	bool strict;
	bool any_with;       /* query texts may say `with data...`: slower */
	bool advise;         /* warn about what is legal but cannot work */
	uint64_t steps;      /* per question; 0: QUERY_STEPS_MAX */
	size_t memory;       /* per question; 0: QUERY_MEMORY_MAX */
	struct heap_key key; /* from random bytes, against chosen collisions */
};

enum policy_severity {
	POLICY_ERROR,
	POLICY_WARNING
};

/* What the compiler has to say about one place. */
struct policy_diag {
	enum policy_severity severity;
	const char *code; /* static, OPA's: "rego_parse_error", ... */
	const char *file; /* the module's name as the policy copied it */
	uint32_t line;    /* from 1; 0: no place */
	uint32_t col;
	char msg[248];
};

enum {
	POLICY_DIAGS_MAX = 64
};

struct policy_diags {
	size_t n; /* in d, the first POLICY_DIAGS_MAX */
	size_t n_errors;
	struct policy_diag d[POLICY_DIAGS_MAX];
};

struct policy;

/*
 * Compile n modules. options may be NULL; diags may be NULL, else it is filled
 * in any case (file names in it live as long as the modules' names).
 * Returns 0 and a policy to be freed with policy_free(), whose data document
 * is {}; or -1 with *e set to the first error as "file:line:col: code: text".
 */
int policy_new(const struct policy_module *modules, size_t n,
    const struct policy_options *options, struct policy **ret,
    struct policy_diags *diags, struct err *e);
void policy_free(struct policy *p);

/* The dialect in which module i was read: POLICY_V0 or POLICY_V1. */
enum policy_dialect policy_dialect_of(const struct policy *p, size_t i);

/*
 * True when rule or function `name` of package `package` exists ("x.y" and
 * "r"); *ret_default, if not NULL, tells whether it has a default.
 */
bool policy_has_rule(const struct policy *p, const char *package,
    const char *name, bool *ret_default);

/* Call fn for every rule: its package, name, and where it first appears. */
void policy_each_rule(const struct policy *p,
    void (*fn)(void *ctx, const char *package, const char *name,
	const char *file, uint32_t line, uint32_t col),
    void *ctx);

/*
 * Make v (an object) the data document: it is copied, so it may live in the
 * query heap. On failure the old document stays.
 */
int policy_set_data(struct policy *p, struct value v, struct err *e);

/* The data document, readable until the next policy_set_data(). */
struct value policy_data(const struct policy *p);

/* Bytes that the compiled policy holds, its source text included. */
size_t policy_memory(const struct policy *p);

/*
 * The most that the policy has had at once: while it was compiled, trees
 * included, or later with its questions, data and regular expressions.
 */
size_t policy_peak(const struct policy *p);

/* Forget the last question and give the heap that the next one uses. */
struct heap *policy_begin(struct policy *p);

/* What a question reports while it is evaluated. Any member may be NULL. */
struct policy_place {
	const char *file;
	uint32_t line;
	uint32_t col;
	const char *text; /* the source from the place on */
	size_t text_len;  /* to the end of the literal's first line */
};

/* One literal that did not hold. */
struct policy_fail {
	struct policy_place place;
	const char *rule;         /* path of the rule, "agent_policy.f" */
	uint32_t depth;           /* of calls, the question itself is 0 */
	uint32_t step;            /* position of the literal in its body */
	const char *op;           /* "==", a builtin's name, or "" */
	struct value left, right; /* operands, VALUE_UNDEFINED if none */
};

struct policy_trace {
	void *ctx;
	void (*print)(void *ctx, const struct policy_place *place,
	    const char *text, size_t len);
	void (*enter)(void *ctx, const char *rule, uint32_t depth,
	    const struct value *args, size_t n);
	void (*leave)(void *ctx, const char *rule, uint32_t depth,
	    struct value result);
	void (*fail)(void *ctx, const struct policy_fail *fail);
};

struct policy_question {
	/*
	 * Either the path of a document, "agent_policy.CreateContainerRequest"
	 * (without "data."), or a query text such as "x = data.a.b; x > 1".
	 */
	const char *path;
	const char *query;
	struct value input; /* VALUE_UNDEFINED: no input document */
	int64_t now_ns;
	uint64_t seed;
	const struct policy_trace *trace; /* NULL: prints are skipped */
	uint64_t steps;                   /* 0: the policy's own */
};

enum policy_outcome {
	POLICY_DEFINED,
	POLICY_UNDEFINED,
	POLICY_FAILED
};

struct policy_result {
	enum policy_outcome outcome;
	/*
	 * The document; for a query text the array of its answers, each an
	 * object of its variables (undefined: there is none).
	 */
	struct value value;
	/* When POLICY_FAILED: OPA's code or a limit's name, and a text. */
	const char *code;
	struct policy_place place;
	char msg[248];
	uint64_t steps; /* used */
	size_t memory;  /* peak of the query heap */
};

/*
 * Answer q between two calls of policy_begin(). Cannot fail but by the result.
 */
void policy_eval(struct policy *p, const struct policy_question *q,
    struct policy_result *ret);

#endif
