/*
 * policy/tree -- documents and functions by their path below data
 *
 * Every package is a node, every rule a group at the node of the constant
 * part of its head. Where a head goes on with variables, the group at that
 * node takes in all rules below it, since only together they make one object.
 */
#ifndef POLICY_TREE_H
#define POLICY_TREE_H

#include "policy/compile.h"

/* Put all modules' rules in c->root. Returns 0, or -1 with diagnostics. */
int tree_build(struct compiler *c);

/* The child called key, or NULL. */
struct node *tree_child(const struct node *n, struct value key);

/* The child whose key is the string of len bytes at s, or NULL. */
struct node *tree_child_named(const struct node *n, const char *s, size_t len);

/* The node of a module's package. */
struct node *tree_package(const struct compiler *c, const struct module *m);

/* The array of keys from the root to n. */
struct value tree_path(const struct compiler *c, const struct node *n);

/* Mark n and all below as what a `with` may replace. */
void tree_replaced(struct node *n);

#endif
