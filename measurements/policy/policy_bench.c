#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/policy/args.h"
#include "measurements/policy/policy.h"
#include "measurements/policy/record.h"
#include "policy/json.h"

enum {
	KINDS_MAX = 64,
	SAMPLES_MAX = 200000,
	ROUNDS = 200,
	LOADS = 21
};

enum option {
	OPT_ROUNDS,
	N_OPTIONS
};

static const struct arg options[N_OPTIONS] = {
	[OPT_ROUNDS] = { "rounds", 'n', "N",
	    "how often each request is asked (200)" },
};

struct kind {
	char name[RECORD_NAME_MAX];
	uint64_t *ns; /* of each answer */
	size_t n;
	uint64_t steps; /* the most */
	size_t memory;
};

struct bench {
	struct args args;
	uint64_t rounds;
	struct kind kinds[KINDS_MAX];
	size_t n_kinds;
	uint64_t load_ns;   /* the slowest policy's median */
	size_t load_memory; /* the largest policy */
	size_t peak;        /* of the policy with the highest */
	size_t load_bytes;
};

static uint64_t
clock_ns(void)
{
	struct timespec t;

	/* What the work costs, whatever else the machine does. */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
percentile(const uint64_t *sorted, size_t n, unsigned int p)
{
	return n == 0 ? 0 : sorted[(n - 1) * p / 100];
}

static struct kind *
kind_of(struct bench *b, const char *name)
{
	struct kind *k;
	size_t i;

	for (i = 0; i < b->n_kinds; i++) {
		if (str_eq(b->kinds[i].name, name))
			return &b->kinds[i];
	}
	if (b->n_kinds == KINDS_MAX)
		return NULL;
	k = &b->kinds[b->n_kinds++];
	str_copy(k->name, sizeof(k->name), name);
	k->ns = must_alloc(SAMPLES_MAX, sizeof(*k->ns));
	return k;
}

/* One request: its input is made and it is answered. */
static int
ask(struct bench *b, struct policy *p, const struct record *r, struct err *e)
{
	struct policy_question q = { .seed = 1 };
	struct policy_result result;
	struct kind *k = kind_of(b, r->name);
	char path[RECORD_NAME_MAX + 16];
	uint64_t start;

	snprintf(path, sizeof(path), "agent_policy.%s", r->name);
	q.path = path;
	start = clock_ns();
	if (json_parse(policy_begin(p), r->json, r->len, &q.input, e) < 0)
		return -1;
	policy_eval(p, &q, &result);
	start = clock_ns() - start;
	if (result.outcome == POLICY_FAILED)
		return err_set(e, ERR_STATE, "%s: %s", r->name, result.msg);
	if (k == NULL)
		return 0;
	if (k->n < SAMPLES_MAX)
		k->ns[k->n++] = start;
	if (result.steps > k->steps)
		k->steps = result.steps;
	if (result.memory > k->memory)
		k->memory = result.memory;
	return 0;
}

static int
load(struct bench *b, const char *file, struct args_policy *p, struct err *e)
{
	struct policy_options o = { .key = args_key() };
	uint64_t ns[LOADS];
	struct policy *again;
	char *files[] = { (char *)(uintptr_t)file };
	size_t i;

	if (args_load(p, files, 1, &o, e) < 0)
		return -1;
	for (i = 0; i < LOADS; i++) {
		ns[i] = clock_ns();
		if (policy_new(p->modules, 1, &o, &again, NULL, e) < 0)
			return -1;
		ns[i] = clock_ns() - ns[i];
		policy_free(again);
	}
	qsort(ns, LOADS, sizeof(ns[0]), by_size);
	if (ns[LOADS / 2] > b->load_ns)
		b->load_ns = ns[LOADS / 2];
	if (policy_memory(p->policy) > b->load_memory)
		b->load_memory = policy_memory(p->policy);
	if (p->modules[0].len > b->load_bytes)
		b->load_bytes = p->modules[0].len;
	return 0;
}

static int
bench_pair(struct bench *b, const char *policy, const char *inputs,
    struct err *e)
{
	struct args_policy p;
	struct record *records = NULL;
	struct buf text;
	size_t n, i;
	uint64_t round;
	int r;

	buf_init(&text, ARGS_FILE_MAX);
	r = load(b, policy, &p, e);
	if (r == 0)
		r = args_read(inputs, &text, e);
	if (r == 0)
		r = record_parse(buf_str(&text), text.len, &records, &n, e);
	for (round = 0; r == 0 && round < b->rounds; round++) {
		for (i = 0; r == 0 && i < n; i++)
			r = ask(b, p.policy, &records[i], e);
	}
	if (r == 0 && policy_peak(p.policy) > b->peak)
		b->peak = policy_peak(p.policy);
	free(records);
	buf_release(&text);
	args_unload(&p);
	return r;
}

static void
report(struct bench *b)
{
	size_t i;

	printf("{\"clock\":\"thread "
	       "cpu\",\"load\":{\"bytes\":%zu,\"p50_us\":%.1f,\"memory\":%zu},"
	       "\"requests\":{",
	    b->load_bytes, (double)b->load_ns / 1000, b->load_memory);
	for (i = 0; i < b->n_kinds; i++) {
		struct kind *k = &b->kinds[i];

		qsort(k->ns, k->n, sizeof(k->ns[0]), by_size);
		printf("%s\n\"%s\":{\"n\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f,"
		       "\"steps\":%" PRIu64 ",\"memory\":%zu}",
		    i > 0 ? "," : "", k->name, k->n,
		    (double)percentile(k->ns, k->n, 50) / 1000,
		    (double)percentile(k->ns, k->n, 99) / 1000, k->steps,
		    k->memory);
		free(k->ns);
	}
	printf("},\n\"peak_memory\":%zu}\n", b->peak);
}

int
policy_bench_main(int argc, char **argv)
{
	struct bench *b = must_alloc(1, sizeof(*b));
	struct err e;
	size_t i;
	int r;

	memset(b, 0, sizeof(*b));
	b->rounds = ROUNDS;
	b->args.verb = "bench";
	b->args.files_meta = "POLICY INPUTS [POLICY INPUTS ...]";
	b->args.about =
	    "Time recorded requests, input and answer, and the "
	    "loading of the policies. The result is\nJSON; times "
	    "are processor time; that of loading is the slowest policy's.";
	b->args.args = options;
	b->args.n_args = N_OPTIONS;
	r = args_parse(&b->args, argc, argv, 2, ARGS_FILES_MAX);
	if (r >= 0)
		goto out;
	r = 0;
	if (b->args.n_files % 2 != 0)
		r = err_set(&e, ERR_ARGUMENT, "a policy without inputs");
	if (r == 0 && b->args.values[OPT_ROUNDS] != NULL &&
	    str_u64(b->args.values[OPT_ROUNDS], 100000, &b->rounds) < 0)
		r = err_set(&e, ERR_ARGUMENT, "--rounds is not a number");
	for (i = 0; r == 0 && i < b->args.n_files; i += 2)
		r = bench_pair(b, b->args.files[i], b->args.files[i + 1], &e);
	if (r < 0) {
		r = args_fail(&b->args, &e);
	} else {
		report(b);
		r = output_flush();
	}
out:
	free(b);
	return r;
}
