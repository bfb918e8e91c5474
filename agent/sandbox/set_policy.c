/*
 * SetPolicy: the policy in force decides whether there may be another one.
 */
#include <string.h>

#include "sandbox/handlers.h"
#include "sandbox/policy_source.h"

int
handle_set_policy(struct request *rq, struct err *e)
{
	const Grpc__SetPolicyRequest *m =
	    (const Grpc__SetPolicyRequest *)rq->msg;
	struct gate *g = &rq->sb->gate;

	if (gate_set_policy(g, m->policy, strlen(m->policy), e) < 0) {
		/* Whatever is wrong with the text, it is the sender's. */
		e->code = ERR_ARGUMENT;
		return err_wrap(e, "the policy is not changed");
	}
	policy_source_log(g, "SetPolicy");
	request_ok(rq, NULL);
	return 0;
}
