/*
 * policy/normal_term -- terms of a body taken apart
 *
 * What a term needs becomes literals: a call is appended, as one that stands
 * for itself; a ref that may bind variables waits, and is joined to the
 * literal being made when that is appended (policy/normal.h says why).
 *
 * Memory: in the compiler's arena.
 */
#ifndef POLICY_NORMAL_TERM_H
#define POLICY_NORMAL_TERM_H

#include "policy/normal.h"

/* An empty literal, of the step that is being made. */
struct literal *normal_literal_new(struct normal *n, enum literal_kind kind,
    struct ast_loc loc);

void normal_append(struct normal *n, struct literal *l);

/* Append what waits since there were `late` of those; its last is joined. */
void normal_append_late(struct normal *n, uint32_t late);

/* Append the literal that was made, behind all that waits. */
void normal_append_main(struct normal *n, struct literal *l);

/* Let temp = t wait; returns temp. */
struct term *normal_name(struct normal *n, struct term *t);

/* Append temp = t, behind what waits since there were `late` of those. */
struct term *normal_own(struct normal *n, struct term *t, uint32_t late);

/* A copy of t with a list of its own. */
struct term *normal_copy(struct normal *n, const struct term *t);

/*
 * Make literals of what t needs: returns what to use in its place, or NULL
 * with a diagnostic. keep: t may stay a call, a ref with variables or a
 * closure, since it will be one side of an equation or a literal.
 */
struct term *normal_hoist(struct normal *n, struct term *t, bool keep);
struct term *normal_term(struct normal *n, struct term *t);
struct term *normal_call(struct normal *n, struct term *t, bool keep);

/* The same, for what is to be a variable: a ref's head. */
struct term *normal_subject(struct normal *n, struct term *t);

/* 0 when call t has as many arguments as its function, or `extra` more. */
int normal_check_arity(struct normal *n, const struct term *t, uint32_t extra);
uint32_t normal_arity(const struct term *call);

/* t is a call of print. */
bool normal_is_print(const struct term *t);

bool normal_is_call(const struct term *t);
bool normal_is_composite(const struct term *t);

/* t, without its calls, needs evaluation. */
bool normal_is_dynamic(const struct term *t);

/* Evaluating t may bind variables. */
bool normal_binds(const struct term *t);

#endif
