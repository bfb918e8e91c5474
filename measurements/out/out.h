/*
 * measurements/out -- refsets in the forms that people and services read
 *
 *	text		for people; a table when there are several sets
 *	json		everything; the schema is in out/json.h
 *	hex		one register, a line a set, and nothing else
 *	trustee		{name: value} by the names that Trustee's policy asks
 *			for, typed as it compares them (trustee.h)
 *	rvps-sample	the same as the message that its RVPS registers
 *	rvps-store	the same as RVPS's file (v0.19 and later)
 *	rvps-store-array	the same for RVPS up to v0.18
 *	configmap	the same as the operator's rvps-reference-values
 *	corim		a CoRIM with one CoMID, CBOR (corim.h)
 *	policy		an attestation policy in Rego, with the values in it
 *	kbs-client	the commands that register the values
 *
 * Each says by SHA-256 which files the values came from: text and json have
 * them as inputs, hex alone does not; in the JSON forms of RVPS stands an entry
 * by the name of OUT_PROVENANCE, which nothing asks for; corim has a
 *measurement for each file; the others have comments.
 *
 * Output depends on the sets alone: no clock, no names of this host.
 *
 * Memory: output goes to the caller's buffer; a limit that is reached shows
 * in buf_bad().
 */
#ifndef MEASUREMENTS_OUT_H
#define MEASUREMENTS_OUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/out/refset.h"

#define OUT_PROVENANCE "husk_provenance"

/* A result: sets of one target, of which there is one at least. */
struct out {
	const struct refset *sets;
	size_t n;
	const char *reg;     /* the register for hex; NULL for the primary */
	const char *expires; /* RFC 3339, in UTC; when stored values end */
};

struct out_format {
	const char *name;
	const char *suffix; /* of a file; NULL for a form without one */
	const char *help;
	bool shows_inputs; /* and their hashes */
	/*
	 * Append o to b. Returns 0, or -1 with ERR_UNSUPPORTED for a register
	 * that is not known or a target that the form has nothing for, or
	 * ERR_ARGUMENT for a register that is not there.
	 */
	int (*write)(const struct out *o, struct buf *b, struct err *e);
};

/* The form of that name; ERR_ARGUMENT, with the names there are. */
int out_find(const char *name, const struct out_format **ret_f, struct err *e);

/* Every form, from 0. */
size_t out_n_formats(void);
const struct out_format *out_format(size_t i);

/* The forms as lines of help. */
void out_help(struct buf *b);

/* A foreign string in full, on one line and without ambiguity. */
void out_line(struct buf *b, const char *s);

/* The files, as lines of comment that begin with prefix. */
void out_comment(const struct out *o, const char *prefix, struct buf *b);

/* The writers, for out.c alone. */
int out_text(const struct out *o, struct buf *b, struct err *e);
int out_json(const struct out *o, struct buf *b, struct err *e);
int out_hex(const struct out *o, struct buf *b, struct err *e);
int out_trustee(const struct out *o, struct buf *b, struct err *e);
int out_rvps_sample(const struct out *o, struct buf *b, struct err *e);
int out_rvps_store(const struct out *o, struct buf *b, struct err *e);
int out_rvps_store_array(const struct out *o, struct buf *b, struct err *e);
int out_configmap(const struct out *o, struct buf *b, struct err *e);
int out_kbs_client(const struct out *o, struct buf *b, struct err *e);
int out_corim(const struct out *o, struct buf *b, struct err *e);
int out_policy(const struct out *o, struct buf *b, struct err *e);

#endif
