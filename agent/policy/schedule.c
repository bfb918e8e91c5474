#include "policy/schedule.h"

/* A literal that may become ready when a variable is bound. */
struct waiter {
	struct waiter *next;
	const struct schedule *of;
	uint32_t literal;
};

static void
swap(uint64_t *a, uint64_t *b)
{
	uint64_t t = *a;

	*a = *b;
	*b = t;
}

/* Literal i is ready: in this pass, when that has not come by it yet. */
static void
push(struct schedule *s, uint32_t i)
{
	uint32_t at = s->n_ready++;
	uint64_t pass = s->now >> 32;

	if (i < (uint32_t)s->now)
		pass++;
	s->ready[at] = pass << 32 | i;
	s->is_ready[i] = true;
	while (at > 0 && s->ready[(at - 1) / 2] > s->ready[at]) {
		swap(&s->ready[(at - 1) / 2], &s->ready[at]);
		at = (at - 1) / 2;
	}
}

static uint64_t
pop(struct schedule *s)
{
	uint64_t top = s->ready[0];
	uint32_t at = 0, child;

	s->ready[0] = s->ready[--s->n_ready];
	while ((child = 2 * at + 1) < s->n_ready) {
		if (child + 1 < s->n_ready &&
		    s->ready[child + 1] < s->ready[child])
			child++;
		if (s->ready[at] <= s->ready[child])
			break;
		swap(&s->ready[at], &s->ready[child]);
		at = child;
	}
	return top;
}

static void
wait_for(struct schedule *s, uint32_t literal, struct var *v)
{
	struct waiter *w = v->waiters;

	if (v->bound || (w != NULL && w->of == s && w->literal == literal))
		return;
	w = compile_alloc(s->p->c, sizeof(*w));
	w->of = s;
	w->literal = literal;
	w->next = v->waiters;
	v->waiters = w;
	s->waits[literal]++;
}

static void
wait_for_outer(struct schedule *s, uint32_t literal, const struct body *b)
{
	uint32_t i;

	for (i = 0; i < b->n_outer; i++)
		wait_for(s, literal, b->outer[i]);
}

static void
wait_in_term(struct schedule *s, uint32_t literal, const struct term *t)
{
	uint32_t i;

	if (t == NULL || t->kind == TERM_CONST)
		return;
	if (t->kind == TERM_VAR) {
		if (t->var != NULL)
			wait_for(s, literal, t->var);
	} else if (t->kind >= TERM_ARRAY_COMP && t->kind <= TERM_OBJECT_COMP) {
		wait_for_outer(s, literal, t->u.comp.body);
	} else {
		for (i = t->kind == TERM_CALL; i < t->u.list.n; i++)
			wait_in_term(s, literal, t->u.list.t[i]);
	}
}

/* Everything whose binding may make l ready. */
static void
wait_in_literal(struct schedule *s, uint32_t literal, const struct literal *l)
{
	uint32_t i;

	wait_in_term(s, literal, l->a);
	wait_in_term(s, literal, l->b);
	wait_in_term(s, literal, l->c);
	for (i = 0; i < l->n_with; i++)
		wait_in_term(s, literal, l->with[i].value);
	if (l->kind == LIT_NOT || l->kind == LIT_EVERY)
		wait_for_outer(s, literal, l->body);
	for (i = 0; l->kind == LIT_WITH && i < l->body->n; i++)
		wait_in_literal(s, literal, l->body->l[i]);
}

static void
look_at(struct schedule *s, uint32_t i)
{
	if (budget_charge(s->p->c->heap->budget, 1 + s->waits[i] / 8) < 0)
		s->p->c->failed = true;
	else if (!s->is_ready[i] &&
		 order_ready(s->p, s->b->l + i, schedule_end(s->b, i) - i))
		push(s, i);
}

uint32_t
schedule_end(const struct body *b, uint32_t i)
{
	while (b->l[i]->joined)
		i++;
	return i + 1;
}

void
schedule_begin(struct schedule *s, struct plan *p, const struct body *b)
{
	uint32_t i, k, end;

	s->p = p;
	s->b = b;
	s->n_ready = 0;
	s->now = 0;
	s->mark = p->n_trail;
	s->ready = compile_alloc(p->c, (b->n + 1) * sizeof(*s->ready));
	s->waits = compile_alloc(p->c, (b->n + 1) * sizeof(*s->waits));
	s->is_ready = compile_alloc(p->c, b->n + 1);
	for (i = 0; i < b->n && !p->c->failed; i = end) {
		end = schedule_end(b, i);
		look_at(s, i);
		for (k = i; k < end && !s->is_ready[i]; k++)
			wait_in_literal(s, i, b->l[k]);
	}
}

/* The literals of s that waited for v; those of bodies around it wait on. */
static void
wake(struct schedule *s, struct var *v)
{
	struct waiter **at = &v->waiters, *w;

	while ((w = *at) != NULL) {
		if (w->of != s) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		look_at(s, w->literal);
	}
}

bool
schedule_next(struct schedule *s, uint32_t *ret)
{
	for (; s->mark < s->p->n_trail; s->mark++)
		wake(s, s->p->trail[s->mark]);
	if (s->n_ready == 0 || s->p->c->failed)
		return false;
	s->now = pop(s);
	*ret = (uint32_t)s->now;
	return true;
}
