/*
 * sandbox/policy_state -- the policy's data document, and who changed it
 *
 * A request that the policy allows may change the document (a JSON patch).
 * The next request sees the change at once, so that two requests in flight
 * cannot both pass a rule that allows one of them. When the request fails its
 * change is taken back: the document is then what the other changes, in their
 * order, make of it without that one.
 *
 * While changes of requests in flight are there, the document before them is
 * kept as JSON, and so is each change.
 *
 * Memory: heap; policy_state_release() frees it. The policy is the caller's.
 */
#ifndef SANDBOX_POLICY_STATE_H
#define SANDBOX_POLICY_STATE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "policy/policy.h"

enum {
	POLICY_STATE_DATA_MAX = 1024 * 1024, /* the document as JSON */
	POLICY_STATE_CHANGES_MAX = 256       /* in flight */
};

struct policy_change;

struct policy_state {
	struct policy *policy;
	struct policy_change *changes; /* oldest first */
	size_t n_changes;
	struct buf base;
};

/* Changes of p's document, of which there are none. */
void policy_state_init(struct policy_state *s, struct policy *p);
void policy_state_release(struct policy_state *s);

/*
 * Patch the document with ops (a list, null or VALUE_UNDEFINED), which are in
 * the policy's query heap h, in owner's name. On failure nothing has changed.
 */
int policy_state_apply(struct policy_state *s, const void *owner,
    struct heap *h, struct value ops, struct err *e);

/*
 * The change of owner, if there is one, stays (commit) or is taken back
 * (drop). -1 means that the document is lost: the policy must not be asked
 * any more. Both use the query heap.
 */
int policy_state_commit(struct policy_state *s, const void *owner,
    struct err *e);
int policy_state_drop(struct policy_state *s, const void *owner, struct err *e);

#endif
