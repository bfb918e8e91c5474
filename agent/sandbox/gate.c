#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"
#include "policy/builder.h"
#include "policy/explain.h"
#include "policy/policy.h"
#include "sandbox/container.h"
#include "sandbox/gate.h"
#include "sandbox/policy_input.h"

#define PACKAGE "agent_policy"

enum {
	RULE_MAX = 128, /* PACKAGE, a dot and the longest message's name */
	NS_PER_S = 1000000000
};

void
gate_init(struct gate *g)
{
	memset(g, 0, sizeof(*g));
	policy_state_init(&g->state, NULL);
}

void
gate_release(struct gate *g)
{
	policy_state_release(&g->state);
	policy_free(g->policy);
	gate_init(g);
}

/* Bytes that the host cannot choose: against collisions, not for secrets. */
static int
random_bytes(void *p, size_t len, struct err *e)
{
	ssize_t n = getrandom(p, len, GRND_INSECURE);

	return n == (ssize_t)len ? 0 : err_sys(e, "getrandom");
}

/* -- refusing ------------------------------------------------------------ */

__attribute__((format(printf, 3, 4))) static int
refuse(struct gate_refusal *r, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	r->code = code;
	va_start(ap, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, ap);
	va_end(ap);
	return -1;
}

/* As Kata says it when asking itself fails. */
static int
refuse_failed(struct gate_refusal *r, const char *name, const char *why)
{
	return refuse(r, ERR_INTERNAL, "%s: internal error policy check: %s",
	    name, why);
}

/* -- asking -------------------------------------------------------------- */

/* A question and what it needs to be asked again. */
struct question {
	char path[RULE_MAX];
	struct policy_question q;
	struct policy_result r;
};

static int
ask(struct policy *p, const char *rule, struct value input,
    struct question *ret, struct err *e)
{
	struct policy_result *r = &ret->r;
	struct timespec now;

	memset(ret, 0, sizeof(*ret));
	ret->q.path = ret->path;
	ret->q.input = input;
	if (str_format(ret->path, sizeof(ret->path), "%s.%s", PACKAGE, rule) <
	    0)
		return err_set(e, ERR_INTERNAL, "a rule's name is too long");
	clock_gettime(CLOCK_REALTIME, &now);
	ret->q.now_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
	if (random_bytes(&ret->q.seed, sizeof(ret->q.seed), e) < 0)
		return -1;
	policy_eval(p, &ret->q, r);
	if (r->outcome != POLICY_FAILED)
		return 0;
	if (r->place.file == NULL)
		return err_set(e, ERR_INTERNAL, "%s: %s", r->code, r->msg);
	return err_set(e, ERR_INTERNAL, "%s:%u:%u: %s: %s", r->place.file,
	    r->place.line, r->place.col, r->code, r->msg);
}

/* What the answer to a question says. */
struct verdict {
	bool defined;
	bool allowed;
	struct value ops;
};

static int
read_answer(const struct policy_result *r, struct verdict *ret, struct err *e)
{
	struct value v = r->value;

	memset(ret, 0, sizeof(*ret));
	if (r->outcome == POLICY_UNDEFINED)
		return 0;
	ret->defined = true;
	if (v.type == VALUE_OBJECT) {
		ret->ops = value_get_str(v, "ops", 3);
		v = value_get_str(v, "allowed", 7);
		if (v.type != VALUE_BOOL)
			return err_set(e, ERR_INTERNAL,
			    "the rule gives an object without a boolean "
			    "\"allowed\"");
	} else if (v.type != VALUE_BOOL) {
		return err_set(e, ERR_INTERNAL,
		    "the rule gives a value of type %s, not a boolean or an "
		    "object",
		    value_type_name(v.type));
	}
	ret->allowed = v.u.b;
	return 0;
}

/*
 * Ids become parts of the paths of patches as they are, so those that would
 * lead elsewhere (RFC 6901) are refused before a rule sees them.
 */
static int
check_ids(const ProtobufCMessage *m, struct err *e)
{
	static const char *const names[] = { "container_id", "exec_id",
		"sandbox_id" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const ProtobufCFieldDescriptor *f =
		    protobuf_c_message_descriptor_get_field_by_name(
			m->descriptor, names[i]);
		const char *id;

		if (f == NULL || f->type != PROTOBUF_C_TYPE_STRING ||
		    f->label == PROTOBUF_C_LABEL_REPEATED)
			continue;
		id = *(char *const *)((const char *)m + f->offset);
		if (id[strcspn(id, "/~")] != '\0')
			return i == 0 ? container_check_id(id, e)
				      : err_set(e, ERR_ARGUMENT, "bad %s %s",
					    names[i], STR_QUOTED(id));
	}
	return 0;
}

/* The text of a refusal that the policy itself decided, with its reason. */
static int
refuse_why(struct gate *g, const struct question *q, bool defined,
    const char *name, struct gate_refusal *r)
{
	struct buf why;

	buf_init(&why, EXPLAIN_MAX);
	explain_denial(g->policy, &q->q, &q->r, g->show_environment, &why);
	if (defined)
		refuse(r, ERR_DENIED, "%s is blocked by policy%s%s", name,
		    why.len > 0 ? ": " : "", buf_str(&why));
	else
		refuse_failed(r, name,
		    why.len > 0 ? buf_str(&why) : "no rule gives a value");
	buf_release(&why);
	return -1;
}

int
gate_check(struct gate *g, const void *owner, const ProtobufCMessage *m,
    struct gate_refusal *r)
{
	const char *name = m->descriptor->short_name;
	struct question q;
	struct verdict v;
	struct value input;
	struct heap *h;
	struct err e;

	if (g->policy == NULL)
		return refuse_failed(r, name, "there is no policy");
	if (check_ids(m, &e) < 0)
		return refuse(r, e.code, "%s", e.msg);
	h = policy_begin(g->policy);
	if (policy_input(h, m, &input, &e) < 0)
		return e.code == ERR_ARGUMENT
			   ? refuse(r, e.code, "%s: %s", name, e.msg)
			   : refuse_failed(r, name, e.msg);
	if (ask(g->policy, name, input, &q, &e) < 0 ||
	    read_answer(&q.r, &v, &e) < 0)
		return refuse_failed(r, name, e.msg);
	if (v.allowed) {
		if (policy_state_apply(&g->state, owner, h, v.ops, &e) < 0)
			return refuse_failed(r, name, e.msg);
		return 0;
	}
	if (g->allow_failing)
		return 0;
	return refuse_why(g, &q, v.defined, name, r);
}

/* -- policies ------------------------------------------------------------ */

/* A switch of the policy: only true is true, and no answer is no. */
static bool
is_set(struct policy *p, const char *rule)
{
	struct heap *h = policy_begin(p);
	struct value input = value_empty_object(h);
	struct question q;
	struct err e;

	if (!value_defined(input) || ask(p, rule, input, &q, &e) < 0)
		return false;
	return q.r.outcome == POLICY_DEFINED && q.r.value.type == VALUE_BOOL &&
	       q.r.value.u.b;
}

/* {"pstate": {}} */
static int
first_data(struct policy *p, struct err *e)
{
	struct object_builder b;
	struct value v;

	object_init(&b, policy_begin(p));
	if (object_add(&b, value_cstring(b.heap, "pstate"),
		value_empty_object(b.heap)) < 0)
		return err_set(e, ERR_LIMIT, "policy data: out of memory");
	v = object_seal(&b);
	if (!value_defined(v))
		return err_set(e, ERR_LIMIT, "policy data: out of memory");
	return policy_set_data(p, v, e);
}

int
gate_set_policy(struct gate *g, const char *text, size_t len, struct err *e)
{
	struct policy_module module = { "policy.rego", text, len };
	struct policy_options options = {
		.dialect = POLICY_AUTO,
		.steps = GATE_STEPS,
		.memory = GATE_MEMORY,
	};
	struct policy *p;

	if (len > GATE_POLICY_MAX)
		return err_set(e, ERR_LIMIT, "a policy of more than %d bytes",
		    GATE_POLICY_MAX);
	if (random_bytes(&options.key, sizeof(options.key), e) < 0 ||
	    policy_new(&module, 1, &options, &p, NULL, e) < 0)
		return -1;
	if (first_data(p, e) < 0) {
		policy_free(p);
		return -1;
	}
	gate_release(g);
	g->policy = p;
	policy_state_init(&g->state, p);
	g->allow_failing = is_set(p, "AllowRequestsFailingPolicy");
	g->show_environment = is_set(p, "DenialsShowEnvironment");
	sha2_digest(SHA2_256, text, len, g->digest);
	return 0;
}

/* Without its document the policy means nothing. */
static void
close_gate(struct gate *g, const struct err *e)
{
	log_error("policy data: %s; every request is refused from now on",
	    e->msg);
	gate_release(g);
}

void
gate_commit(struct gate *g, const void *owner)
{
	struct err e;

	if (policy_state_commit(&g->state, owner, &e) < 0)
		close_gate(g, &e);
}

void
gate_drop(struct gate *g, const void *owner)
{
	struct err e;

	if (policy_state_drop(&g->state, owner, &e) < 0)
		close_gate(g, &e);
}
