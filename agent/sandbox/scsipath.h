/*
 * sandbox/scsipath -- where a runtime says that it plugged a SCSI disk in
 *
 * Kata names a disk of its virtio-scsi controller "ID:LUN", two decimal numbers
 * from 0 to 255; the channel is 0 and the host is not named (kata fact sheet
 * 5.6). The Go runtime starts its guests with scsi_mod.scan=none, so such a
 * disk shows up only after a scan for it.
 *
 * Memory: none of these functions allocates.
 */
#ifndef SANDBOX_SCSIPATH_H
#define SANDBOX_SCSIPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct scsipath {
	uint8_t id;
	uint8_t lun;
};

/* Whether s is meant to be such an address: nothing else has a colon. */
bool scsipath_is(const char *s);

/* ERR_SYNTAX. */
int scsipath_parse(const char *s, struct scsipath *ret, struct err *e);

/*
 * Have every SCSI host below root ("/sys/class/scsi_host") look for it, those
 * behind one that fails too. The kernel asks the host's device before this
 * returns, which may take any time: for sandbox/scsiscan only.
 */
int scsipath_scan(const struct scsipath *p, const char *root, struct err *e);

/*
 * The device's directory below root ("/sys/bus/scsi/devices"), as a path in
 * dst: of the host with the lowest number, which is Kata's only one.
 * ERR_UNAVAILABLE while it is not there.
 */
int scsipath_resolve(const struct scsipath *p, const char *root, char *dst,
    size_t size, struct err *e);

#endif
