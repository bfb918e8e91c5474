/*
 * measurements/efisig -- EFI signature databases: db, dbx, KEK, PK
 *
 * A database is signature lists one after the other, each {GUID type, u32
 * size, u32 header size, u32 signature size, header, signatures}, a signature
 * being {GUID owner, data} (UEFI 2.10, 32.4.1).
 *
 * Memory: nothing is allocated; signatures borrow the database.
 */
#ifndef MEASUREMENTS_EFISIG_H
#define MEASUREMENTS_EFISIG_H

#include "base/err.h"
#include "base/span.h"
#include "measurements/format/guid.h"

struct efisig {
	struct guid type;
	struct span bytes; /* EFI_SIGNATURE_DATA: owner and data */
	struct span data;
};

struct efisig_iter {
	struct span lists; /* not begun yet */
	struct span list;  /* signatures left of the current one */
	struct guid type;
	uint32_t size;
};

/* Types that have a meaning here. */
extern const struct guid efisig_x509;
extern const struct guid efisig_sha256;

void efisig_init(struct efisig_iter *it, const struct span *database);

/* The next signature: 1, 0 at the end, or -1 with ERR_SYNTAX. */
int efisig_next(struct efisig_iter *it, struct efisig *ret_s, struct err *e);

#endif
