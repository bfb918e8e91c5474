#include "rpc/health.h"
#include "proto/health.pb-c.h"
#include "proto/message.h"

static void
answer_check(struct buf *b)
{
	Grpc__HealthCheckResponse m = GRPC__HEALTH_CHECK_RESPONSE__INIT;

	m.status = GRPC__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
	message_pack(&m.base, b);
}

static void
answer_version(struct buf *b)
{
	Grpc__VersionCheckResponse m = GRPC__VERSION_CHECK_RESPONSE__INIT;

	m.grpc_version = HEALTH_GRPC_VERSION;
	m.agent_version = HEALTH_AGENT_VERSION;
	message_pack(&m.base, b);
}

void
health_answer(enum method_id m, struct buf *b)
{
	if (m == METHOD_HEALTH_CHECK)
		answer_check(b);
	else
		answer_version(b);
}
