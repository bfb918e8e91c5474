/*
 * measurements/smbiosovmf -- the SMBIOS table that OVMF makes of QEMU's
 *
 * QEMU's structures as they are, a structure about the firmware where QEMU has
 * none, and an end (edk2, OvmfPkg/SmbiosPlatformDxe and
 * MdeModulePkg/Universal/SmbiosDxe).
 *
 * Memory: the table goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_SMBIOSOVMF_H
#define MEASUREMENTS_SMBIOSOVMF_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "measurements/format/fwvol.h"

/*
 * Append to b what OVMF makes of qemu, QEMU's etc/smbios/smbios-tables. names
 * may be NULL when they are not known. Returns 0, or -1:
 *	ERR_NOT_FOUND	the names are needed and not known
 *	ERR_SYNTAX	qemu is no list of structures
 *	ERR_LIMIT	b is full
 */
int smbiosovmf_make(const struct span *qemu, const struct fwvol_names *names,
    struct buf *b, struct err *e);

/*
 * What OVMF measures of that: the same, cleared as smbios_filter() does.
 */
int smbiosovmf_measured(const struct span *qemu,
    const struct fwvol_names *names, struct buf *b, struct err *e);

#endif
