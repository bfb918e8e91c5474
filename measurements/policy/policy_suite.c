#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/policy/args.h"
#include "measurements/policy/policy.h"
#include "policy/builder.h"
#include "policy/json.h"

enum {
	MODULES_MAX = 64,
	REFUSED_MAX = 256,
	CASES_MEMORY = 512 << 20
};

enum option {
	OPT_V0,
	OPT_LIST,
	OPT_ONLY,
	N_OPTIONS
};

static const struct arg options[N_OPTIONS] = {
	[OPT_V0] = { "v0", 0, NULL, "the modules are Rego v0" },
	[OPT_LIST] = { "list", 'l', NULL, "name the cases that fail, and why" },
	[OPT_ONLY] = { "only", 0, "TEXT", "cases whose note holds TEXT" },
};

struct refused {
	char name[64];
	unsigned int n;
};

struct suite {
	struct args args;
	struct budget budget;
	struct heap heap; /* of the cases */
	unsigned int passed, failed, n_refused;
	struct refused refused[REFUSED_MAX];
	size_t n_names;
	char why[512];
	struct policy_diags diags;
};

enum verdict {
	PASSED,
	FAILED,
	REFUSED
};

static struct value
get(struct value v, const char *key)
{
	return value_get_str(v, key, strlen(key));
}

static bool
is_true(struct value v)
{
	return v.type == VALUE_BOOL && v.u.b;
}

static int
by_value(const void *a, const void *b, void *budget)
{
	return value_compare(*(const struct value *)a, *(const struct value *)b,
	    budget);
}

static struct value
sorted(struct suite *s, struct value v)
{
	struct value *copy, out;
	uint32_t n;

	if (v.type != VALUE_ARRAY || v.u.list->n == 0)
		return v;
	n = v.u.list->n;
	copy = must_alloc(n, sizeof(*copy));
	memcpy(copy, v.u.list->v, n * sizeof(*copy));
	qsort_r(copy, n, sizeof(*copy), by_value, &s->budget);
	out = value_array(&s->heap, copy, n);
	free(copy);
	return out;
}

/* Results have no order; with sort_bindings the arrays in them have none. */
static struct value
canonical(struct suite *s, struct value results, bool sort)
{
	struct list_builder list;
	uint32_t i, k;

	if (!sort || results.type != VALUE_ARRAY)
		return sorted(s, results);
	list_init(&list, &s->heap);
	for (i = 0; i < results.u.list->n; i++) {
		struct value row = results.u.list->v[i];
		struct object_builder b;

		object_init(&b, &s->heap);
		for (k = 0; k < row.u.object->n; k++)
			object_add(&b, row.u.object->p[k].key,
			    sorted(s, row.u.object->p[k].val));
		list_add(&list, object_seal(&b));
	}
	return sorted(s, list_array(&list));
}

static enum verdict failed(struct suite *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static enum verdict
failed(struct suite *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	return FAILED;
}

static void
show(struct suite *s, struct value got, struct value want)
{
	struct buf a, b;

	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	json_write(&a, got, 0);
	json_write(&b, want, 0);
	snprintf(s->why, sizeof(s->why), "got %.220s, want %.220s", buf_str(&a),
	    buf_str(&b));
	buf_release(&a);
	buf_release(&b);
}

static enum verdict
compare(struct suite *s, struct value c, const struct policy_result *r)
{
	struct value want = get(c, "want_result"), got = { 0 };
	bool sort = is_true(get(c, "sort_bindings"));
	struct buf text;
	struct err e;
	enum verdict v = PASSED;

	buf_init(&text, 64 << 20);
	if (r->outcome == POLICY_DEFINED)
		json_write(&text, r->value, 0);
	else
		buf_add_str(&text, "[]");
	if (json_parse(&s->heap, buf_str(&text), text.len, &got, &e) < 0) {
		v = failed(s, "the result is no JSON: %s", e.msg);
	} else if (!value_defined(want)) {
		if (got.u.list->n != 0)
			v = failed(s, "got %.300s, want nothing",
			    buf_str(&text));
	} else {
		got = canonical(s, got, sort);
		want = canonical(s, want, sort);
		if (!value_equal(got, want, &s->budget)) {
			show(s, got, want);
			v = FAILED;
		}
	}
	buf_release(&text);
	return v;
}

static enum verdict
compare_error(struct suite *s, struct value c, const struct policy_result *r)
{
	struct value code = get(c, "want_error_code");

	if (r->outcome != POLICY_FAILED)
		return failed(s, "no error, want %s",
		    code.type == VALUE_STRING ? code.u.s->s : "one");
	if (code.type == VALUE_STRING && !str_eq(code.u.s->s, r->code))
		return failed(s, "error %s, want %s", r->code, code.u.s->s);
	return PASSED;
}

/* The modules do not compile: right only when an error is wanted. */
static enum verdict
compare_diags(struct suite *s, struct value c, bool want_error, const char *msg)
{
	struct value code = get(c, "want_error_code");
	size_t i;

	if (!want_error)
		return failed(s, "%s", msg);
	if (code.type != VALUE_STRING)
		return PASSED;
	for (i = 0; i < s->diags.n; i++) {
		if (s->diags.d[i].severity == POLICY_ERROR &&
		    str_eq(code.u.s->s, s->diags.d[i].code))
			return PASSED;
	}
	return failed(s, "%s, want %s", msg, code.u.s->s);
}

/* "builtin NAME is refused: ..." anywhere in msg: count it by name. */
static bool
count_refused(struct suite *s, const char *msg)
{
	const char *at = strstr(msg, "builtin "), *end;
	char name[64] = "";
	size_t i, len;

	end = at == NULL ? NULL : strstr(at, " is refused");
	if (end == NULL)
		return false;
	len = (size_t)(end - at) - strlen("builtin ");
	if (len >= sizeof(name))
		return false;
	memcpy(name, at + strlen("builtin "), len);
	for (i = 0; i < s->n_names; i++) {
		if (str_eq(s->refused[i].name, name))
			break;
	}
	if (i == REFUSED_MAX)
		return true;
	if (i == s->n_names)
		memcpy(s->refused[s->n_names++].name, name, sizeof(name));
	s->refused[i].n++;
	return true;
}

/* The document that input_term or input says, in the query's heap. */
static int
read_input(struct suite *s, struct policy *p, struct value c, struct value *ret)
{
	struct value term = get(c, "input_term"), input = get(c, "input");
	struct policy_question q = { 0 };
	struct policy_result r;
	struct policy *empty;
	struct buf text;
	struct err e;

	*ret = input;
	if (term.type != VALUE_STRING)
		return 0;
	if (policy_new(NULL, 0, NULL, &empty, NULL, &e) < 0)
		return -1;
	buf_init(&text, 1 << 20);
	buf_printf(&text, "x = %s", term.u.s->s);
	q.query = buf_str(&text);
	policy_begin(empty);
	policy_eval(empty, &q, &r);
	if (r.outcome == POLICY_DEFINED)
		*ret = value_copy(&s->heap,
		    r.value.u.list->v[0].u.object->p[0].val);
	else
		snprintf(s->why, sizeof(s->why), "input_term: %s", r.msg);
	(void)p;
	buf_release(&text);
	policy_free(empty);
	return r.outcome == POLICY_DEFINED ? 0 : -1;
}

static enum verdict
ask(struct suite *s, struct policy *p, struct value c, bool want_error)
{
	struct value query = get(c, "query"), data = get(c, "data");
	struct policy_question q = { .query = query.u.s->s, .seed = 1 };
	struct policy_result r;
	struct timespec now;
	struct err e;

	clock_gettime(CLOCK_REALTIME, &now);
	q.now_ns = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
	policy_begin(p);
	if (data.type == VALUE_OBJECT && policy_set_data(p, data, &e) < 0)
		return failed(s, "data: %s", e.msg);
	if (read_input(s, p, c, &q.input) < 0)
		return FAILED;
	policy_eval(p, &q, &r);
	if (r.outcome == POLICY_FAILED && count_refused(s, r.msg))
		return REFUSED;
	if (want_error)
		return compare_error(s, c, &r);
	if (r.outcome == POLICY_FAILED)
		return failed(s, "%s: %s", r.code, r.msg);
	return compare(s, c, &r);
}

static enum verdict
run_once(struct suite *s, struct value c, bool strict, bool want_error)
{
	struct value modules = get(c, "modules");
	struct policy_options o = { .strict = strict };
	struct policy_module m[MODULES_MAX];
	struct policy *p;
	enum verdict v;
	struct err e;
	uint32_t n = 0;

	o.key = args_key();
	o.dialect = s->args.values[OPT_V0] != NULL ? POLICY_V0 : POLICY_AUTO;
	for (; modules.type == VALUE_ARRAY && n < modules.u.list->n &&
	       n < MODULES_MAX;
	     n++) {
		m[n].name = "module";
		m[n].text = modules.u.list->v[n].u.s->s;
		m[n].len = modules.u.list->v[n].u.s->len;
	}
	if (policy_new(m, n, &o, &p, &s->diags, &e) < 0) {
		if (count_refused(s, e.msg))
			return REFUSED;
		return compare_diags(s, c, want_error, e.msg);
	}
	v = ask(s, p, c, want_error);
	policy_free(p);
	return v;
}

static enum verdict
run_case(struct suite *s, struct value c)
{
	bool strict = is_true(get(c, "strict_error"));
	bool want_error = value_defined(get(c, "want_error")) ||
			  value_defined(get(c, "want_error_code"));
	enum verdict v = run_once(s, c, strict, want_error);

	if (v == PASSED && want_error && value_defined(get(c, "want_result")))
		v = run_once(s, c, false, false);
	return v;
}

static void
run_all(struct suite *s, struct value cases)
{
	uint32_t i;

	for (i = 0; i < cases.u.list->n; i++) {
		struct value c = cases.u.list->v[i], note = get(c, "note");
		const char *name =
		    note.type == VALUE_STRING ? note.u.s->s : "(no note)";

		if (s->args.values[OPT_ONLY] != NULL &&
		    strstr(name, s->args.values[OPT_ONLY]) == NULL)
			continue;
		budget_init(&s->budget, UINT64_MAX, QUERY_DEPTH_MAX);
		s->why[0] = 0;
		switch (run_case(s, c)) {
		case PASSED:
			s->passed++;
			break;
		case REFUSED:
			s->n_refused++;
			break;
		case FAILED:
			s->failed++;
			if (s->args.values[OPT_LIST] != NULL)
				printf("failed: %s: %s\n", name, s->why);
			break;
		}
	}
}

static void
report(const struct suite *s)
{
	size_t i;

	if (s->n_refused > 0) {
		printf("%u refused, for their builtins:", s->n_refused);
		for (i = 0; i < s->n_names; i++)
			printf(" %s (%u)", s->refused[i].name, s->refused[i].n);
		printf("\n");
	}
	printf("%u passed, %u failed\n", s->passed, s->failed);
}

static int
run_file(struct suite *s)
{
	struct value all = { 0 }, cases;
	struct buf text;
	struct err e;
	int r;

	buf_init(&text, ARGS_FILE_MAX);
	r = args_read(s->args.files[0], &text, &e);
	if (r == 0)
		r = json_parse(&s->heap, buf_str(&text), text.len, &all, &e);
	buf_release(&text);
	if (r < 0)
		return args_fail(&s->args, &e);
	cases = all.type == VALUE_OBJECT ? get(all, "cases") : all;
	if (cases.type != VALUE_ARRAY) {
		err_set(&e, ERR_SYNTAX, "the file has no cases");
		return args_fail(&s->args, &e);
	}
	run_all(s, cases);
	report(s);
	if (output_flush() != EXIT_OK)
		return EXIT_BAD;
	return s->failed == 0 ? EXIT_OK : EXIT_NO;
}

int
policy_suite_main(int argc, char **argv)
{
	struct suite *s = must_alloc(1, sizeof(*s));
	int r;

	memset(s, 0, sizeof(*s));
	s->args.verb = "suite";
	s->args.files_meta = "CASES.json";
	s->args.about = "Run the cases of OPA's compliance suite that the file "
			"holds, as {\"cases\": [...]}.\nCases whose builtins "
			"are refused are counted apart. Exits with 1 when one "
			"fails.";
	s->args.args = options;
	s->args.n_args = N_OPTIONS;
	r = args_parse(&s->args, argc, argv, 1, 1);
	if (r < 0) {
		budget_init(&s->budget, UINT64_MAX, QUERY_DEPTH_MAX);
		heap_init(&s->heap, CASES_MEMORY, args_key(), &s->budget);
		r = run_file(s);
		heap_release(&s->heap);
	}
	free(s);
	return r;
}
