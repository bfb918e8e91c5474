/*
 * policy/builtin_table -- the rows that policy/builtin.c searches
 */
#ifndef POLICY_BUILTIN_TABLE_H
#define POLICY_BUILTIN_TABLE_H

#include "policy/builtin.h"

extern const struct builtin builtin_entries[];
extern const size_t builtin_entries_n;

#endif
