/*
 * policy/diag -- collecting what the compiler has to say
 *
 * Memory: into the caller's struct policy_diags; nothing is allocated.
 */
#ifndef POLICY_DIAG_H
#define POLICY_DIAG_H

#include "policy/ast.h"
#include "policy/policy.h"

struct diag {
	struct policy_diags *list;
	const struct policy_module *sources; /* by ast_loc.module */
};

/* Note an error or a warning at loc. Always returns -1. */
int diag_error(struct diag *d, const char *code, struct ast_loc loc,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void diag_warn(struct diag *d, const char *code, struct ast_loc loc,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The first error as one line in *e. Returns -1. */
int diag_to_err(const struct diag *d, struct err *e);

#endif
