/*
 * sandbox/policy_patch -- the "ops" of a policy's answer, on its data document
 *
 * JSON Patch as Kata's agent reads it, which is RFC 6902 to the letter: the
 * paths are JSON pointers (RFC 6901), so text that is empty or begins with one
 * slash, with no escapes but ~0 and ~1. Rego's own json.patch (which does the
 * work) is more generous; here that is refused, because two readers must not
 * see two places in one path.
 *
 * Memory: new values are in the heap given and share what did not change with
 * the old ones; nothing that exists is changed.
 */
#ifndef SANDBOX_POLICY_PATCH_H
#define SANDBOX_POLICY_PATCH_H

#include "base/err.h"
#include "policy/value.h"

enum {
	PATCH_OPS_MAX = 1024
};

/*
 * doc after the single operation op. Returns 0, or -1: ERR_SYNTAX for what is
 * no operation, ERR_ARGUMENT for one that does not fit the document, ERR_LIMIT
 * when the heap is used up. The text names the operation and its path.
 */
int policy_patch_op(struct heap *h, struct value doc, struct value op,
    struct value *ret, struct err *e);

/* doc after all operations of ops, an array or a set, or an error. */
int policy_patch(struct heap *h, struct value doc, struct value ops,
    struct value *ret, struct err *e);

#endif
