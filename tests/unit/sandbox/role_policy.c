/* The sandbox role under policies that do not allow everything. */
#include "tests/unit/sandbox/request.h"

/* Everything that a pod needs, but for what a test adds. */
#define HEAD                                                                   \
	"package agent_policy\n"                                               \
	"default CreateSandboxRequest := true\n"                               \
	"default StartContainerRequest := true\n"                              \
	"default WaitProcessRequest := true\n"                                 \
	"default RemoveContainerRequest := true\n"                             \
	"default SignalProcessRequest := true\n"

static void
run_under(const char *policy, fixture_body *body)
{
	struct fixture_config c = { .target = "snp",
		.timeout = "hotplug_timeout=1",
		.policy = policy };

	fixture_run_as(c, body);
}

static void
body_denied(struct fixture *f)
{
	Grpc__ExecProcessRequest x = GRPC__EXEC_PROCESS_REQUEST__INIT;
	Grpc__GuestDetailsRequest g = GRPC__GUEST_DETAILS_REQUEST__INIT;
	Grpc__SetPolicyRequest p = GRPC__SET_POLICY_REQUEST__INIT;
	struct sample s;
	char text[256];

	create_sandbox(f);
	sample_init(&s, "c1", "exit 4");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	EQ_INT(get_wait(f, send_wait(f, "c1", "")), 4);
	sample_init(&s, "c2", "exit 5");
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s.m, text),
	    ERR_DENIED);
	OK(str_starts(text, "CreateContainerRequest is blocked by policy"));
	x.container_id = (char *)"c1";
	EQ_INT(fixture_call(f, METHOD_EXEC_PROCESS, &x, text), ERR_DENIED);
	OK(str_starts(text, "ExecProcessRequest is blocked by policy"));
	/* No rule is an error of its own. */
	EQ_INT(fixture_call(f, METHOD_GET_GUEST_DETAILS, &g, text),
	    ERR_INTERNAL);
	OK(str_starts(text, "GuestDetailsRequest: internal error policy "
			    "check: "));
	p.policy = (char *)HEAD;
	EQ_INT(fixture_call(f, METHOD_SET_POLICY, &p, text), ERR_DENIED);
}

TEST(requests_are_allowed_and_denied_one_by_one)
{
	run_under(HEAD
	    "default ExecProcessRequest := false\n"
	    "default SetPolicyRequest := false\n"
	    "default CreateContainerRequest := false\n"
	    "CreateContainerRequest {\n"
	    "\tinput.OCI.Process.Args == [\"/bin/sh\", \"-c\", \"exit 4\"]\n"
	    "}\n",
	    body_denied);
}

/* Each container may be created once. */
static const char once[] =
    HEAD "default CreateContainerRequest := false\n"
	 "CreateContainerRequest := {\"allowed\": true, \"ops\": [{\n"
	 "\t\"op\": \"add\", \"path\": \"/pstate/c1\", \"value\": 1,\n"
	 "}]} {\n"
	 "\tnot data.pstate.c1\n"
	 "}\n";

static void
body_once(struct fixture *f)
{
	struct sample s;
	char text[256];

	create_sandbox(f);
	sample_init(&s, "c1", "exit 4");
	s.root.path = (char *)"/run/kata-containers/shared/containers/none";
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s.m, text),
	    ERR_NOT_FOUND);
	/* It failed, so the policy has not seen it. */
	s.root.path = (char *)FIXTURE_ROOT;
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s.m, text),
	    ERR_DENIED);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), NULL), ERR_NONE);
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s.m, text),
	    ERR_DENIED);
}

TEST(what_a_failed_request_changed_is_undone)
{
	run_under(once, body_once);
}

static void
body_concurrent(struct fixture *f)
{
	struct sample s;
	uint32_t slow;
	char text[256];

	create_sandbox(f);
	sample_init(&s, "c1", "exit 4");
	sample_storage(&s, "blk", "1f/00", "ext4",
	    "/run/kata-containers/shared/containers/c1");
	slow = fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
	/* While that one waits for its disk, the next is denied already. */
	sample_init(&s, "c1", "exit 4");
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s.m, text),
	    ERR_DENIED);
	EQ_INT(fixture_code(f, slow, text), ERR_TIMEOUT);
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
}

TEST(a_request_in_flight_counts)
{
	run_under(once, body_concurrent);
}

/* A denied read must answer at once, with nothing. */
static void
read_nothing(struct fixture *f, enum method_id method, const char *id)
{
	Grpc__ReadStreamRequest m = GRPC__READ_STREAM_REQUEST__INIT;
	Grpc__ReadStreamResponse *r;

	m.container_id = (char *)id;
	m.exec_id = (char *)"";
	m.len = 4096;
	r = fixture_get(f, fixture_send(f, method, &m), method);
	EQ_INT(r->data.len, 0);
}

/* True when the text comes from the stream before its end. */
static bool
comes(int fd, const char *text)
{
	static char all[512 * 1024];
	size_t n = 0;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, ANSWER_MS) != 1)
			return false;
		got = read(fd, all + n, sizeof(all) - 1 - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
		all[n] = '\0';
		if (strstr(all, text) != NULL)
			return true;
	}
}

static void
body_streams(struct fixture *f)
{
	Grpc__ReadStreamRequest m = GRPC__READ_STREAM_REQUEST__INIT;
	Grpc__SetPolicyRequest p = GRPC__SET_POLICY_REQUEST__INIT;
	struct sample s;
	struct call stream;
	char text[256];

	create_sandbox(f);
	sample_init(&s, "c1",
	    "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; exit 7");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	read_nothing(f, METHOD_READ_STDOUT, "c1");
	read_nothing(f, METHOD_READ_STDERR, "c1");
	read_nothing(f, METHOD_READ_STDOUT, "c1");
	EQ_INT(get_wait(f, send_wait(f, "c1", "")), 7);
	m.container_id = (char *)"c1";
	m.len = 10;
	EQ_INT(fixture_call(f, METHOD_READ_STDOUT, &m, text), ERR_NOT_FOUND);

	sample_init(&s, "c2", "seq 1 20000; read x; echo seen");
	s.process.terminal = true;
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c2", NULL), ERR_NONE);
	read_nothing(f, METHOD_READ_STDERR, "c2");
	read_nothing(f, METHOD_READ_STDOUT, "c2");
	p.policy = (char *)HEAD "default ReadStreamRequest := true\n"
				"default WriteStreamRequest := true\n";
	fixture_ok(f, METHOD_SET_POLICY, &p);
	/* Whoever is allowed to read has the output from then on. */
	m.container_id = (char *)"c2";
	stream = fixture_answer(f, fixture_send(f, METHOD_READ_STDOUT, &m));
	EQ_INT(stream.type, CALL_STREAM);
	EQ_INT(write_stdin(f, "c2", "", "go\n"), ERR_NONE);
	OK(comes(stream.stream, "seen"));
	call_release(&stream);
	EQ_INT(get_wait(f, send_wait(f, "c2", "")), 0);
}

TEST(denied_output_is_empty_and_the_program_runs_on)
{
	run_under(HEAD "default CreateContainerRequest := true\n"
		       "default ReadStreamRequest := false\n"
		       "default SetPolicyRequest := true\n",
	    body_streams);
}

static void
body_set(struct fixture *f)
{
	Grpc__SetPolicyRequest p = GRPC__SET_POLICY_REQUEST__INIT;
	Grpc__GuestDetailsRequest g = GRPC__GUEST_DETAILS_REQUEST__INIT;
	Grpc__GuestDetailsResponse *r;
	char text[256];

	EQ_INT(fixture_call(f, METHOD_GET_GUEST_DETAILS, &g, text), ERR_DENIED);
	p.policy = (char *)"package agent_policy\nx = ";
	EQ_INT(fixture_call(f, METHOD_SET_POLICY, &p, text), ERR_ARGUMENT);
	OK(str_starts(text, "the policy is not changed: policy.rego:2:"));
	p.policy = (char *)"package agent_policy\n"
			   "default GuestDetailsRequest := true\n"
			   "default SetPolicyRequest := false\n";
	fixture_ok(f, METHOD_SET_POLICY, &p);
	r = fixture_get(f, fixture_send(f, METHOD_GET_GUEST_DETAILS, &g),
	    METHOD_GET_GUEST_DETAILS);
	EQ_INT(r->agent_details->n_extra_features, 1);
	EQ_STR(r->agent_details->extra_features[0], "agent-policy");
	EQ_INT(fixture_call(f, METHOD_SET_POLICY, &p, text), ERR_DENIED);
}

TEST(a_policy_is_set_where_the_one_before_allows_it)
{
	run_under("package agent_policy\ndefault SetPolicyRequest := true\n"
		  "default GuestDetailsRequest := false\n",
	    body_set);
}

ROLE_MAIN
