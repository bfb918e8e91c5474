#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/explain.h"
#include "policy/json.h"
#include "policy/loaded.h"

enum {
	CHAIN_MAX = 16, /* calls from the request's rule down */
	LEVELS = VM_CALLS + 1,
	TEXT_SHOWN = 160,
	SECRET_LEAST = 3 /* shorter strings are in everything */
};

/* A literal that failed, and why the call in it did, and so on down. */
struct chain {
	struct policy_fail f[CHAIN_MAX];
	uint32_t n;
};

struct level {
	struct chain best;
	struct chain cause; /* of the last call that gave nothing */
	const char *cause_rule;
};

struct explainer {
	struct policy *p;
	const struct policy_question *q;
	bool secrets;
	struct level *levels;
	struct buf *out;
	char print[EXPLAIN_PRINT + 1]; /* the last line printed */
};

bool
explain_allowed(const struct policy_result *r)
{
	struct value allowed = r->value;

	if (r->outcome != POLICY_DEFINED)
		return false;
	if (allowed.type == VALUE_OBJECT)
		allowed = value_get_str(allowed, "allowed", 7);
	return allowed.type == VALUE_BOOL && allowed.u.b;
}

/* -- finding the literal --------------------------------------------------- */

/* a came further than b. */
static bool
further(const struct chain *a, const struct chain *b)
{
	uint32_t i;

	for (i = 0; i < a->n && i < b->n; i++) {
		if (a->f[i].step != b->f[i].step)
			return a->f[i].step > b->f[i].step;
	}
	return a->n > b->n;
}

static void
on_enter(void *ctx, const char *rule, uint32_t depth, const struct value *args,
    size_t n)
{
	struct explainer *x = ctx;

	(void)rule;
	(void)args;
	(void)n;
	x->levels[depth].best.n = 0;
	x->levels[depth].cause.n = 0;
	x->levels[depth].cause_rule = NULL;
}

static void
on_leave(void *ctx, const char *rule, uint32_t depth, struct value result)
{
	struct explainer *x = ctx;
	struct level *caller;

	if (depth == 0)
		return;
	caller = &x->levels[depth - 1];
	caller->cause.n = 0;
	caller->cause_rule = rule;
	if (!value_truthy(result))
		caller->cause = x->levels[depth].best;
}

static void
on_fail(void *ctx, const struct policy_fail *f)
{
	struct explainer *x = ctx;
	struct level *l = &x->levels[f->depth];
	struct chain c;
	bool call;

	c.f[0] = *f;
	c.n = 1;
	/* The call that gave nothing, or false, is what failed here. */
	call = l->cause_rule != NULL &&
	       (strcmp(f->op, l->cause_rule) == 0 ||
		   (f->op[0] == 0 && f->left.type == VALUE_BOOL));
	if (call && l->cause.n > 0) {
		uint32_t n =
		    l->cause.n < CHAIN_MAX ? l->cause.n : CHAIN_MAX - 1;

		memcpy(c.f + 1, l->cause.f, n * sizeof(c.f[0]));
		c.n += n;
	}
	if (further(&c, &l->best))
		l->best = c;
}

static void
on_print(void *ctx, const struct policy_place *place, const char *text,
    size_t len)
{
	struct explainer *x = ctx;

	(void)place;
	if (len > EXPLAIN_PRINT)
		len = EXPLAIN_PRINT;
	memcpy(x->print, text, len);
	x->print[len] = 0;
}

/* -- secrets --------------------------------------------------------------- */

static bool
holds(const struct string *s, const char *part, size_t len)
{
	return len >= SECRET_LEAST && s->len >= len &&
	       memmem(s->s, s->len, part, len) != NULL;
}

/* s shows something of the values in env, an array of "NAME=VALUE". */
static bool
shows_env(const struct string *s, struct value env)
{
	uint32_t i;

	for (i = 0; env.type == VALUE_ARRAY && i < env.u.list->n; i++) {
		struct value e = env.u.list->v[i];
		const char *value;
		size_t len;

		if (e.type != VALUE_STRING)
			continue;
		value = memchr(e.u.s->s, '=', e.u.s->len);
		if (value == NULL)
			continue;
		value++;
		len = e.u.s->len - (size_t)(value - e.u.s->s);
		if (holds(s, value, len) ||
		    (s->len >= SECRET_LEAST &&
			memmem(value, len, s->s, s->len) != NULL))
			return true;
	}
	return false;
}

static struct value
member(struct value v, const char *key)
{
	return value_get_str(v, key, strlen(key));
}

/* Values nest at most VALUE_DEPTH_MAX deep. */
static bool
is_secret(const struct explainer *x, struct value v)
{
	struct value in = x->q->input;
	uint32_t i;

	if (v.type == VALUE_STRING)
		return shows_env(v.u.s,
			   member(member(member(in, "OCI"), "Process"),
			       "Env")) ||
		       shows_env(v.u.s, member(member(in, "process"), "Env"));
	if (v.type == VALUE_ARRAY || v.type == VALUE_SET) {
		for (i = 0; i < v.u.list->n; i++) {
			if (is_secret(x, v.u.list->v[i]))
				return true;
		}
	}
	if (v.type == VALUE_OBJECT) {
		for (i = 0; i < v.u.object->n; i++) {
			if (is_secret(x, v.u.object->p[i].val))
				return true;
		}
	}
	return false;
}

/* -- the text -------------------------------------------------------------- */

/* Foreign text on one line of printable ASCII, cut. */
static void
add_text(struct buf *out, const char *s, size_t len, size_t most)
{
	size_t i;

	for (i = 0; i < len && i < most; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\t')
			buf_u8(out, ' ');
		else if (c >= 0x20 && c < 0x7f)
			buf_u8(out, c);
		else
			buf_u8(out, '?');
	}
	if (len > most)
		buf_add_str(out, "...");
}

static const char *
origin_of(const struct explainer *x, struct value v)
{
	const void *at = v.type == VALUE_STRING ? (const void *)v.u.s
						: (const void *)v.u.list;

	if (v.type < VALUE_STRING)
		return "";
	if (heap_holds(&x->p->heap, at))
		return "policy ";
	return "request ";
}

static void
add_plain(struct explainer *x, struct value v)
{
	struct buf text;

	if (!x->secrets && is_secret(x, v)) {
		buf_add_str(x->out, "(environment withheld)");
		return;
	}
	buf_init(&text, 1 << 20);
	json_write_term(&text, v);
	if (buf_bad(&text))
		buf_add_str(x->out, "(too long)");
	else
		add_text(x->out, buf_str(&text), text.len, EXPLAIN_VALUE);
	buf_release(&text);
}

static void
add_value(struct explainer *x, struct value v)
{
	if (!value_defined(v)) {
		buf_add_str(x->out, "nothing");
		return;
	}
	buf_add_str(x->out, origin_of(x, v));
	add_plain(x, v);
}

/* The first member in which two collections of one kind differ. */
static bool
first_difference(struct value *left, struct value *right, struct value *key)
{
	struct budget unlimited;
	uint32_t i, n;

	budget_init(&unlimited, UINT64_MAX, VALUE_DEPTH_MAX);
	if (left->type == VALUE_ARRAY && right->type == VALUE_ARRAY) {
		struct list *a = left->u.list, *b = right->u.list;

		n = a->n < b->n ? a->n : b->n;
		for (i = 0; i < n; i++) {
			if (!value_equal(a->v[i], b->v[i], &unlimited))
				break;
		}
		*key = value_int(i);
		*left = i < a->n ? a->v[i] : value_undefined();
		*right = i < b->n ? b->v[i] : value_undefined();
		return true;
	}
	if (left->type != VALUE_OBJECT || right->type != VALUE_OBJECT)
		return false;
	n = left->u.object->n + right->u.object->n;
	for (i = 0; i < n; i++) {
		const struct object *o =
		    i < left->u.object->n ? left->u.object : right->u.object;
		struct value k =
		    o->p[o == left->u.object ? i : i - left->u.object->n].key;
		struct value a = value_get(*left, k, &unlimited);
		struct value b = value_get(*right, k, &unlimited);

		if (value_equal(a, b, &unlimited))
			continue;
		*key = k;
		*left = a;
		*right = b;
		return true;
	}
	return false;
}

/* Two values that should have been equal: where they part, and how. */
static void
add_unequal(struct explainer *x, struct value left, struct value right)
{
	struct value key;
	int levels = 0;

	buf_add_str(x->out, ": ");
	while (
	    levels < VALUE_DEPTH_MAX && first_difference(&left, &right, &key)) {
		buf_add_str(x->out, levels++ == 0 ? "at " : ".");
		add_plain(x, key);
	}
	if (levels > 0)
		buf_add_str(x->out, " ");
	add_value(x, left);
	buf_add_str(x->out, " is not ");
	add_value(x, right);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static const char *
short_rule(const char *rule)
{
	const char *dot = strrchr(rule, '.');

	return dot == NULL ? rule : dot + 1;
}

static void
add_detail(struct explainer *x, const struct policy_fail *f)
{
	static const char *const comparisons[] = { "!=", "<", "<=", ">", ">=" };
	size_t i;

	if (strcmp(f->op, "==") == 0) {
		add_unequal(x, f->left, f->right);
		return;
	}

	for (i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
		if (strcmp(f->op, comparisons[i]) != 0)
			continue;
		buf_add_str(x->out, ": not ");
		add_value(x, f->left);
		buf_printf(x->out, " %s ", f->op);
		add_value(x, f->right);
		return;
	}
	if (strcmp(f->op, ".") == 0) {
		buf_add_str(x->out, ": there is no member ");
		add_value(x, f->right);
	} else if (strcmp(f->op, "not") == 0) {
		buf_add_str(x->out, ": it holds");
	} else if (strcmp(f->op, "empty") == 0) {
		buf_add_str(x->out, ": there are none");
	} else if (f->op[0] != 0) {
		buf_printf(x->out, ": %s gives nothing", short_rule(f->op));
	} else {
		buf_add_str(x->out, ": it is false");
	}
}

static void
add_chain(struct explainer *x, const struct chain *c)
{
	const struct policy_fail *f = &c->f[c->n - 1];
	uint32_t i;

	buf_printf(x->out, "%s:%u: %s: `", base_name(f->place.file),
	    f->place.line, short_rule(f->rule));
	add_text(x->out, f->place.text, f->place.text_len, TEXT_SHOWN);
	buf_add_str(x->out, "`");
	add_detail(x, f);
	if (c->n == 1)
		return;
	buf_add_str(x->out, " (in ");
	for (i = c->n - 1; i-- > 0;)
		buf_printf(x->out, "%s:%u%s", short_rule(c->f[i].rule),
		    c->f[i].place.line, i > 0 ? ", " : ")");
}

static void
add_reason(struct explainer *x, const struct policy_result *r)
{
	const struct chain *c = &x->levels[0].best;

	if (r->outcome == POLICY_FAILED) {
		buf_printf(x->out, "%s:%u: %s: ",
		    r->place.file ? base_name(r->place.file) : "policy",
		    r->place.line, r->code);
		add_text(x->out, r->msg, strlen(r->msg), TEXT_SHOWN);
		return;
	}
	if (c->n > 0) {
		add_chain(x, c);
	} else if (r->outcome == POLICY_UNDEFINED) {
		buf_add_str(x->out, "no rule decides it");
	} else if (r->value.type == VALUE_BOOL) {
		buf_add_str(x->out, "the policy says no and has no rule that "
				    "could allow it");
	} else {
		buf_add_str(x->out, "the policy's answer is ");
		add_value(x, r->value);
	}
	if (x->print[0] != 0 && x->secrets) {
		buf_add_str(x->out, "; last print: ");
		add_text(x->out, x->print, strlen(x->print), EXPLAIN_PRINT);
	}
}

void
explain_denial(struct policy *p, const struct policy_question *q,
    const struct policy_result *r, bool secrets, struct buf *out)
{
	struct explainer *x = must_alloc(1, sizeof(*x));
	struct policy_trace trace = { x, NULL, on_enter, on_leave, on_fail };
	struct policy_question again = *q;
	struct policy_result second;
	struct buf text;

	memset(x, 0, sizeof(*x));
	buf_init(&text, 1 << 20);
	x->p = p;
	x->q = q;
	x->secrets = secrets;
	x->out = &text;
	x->levels = must_alloc(LEVELS, sizeof(*x->levels));
	memset(x->levels, 0, LEVELS * sizeof(*x->levels));
	if (secrets)
		trace.print = on_print;
	if (r->outcome != POLICY_FAILED) {
		again.trace = &trace;
		again.steps = EXPLAIN_BUDGET *
			      (q->steps != 0 ? q->steps : p->options.steps);
		policy_eval(p, &again, &second);
	}
	add_reason(x, r);
	buf_add(out, buf_str(&text),
	    text.len < EXPLAIN_MAX ? text.len : EXPLAIN_MAX);
	buf_release(&text);
	free(x->levels);
	free(x);
}
