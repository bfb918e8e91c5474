/*
 * policy/json_path -- paths into a value, and JSON Patch (RFC 6902)
 *
 * A path is text ("/a/b", with ~0 for ~ and ~1 for /, leading slashes as many
 * as one likes) or an array of keys. What changes along a path is made anew,
 * the rest of the value is shared.
 *
 * Memory: from the heap given.
 */
#ifndef POLICY_JSON_PATH_H
#define POLICY_JSON_PATH_H

#include "base/err.h"
#include "policy/value.h"

/*
 * The keys of a path. Returns 0 and an array, 1 when path is neither text nor
 * an array, or -1 (a limit).
 */
int json_path(struct heap *h, struct value path, struct value *ret);

/*
 * The value with an array of patch operations applied, all or none. Returns 0,
 * or -1:
 *	ERR_ARGUMENT	an operation is malformed or does not apply
 *	ERR_LIMIT	a limit was reached; the budget is marked
 * Members of sets are addressed by their values, array members by number, or
 * "-" for behind the last.
 */
int json_patch(struct heap *h, struct value v, struct value operations,
    struct value *ret, struct err *e);

#endif
