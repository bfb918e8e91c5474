/*
 * policy/parse -- Rego text to syntax tree
 *
 * A hand-written parser with one token of look-ahead and, at the few places
 * where Rego needs more, a saved lexer. Dialects: v1 (and v0 with
 * `import rego.v1`) has all keywords; v0 has those imported from
 * future.keywords. With POLICY_AUTO a module is read as v1, and again as v0
 * when its first error is one that v0 does not have: a body without `if`, a
 * set rule without `contains`, a keyword used as a name, a builtin that v1
 * dropped. Text that both accept is v1.
 *
 * Limits: AST_DEPTH_MAX levels, AST_NODES_MAX nodes, and those of the lexer.
 *
 * Memory: the tree in arena c->arena; constants in c->heap.
 */
#ifndef POLICY_PARSE_H
#define POLICY_PARSE_H

#include "base/arena.h"
#include "policy/ast.h"
#include "policy/builder.h"
#include "policy/diag.h"

/* Where a compilation puts what it makes. */
struct parse_memory {
	struct arena *arena;
	struct heap *heap;
	struct intern *names;
	uint32_t nodes; /* of AST_NODES_MAX */
};

/*
 * Parse module m, whose index, name, text and len are set. Returns 0, or -1
 * with a diagnostic.
 */
int parse_module(struct parse_memory *mem, enum policy_dialect dialect,
    struct diag *diag, struct module *m);

/* Parse the text of a query as the body of a module without package. */
struct body *parse_query(struct parse_memory *mem, struct diag *diag,
    struct module *m);

#endif
