/*
 * measurements/cpu -- CPUID signatures of the vCPU types that QEMU names
 *
 * What is measured is the signature of the type that was asked for with
 * -cpu, not of the host's processor: QEMU puts it into EDX at reset. All
 * versions of a type share it.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_CPU_H
#define MEASUREMENTS_CPU_H

#include <stdint.h>

#include "base/err.h"

enum {
	CPU_FAMILY_MAX = 0xf + 0xff,
	CPU_MODEL_MAX = 0xff,
	CPU_STEPPING_MAX = 15
};

/*
 * CPUID function 1, EAX (AMD publication 25481): family up to CPU_FAMILY_MAX,
 * model up to CPU_MODEL_MAX, stepping up to CPU_STEPPING_MAX.
 */
uint32_t cpu_sig(unsigned family, unsigned model, unsigned stepping);

/*
 * The signature of the type: "EPYC", "EPYC-v4", "EPYC-Milan-v2", ...
 * ERR_UNSUPPORTED for "host" and "max", which are what the host is.
 * ERR_NOT_FOUND for a name or version that is not known.
 */
int cpu_parse(const char *name, uint32_t *ret_sig, struct err *e);

#endif
