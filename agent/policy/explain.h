/*
 * policy/explain -- why a request was denied, for people
 *
 * The question is asked a second time with a trace. Of all literals that did
 * not hold, the explanation names the one that the rules came furthest to:
 * along the calls from the request's rule down, the literal with the highest
 * position in its body. What comes out is one line of at most EXPLAIN_MAX
 * bytes:
 *	policy.rego:533: allow_cwd: `p.Cwd == i.Cwd`: policy "/" is not
 *	request "/x" (in allow_process:98, CreateContainerRequest:81)
 * Of two collections that should be equal, the first member that differs is
 * shown. Values are JSON, cut at EXPLAIN_VALUE bytes, and say where they come
 * from, the policy's text or the request.
 * The text goes to the host, which is not trusted: values that hold anything
 * of the request's environment variables are withheld unless asked for.
 */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H

#include "base/buf.h"
#include "policy/policy.h"

enum {
	EXPLAIN_MAX = 2048,
	EXPLAIN_VALUE = 160,
	EXPLAIN_PRINT = 200, /* bytes of the last print() line that are shown */
	EXPLAIN_BUDGET = 4   /* times the steps of the first run */
};

/* The answer is true, or an object whose "allowed" is true. */
bool explain_allowed(const struct policy_result *r);

/*
 * Append why question q, answered by r, was no. q's input must still be in the
 * query's heap: no policy_begin() in between. out's limit should be
 * EXPLAIN_MAX or more; no more than that is appended.
 */
void explain_denial(struct policy *p, const struct policy_question *q,
    const struct policy_result *r, bool secrets, struct buf *out);

#endif
