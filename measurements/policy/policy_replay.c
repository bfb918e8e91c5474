#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/policy/args.h"
#include "measurements/policy/policy.h"
#include "measurements/policy/record.h"
#include "policy/json.h"

enum option {
	OPT_LIST,
	N_OPTIONS
};

static const struct arg options[N_OPTIONS] = {
	[OPT_LIST] = { "list", 'l', NULL, "name the requests that differ" },
};

struct replay {
	struct args args;
	struct args_policy p;
	struct buf inputs, outputs;
	struct record *records;
	size_t n;
	struct budget budget;
	struct heap heap;
	struct value want;
	unsigned int passed, failed;
};

/* The answer to a recorded request as JSON, "undefined", or the error. */
static void
answer(struct replay *r, const struct record *rec, struct buf *out)
{
	struct policy_question q = { .seed = 1 };
	struct policy_result result;
	char path[RECORD_NAME_MAX + 16];
	struct err e;

	snprintf(path, sizeof(path), "agent_policy.%s", rec->name);
	q.path = path;
	if (json_parse(policy_begin(r->p.policy), rec->json, rec->len, &q.input,
		&e) < 0) {
		buf_add_str(out, e.msg);
		return;
	}
	policy_eval(r->p.policy, &q, &result);
	if (result.outcome == POLICY_DEFINED)
		json_write(out, result.value, 0);
	else if (result.outcome == POLICY_UNDEFINED)
		buf_add_str(out, "undefined");
	else
		buf_printf(out, "%s: %s", result.code, result.msg);
}

static void
replay_one(struct replay *r, size_t i)
{
	struct buf got, want;

	buf_init(&got, ARGS_FILE_MAX);
	buf_init(&want, ARGS_FILE_MAX);
	answer(r, &r->records[i], &got);
	if (i < r->want.u.list->n)
		json_write(&want, r->want.u.list->v[i], 0);
	if (got.len == want.len && got.len > 0 &&
	    memcmp(got.p, want.p, got.len) == 0) {
		r->passed++;
	} else {
		r->failed++;
		if (r->args.values[OPT_LIST] != NULL)
			printf("failed: %zu %s: got %.300s, want %.300s\n",
			    i + 1, r->records[i].name, buf_str(&got),
			    buf_str(&want));
	}
	buf_release(&got);
	buf_release(&want);
}

/* Kata's agent begins with an empty state. */
static int
set_state(struct replay *r, struct err *e)
{
	static const char text[] = "{\"pstate\":{}}";
	struct value data;

	if (json_parse(policy_begin(r->p.policy), text, strlen(text), &data,
		e) < 0)
		return -1;
	return policy_set_data(r->p.policy, data, e);
}

static int
load(struct replay *r, struct err *e)
{
	struct policy_options o = { .key = args_key() };

	if (args_load(&r->p, r->args.files, 1, &o, e) < 0 ||
	    args_read(r->args.files[1], &r->inputs, e) < 0 ||
	    args_read(r->args.files[2], &r->outputs, e) < 0 ||
	    record_parse(buf_str(&r->inputs), r->inputs.len, &r->records, &r->n,
		e) < 0 ||
	    json_parse(&r->heap, buf_str(&r->outputs), r->outputs.len, &r->want,
		e) < 0)
		return -1;
	if (r->want.type != VALUE_ARRAY || r->want.u.list->n != r->n)
		return err_set(e, ERR_ARGUMENT,
		    "the outputs are not as many as the inputs");
	return set_state(r, e);
}

int
policy_replay_main(int argc, char **argv)
{
	struct replay r = { .args = { .verb = "replay" } };
	struct err e;
	size_t i;
	int status;

	r.args.files_meta = "POLICY INPUTS OUTPUTS";
	r.args.about = "Answer recorded requests and compare with the recorded "
		       "answers, byte by byte.\nExits with 1 when one "
		       "differs.";
	r.args.args = options;
	r.args.n_args = N_OPTIONS;
	status = args_parse(&r.args, argc, argv, 3, 3);
	if (status >= 0)
		return status;
	buf_init(&r.inputs, ARGS_FILE_MAX);
	buf_init(&r.outputs, ARGS_FILE_MAX);
	budget_init(&r.budget, UINT64_MAX, QUERY_DEPTH_MAX);
	heap_init(&r.heap, ARGS_FILE_MAX, args_key(), &r.budget);
	if (load(&r, &e) < 0) {
		status = args_fail(&r.args, &e);
	} else {
		for (i = 0; i < r.n; i++)
			replay_one(&r, i);
		printf("%u passed, %u failed\n", r.passed, r.failed);
		status = r.failed == 0 ? EXIT_OK : EXIT_NO;
		if (output_flush() != EXIT_OK)
			status = EXIT_BAD;
	}
	free(r.records);
	buf_release(&r.inputs);
	buf_release(&r.outputs);
	heap_release(&r.heap);
	args_unload(&r.p);
	return status;
}
