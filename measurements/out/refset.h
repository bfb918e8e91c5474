/*
 * measurements/refset -- what hardware will report for one guest, and why
 *
 * The one shape of result for every TEE: registers by the names that the field
 * gives them, the inputs and parameters that they were computed from, what
 * each of them depends on, and, where a register is extended, its events. The
 * measuring of a TEE fills one refset for each shape of guest; everything that
 * is printed comes from refsets alone (out/out.h), so that a new TEE needs no
 * writer and a new writer no TEE.
 *
 * A name in depends is the role of an input ("kernel"), the name of a
 * parameter ("vcpus"), or "cmdline". Roles, parameters and registers are
 * unique in a set; a second one of a name is our own bug and is asserted, as
 * is more of anything than there is room for.
 *
 * Memory: nothing is allocated. Values, reasons and warnings are copied; names
 * and all other strings are borrowed and must outlive the set.
 */
#ifndef MEASUREMENTS_REFSET_H
#define MEASUREMENTS_REFSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/sha2.h"

enum {
	REFSET_INPUTS = 32,
	REFSET_PARAMS = 40,
	REFSET_REGISTERS = 40,
	REFSET_EVENTS = 2 * 96 + 8,
	REFSET_WARNINGS = 8,
	REFSET_DEPENDS = 24,
	REFSET_ALSO = 128,
	REFSET_LEN = SHA2_LEN_MAX,
	REFSET_TEXT = 200
};

enum refset_axis {
	REFSET_VCPUS,
	REFSET_MEMORY,
	REFSET_AXES
};

/* A file whose bytes count. */
struct refset_input {
	const char *role;
	const char *path;
	uint64_t size;
	uint8_t sha256[SHA2_256_LEN];
};

enum refset_type {
	REFSET_NUMBER,
	REFSET_BITS, /* a number that people read in hexadecimal */
	REFSET_BOOL,
	REFSET_STRING
};

/* Anything else that was given, or stands for it by default. */
struct refset_param {
	const char *name;
	enum refset_type type;
	uint64_t number; /* a bool's too */
	const char *string;
};

struct refset_register {
	const char *name; /* "measurement", "rtmr1", "pcr11" */
	const char *alg;  /* "sha384"; NULL for a field that is no digest */
	size_t len;       /* bytes of the values */
	bool known;
	uint8_t value[REFSET_LEN];
	char why[REFSET_TEXT]; /* why it is not known */
	const char *depends[REFSET_DEPENDS];
	size_t n_depends;
};

/* Another value of a register that is as good, with when it is reported. */
struct refset_also {
	size_t reg; /* index of the register */
	char when[24];
	uint8_t value[REFSET_LEN];
};

/* What extends a register, in the order of each register. */
struct refset_event {
	size_t reg;        /* index of the register */
	const char *type;  /* the TCG's name; NULL where there is none */
	const char *input; /* what it is the digest of, as in depends; NULL */
	uint8_t digest[REFSET_LEN]; /* as long as the register */
	char what[64];              /* for people */
};

struct refset {
	const char *target; /* "snp", "tdx", ... */
	/* By what name Trustee's policies know it: the target, if not else. */
	const char *trustee;
	const char *title; /* for people: "SEV-SNP launch digest" */
	/* The shape: vCPUs, and bytes of memory, or 0 where it is not given. */
	uint64_t shape[REFSET_AXES];
	/* The register that is meant when none is named; NULL for none. */
	const char *primary;
	/* The command line that is measured; NULL when none is. */
	const char *cmdline;
	uint8_t cmdline_sha256[SHA2_256_LEN]; /* with the NUL */
	struct refset_input inputs[REFSET_INPUTS];
	size_t n_inputs;
	struct refset_param params[REFSET_PARAMS];
	size_t n_params;
	struct refset_register registers[REFSET_REGISTERS];
	size_t n_registers;
	struct refset_also also[REFSET_ALSO];
	size_t n_also;
	struct refset_event events[REFSET_EVENTS];
	size_t n_events;
	char warnings[REFSET_WARNINGS][REFSET_TEXT];
	size_t n_warnings;
};

/* An empty set. */
void refset_init(struct refset *r, const char *target, const char *title);

/* The command line, whose digest is worked out. */
void refset_set_cmdline(struct refset *r, const char *cmdline);

void refset_add_input(struct refset *r, const char *role, const char *path,
    uint64_t size, const uint8_t sha256[static SHA2_256_LEN]);

/* A parameter. A string of NULL adds nothing. */
void refset_add_number(struct refset *r, const char *name, uint64_t v);
void refset_add_bits(struct refset *r, const char *name, uint64_t v);
void refset_add_bool(struct refset *r, const char *name, bool v);
void refset_add_string(struct refset *r, const char *name, const char *s);

/*
 * A register that is not known yet, of len bytes. The caller then sets value
 * and known, or says why not. Valid as long as the set.
 */
struct refset_register *refset_add_register(struct refset *r, const char *name,
    const char *alg, size_t len);

/* The register's value, which makes it known. */
void refset_register_set(struct refset_register *reg, const uint8_t *value);

/* Why it is not known; cut when it is too long. */
void refset_register_unknown(struct refset_register *reg, const char *why);

/*
 * Another value, perhaps the same, reported in the case that when names; the
 * cases of a register are unique.
 */
void refset_add_also(struct refset *r, const struct refset_register *reg,
    const char *when, const uint8_t *value);

/*
 * The k-th value that is good: the register's own for 0, then the others. NULL
 * when there are no more, or it is not known. *ret_when, where it is not NULL,
 * becomes the case, "" for 0.
 */
const uint8_t *refset_value(const struct refset *r,
    const struct refset_register *reg, size_t k, const char **ret_when);

/* It changes with this. A second time adds nothing. */
void refset_depend(struct refset_register *reg, const char *name);

/* It does. */
bool refset_depends(const struct refset_register *reg, const char *name);

/* The event's digest is as long as the register; what is cut to fit. */
void refset_add_event(struct refset *r, const struct refset_register *reg,
    const char *type, const char *input, const uint8_t *digest,
    const char *what);

/* Something that gives a value, but perhaps not the one that is wanted. */
void refset_warn(struct refset *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* By name; NULL when the set has none. */
const struct refset_register *refset_register(const struct refset *r,
    const char *name);
const struct refset_param *refset_param(const struct refset *r,
    const char *name);
const struct refset_input *refset_input(const struct refset *r,
    const char *role);

#endif
