#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/regex_prog.h"

/*
 * All threads in step over the text, in the order of preference; each has the
 * positions that it saved. Two lists of at most one thread an instruction.
 */
struct threads {
	uint32_t *pc;
	uint32_t *index; /* of a pc, valid if pc[index] is it */
	size_t n;
	int32_t *slots; /* n_slots for each place in the list */
};

/* Work to be done: follow pc; or put back what a slot held before. */
struct job {
	uint32_t pc;
	uint32_t slot; /* of the slot to put back, plus 1; 0: follow */
	int32_t old;
};

enum {
	THREAD_STEPS = 6 /* a thread over a byte */
};

struct machine {
	const struct regex *re;
	struct budget *budget;
	const char *s;
	size_t len;
	size_t n_slots;
	struct threads now;
	struct threads next;
	struct job *jobs;
	int32_t *slots; /* of the thread that is followed */
	int32_t *match;
	bool matched;
};

unsigned int
regex_looks_at(const char *s, size_t len, size_t at)
{
	int before = at > 0 ? (unsigned char)s[at - 1] : -1;
	int after = at < len ? (unsigned char)s[at] : -1;
	unsigned int looks = 0;

	if (before < 0)
		looks |= ASSERT_BEGIN_TEXT | ASSERT_BEGIN_LINE;
	if (before == '\n')
		looks |= ASSERT_BEGIN_LINE;
	if (after < 0)
		looks |= ASSERT_END_TEXT | ASSERT_END_LINE;
	if (after == '\n')
		looks |= ASSERT_END_LINE;
	looks |= regex_is_word(before) != regex_is_word(after)
		     ? ASSERT_WORD
		     : ASSERT_NOT_WORD;
	return looks;
}

static bool
listed(const struct threads *l, uint32_t pc)
{
	return l->index[pc] < l->n && l->pc[l->index[pc]] == pc;
}

/* Put the thread at pc, and what it leads to without a byte, in a list. */
static void
add_thread(struct machine *m, struct threads *l, uint32_t pc, size_t at)
{
	unsigned int looks =
	    m->re->looks ? regex_looks_at(m->s, m->len, at) : 0;
	size_t n = 0;

	m->jobs[n++] = (struct job){ .pc = pc };
	while (n > 0) {
		struct job j = m->jobs[--n];
		const struct regex_inst *i;

		if (j.slot != 0) {
			m->slots[j.slot - 1] = j.old;
			continue;
		}
		if (listed(l, j.pc))
			continue;
		i = &m->re->inst[j.pc];
		l->index[j.pc] = (uint32_t)l->n;
		l->pc[l->n] = j.pc;
		memcpy(l->slots + l->n * m->n_slots, m->slots,
		    m->n_slots * sizeof(*m->slots));
		l->n++;
		switch (i->code) {
		case REGEX_SPLIT:
			m->jobs[n++] = (struct job){ .pc = i->x };
			m->jobs[n++] = (struct job){ .pc = i->out };
			break;
		case REGEX_LOOK:
			if ((i->x & looks) == i->x)
				m->jobs[n++] = (struct job){ .pc = i->out };
			break;
		case REGEX_SAVE:
			if (i->x < m->n_slots) {
				m->jobs[n++] = (struct job){ .slot = i->x + 1,
					.old = m->slots[i->x] };
				m->slots[i->x] = (int32_t)at;
			}
			m->jobs[n++] = (struct job){ .pc = i->out };
			break;
		default:
			break;
		}
	}
}

/* Move the threads of the list now over byte c to the next list. */
static void
step(struct machine *m, int c, size_t at)
{
	m->next.n = 0;
	for (size_t k = 0; k < m->now.n; k++) {
		const struct regex_inst *i = &m->re->inst[m->now.pc[k]];
		const int32_t *slots = m->now.slots + k * m->n_slots;
		int64_t out;

		if (i->code == REGEX_MATCH) {
			memcpy(m->match, slots, m->n_slots * sizeof(*slots));
			m->match[1] = (int32_t)at;
			m->matched = true;
			/* What follows was less preferred. */
			return;
		}
		if (i->code != REGEX_BYTES || c < 0)
			continue;
		out = regex_branch_for(m->re, i, (uint8_t)c);
		if (out < 0)
			continue;
		memcpy(m->slots, slots, m->n_slots * sizeof(*slots));
		add_thread(m, &m->next, (uint32_t)out, at + 1);
	}
}

static void
make_list(struct threads *l, const struct regex *re, size_t n_slots)
{
	l->pc = must_alloc(2 * re->n_inst, sizeof(*l->pc));
	memset(l->pc, 0, 2 * re->n_inst * sizeof(*l->pc));
	l->index = l->pc + re->n_inst;
	l->slots = must_alloc(re->n_inst * n_slots, sizeof(*l->slots));
}

static int
run(struct machine *m, size_t from)
{
	for (size_t at = from;; at++) {
		int c = at < m->len ? (unsigned char)m->s[at] : -1;
		struct threads t;

		/* A match starts where a character does. */
		if (!m->matched && (at == 0 || !m->re->anchored) &&
		    (c & 0xc0) != 0x80) {
			for (size_t i = 0; i < m->n_slots; i++)
				m->slots[i] = -1;
			m->slots[0] = (int32_t)at;
			add_thread(m, &m->now, m->re->start, at);
		}
		if (budget_charge(m->budget,
			1 + m->now.n * (THREAD_STEPS + m->n_slots / 4)) != 0)
			return -1;
		if (m->now.n == 0 && (m->matched || m->re->anchored))
			break;
		step(m, c, at);
		if (c < 0)
			break;
		t = m->now;
		m->now = m->next;
		m->next = t;
	}
	return m->matched;
}

int
regex_pike_find(const struct regex *re, const char *s, size_t len, size_t from,
    int64_t *ret, size_t n_pairs, struct budget *budget)
{
	struct machine m = { .re = re, .budget = budget, .s = s, .len = len };
	size_t groups = n_pairs < re->groups + 1U ? n_pairs : re->groups + 1U;
	int rc;

	if (groups == 0)
		groups = 1;
	m.n_slots = 2 * groups;
	if (budget_charge(budget, re->n_inst * m.n_slots / 64) != 0)
		return -1;
	make_list(&m.now, re, m.n_slots);
	make_list(&m.next, re, m.n_slots);
	/* Every instruction adds at most two jobs and is done once. */
	m.jobs = must_alloc(2 * re->n_inst + 2, sizeof(*m.jobs));
	m.slots = must_alloc(2 * m.n_slots, sizeof(*m.slots));
	m.match = m.slots + m.n_slots;
	rc = run(&m, from);
	for (size_t i = 0; rc == 1 && i < 2 * n_pairs; i++)
		ret[i] = i < m.n_slots ? m.match[i] : -1;
	free(m.now.pc);
	free(m.now.slots);
	free(m.next.pc);
	free(m.next.slots);
	free(m.jobs);
	free(m.slots);
	return rc;
}
