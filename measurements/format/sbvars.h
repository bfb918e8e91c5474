/*
 * measurements/sbvars -- the Secure Boot variables as firmware measures them
 *
 * SecureBoot is no stored variable: a firmware without Secure Boot has none,
 * and one with it sets it to 1 when there is a PK and SecureBootEnable does not
 * switch it off. PK, KEK, db and dbx are measured even where they are not
 * there, with no data; dbt only where it is.
 *
 * What is measured of a variable is UEFI_VARIABLE_DATA (TCG PC Client Platform
 * Firmware Profile 1.06, 10.2.4): vendor, lengths, name as UTF-16, data.
 *
 * Memory: nothing stays allocated; the variables borrow the store.
 */
#ifndef MEASUREMENTS_SBVARS_H
#define MEASUREMENTS_SBVARS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/format/guid.h"

enum {
	SBVARS_MAX = 6,
	SBVARS_DB = 3 /* its place in v */
};

struct sbvar {
	const struct guid *vendor;
	const char *name;
	struct span data;
};

struct sbvars {
	bool on;
	uint8_t secure_boot; /* what the first variable's data points at */
	struct sbvar v[SBVARS_MAX]; /* in the order of measuring */
	size_t n;
};

/* The vendor of db and dbx, and of the events for what they hold. */
extern const struct guid sbvars_security;

/*
 * Read them from a variable store. build says that the firmware has Secure
 * Boot even when there is no PK. *ret_v must not move: it points into itself.
 * Errors as of varstore_find().
 */
int sbvars_read(const struct span *cfv, bool build, struct sbvars *ret_v,
    struct err *e);

/* The digest of UEFI_VARIABLE_DATA; the name is ASCII. */
void sbvars_digest(const struct guid *vendor, const char *name,
    const struct span *data, enum sha2_algorithm alg, uint8_t *ret_digest);

#endif
