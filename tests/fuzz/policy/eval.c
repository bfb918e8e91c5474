/*
 * Whatever compiles can be evaluated: within its budget, with one of the
 * three outcomes, the same twice, and whatever the key of its hashes. The text
 * before the first NUL is the policy, what follows is the input.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/json.h"
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	STEPS = 200000,
	MEMORY = 16 << 20
};

/* The answer as text. */
static void
answer(struct policy *p, const char *input, size_t len, struct buf *out)
{
	struct policy_question q = { .path = "p", .seed = 1 };
	struct policy_result r;
	struct err e;

	if (json_parse(policy_begin(p), input, len, &q.input, &e) < 0)
		q.input = value_undefined();
	policy_eval(p, &q, &r);
	if (r.outcome == POLICY_DEFINED)
		json_write(out, r.value, 0);
	else
		buf_add_str(out, r.outcome == POLICY_FAILED ? r.code : "-");
	if (r.outcome == POLICY_FAILED && r.code == NULL)
		abort();
}

static struct policy *
load(const char *text, size_t len, uint64_t key)
{
	struct policy_module m = { "f.rego", text, len };
	struct policy_options o = { .steps = STEPS, .memory = MEMORY };
	struct policy *p;
	struct err e;

	o.key.k0 = key;
	return policy_new(&m, 1, &o, &p, NULL, &e) == 0 ? p : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const char *text = len > 0 ? (const char *)p : "";
	size_t n = strnlen(text, len);
	const char *input = n < len ? text + n + 1 : "";
	struct policy *one = load(text, n, 1), *two;
	struct buf a, b;

	if (one == NULL)
		return 0;
	two = load(text, n, 2);
	if (two == NULL)
		abort();
	buf_init(&a, MEMORY);
	buf_init(&b, MEMORY);
	answer(one, input, n < len ? len - n - 1 : 0, &a);
	answer(one, input, n < len ? len - n - 1 : 0, &b);
	answer(two, input, n < len ? len - n - 1 : 0, &b);
	if (a.len * 2 != b.len ||
	    (a.len > 0 && (memcmp(a.p, b.p, a.len) != 0 ||
			      memcmp(a.p, b.p + a.len, a.len) != 0)))
		abort();
	buf_release(&a);
	buf_release(&b);
	policy_free(one);
	policy_free(two);
	return 0;
}
