/*
 * policy/resolve -- what every name means
 *
 * A name is, in this order: a variable declared around it (some, :=, an
 * argument, every); an import; a rule of the package; input or data; or an
 * undeclared variable, which belongs to the outermost body around it that
 * uses it outside of closures. Names of functions: the same, then builtins.
 *
 * Afterwards every TERM_VAR has its variable (or is input or data), refs to
 * rules and imports begin with data or input, and every call knows its
 * function.
 */
#ifndef POLICY_RESOLVE_H
#define POLICY_RESOLVE_H

#include "policy/compile.h"

/* Resolve all rules of module m. Returns 0, or -1 with diagnostics. */
int resolve_module(struct compiler *c, struct module *m);

/* A query's variable, in order of appearance. */
struct query_var {
	struct var *var;
};

/*
 * Resolve a query's body, in no package. *ret_vars are its named variables in
 * order of appearance.
 */
int resolve_query(struct compiler *c, struct module *m, struct body *b,
    struct var ***ret_vars, uint32_t *ret_n);

#endif
