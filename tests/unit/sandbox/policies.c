/* The policies of the root file systems. */
#include <fcntl.h>

#include "base/fd.h"
#include "base/str.h"
#include "policy/policy.h"
#include "proto/message.h"
#include "proto/method.h"
#include "sandbox/gate.h"
#include "tests/lib/tap.h"

static struct buf text;
static struct gate gate;
static struct err e;

static void
load(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "guest/policies/%s.rego", name);
	buf_init(&text, GATE_POLICY_MAX);
	if (fd_read_file(AT_FDCWD, path, &text, &e) < 0)
		EQ_STR(e.msg, path);
	gate_init(&gate);
	if (gate_set_policy(&gate, buf_str(&text), text.len, &e) < 0)
		EQ_STR(e.msg, path);
}

static void
done(void)
{
	gate_release(&gate);
	buf_release(&text);
}

static bool
allows(enum method_id m)
{
	struct gate_refusal r;
	struct arena a;
	ProtobufCMessage *msg;
	int rc;

	arena_init(&a, MESSAGE_ARENA_MAX);
	msg = message_unpack(method_row(m)->request, NULL, 0, &a, &e);
	OK(msg != NULL);
	rc = gate_check(&gate, &a, msg, &r);
	gate_drop(&gate, &a);
	arena_release(&a);
	/* A request without a rule would be an error. */
	if (rc < 0)
		EQ_INT(r.code, ERR_DENIED);
	return rc == 0;
}

static void
count_rule(void *ctx, const char *package, const char *name, const char *file,
    uint32_t line, uint32_t col)
{
	bool known = false;

	(void)file;
	(void)line;
	(void)col;
	EQ_STR(package, "agent_policy");
	for (int m = 0; m < METHOD_AGENT_END; m++)
		known |= str_eq(method_row(m)->request->short_name, name);
	if (!known)
		EQ_STR(name, "the name of a request");
	++*(int *)ctx;
}

TEST(each_policy_has_a_default_for_every_request_and_nothing_else)
{
	static const char *const names[] = { "allow-all", "strict",
		"allow-set-policy" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int n = 0;

		load(names[i]);
		for (int m = 0; m < METHOD_AGENT_END; m++) {
			const char *rule = method_row(m)->request->short_name;
			bool is_default = false;

			if (!policy_has_rule(gate.policy, "agent_policy", rule,
				&is_default) ||
			    !is_default)
				EQ_STR(rule, names[i]);
		}
		policy_each_rule(gate.policy, count_rule, &n);
		/* ReadStdout and ReadStderr share one. */
		EQ_INT(n, METHOD_AGENT_END - 1);
		OK(!gate.allow_failing);
		done();
	}
}

TEST(allow_all_allows_all)
{
	load("allow-all");
	for (int m = 0; m < METHOD_AGENT_END; m++)
		OK(allows(m));
	done();
}

TEST(strict_lets_nobody_in_and_nothing_out)
{
	static const enum method_id denied[] = { METHOD_EXEC_PROCESS,
		METHOD_WRITE_STDIN, METHOD_READ_STDOUT, METHOD_READ_STDERR,
		METHOD_CLOSE_STDIN, METHOD_TTY_WIN_RESIZE, METHOD_SET_POLICY,
		METHOD_GET_DIAGNOSTIC_DATA };
	static const enum method_id pod[] = { METHOD_CREATE_SANDBOX,
		METHOD_CREATE_CONTAINER, METHOD_START_CONTAINER,
		METHOD_WAIT_PROCESS, METHOD_SIGNAL_PROCESS,
		METHOD_REMOVE_CONTAINER, METHOD_COPY_FILE,
		METHOD_STATS_CONTAINER, METHOD_UPDATE_INTERFACE,
		METHOD_UPDATE_ROUTES, METHOD_GET_OOM_EVENT,
		METHOD_GET_GUEST_DETAILS, METHOD_DESTROY_SANDBOX };

	load("strict");
	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++)
		OK(!allows(denied[i]));
	for (size_t i = 0; i < sizeof(pod) / sizeof(pod[0]); i++)
		OK(allows(pod[i]));
	done();
}

TEST(allow_set_policy_allows_nothing_else)
{
	load("allow-set-policy");
	for (int m = 0; m < METHOD_AGENT_END; m++)
		EQ_INT(allows(m), m == METHOD_SET_POLICY);
	done();
}

TAP_MAIN
