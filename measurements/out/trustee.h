/*
 * measurements/trustee -- refsets by the names and types of Trustee's policy
 *
 * Trustee's default attestation policy (since v0.16;
 * ear_default_policy_cpu.rego) asks RVPS for reference values by fixed names
 * and compares each in one way: "in" a list, or "==" with a single value, which
 * is a string, an integer or a bool. A value of another type never matches and
 * is never reported as wrong, so the types are the point: they stand in one
 * table in trustee.c.
 *
 * Values of several shapes become one list, without repetition. What the
 * policy compares with a single value is left out when the shapes differ in
 * it, and so is what is not known; trustee_left_out() says why.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_TRUSTEE_H
#define MEASUREMENTS_TRUSTEE_H

#include <stdbool.h>

#include "codec/hex.h"
#include "measurements/out/json_out.h"
#include "measurements/out/out.h"

enum trustee_from {
	TRUSTEE_REGISTER,
	TRUSTEE_EVENT, /* named by what it is */
	TRUSTEE_PARAM
};

enum trustee_form {
	TRUSTEE_PLAIN,  /* hexadecimal, or as the parameter is */
	TRUSTEE_STRING, /* a number as a string */
	TRUSTEE_BASE64
};

/* A reference value of the policy. */
struct trustee_row {
	const char *target;
	const char *name;
	enum trustee_from from;
	const char *key; /* in the refset */
	bool single;     /* compared with "==" or "<=", else "in" */
	enum trustee_form form;
};

/* One member of a value. */
struct trustee_item {
	enum refset_type type; /* NUMBER, BOOL or STRING */
	uint64_t number;
	char text[HEX_SIZE(REFSET_LEN)];
};

/*
 * The next row for the result's target after row (NULL for the first) whose
 * value is known; NULL at the end.
 */
const struct trustee_row *trustee_next(const struct out *o,
    const struct trustee_row *row);

/* The same for rows without a value, and why. */
const struct trustee_row *trustee_left_out(const struct out *o,
    const struct trustee_row *row, char ret_why[static REFSET_TEXT]);

/* ERR_UNSUPPORTED when the policy asks for nothing that is known. */
int trustee_check(const struct out *o, struct err *e);

/*
 * The member after the first *at of a row's value, each once. Moves *at, which
 * begins with 0. False at the end.
 */
bool trustee_item(const struct out *o, const struct trustee_row *row,
    size_t *at, struct trustee_item *ret_item);

/* The value under that key, typed. */
void trustee_json_value(struct json_out *j, const char *key,
    const struct out *o, const struct trustee_row *row);

/* Where the values come from, under that key: an object that nothing reads. */
void trustee_json_provenance(struct json_out *j, const char *key,
    const struct out *o);

#endif
