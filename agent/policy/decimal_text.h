/*
 * policy/decimal_text -- numbers in the looser spellings that Go reads
 *
 * "+5", ".5", "5.", "007": not JSON, but what strconv and math/big accept.
 *
 * Memory: from the heap given.
 */
#ifndef POLICY_DECIMAL_TEXT_H
#define POLICY_DECIMAL_TEXT_H

#include "policy/value.h"

/*
 * The number that the len bytes at s spell; text that is JSON's stays as it
 * is. VALUE_UNDEFINED when it is none (or a limit was reached, and the budget
 * is marked).
 */
struct value decimal_text(struct heap *h, const char *s, size_t len);

#endif
