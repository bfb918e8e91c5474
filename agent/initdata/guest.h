/*
 * initdata/guest -- initdata in a running guest: found, checked, laid out
 *
 * What other components of the guest read is written under Kata's paths, for
 * everybody to read and nobody to write:
 *	/run/confidential-containers/initdata/initdata.toml	all of it
 *	/run/confidential-containers/initdata/aa.toml		if it has one
 *	/run/confidential-containers/initdata/cdh.toml		if it has one
 * The policy is not: it goes to the gate from memory.
 *
 * The digest is computed and told; comparing it with the hardware's is for
 * the component that can read the hardware's report.
 */
#ifndef INITDATA_GUEST_H
#define INITDATA_GUEST_H

#include "initdata/initdata.h"

#define GUEST_INITDATA_DIR "/run/confidential-containers/initdata"

/*
 * Find, read and check the guest's initdata. Returns 0; -1 with ERR_NOT_FOUND
 * when there is none; or -1 with another error when there is, and it must not
 * be used: the guest must not start then.
 */
int guest_initdata(struct initdata *ret, struct err *e);

/* Write the files into the folder dir, which is made with its parents. */
int guest_write(const struct initdata *d, const char *dir, struct err *e);

#endif
