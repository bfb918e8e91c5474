/*
 * policy/advice -- what is legal but surely not meant
 *
 * A constant pattern that is no regular expression makes the call undefined,
 * and `not regex.match(...)` true: worth a warning before it is deployed.
 */
#ifndef POLICY_ADVICE_H
#define POLICY_ADVICE_H

#include "policy/compile.h"

/* Warn about a call with constant arguments that cannot work. */
void advice_call(struct compiler *c, const struct term *call);

/* Warn about the imports of m that nothing uses. */
void advice_imports(struct compiler *c, const struct module *m);

#endif
