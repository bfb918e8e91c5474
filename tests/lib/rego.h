/*
 * tests/lib/rego -- asking small policies in unit tests
 */
#ifndef TESTS_LIB_REGO_H
#define TESTS_LIB_REGO_H

#include "base/buf.h"
#include "policy/json.h"
#include "policy/policy.h"
#include "tests/lib/tap.h"

/* The policy of one module, which must compile. */
static inline struct policy *
rego_load(const char *text, const struct policy_options *o)
{
	struct policy_module m = { "p.rego", text, strlen(text) };
	struct policy *p = NULL;
	struct err e;

	if (policy_new(&m, 1, o, &p, NULL, &e) < 0) {
		printf("# %s\n", e.msg);
		tap_fail(__FILE__, __LINE__, text);
	}
	return p;
}

/*
 * The answer as text: JSON, "undefined", or the error's code. It lives until
 * the next call.
 */
static inline const char *
rego_ask(struct policy *p, const char *path, const char *input)
{
	static struct buf out;
	struct policy_question q = { .path = path };
	struct policy_result r;
	struct heap *h = policy_begin(p);
	struct err e;

	buf_release(&out);
	buf_init(&out, 1 << 20);
	if (input != NULL &&
	    json_parse(h, input, strlen(input), &q.input, &e) < 0)
		tap_fail(__FILE__, __LINE__, e.msg);
	policy_eval(p, &q, &r);
	if (r.outcome == POLICY_FAILED)
		return r.code;
	if (r.outcome == POLICY_UNDEFINED)
		return "undefined";
	json_write(&out, r.value, 0);
	return buf_str(&out);
}

/* What module `text` says for data.p.x; its text follows "package p". */
static inline const char *
rego_value(const char *text, const char *input)
{
	static char module[1 << 16];
	static struct policy *p;

	snprintf(module, sizeof(module), "package p\n\n%s\n", text);
	policy_free(p);
	p = rego_load(module, NULL);
	return rego_ask(p, "p.x", input);
}

/* The first error of module `text` as "line:col: code: message". */
static inline const char *
rego_error(const char *text, enum policy_dialect dialect)
{
	static char out[400];
	static struct policy_diags d;
	struct policy_options o = { .dialect = dialect };
	struct policy_module m = { "p.rego", text, strlen(text) };
	struct policy *p = NULL;
	struct err e;

	if (policy_new(&m, 1, &o, &p, &d, &e) == 0) {
		policy_free(p);
		return "none";
	}
	snprintf(out, sizeof(out), "%u:%u: %s: %s", d.d[0].line, d.d[0].col,
	    d.d[0].code, d.d[0].msg);
	return out;
}

#endif
