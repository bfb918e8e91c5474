/*
 * measurements/registers -- the registers that an event log leads to
 *
 * A register begins as zeros and is extended: R = H(R || digest). In a TD
 * these are RTMR0 to RTMR3, with SHA-384; in a TPM PCR0 to PCR23, in one bank
 * for each algorithm. Events of the type EV_NO_ACTION extend nothing, but one
 * of them tells the locality that PCR0 begins with (TCG PC Client Platform
 * Firmware Profile 1.06, 10.4.5.3, "StartupLocality").
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_REGISTERS_H
#define MEASUREMENTS_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/sha2.h"
#include "measurements/format/eventlog.h"

enum {
	REGISTERS_RTMRS = 4,
	REGISTERS_PCRS = 24,
	REGISTER_NAME_SIZE = 8
};

struct registers {
	enum eventlog_kind kind;
	uint16_t alg; /* EVENTLOG_SHA384, ... */
	enum sha2_algorithm sha2;
	uint8_t r[REGISTERS_PCRS][SHA2_LEN_MAX];
	bool used[REGISTERS_PCRS]; /* an event extended it */
};

/* All registers at their start. alg is one that eventlog_alg_sha2() knows. */
void registers_init(struct registers *rs, enum eventlog_kind kind,
    uint16_t alg);

/* How many there are: REGISTERS_RTMRS or REGISTERS_PCRS. */
int registers_n(const struct registers *rs);

/* The name of register i: "rtmr0", "pcr10". */
void register_name(enum eventlog_kind kind, int i,
    char ret_name[static REGISTER_NAME_SIZE]);

/* Extend register i, below registers_n(), by sha2_len() bytes at digest. */
void registers_extend(struct registers *rs, int i, const uint8_t *digest);

/*
 * What ev does to the registers. Returns 0, or -1 with ERR_SYNTAX: a register
 * that is not there, or no digest of the bank's algorithm.
 */
int registers_event(struct registers *rs, const struct event *ev,
    struct err *e);

/* All events of the log from here on, as registers_event(). */
int registers_replay(struct registers *rs, struct eventlog log, struct err *e);

#endif
