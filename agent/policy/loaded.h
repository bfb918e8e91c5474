/*
 * policy/loaded -- the inside of a struct policy
 */
#ifndef POLICY_LOADED_H
#define POLICY_LOADED_H

#include "policy/compile.h"
#include "policy/vm.h"

enum {
	LOAD_MEMORY_MAX = 256 << 20, /* trees while compiling */
	LOAD_STEPS_MAX = 1 << 22,    /* of compiling; Kata's policies: 2,000 */
	DATA_STEPS_MAX = 1 << 28,    /* of copying the data document */
	LOAD_HEAP_MAX = 64 << 20,
	DATA_HEAP_MAX = 64 << 20
};

struct policy {
	struct policy_options options;
	struct policy_module *modules; /* copies, named as the caller's */
	size_t n_modules;
	bool *v0;

	struct budget load_budget; /* of compiling, and of data */
	struct heap heap;          /* constants and the program */
	struct arena keep;         /* nodes, groups */
	struct intern names;
	struct compiler compiler;
	struct program program;
	bool *builtin_replaced;
	size_t peak; /* policy_peak() */

	struct heap data_heap[2]; /* one in use, one for the next document */
	int data_at;
	struct value data;

	struct budget budget; /* of the current question */
	struct heap query;
	struct regex_cache *regex;
	struct vm vm;
};

/* compile all modules of p into it: load.c */
int load_policy(struct policy *p, struct diag *d);

/*
 * Compile query text into the query heap: *ret_program and its function.
 * Returns -1 with a diagnostic.
 */
int load_query(struct policy *p, const char *text, struct diag *d,
    struct policy_module *modules, struct program *ret, uint32_t *ret_func);

#endif
