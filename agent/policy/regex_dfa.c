#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/regex_prog.h"

/*
 * States are sets of instructions that wait for a byte, built when first
 * reached. A state is words in one growing array:
 *	count, context, next[classes + 1], instructions[count]
 * next[] has the offset of the state after a byte of that class, or after the
 * end of the text; 0 is not known yet. Offset 1 is the dead state, offset 2
 * the state in which a match is certain: neither has any words.
 *
 * An instruction that looks at the byte behind its position (end of line,
 * word boundary) waits in the set until that byte is known; the context holds
 * what the byte before said.
 */
enum {
	DEAD = 1,
	MATCHED = 2,
	FIRST_STATE = 3,
	STATES_MAX = REGEX_DFA_BYTES_MAX / sizeof(uint32_t),
	TABLE_SIZE = 4096, /* of the hash table, a power of two */
	STATE_STEPS = 8    /* an instruction of a new state */
};

enum context {
	AT_BEGIN = 1, /* no byte before */
	AFTER_NEWLINE = 2,
	AFTER_WORD = 4
};

struct regex_dfa {
	uint32_t *words;
	size_t used;
	size_t cap;
	size_t states;
	uint32_t table[TABLE_SIZE];
	uint32_t start[AFTER_WORD * 2]; /* by context */
	uint32_t *stack;                /* n_inst + 1 */
	uint32_t *set;
	uint32_t *seen; /* round when an instruction was added last */
	uint32_t *from; /* copy of the state that is left */
	uint32_t round;
	uint32_t forgotten; /* how often */
	size_t n_set;
	size_t bytes;
};

static struct regex_dfa *
dfa_new(const struct regex *re)
{
	struct regex_dfa *d = must_alloc(1, sizeof(*d));
	size_t n = re->n_inst + 1;

	memset(d, 0, sizeof(*d));
	d->stack = must_alloc(5 * n, sizeof(*d->stack));
	memset(d->stack, 0, 5 * n * sizeof(*d->stack));
	d->set = d->stack + 2 * n;
	d->seen = d->set + n;
	d->from = d->seen + n;
	d->used = FIRST_STATE;
	d->bytes = sizeof(*d) + 5 * n * sizeof(*d->stack);
	return d;
}

void
regex_dfa_free(struct regex_dfa *d)
{
	if (d == NULL)
		return;
	free(d->words);
	free(d->stack);
	free(d);
}

static unsigned int
looks_before(unsigned int context)
{
	unsigned int looks = 0;

	if ((context & AT_BEGIN) != 0)
		looks |= ASSERT_BEGIN_TEXT | ASSERT_BEGIN_LINE;
	if ((context & AFTER_NEWLINE) != 0)
		looks |= ASSERT_BEGIN_LINE;
	return looks;
}

/* What holds between a context and the byte c behind it (-1: the end). */
static unsigned int
looks_between(unsigned int context, int c)
{
	bool word = (context & AFTER_WORD) != 0;
	unsigned int looks = looks_before(context);

	/* Inside a character nothing can be looked for. */
	if (c >= 0x80 && c < 0xc0)
		return 0;
	if (c < 0)
		looks |= ASSERT_END_TEXT | ASSERT_END_LINE;
	if (c == '\n')
		looks |= ASSERT_END_LINE;
	looks |= word != regex_is_word(c) ? ASSERT_WORD : ASSERT_NOT_WORD;
	return looks;
}

enum {
	LOOKS_BEHIND = ASSERT_BEGIN_TEXT | ASSERT_BEGIN_LINE
};

/*
 * Add to the set what instruction pc leads to without a byte. Returns true
 * when that is a match. all: every condition is known, none has to wait.
 */
static bool
follow(struct regex_dfa *d, const struct regex *re, uint32_t pc,
    unsigned int looks, bool all)
{
	size_t n = 0;

	d->stack[n++] = pc;
	while (n > 0) {
		const struct regex_inst *i;

		pc = d->stack[--n];
		if (d->seen[pc] == d->round)
			continue;
		d->seen[pc] = d->round;
		i = &re->inst[pc];
		switch (i->code) {
		case REGEX_MATCH:
			return true;
		case REGEX_SPLIT:
			d->stack[n++] = i->x;
			d->stack[n++] = i->out;
			break;
		case REGEX_SAVE:
			d->stack[n++] = i->out;
			break;
		case REGEX_LOOK:
			if ((i->x & looks) == i->x)
				d->stack[n++] = i->out;
			else if (!all && (i->x & LOOKS_BEHIND) == 0)
				d->set[d->n_set++] = pc;
			break;
		case REGEX_BYTES:
			d->set[d->n_set++] = pc;
			break;
		default:
			break;
		}
	}
	return false;
}

static bool
waits(const struct regex *re, const uint32_t *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (re->inst[set[i]].code == REGEX_LOOK)
			return true;
	return false;
}

static void
forget_states(struct regex_dfa *d)
{
	d->used = FIRST_STATE;
	d->states = 0;
	d->forgotten++;
	memset(d->table, 0, sizeof(d->table));
	memset(d->start, 0, sizeof(d->start));
}

static void
reserve(struct regex_dfa *d, size_t words)
{
	size_t cap = d->cap;

	while (d->used + words > cap)
		cap = cap == 0 ? 512 : cap * 2;
	if (cap == d->cap)
		return;
	d->words = realloc(d->words, cap * sizeof(*d->words));
	if (d->words == NULL)
		die("out of memory");
	d->bytes += (cap - d->cap) * sizeof(*d->words);
	d->cap = cap;
}

/* The state for the set, which is there or is made. */
static uint32_t
state_of(struct regex_dfa *d, const struct regex *re, unsigned int context)
{
	size_t head = 2 + re->n_classes + 1, words = head + d->n_set;
	uint32_t hash, *w;
	size_t slot;

	if (d->n_set == 0 && re->anchored)
		return DEAD;
	if (!waits(re, d->set, d->n_set))
		context = 0;
	hash = context;
	for (size_t i = 0; i < d->n_set; i++)
		hash = (hash ^ d->set[i]) * 0x9e3779b1u;
	slot = (hash ^ hash >> 15) & (TABLE_SIZE - 1);
	for (; d->table[slot] != 0; slot = (slot + 1) & (TABLE_SIZE - 1)) {
		w = d->words + d->table[slot];
		if (w[0] == d->n_set && w[1] == context &&
		    memcmp(w + head, d->set, d->n_set * sizeof(*w)) == 0)
			return d->table[slot];
	}
	if (d->used + words > STATES_MAX || d->states >= TABLE_SIZE / 2) {
		forget_states(d);
		slot = (hash ^ hash >> 15) & (TABLE_SIZE - 1);
	}
	reserve(d, words);
	w = d->words + d->used;
	w[0] = (uint32_t)d->n_set;
	w[1] = context;
	memset(w + 2, 0, (re->n_classes + 1) * sizeof(*w));
	memcpy(w + head, d->set, d->n_set * sizeof(*w));
	d->table[slot] = (uint32_t)d->used;
	d->states++;
	d->used += words;
	return d->table[slot];
}

static void
new_round(struct regex_dfa *d, const struct regex *re)
{
	d->n_set = 0;
	if (++d->round == 0) {
		memset(d->seen, 0, (re->n_inst + 1) * sizeof(*d->seen));
		d->round = 1;
	}
}

static uint32_t
start_state(struct regex_dfa *d, const struct regex *re, unsigned int context)
{
	if (d->start[context] != 0)
		return d->start[context];
	new_round(d, re);
	if (follow(d, re, re->start, looks_before(context), false))
		return d->start[context] = MATCHED;
	d->start[context] = state_of(d, re, context);
	return d->start[context];
}

/* The state after byte c (-1: the end of the text) in a state. */
static uint32_t
step(struct regex_dfa *d, const struct regex *re, uint32_t state, int c,
    struct budget *budget)
{
	const uint32_t *w = d->words + state;
	size_t n = w[0];
	unsigned int context = w[1], after = 0;

	if (budget_charge(budget, STATE_STEPS * (2 + n)) != 0)
		return DEAD;
	memcpy(d->from, w + 2 + re->n_classes + 1, n * sizeof(*w));
	if (waits(re, d->from, n)) {
		unsigned int looks = looks_between(context, c);

		new_round(d, re);
		for (size_t i = 0; i < n; i++)
			if (follow(d, re, d->from[i], looks, true))
				return MATCHED;
		n = d->n_set;
		memcpy(d->from, d->set, n * sizeof(*w));
	}
	if (c < 0)
		return DEAD;
	if (re->looks)
		after = (c == '\n' ? AFTER_NEWLINE : 0) |
			(regex_is_word(c) ? AFTER_WORD : 0);
	new_round(d, re);
	for (size_t i = 0; i < n; i++) {
		int64_t out =
		    regex_branch_for(re, &re->inst[d->from[i]], (uint8_t)c);

		if (out >= 0 &&
		    follow(d, re, (uint32_t)out, looks_before(after), false))
			return MATCHED;
	}
	/* A match may start behind this byte as well. */
	if (!re->anchored &&
	    follow(d, re, re->start, looks_before(after), false))
		return MATCHED;
	return state_of(d, re, after);
}

/* As step(), from what is known or with that made known. */
static uint32_t
next_state(struct regex_dfa *d, const struct regex *re, uint32_t state, int c,
    struct budget *budget)
{
	unsigned int class = c < 0 ? re->n_classes : re->byte_class[c];
	uint32_t next = d->words[state + 2 + class];
	uint32_t forgotten = d->forgotten;

	if (next != 0)
		return next;
	next = step(d, re, state, c, budget);
	if (budget_hit(budget) == BUDGET_OK && d->forgotten == forgotten)
		d->words[state + 2 + class] = next;
	return next;
}

int
regex_dfa_match(struct regex *re, const char *s, size_t len, size_t from,
    struct budget *budget)
{
	unsigned int context = 0;
	struct regex_dfa *d;
	size_t i = from;
	uint32_t state;

	if (re->dfa == NULL)
		re->dfa = dfa_new(re);
	d = re->dfa;
	if (from == 0)
		context = AT_BEGIN;
	else if (re->looks)
		context =
		    (s[from - 1] == '\n' ? AFTER_NEWLINE : 0) |
		    (regex_is_word((unsigned char)s[from - 1]) ? AFTER_WORD
							       : 0);
	re->bytes -= d->bytes;
	state = start_state(d, re, context);
	for (; i <= len && state > MATCHED; i++)
		state = next_state(d, re, state,
		    i < len ? (unsigned char)s[i] : -1, budget);
	re->bytes += d->bytes;
	/* What was read, not what is there: searches go on from a match. */
	if (budget_charge(budget, 1 + (i - from) / 8) != 0)
		return -1;
	return state == MATCHED;
}
