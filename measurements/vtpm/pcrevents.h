/*
 * measurements/pcrevents -- the events that a boot with a TPM will log
 *
 * A list of what will extend the PCRs, with a digest for each bank. Events of
 * one PCR stand in their order; a stage tells in which order events of
 * different PCRs come, as far as a TD, which merges some, needs it.
 *
 * Memory: nothing is allocated; names are copied.
 */
#ifndef MEASUREMENTS_PCREVENTS_H
#define MEASUREMENTS_PCREVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/format/eventlog.h"
#include "measurements/format/limits.h"

enum {
	PCREVENTS_PCRS = 16, /* those that are predicted: 0 to 15 */
	PCREVENTS_WHAT_SIZE = 56
};

enum pcrevents_bank {
	PCREVENTS_SHA256,
	PCREVENTS_SHA384,
	PCREVENTS_BANKS
};

enum pcrevents_stage {
	STAGE_PLATFORM,
	STAGE_READY, /* the boot option is called */
	STAGE_SEPARATOR,
	STAGE_DISK,
	STAGE_IMAGE,
	STAGE_LEAVE /* boot services end */
};

/* A digest for each bank. */
struct pcrdigest {
	uint8_t b[PCREVENTS_BANKS][SHA2_384_LEN];
};

struct pcrevent {
	int pcr;
	uint32_t type; /* as in eventlog.h */
	enum pcrevents_stage stage;
	bool sha256_only; /* the other bank is not extended */
	struct pcrdigest digest;
	char what[PCREVENTS_WHAT_SIZE]; /* for people; cut if need be */
};

struct pcrevents {
	struct pcrevent e[LIMIT_PCR_EVENTS];
	size_t n;
	enum pcrevents_stage stage; /* of what is added */
};

/* The algorithm of a bank. */
enum sha2_algorithm pcrevents_alg(enum pcrevents_bank bank);

/*
 * Add an event. The list has room for every event that the units here predict:
 * running out of it is our own bug and is asserted.
 */
void pcrevents_add_digest(struct pcrevents *t, int pcr, uint32_t type,
    const struct pcrdigest *d, const char *what);

/* The same with the digests of the len bytes at p. */
void pcrevents_add(struct pcrevents *t, int pcr, uint32_t type, const void *p,
    size_t len, const char *what);

/* An action or an event that is measured as its text, without the NUL. */
void pcrevents_add_text(struct pcrevents *t, int pcr, uint32_t type,
    const char *text);

void pcrevents_add_separator(struct pcrevents *t, int pcr);

/* Fill sha2_len() bytes with the register's value after its events. */
void pcrevents_value(const struct pcrevents *t, int pcr,
    enum pcrevents_bank bank, uint8_t *ret_value);

#endif
