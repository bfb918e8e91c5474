#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "policy/regex_prog.h"
#include "policy/unicode.h"
#include "policy/utf8.h"

/*
 * Compiled from the end: every function takes the instruction to go on with
 * and returns the one to start with, so nothing is patched but loops.
 */
struct builder {
	struct regex *re;
	struct budget *budget;
	size_t branch_cap;
	size_t inst_cap;
	bool failed;
};

enum {
	NODE_BRANCHES = 64, /* of a trie node: values of a trailing byte */
	FAIL_PC = 0         /* the first instruction of every program */
};

static bool
room(struct builder *b, size_t branches)
{
	struct regex *re = b->re;

	if (b->failed || re->n_inst >= REGEX_INSTRUCTIONS_MAX ||
	    re->n_branch + branches > REGEX_BRANCHES_MAX) {
		if (!b->failed)
			budget_fail(b->budget, BUDGET_REGEX);
		b->failed = true;
		return false;
	}
	if (re->n_inst == b->inst_cap) {
		b->inst_cap = b->inst_cap == 0 ? 32 : b->inst_cap * 2;
		re->inst = realloc(re->inst, b->inst_cap * sizeof(*re->inst));
	}
	while (re->n_branch + branches > b->branch_cap) {
		b->branch_cap = b->branch_cap == 0 ? 32 : b->branch_cap * 2;
		re->branch =
		    realloc(re->branch, b->branch_cap * sizeof(*re->branch));
	}
	if (re->inst == NULL || (b->branch_cap > 0 && re->branch == NULL))
		die("out of memory");
	return true;
}

static uint32_t
emit(struct builder *b, enum regex_code code, uint32_t out, uint32_t x)
{
	struct regex *re = b->re;

	if (!room(b, 0))
		return FAIL_PC;
	re->inst[re->n_inst] =
	    (struct regex_inst){ .code = (uint8_t)code, .out = out, .x = x };
	return (uint32_t)re->n_inst++;
}

/* A node with these branches, one that is there already if possible. */
static uint32_t
emit_bytes(struct builder *b, const struct regex_branch *branches, size_t n,
    size_t since)
{
	struct regex *re = b->re;
	uint32_t pc;

	if (n == 0)
		return FAIL_PC;
	for (size_t i = re->n_inst; i > since; i--) {
		const struct regex_inst *old = &re->inst[i - 1];
		size_t k = 0;

		if (old->code != REGEX_BYTES || old->n != n)
			continue;
		while (k < n && re->branch[old->x + k].lo == branches[k].lo &&
		       re->branch[old->x + k].hi == branches[k].hi &&
		       re->branch[old->x + k].out == branches[k].out)
			k++;
		if (k == n)
			return (uint32_t)i - 1;
	}
	if (!room(b, n))
		return FAIL_PC;
	memcpy(re->branch + re->n_branch, branches, n * sizeof(*branches));
	pc = emit(b, REGEX_BYTES, 0, (uint32_t)re->n_branch);
	re->inst[pc].n = (uint16_t)n;
	re->n_branch += n;
	return pc;
}

static void
add_branches(struct regex_branch *branches, size_t *n, uint8_t lo, uint8_t hi,
    uint32_t out)
{
	struct regex_branch *last = *n > 0 ? &branches[*n - 1] : NULL;

	if (out == FAIL_PC)
		return;
	if (last != NULL && last->out == out && last->hi + 1 == lo) {
		last->hi = hi;
		return;
	}
	branches[(*n)++] = (struct regex_branch){ lo, hi, out };
}

static void
add_branch(struct regex_branch *branches, size_t *n, uint8_t c, uint32_t out)
{
	add_branches(branches, n, c, c, out);
}

/* Sorted ranges, cut to a window when a trie node looks at its part. */
struct window {
	const struct regex_range *r;
	size_t n;
	uint32_t lo;
	uint32_t hi;
};

static struct window
narrow(struct window w, uint32_t lo, uint32_t hi)
{
	while (w.n > 0 && w.r->hi < lo) {
		w.r++;
		w.n--;
	}
	while (w.n > 0 && w.r[w.n - 1].lo > hi)
		w.n--;
	w.lo = lo;
	w.hi = hi;
	return w;
}

static bool
covers(const struct window *w)
{
	return w->n == 1 && w->r->lo <= w->lo && w->r->hi >= w->hi;
}

/*
 * The trie node for `level` trailing bytes whose code points, next to next,
 * fill the window. Recursion: at most 3 levels.
 */
static uint32_t
trailing(struct builder *b, struct window w, unsigned int level, uint32_t next,
    size_t since)
{
	struct regex_branch branches[NODE_BRANCHES];
	unsigned int shift = 6 * (level - 1);
	uint32_t full = next;
	size_t n = 0;

	if (w.n == 0)
		return FAIL_PC;
	if (level == 0)
		return next;
	if (budget_charge(b->budget, 4) != 0) {
		b->failed = true;
		return FAIL_PC;
	}
	if (covers(&w)) {
		struct window part =
		    narrow(w, w.lo, w.lo + ((uint32_t)1 << shift) - 1);

		full = trailing(b, part, level - 1, next, since);
		add_branches(branches, &n, 0x80, 0xbf, full);
		return emit_bytes(b, branches, n, since);
	}
	for (uint32_t i = 0; i < NODE_BRANCHES; i++) {
		uint32_t lo = w.lo + (i << shift);
		struct window part =
		    narrow(w, lo, lo + ((uint32_t)1 << shift) - 1);

		add_branch(branches, &n, (uint8_t)(0x80 + i),
		    trailing(b, part, level - 1, next, since));
	}
	return emit_bytes(b, branches, n, since);
}

/* The branches for lead bytes from..to with so many bytes after them. */
static void
leading(struct builder *b, struct window w, unsigned int level, uint8_t from,
    uint8_t to, uint32_t next, size_t since, struct regex_branch *branches,
    size_t *n)
{
	unsigned int shift = 6 * level;
	uint32_t bits = 0x3fu >> level; /* of the code point in the lead */

	for (unsigned int c = from; c <= to; c++) {
		uint32_t lo = (c & bits) << shift;
		uint32_t hi = lo + ((uint32_t)1 << shift) - 1;
		uint32_t min = level == 2 ? 0x800 : level == 3 ? 0x10000 : 0;
		struct window part = narrow(w, lo, hi);
		struct regex_range cut[1];

		if (part.n == 0)
			continue;
		/* Overlong forms and beyond cannot occur: no need to cut. */
		if (covers(&part) ||
		    (min > lo && part.n == 1 && part.r->lo <= min &&
			part.r->hi >= hi)) {
			cut[0] = (struct regex_range){ lo, hi };
			part.r = cut;
			part.n = 1;
		}
		add_branch(branches, n, (uint8_t)c,
		    trailing(b, part, level, next, since));
	}
}

static uint32_t
compile_class(struct builder *b, const struct regex_class *k, uint32_t next)
{
	struct regex_branch branches[256];
	struct window w = { k->r, k->n, 0, UNICODE_MAX };
	size_t n = 0, since = b->re->n_inst;

	if (budget_charge(b->budget, 1 + k->n / 4) != 0) {
		b->failed = true;
		return FAIL_PC;
	}
	for (size_t i = 0; i < k->n && k->r[i].lo < 0x80; i++) {
		uint32_t hi = k->r[i].hi < 0x80 ? k->r[i].hi : 0x7f;

		add_branches(branches, &n, (uint8_t)k->r[i].lo, (uint8_t)hi,
		    next);
	}
	if (k->n > 0 && k->r[k->n - 1].hi >= 0x80) {
		leading(b, w, 1, 0xc2, 0xdf, next, since, branches, &n);
		leading(b, w, 2, 0xe0, 0xef, next, since, branches, &n);
		leading(b, w, 3, 0xf0, 0xf4, next, since, branches, &n);
	}
	return emit_bytes(b, branches, n, b->re->n_inst);
}

static uint32_t compile(struct builder *b, struct regex_node *n, uint32_t next);

static bool
nullable(const struct regex_node *n)
{
	const struct regex_node *s = n->sub;

	switch (n->op) {
	case REGEX_CLASS:
		return false;
	case REGEX_CAPTURE:
		return nullable(s);
	case REGEX_REPEAT:
		return n->min == 0 || nullable(s);
	case REGEX_CONCAT:
		while (s != NULL && nullable(s))
			s = s->next;
		return s == NULL;
	case REGEX_ALTERNATE:
		while (s != NULL && !nullable(s))
			s = s->next;
		return s != NULL;
	default:
		return true;
	}
}

/* sub or next; with the order that lazy asks for. */
static uint32_t
compile_split(struct builder *b, uint32_t sub, uint32_t next, bool lazy)
{
	return lazy ? emit(b, REGEX_SPLIT, next, sub)
		    : emit(b, REGEX_SPLIT, sub, next);
}

/* sub once or more often; *ret_loop is the way back to it. */
static uint32_t
compile_loop(struct builder *b, struct regex_node *sub, uint32_t next,
    bool lazy, uint32_t *ret_loop)
{
	uint32_t loop = emit(b, REGEX_SPLIT, FAIL_PC, next);
	uint32_t body = compile(b, sub, loop);

	if (!b->failed) {
		struct regex_inst *i = &b->re->inst[loop];

		i->out = lazy ? next : body;
		i->x = lazy ? body : next;
	}
	*ret_loop = loop;
	return body;
}

static uint32_t
compile_star(struct builder *b, struct regex_node *sub, uint32_t next,
    bool lazy)
{
	uint32_t loop, body = compile_loop(b, sub, next, lazy, &loop);

	/* If sub can be empty: (sub+)?, which keeps the order of choices. */
	if (nullable(sub))
		return compile_split(b, body, next, lazy);
	return loop;
}

static uint32_t
compile_repeat(struct builder *b, struct regex_node *n, uint32_t next)
{
	struct regex_node *sub = n->sub;
	uint32_t pc = next, loop;
	int copies = n->min;

	if (n->max < 0 && n->min == 0)
		return compile_star(b, sub, next, n->lazy);
	if (n->max < 0) {
		pc = compile_loop(b, sub, next, n->lazy, &loop);
		copies--;
	}
	/* x{2,4} is xx(x(x)?)? */
	for (int i = n->min; i < n->max && !b->failed; i++)
		pc = compile_split(b, compile(b, sub, pc), next, n->lazy);
	for (; copies > 0 && !b->failed; copies--)
		pc = compile(b, sub, pc);
	return pc;
}

/* Siblings are compiled from the last to the first. */
static struct regex_node *
reverse(struct regex_node *first)
{
	struct regex_node *done = NULL;

	while (first != NULL) {
		struct regex_node *next = first->next;

		first->next = done;
		done = first;
		first = next;
	}
	return done;
}

static uint32_t
compile_concat(struct builder *b, struct regex_node *n, uint32_t next)
{
	struct regex_node *last = reverse(n->sub);

	for (struct regex_node *s = last; s != NULL && !b->failed; s = s->next)
		next = compile(b, s, next);
	n->sub = reverse(last);
	return next;
}

static uint32_t
compile_alternate(struct builder *b, struct regex_node *n, uint32_t next)
{
	struct regex_node *last = reverse(n->sub);
	uint32_t pc = compile(b, last, next);

	for (struct regex_node *s = last->next; s != NULL && !b->failed;
	     s = s->next)
		pc = emit(b, REGEX_SPLIT, compile(b, s, next), pc);
	n->sub = reverse(last);
	return pc;
}

static uint32_t
compile(struct builder *b, struct regex_node *n, uint32_t next)
{
	uint32_t pc;

	if (b->failed || budget_charge(b->budget, 1) != 0) {
		b->failed = true;
		return FAIL_PC;
	}
	switch (n->op) {
	case REGEX_EMPTY:
		return next;
	case REGEX_CLASS:
		return compile_class(b, &n->class, next);
	case REGEX_ASSERT:
		b->re->looks = true;
		return emit(b, REGEX_LOOK, next, n->assertion);
	case REGEX_CAPTURE:
		pc = emit(b, REGEX_SAVE, next, 2 * n->n + 1);
		pc = compile(b, n->sub, pc);
		return emit(b, REGEX_SAVE, pc, 2 * n->n);
	case REGEX_REPEAT:
		return compile_repeat(b, n, next);
	case REGEX_CONCAT:
		return compile_concat(b, n, next);
	case REGEX_ALTERNATE:
		return compile_alternate(b, n, next);
	}
	return FAIL_PC;
}

static void
find_classes(struct regex *re)
{
	bool ends[256] = { [255] = true };
	uint8_t class = 0;

	for (size_t i = 0; i < re->n_branch; i++) {
		ends[re->branch[i].hi] = true;
		if (re->branch[i].lo > 0)
			ends[re->branch[i].lo - 1] = true;
	}
	/* What the conditions look at has to be told apart as well. */
	for (int c = 0; re->looks && c < 255; c++)
		if (regex_is_word(c) != regex_is_word(c + 1) || c == '\n' ||
		    c + 1 == '\n' || c == 0x7f || c == 0xbf)
			ends[c] = true;
	for (int c = 0; c < 256; c++) {
		re->byte_class[c] = class;
		class = (uint8_t)(class + ends[c]);
	}
	re->n_classes = re->byte_class[255] + 1U;
}

/* The tree's leading part that is fixed text. */
static void
find_prefix(const struct regex_tree *tree, struct regex *re)
{
	const struct regex_node *n = tree->root;
	bool concat = n->op == REGEX_CONCAT;
	size_t cap = 0;

	if (concat)
		n = n->sub;
	if (n->op == REGEX_ASSERT && n->assertion == ASSERT_BEGIN_TEXT) {
		re->anchored = true;
		n = concat ? n->next : NULL;
	}
	for (; n != NULL; n = concat ? n->next : NULL) {
		if (n->op != REGEX_CLASS || n->class.n != 1 ||
		    n->class.r->lo != n->class.r->hi)
			break;
		if (re->prefix_len + UTF8_MAX > cap) {
			cap = cap == 0 ? 16 : cap * 2;
			re->prefix = realloc(re->prefix, cap);
			if (re->prefix == NULL)
				die("out of memory");
		}
		re->prefix_len +=
		    utf8_encode(n->class.r->lo, re->prefix + re->prefix_len);
	}
	if (n != NULL && n->op == REGEX_ASSERT && n->next == NULL && concat &&
	    n->assertion == ASSERT_END_TEXT) {
		re->whole_end = true;
		n = NULL;
	}
	re->whole = n == NULL;
}

int
regex_build(const struct regex_tree *tree, struct budget *budget,
    struct regex *ret)
{
	struct builder b = { .re = ret, .budget = budget };
	uint32_t pc;

	emit(&b, REGEX_FAIL, 0, 0);
	pc = emit(&b, REGEX_MATCH, 0, 0);
	ret->start = compile(&b, tree->root, pc);
	ret->groups = tree->groups;
	if (b.failed || budget_charge(budget, ret->n_inst / 4) != 0)
		return -1;
	find_classes(ret);
	find_prefix(tree, ret);
	ret->bytes = sizeof(*ret) + b.inst_cap * sizeof(*ret->inst) +
		     b.branch_cap * sizeof(*ret->branch) + ret->prefix_len;
	return 0;
}
