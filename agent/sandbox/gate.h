/*
 * sandbox/gate -- the policy's word on every request, before it has any effect
 *
 * There is always a policy: without one the role does not start. For each
 * request the rule data.agent_policy.<message> is asked, <message> being the
 * request's protobuf message, with the request as input
 * (sandbox/policy_input.h). As with Kata 4.1 the answer is
 *	true				allowed
 *	{"allowed": true, "ops": [..]}	allowed; ops (may be absent) is a JSON
 *					patch for the data document
 *	false, {"allowed": false}	ERR_DENIED
 *	none, or an error		ERR_INTERNAL
 * Anything else, a limit that is reached while asking, and every fault of our
 * own is a refusal. A policy whose rule AllowRequestsFailingPolicy is true
 * turns false and none into allowed, but never an error. It is asked anew for
 * each policy.
 *
 * The data document begins as {"pstate": {}}; what becomes of a request's ops
 * is told in sandbox/policy_state.h.
 *
 * Texts follow Kata 4.1, whose users search for "is blocked by policy", and
 * then say in one line which comparison failed (policy/explain.h). They go to
 * the host, so values of environment variables are withheld, unless the
 * policy's rule DenialsShowEnvironment is true.
 *
 * Memory: heap; gate_release() frees it. Limits are below.
 */
#ifndef SANDBOX_GATE_H
#define SANDBOX_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/err.h"
#include "crypto/sha2.h"
#include "sandbox/policy_state.h"

enum {
	GATE_POLICY_MAX = 16 * 1024 * 1024, /* bytes of a policy's text */
	GATE_STEPS = 20 * 1000 * 1000,      /* of one question */
	GATE_MEMORY = 64 * 1024 * 1024,     /* of one question */
	GATE_TEXT_MAX = 2048                /* bytes of a refusal's text */
};

struct gate {
	struct policy *policy; /* NULL: refuse everything */
	struct policy_state state;
	bool allow_failing;
	bool show_environment;
	uint8_t digest[SHA2_256_LEN]; /* SHA-256 of the policy's text */
};

/* Why a request must not be served. */
struct gate_refusal {
	enum err_code code;
	char text[GATE_TEXT_MAX];
};

/* A gate without a policy: it refuses everything. */
void gate_init(struct gate *g);
void gate_release(struct gate *g);

/*
 * Put the policy of len bytes at text in force: the document begins anew. On
 * failure the policy before stays; e names the place in the text.
 */
int gate_set_policy(struct gate *g, const char *text, size_t len,
    struct err *e);

/*
 * Ask about request m, whose changes will be owner's. 0 when it is allowed,
 * else -1 with *r.
 */
int gate_check(struct gate *g, const void *owner, const ProtobufCMessage *m,
    struct gate_refusal *r);

/* The request of owner has succeeded: its changes stay. */
void gate_commit(struct gate *g, const void *owner);

/* It has not: they are taken back, unless they stay already. */
void gate_drop(struct gate *g, const void *owner);

#endif
