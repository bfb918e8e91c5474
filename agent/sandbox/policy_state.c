#include <stdbool.h>
#include <stdlib.h>

#include "base/die.h"
#include "policy/json.h"
#include "sandbox/policy_patch.h"
#include "sandbox/policy_state.h"

/* What one request did. */
struct policy_change {
	struct policy_change *next;
	const void *owner; /* NULL: it stays */
	struct buf ops;    /* JSON */
};

void
policy_state_init(struct policy_state *s, struct policy *p)
{
	s->policy = p;
	s->changes = NULL;
	s->n_changes = 0;
	buf_init(&s->base, POLICY_STATE_DATA_MAX);
}

/* Take the change at *at out of its list and free it. */
static void
forget(struct policy_state *s, struct policy_change **at)
{
	struct policy_change *c = *at;

	*at = c->next;
	s->n_changes--;
	buf_release(&c->ops);
	free(c);
}

void
policy_state_release(struct policy_state *s)
{
	while (s->changes != NULL)
		forget(s, &s->changes);
	buf_release(&s->base);
}

static int
parse(struct heap *h, const struct buf *b, struct value *ret, struct err *e)
{
	return json_parse(h, (const char *)b->p, b->len, ret, e);
}

/*
 * The operations of c that can be done, on doc. One that built on a change
 * which was taken back may be without its place; the others still count.
 */
static int
replay(struct heap *h, struct value *doc, const struct policy_change *c,
    struct err *e)
{
	struct value ops;

	if (parse(h, &c->ops, &ops, e) < 0)
		return -1;
	for (size_t i = 0; i < ops.u.list->n; i++) {
		if (policy_patch_op(h, *doc, ops.u.list->v[i], doc, e) < 0 &&
		    e->code == ERR_LIMIT)
			return -1;
	}
	return 0;
}

/* The document from its base and the changes that are left. */
static int
rebuild(struct policy_state *s, struct err *e)
{
	struct heap *h = policy_begin(s->policy);
	struct value doc;

	if (parse(h, &s->base, &doc, e) < 0)
		return -1;
	for (struct policy_change *c = s->changes; c != NULL; c = c->next) {
		if (replay(h, &doc, c, e) < 0)
			return -1;
	}
	return policy_set_data(s->policy, doc, e);
}

static bool
in_flight(const struct policy_state *s)
{
	const struct policy_change *c = s->changes;

	while (c != NULL && c->owner == NULL)
		c = c->next;
	return c != NULL;
}

/* What stays, with nothing in flight before it, belongs to the base. */
static int
advance(struct policy_state *s, struct err *e)
{
	struct value doc;
	struct heap *h;

	if (!in_flight(s)) {
		policy_state_release(s);
		return 0;
	}
	if (s->changes->owner != NULL)
		return 0;
	h = policy_begin(s->policy);
	if (parse(h, &s->base, &doc, e) < 0)
		return -1;
	while (s->changes->owner == NULL) {
		if (replay(h, &doc, s->changes, e) < 0)
			return -1;
		forget(s, &s->changes);
	}
	buf_clear(&s->base);
	json_write(&s->base, doc, 0);
	if (buf_bad(&s->base))
		return err_set(e, ERR_LIMIT, "the document is too large");
	return 0;
}

/* The change of owner, or the end of the list. */
static struct policy_change **
find(struct policy_state *s, const void *owner)
{
	struct policy_change **at = &s->changes;

	while (*at != NULL && (*at)->owner != owner)
		at = &(*at)->next;
	return at;
}

int
policy_state_commit(struct policy_state *s, const void *owner, struct err *e)
{
	struct policy_change *c = *find(s, owner);

	if (c == NULL)
		return 0;
	c->owner = NULL;
	return advance(s, e);
}

int
policy_state_drop(struct policy_state *s, const void *owner, struct err *e)
{
	struct policy_change **at = find(s, owner);

	if (*at == NULL)
		return 0;
	forget(s, at);
	return rebuild(s, e) < 0 ? -1 : advance(s, e);
}

/* doc as JSON in b; it must fit. */
static int
write_data(struct value doc, struct buf *b, struct err *e)
{
	buf_clear(b);
	json_write(b, doc, 0);
	if (buf_bad(b))
		return err_set(e, ERR_LIMIT, "more than %d bytes of data",
		    POLICY_STATE_DATA_MAX);
	return 0;
}

/* Put what the change makes of the document in its place. */
static int
change(struct policy_state *s, struct heap *h, const struct policy_change *c,
    struct err *e)
{
	struct value doc = policy_data(s->policy), ops;
	struct buf text;
	int rc;

	/* Read back: what is no JSON, such as a set, becomes what is. */
	if (parse(h, &c->ops, &ops, e) < 0 ||
	    (s->changes == NULL && write_data(doc, &s->base, e) < 0) ||
	    policy_patch(h, doc, ops, &doc, e) < 0)
		return -1;
	buf_init(&text, POLICY_STATE_DATA_MAX);
	rc = write_data(doc, &text, e);
	buf_release(&text);
	return rc < 0 ? -1 : policy_set_data(s->policy, doc, e);
}

int
policy_state_apply(struct policy_state *s, const void *owner, struct heap *h,
    struct value ops, struct err *e)
{
	struct policy_change *c, **at = &s->changes;

	if (ops.type == VALUE_NULL || !value_defined(ops))
		return 0;
	if (ops.type != VALUE_ARRAY && ops.type != VALUE_SET)
		return err_set(e, ERR_SYNTAX, "\"ops\" is not a list");
	if (ops.u.list->n == 0)
		return 0;
	if (s->n_changes >= POLICY_STATE_CHANGES_MAX)
		return err_set(e, ERR_LIMIT, "%d requests with ops in flight",
		    POLICY_STATE_CHANGES_MAX);
	c = must_alloc(1, sizeof(*c));
	c->owner = owner;
	buf_init(&c->ops, POLICY_STATE_DATA_MAX);
	if (write_data(ops, &c->ops, e) < 0 || change(s, h, c, e) < 0) {
		buf_release(&c->ops);
		free(c);
		return -1;
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = c;
	s->n_changes++;
	return 0;
}
