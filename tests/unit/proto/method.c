#include "proto/method.h"
#include "base/str.h"
#include "tests/lib/tap.h"

TEST(finds_every_method_by_its_name)
{
	for (int id = 0; id < METHOD_END; id++) {
		const struct method *m = method_row((enum method_id)id);

		OK(m->service != NULL && m->name != NULL);
		OK(m->request != NULL && m->response != NULL);
		EQ_INT(method_find(m->service, m->name), id);
		OK(method_service_known(m->service));
		EQ_STR(m->service, id < METHOD_AGENT_END ? "grpc.AgentService"
							 : "grpc.Health");
	}
	EQ_INT(METHOD_AGENT_END, 42);
}

TEST(finds_no_others)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "grpc.AgentService", "" },
		{ "grpc.AgentService", "Check" },
		{ "grpc.Health", "StartContainer" },
		{ "grpc.Health", "check" },
		{ "grpc.agentservice", "StartContainer" },
		{ "AgentService", "StartContainer" },
		{ "grpc.AgentService", "StartContainer " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EQ_INT(method_find(rows[i][0], rows[i][1]), METHOD_END);
	OK(!method_service_known("grpc.Nope"));
	OK(!method_service_known(""));
}

TEST(decodes_requests_as_the_name_says)
{
	EQ_STR(method_row(METHOD_READ_STDERR)->request->name,
	    "grpc.ReadStreamRequest");
	EQ_STR(method_row(METHOD_WRITE_STDIN)->response->name,
	    "grpc.WriteStreamResponse");
	EQ_STR(method_row(METHOD_UPDATE_INTERFACE)->response->name,
	    "types.Interface");
	for (int id = 0; id < METHOD_AGENT_END; id++) {
		const struct method *m = method_row((enum method_id)id);

		OK(str_starts(m->request->name, "grpc."));
	}
}

TAP_MAIN
