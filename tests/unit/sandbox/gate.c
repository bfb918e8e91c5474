#include "sandbox/gate.h"
#include "policy/json.h"
#include "policy/policy.h"
#include "proto/agent.pb-c.h"
#include "tests/lib/tap.h"

#define HEAD "package agent_policy\n"

static struct gate gate;
static struct gate_refusal refusal;
static struct err e;
static int owners[8];

static void
use(const char *policy)
{
	gate_release(&gate);
	if (gate_set_policy(&gate, policy, strlen(policy), &e) < 0)
		EQ_STR(e.msg, policy);
}

/* Ask about StartContainer of that container. */
static int
start(int owner, const char *id)
{
	Grpc__StartContainerRequest m = GRPC__START_CONTAINER_REQUEST__INIT;

	m.container_id = (char *)id;
	return gate_check(&gate, &owners[owner], &m.base, &refusal);
}

static int
stop(int owner, const char *id)
{
	Grpc__RemoveContainerRequest m = GRPC__REMOVE_CONTAINER_REQUEST__INIT;

	m.container_id = (char *)id;
	return gate_check(&gate, &owners[owner], &m.base, &refusal);
}

static const char *
data(void)
{
	static struct buf b;

	buf_release(&b);
	buf_init(&b, 65536);
	json_write(&b, policy_data(gate.policy), 0);
	return buf_str(&b);
}

TEST(without_a_policy_everything_is_refused)
{
	gate_init(&gate);
	EQ_INT(start(0, "c1"), -1);
	EQ_INT(refusal.code, ERR_INTERNAL);
	EQ_STR(refusal.text, "StartContainerRequest: internal error policy "
			     "check: there is no policy");
	gate_release(&gate);
}

TEST(true_allows_and_false_denies)
{
	use(HEAD "default StartContainerRequest := false\n"
		 "StartContainerRequest { input.container_id == \"c1\" }\n");
	EQ_INT(start(0, "c1"), 0);
	EQ_INT(start(0, "c2"), -1);
	EQ_INT(refusal.code, ERR_DENIED);
	OK(strncmp(refusal.text, "StartContainerRequest is blocked by policy",
	       42) == 0);
	gate_release(&gate);
}

TEST(objects_allow_only_by_a_boolean)
{
	static const struct {
		const char *value;
		int rc;
		enum err_code code;
	} rows[] = {
		{ "{\"allowed\": true}", 0, ERR_NONE },
		{ "{\"allowed\": true, \"ops\": []}", 0, ERR_NONE },
		{ "{\"allowed\": true, \"ops\": null}", 0, ERR_NONE },
		{ "{\"allowed\": true, \"more\": 1}", 0, ERR_NONE },
		{ "{\"allowed\": false}", -1, ERR_DENIED },
		{ "{\"allowed\": \"true\"}", -1, ERR_INTERNAL },
		{ "{\"allowed\": 1}", -1, ERR_INTERNAL },
		{ "{\"allowed\": true, \"ops\": 1}", -1, ERR_INTERNAL },
		{ "{\"allowed\": true, \"ops\": [1]}", -1, ERR_INTERNAL },
		{ "{\"ops\": []}", -1, ERR_INTERNAL },
		{ "{}", -1, ERR_INTERNAL },
		{ "1", -1, ERR_INTERNAL },
		{ "0", -1, ERR_INTERNAL },
		{ "\"true\"", -1, ERR_INTERNAL },
		{ "null", -1, ERR_INTERNAL },
		{ "[true]", -1, ERR_INTERNAL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char policy[256];

		snprintf(policy, sizeof(policy),
		    HEAD "StartContainerRequest := %s\n", rows[i].value);
		use(policy);
		EQ_INT(start(0, "c1"), rows[i].rc);
		if (rows[i].rc < 0)
			EQ_INT(refusal.code, rows[i].code);
	}
	gate_release(&gate);
}

TEST(no_rule_and_errors_are_internal)
{
	use(HEAD "default RemoveContainerRequest := true\n");
	EQ_INT(start(0, "c1"), -1);
	EQ_INT(refusal.code, ERR_INTERNAL);
	OK(strncmp(refusal.text,
	       "StartContainerRequest: internal error policy "
	       "check: ",
	       52) == 0);
	/* Two values of one rule are a conflict, not a choice. */
	use(HEAD "StartContainerRequest = true { input.container_id != \"\" }\n"
		 "StartContainerRequest = false { input.container_id != \"\" "
		 "}\n");
	EQ_INT(start(0, "c1"), -1);
	EQ_INT(refusal.code, ERR_INTERNAL);
	OK(strstr(refusal.text, "conflict") != NULL);
	gate_release(&gate);
}

TEST(a_policy_may_allow_what_fails_it_until_the_next_one)
{
	use(HEAD "default AllowRequestsFailingPolicy := true\n"
		 "default StartContainerRequest := false\n"
		 "WaitProcessRequest := 1\n");
	OK(gate.allow_failing);
	EQ_INT(start(0, "c1"), 0);
	EQ_INT(stop(0, "c1"), 0);
	/* Wrong answers are errors, and those are not forgiven. */
	use(HEAD "AllowRequestsFailingPolicy := true\n"
		 "StartContainerRequest := 1\n");
	EQ_INT(start(0, "c1"), -1);
	EQ_INT(refusal.code, ERR_INTERNAL);
	use(HEAD "default AllowRequestsFailingPolicy := false\n"
		 "default StartContainerRequest := false\n");
	OK(!gate.allow_failing);
	EQ_INT(start(0, "c1"), -1);
	use(HEAD "AllowRequestsFailingPolicy := \"true\"\n");
	OK(!gate.allow_failing);
	gate_release(&gate);
}

TEST(a_bad_policy_leaves_the_one_before)
{
	static const char *const bad[] = { "", "x", "package agent_policy\nx {",
		"package agent_policy\nx := y",
		"package agent_policy\n"
		"f(x) := f(x)" };
	uint8_t before[SHA2_256_LEN];

	use(HEAD "default StartContainerRequest := true\n");
	memcpy(before, gate.digest, sizeof(before));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (gate_set_policy(&gate, bad[i], strlen(bad[i]), &e) == 0)
			EQ_STR(bad[i], "refused");
		EQ_INT(start(0, "c1"), 0);
	}
	EQ_MEM(before, gate.digest, sizeof(before));
	gate_release(&gate);
}

TEST(ids_that_lead_elsewhere_never_reach_a_rule)
{
	static const char *const bad[] = { "a/b", "~0", "../x", "/" };

	use(HEAD "default StartContainerRequest := true\n"
		 "default AllowRequestsFailingPolicy := true\n");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_INT(start(0, bad[i]), -1);
		EQ_INT(refusal.code, ERR_ARGUMENT);
	}
	EQ_INT(start(0, "a.b_c-d"), 0);
	gate_release(&gate);
}

/* A container may be started once, until it is removed. */
static const char once[] =
    HEAD "import future.keywords.if\n"
	 "default StartContainerRequest := false\n"
	 "default RemoveContainerRequest := false\n"
	 "StartContainerRequest := {\"allowed\": true, \"ops\": ops} if {\n"
	 "\tnot data.pstate[input.container_id]\n"
	 "\tops := [{\"op\": \"add\", \"path\": concat(\"/\", [\"/pstate\", "
	 "input.container_id]), \"value\": 1}]\n"
	 "}\n"
	 "RemoveContainerRequest := {\"allowed\": true, \"ops\": [{\"op\": "
	 "\"remove\", \"path\": concat(\"/\", [\"/pstate\", "
	 "input.container_id])}]}\n";

TEST(ops_are_seen_by_the_next_request_and_go_with_a_failed_one)
{
	use(once);
	EQ_STR(data(), "{\"pstate\":{}}");
	EQ_INT(start(0, "a"), 0);
	EQ_STR(data(), "{\"pstate\":{\"a\":1}}");
	/* While the first is in flight, a second one does not pass. */
	EQ_INT(start(1, "a"), -1);
	EQ_INT(start(2, "b"), 0);
	EQ_STR(data(), "{\"pstate\":{\"a\":1,\"b\":1}}");
	gate_drop(&gate, &owners[0]);
	EQ_STR(data(), "{\"pstate\":{\"b\":1}}");
	gate_commit(&gate, &owners[2]);
	gate_drop(&gate, &owners[2]);
	EQ_STR(data(), "{\"pstate\":{\"b\":1}}");
	EQ_INT(gate.state.n_changes, 0);
	EQ_INT(start(0, "a"), 0);
	gate_commit(&gate, &owners[0]);
	EQ_INT(stop(1, "b"), 0);
	gate_drop(&gate, &owners[1]);
	EQ_STR(data(), "{\"pstate\":{\"a\":1,\"b\":1}}");
	EQ_INT(stop(1, "b"), 0);
	gate_commit(&gate, &owners[1]);
	EQ_STR(data(), "{\"pstate\":{\"a\":1}}");
	/* A patch that does not fit is an error, and changes nothing. */
	EQ_INT(stop(1, "b"), -1);
	EQ_INT(refusal.code, ERR_INTERNAL);
	EQ_STR(refusal.text,
	    "RemoveContainerRequest: internal error policy "
	    "check: remove '/pstate/b': patch: no such member");
	EQ_STR(data(), "{\"pstate\":{\"a\":1}}");
	gate_release(&gate);
}

TEST(changes_end_in_any_order)
{
	use(once);
	EQ_INT(start(0, "a"), 0);
	EQ_INT(start(1, "b"), 0);
	EQ_INT(start(2, "c"), 0);
	EQ_INT(stop(3, "a"), 0);
	EQ_STR(data(), "{\"pstate\":{\"b\":1,\"c\":1}}");
	gate_commit(&gate, &owners[1]);
	gate_commit(&gate, &owners[3]);
	EQ_INT(gate.state.n_changes, 4);
	/* The removal of what never was there has nothing left to do. */
	gate_drop(&gate, &owners[0]);
	EQ_STR(data(), "{\"pstate\":{\"b\":1,\"c\":1}}");
	EQ_INT(gate.state.n_changes, 2);
	gate_drop(&gate, &owners[2]);
	EQ_STR(data(), "{\"pstate\":{\"b\":1}}");
	EQ_INT(gate.state.n_changes, 0);
	gate_drop(&gate, &owners[5]);
	gate_commit(&gate, &owners[5]);
	EQ_STR(data(), "{\"pstate\":{\"b\":1}}");
	gate_release(&gate);
}

TEST(a_new_policy_begins_with_a_new_document)
{
	use(once);
	EQ_INT(start(0, "a"), 0);
	OK(gate_set_policy(&gate, once, strlen(once), &e) == 0);
	EQ_STR(data(), "{\"pstate\":{}}");
	gate_drop(&gate, &owners[0]);
	EQ_STR(data(), "{\"pstate\":{}}");
	gate_release(&gate);
}

TEST(changes_in_flight_are_bounded)
{
	static int many[POLICY_STATE_CHANGES_MAX + 1];
	Grpc__StartContainerRequest m = GRPC__START_CONTAINER_REQUEST__INIT;

	use(once);
	for (int i = 0; i <= POLICY_STATE_CHANGES_MAX; i++) {
		char id[16];

		snprintf(id, sizeof(id), "c%d", i);
		m.container_id = id;
		EQ_INT(gate_check(&gate, &many[i], &m.base, &refusal),
		    i < POLICY_STATE_CHANGES_MAX ? 0 : -1);
	}
	EQ_INT(refusal.code, ERR_INTERNAL);
	for (int i = POLICY_STATE_CHANGES_MAX; i >= 0; i--)
		gate_drop(&gate, &many[i]);
	EQ_STR(data(), "{\"pstate\":{}}");
	gate_release(&gate);
}

TEST(limits_deny_also_inside_not)
{
	use(HEAD "StartContainerRequest {\n"
		 "\tnot slow\n"
		 "}\n"
		 "slow {\n"
		 "\tx := numbers.range(1, 3000)\n"
		 "\ty := x[_]\n\tz := x[_]\n\tw := x[_]\n"
		 "\ty + z + w == 0\n"
		 "}\n");
	EQ_INT(start(0, "c1"), -1);
	EQ_INT(refusal.code, ERR_INTERNAL);
	OK(strstr(refusal.text, "limit") != NULL);
	gate_release(&gate);
}

TAP_MAIN
