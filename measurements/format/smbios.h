/*
 * measurements/smbios -- what is measured of the SMBIOS structure table
 *
 * edk2's SmbiosMeasurementDxe measures the table, up to and with its end, after
 * clearing what differs from one machine or start to the next: serial numbers,
 * asset tags and part numbers (spaces in place of the text, and the index of
 * the string zeroed), the UUID, counters and speeds. systemd-stub measures
 * single structures.
 *
 * The table is foreign: every structure ends within it.
 *
 * Memory: what is cleared is cleared in the caller's copy.
 */
#ifndef MEASUREMENTS_SMBIOS_H
#define MEASUREMENTS_SMBIOS_H

#include "base/err.h"
#include "base/span.h"

struct smbios {
	uint8_t type;
	uint8_t len;       /* of the formatted part */
	struct span bytes; /* with the strings and both NULs */
};

/*
 * Take the next structure off the table. Returns 1, 0 at its end, or -1 with
 * ERR_SYNTAX.
 */
int smbios_next(struct span *table, struct smbios *ret_s, struct err *e);

/*
 * Clear the len bytes of a table at p as edk2 does. Returns 0 and in *ret_len
 * the bytes up to and with its end, or -1 with ERR_SYNTAX.
 */
int smbios_filter(uint8_t *p, size_t len, size_t *ret_len, struct err *e);

#endif
