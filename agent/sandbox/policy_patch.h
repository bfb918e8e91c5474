/*
 * sandbox/policy_patch -- JSON Patch (RFC 6902) on policy values
 *
 * What a policy answers besides "allowed" is a list of changes to its data
 * document. All six operations; a path of more than PATCH_DEPTH_MAX parts is
 * refused, as is whatever the RFC calls an error.
 *
 * Memory: new values are in the heap given and share what did not change with
 * the old ones; nothing that exists is changed.
 */
#ifndef SANDBOX_POLICY_PATCH_H
#define SANDBOX_POLICY_PATCH_H

#include "base/err.h"
#include "policy/value.h"

enum {
	PATCH_DEPTH_MAX = 32,
	PATCH_OPS_MAX = 1024
};

/*
 * doc after the single operation op. Returns 0, or -1: ERR_SYNTAX for what is
 * no operation, ERR_NOT_FOUND for one that does not fit the document, ERR_LIMIT
 * when the heap is used up.
 */
int policy_patch_op(struct heap *h, struct value doc, struct value op,
    struct value *ret, struct err *e);

/* doc after all operations of ops, an array or a set, or an error. */
int policy_patch(struct heap *h, struct value doc, struct value ops,
    struct value *ret, struct err *e);

#endif
