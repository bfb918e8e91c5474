#include <stdio.h>
#include <string.h>

#include "policy/graph.h"

enum {
	NEW,
	OPEN,
	DONE
};

/* Depth-first, with a stack of our own: where each open function stands. */
struct walk {
	uint8_t *state;   /* by function */
	uint32_t *first;  /* by function: its edges, sorted by from */
	uint32_t *stack;  /* open functions */
	uint32_t *cursor; /* the next edge of each */
	uint32_t n;
};

static void
sort_edges(struct plan *p, struct walk *w)
{
	uint32_t n = p->p.n_funcs, i;
	struct edge *sorted =
	    compile_alloc(p->c, (p->n_edges + 1) * sizeof(*sorted));

	for (i = 0; i < p->n_edges; i++)
		w->first[p->edges[i].from + 1]++;
	for (i = 0; i < n; i++)
		w->first[i + 1] += w->first[i];
	memcpy(w->cursor, w->first, n * sizeof(*w->cursor));
	for (i = 0; i < p->n_edges; i++)
		sorted[w->cursor[p->edges[i].from]++] = p->edges[i];
	p->edges = sorted;
}

static int
circle(struct plan *p, const struct walk *w, uint32_t to, struct ast_loc loc)
{
	char text[160];
	size_t len = 0;
	uint32_t i = w->n;

	while (i > 0 && w->stack[i - 1] != to)
		i--;
	text[0] = 0;
	for (; i > 0 && i <= w->n && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s -> ", p->p.funcs[w->stack[i - 1]].name);
	return diag_error(p->c->diag, "rego_recursion_error", loc,
	    "rule %s is recursive: %s%s", p->p.funcs[to].name, text,
	    p->p.funcs[to].name);
}

static int
visit(struct plan *p, struct walk *w, uint32_t root)
{
	w->n = 0;
	w->stack[w->n++] = root;
	w->state[root] = OPEN;
	w->cursor[root] = w->first[root];
	while (w->n > 0) {
		uint32_t f = w->stack[w->n - 1], to;

		if (w->cursor[f] == w->first[f + 1]) {
			w->state[f] = DONE;
			w->n--;
			continue;
		}
		to = p->edges[w->cursor[f]].to;
		if (w->state[to] == OPEN)
			return circle(p, w, to, p->edges[w->cursor[f]].loc);
		w->cursor[f]++;
		if (w->state[to] == NEW) {
			w->state[to] = OPEN;
			w->cursor[to] = w->first[to];
			w->stack[w->n++] = to;
		}
	}
	return 0;
}

int
graph_check(struct plan *p)
{
	uint32_t n = p->p.n_funcs, i;
	struct walk w = { 0 };

	w.state = compile_alloc(p->c, n + 1);
	w.first = compile_alloc(p->c, (n + 2) * sizeof(*w.first));
	w.stack = compile_alloc(p->c, (n + 1) * sizeof(*w.stack));
	w.cursor = compile_alloc(p->c, (n + 1) * sizeof(*w.cursor));
	sort_edges(p, &w);
	for (i = 0; i < n; i++) {
		if (w.state[i] == NEW && visit(p, &w, i) < 0)
			return -1;
	}
	return 0;
}
