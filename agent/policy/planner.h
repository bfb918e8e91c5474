/*
 * policy/planner -- what the files of the planner share
 */
#ifndef POLICY_PLANNER_H
#define POLICY_PLANNER_H

#include "policy/normal.h"
#include "policy/plan.h"
#include "policy/tree.h"

struct label {
	uint32_t pos;
	uint32_t frame; /* the with-frame of the code it leads to */
};

/* f calls g, said at an origin: for the recursion check. */
struct edge {
	uint32_t from;
	uint32_t to;
	struct ast_loc loc;
};

/* A function for all documents below a node, those that match a ref. */
struct extent {
	struct node *node;
	struct term **filter; /* ref terms below the node, or none */
	uint32_t n_filter;
	uint32_t func;
};

struct plan {
	struct compiler *c;
	struct program p;
	uint32_t cap_code, cap_origin_of, cap_origins, cap_consts, cap_operands,
	    cap_funcs;
	struct label *labels; /* of the current function */
	uint32_t n_labels, cap_labels;
	struct var **trail; /* bound so far */
	uint32_t n_trail, cap_trail;
	struct edge *edges;
	uint32_t n_edges, cap_edges;
	struct extent *extents; /* still to be planned */
	uint32_t n_extents, cap_extents;
	uint32_t func; /* the current function */
	uint32_t n_regs, max_regs;
	uint32_t fail;  /* label */
	uint32_t frame; /* register of the with-frame, OPERAND_NONE outside */
	bool uses_with;
	uint32_t closure; /* inside of how many: a failure there is none */
	struct ast_loc loc;
	uint32_t step;
};

/* emit.c */
uint32_t plan_reg(struct plan *p);
uint32_t plan_regs(struct plan *p, uint32_t n);
uint32_t plan_const(struct plan *p, struct value v);
uint32_t plan_operands(struct plan *p, const uint32_t *operands, uint32_t n);
uint32_t plan_label(struct plan *p);
void plan_place(struct plan *p, uint32_t label);
struct insn *plan_emit(struct plan *p, enum op op, uint32_t a, uint32_t b,
    uint32_t c, uint32_t n);
void plan_jump(struct plan *p, uint32_t label);
void plan_at(struct plan *p, struct ast_loc loc, uint32_t step);
void plan_edge(struct plan *p, uint32_t to);
uint32_t plan_func_new(struct plan *p, enum func_kind kind,
    const struct node *node, bool is_rule, uint32_t n_args);
void plan_func_begin(struct plan *p, uint32_t func, bool uses_with);
int plan_func_end(struct plan *p);

/* order.c */
bool order_ready(struct plan *p, struct literal *const *l, uint32_t n);
bool order_literal_ready(struct plan *p, const struct literal *l);
bool order_term_ready(const struct term *t);
struct var *order_unbound(const struct literal *l);
void plan_bind(struct plan *p, struct var *v, uint32_t reg);
void plan_unbind(struct plan *p, uint32_t n_trail);

/* plan_ref.c */
uint32_t plan_ref(struct plan *p, const struct term *t);
uint32_t plan_extent(struct plan *p, struct node *n, struct term **filter,
    uint32_t n_filter);

/* plan_term.c */
uint32_t plan_value(struct plan *p, const struct term *t);
uint32_t plan_call(struct plan *p, const struct term *t);
int plan_unify(struct plan *p, const struct term *pattern, uint32_t operand);
uint32_t plan_loop(struct plan *p, uint32_t collection, uint32_t key,
    uint32_t *ret_val);

/* plan_literal.c */
int plan_body(struct plan *p, const struct body *b);
int plan_check(struct plan *p, const struct term *head);
int plan_print(struct plan *p, const struct term *t);

/* plan_rule.c, plan_extent.c */
int plan_group(struct plan *p, struct group *g);
int plan_extents(struct plan *p);

#endif
