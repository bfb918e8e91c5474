#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/policy/args.h"
#include "measurements/policy/policy.h"
#include "policy/explain.h"
#include "policy/json.h"

enum option {
	OPT_INPUT,
	OPT_DATA,
	OPT_QUERY,
	OPT_STRICT,
	OPT_V0,
	OPT_PRINTS,
	N_OPTIONS
};

static const struct arg options[N_OPTIONS] = {
	[OPT_INPUT] = { "input", 'i', "FILE", "the input document, JSON" },
	[OPT_DATA] = { "data", 'd', "FILE", "the data document, JSON" },
	[OPT_QUERY] = { "query", 'q', "TEXT",
	    "a query, or a path such as data.agent_policy (data)" },
	[OPT_STRICT] = { "strict", 0, NULL,
	    "run-time errors of builtins end the query" },
	[OPT_V0] = { "v0", 0, NULL, "read Rego v0 only" },
	[OPT_PRINTS] = { "prints", 'p', NULL, "show what print() says" },
};

static const struct arg explain_options[] = {
	{ "input", 'i', "FILE", "recorded request: {\"kind\", \"request\"}" },
	{ "data", 'd', "FILE", "the data document, JSON ({\"pstate\":{}})" },
	{ "query", 'q', "NAME", "the request's name, if not in the input" },
	{ "secrets", 0, NULL, "show values of environment variables" },
};

enum {
	EX_INPUT,
	EX_DATA,
	EX_QUERY,
	EX_SECRETS
};

/* The JSON file at path, made in h; undefined without a path. */
static int
read_json(const char *path, struct heap *h, struct value *ret, struct err *e)
{
	struct buf text;
	int r;

	*ret = value_undefined();
	if (path == NULL)
		return 0;
	buf_init(&text, ARGS_FILE_MAX);
	r = args_read(path, &text, e);
	if (r == 0 && json_parse(h, buf_str(&text), text.len, ret, e) < 0)
		r = err_wrap(e, "%s", STR_QUOTED(path));
	buf_release(&text);
	return r;
}

static int
set_data(struct policy *p, const char *path, struct err *e)
{
	struct value data;

	if (path == NULL)
		return 0;
	if (read_json(path, policy_begin(p), &data, e) < 0)
		return -1;
	return policy_set_data(p, data, e);
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void
show_print(void *ctx, const struct policy_place *place, const char *text,
    size_t len)
{
	(void)ctx;
	fprintf(stderr, "%s:%u: %.*s\n", place->file, place->line, (int)len,
	    text);
}

/* data.x.y.z alone is a path; anything else a query text. */
static void
set_query(struct policy_question *q, const char *text)
{
	const char *s;

	if (text == NULL)
		text = "data";
	for (s = text; *s != 0; s++) {
		if (*s != '.' && *s != '_' && !(*s >= '0' && *s <= '9') &&
		    !((*s | 32) >= 'a' && (*s | 32) <= 'z'))
			break;
	}
	if (*s == 0 && (str_eq(text, "data") || str_starts(text, "data.")))
		q->path = text[4] == 0 ? "" : text + 5;
	else
		q->query = text;
}

static int
print_result(const struct policy_result *r)
{
	struct buf out;

	if (r->outcome == POLICY_FAILED) {
		fprintf(stderr, "%s:%u:%u: %s: %s\n",
		    r->place.file ? r->place.file : "query", r->place.line,
		    r->place.col, r->code, r->msg);
		return EXIT_NO;
	}
	if (r->outcome == POLICY_UNDEFINED) {
		fprintf(stderr, "undefined\n");
		return EXIT_NO;
	}
	buf_init(&out, ARGS_FILE_MAX);
	json_write(&out, r->value, 0);
	printf("%s\n", buf_str(&out));
	buf_release(&out);
	return output_flush();
}

static int
eval(const struct args *a)
{
	struct policy_options o = { .key = args_key(), .any_with = true };
	struct policy_trace trace = { .print = show_print };
	struct policy_question q = { .now_ns = now(), .seed = 1 };
	struct policy_result result;
	struct args_policy p;
	struct err e;
	int r;

	o.strict = a->values[OPT_STRICT] != NULL;
	if (a->values[OPT_V0] != NULL)
		o.dialect = POLICY_V0;
	set_query(&q, a->values[OPT_QUERY]);
	if (a->values[OPT_PRINTS] != NULL)
		q.trace = &trace;
	if (args_load(&p, a->files, a->n_files, &o, &e) < 0 ||
	    set_data(p.policy, a->values[OPT_DATA], &e) < 0 ||
	    read_json(a->values[OPT_INPUT], policy_begin(p.policy), &q.input,
		&e) < 0) {
		r = args_fail(a, &e);
	} else {
		policy_eval(p.policy, &q, &result);
		r = print_result(&result);
	}
	args_unload(&p);
	return r;
}

int
policy_eval_main(int argc, char **argv)
{
	struct args a = {
		.verb = "eval",
		.files_meta = "FILE...",
		.about = "Print the value of a query as JSON. Exits with 1 "
			 "when it is undefined or an error.",
		.args = options,
		.n_args = N_OPTIONS,
	};
	int r = args_parse(&a, argc, argv, 0, ARGS_FILES_MAX);

	return r >= 0 ? r : eval(&a);
}

/* {"kind": name, "request": input}, or the input alone. */
static const char *
unwrap(struct value *input, const char *name)
{
	struct value kind = value_get_str(*input, "kind", 4);
	struct value request = value_get_str(*input, "request", 7);

	if (kind.type != VALUE_STRING || !value_defined(request))
		return name;
	*input = request;
	return name != NULL ? name : kind.u.s->s;
}

static int
explain(const struct args *a, struct policy *p)
{
	struct policy_question q = { .now_ns = now(), .seed = 1 };
	struct policy_result result;
	const char *name;
	struct buf out;
	char path[256];
	struct err e;

	if (read_json(a->values[EX_INPUT], policy_begin(p), &q.input, &e) < 0)
		return args_fail(a, &e);
	name = unwrap(&q.input, a->values[EX_QUERY]);
	if (name == NULL) {
		err_set(&e, ERR_ARGUMENT, "which request? give -q NAME");
		return args_fail(a, &e);
	}
	if (str_format(path, sizeof(path), "agent_policy.%s", name) < 0) {
		err_set(&e, ERR_ARGUMENT, "the request's name is too long");
		return args_fail(a, &e);
	}
	q.path = path;
	policy_eval(p, &q, &result);
	if (explain_allowed(&result)) {
		printf("%s is allowed\n", name);
		return output_flush();
	}
	buf_init(&out, EXPLAIN_MAX);
	explain_denial(p, &q, &result, a->values[EX_SECRETS] != NULL, &out);
	printf("%s is blocked by policy: %s\n", name, buf_str(&out));
	buf_release(&out);
	return output_flush() == EXIT_OK ? EXIT_NO : EXIT_BAD;
}

int
policy_explain_main(int argc, char **argv)
{
	struct policy_options o = { .key = args_key() };
	struct args a = {
		.verb = "explain",
		.files_meta = "FILE...",
		.about = "Say why the policy denies a request: the closest "
			 "rule and what failed in it.\nExits with 0 when the "
			 "request is allowed and 1 when it is denied.",
		.args = explain_options,
		.n_args = sizeof(explain_options) / sizeof(explain_options[0]),
	};
	struct args_policy p;
	struct err e;
	int r = args_parse(&a, argc, argv, 1, ARGS_FILES_MAX);

	if (r >= 0)
		return r;
	if (args_load(&p, a.files, a.n_files, &o, &e) < 0 ||
	    set_data(p.policy, a.values[EX_DATA], &e) < 0)
		r = args_fail(&a, &e);
	else
		r = explain(&a, p.policy);
	args_unload(&p);
	return r;
}
