#include <string.h>

#include "base/str.h"
#include "measurements/sev/cpu.h"

/* QEMU's target/i386/cpu.c, up to version 11. */
static const struct {
	const char *name;
	unsigned versions; /* "-v1" to "-v<versions>"; 0 for none */
	unsigned family, model, stepping;
} types[] = {
	{ "EPYC", 5, 23, 1, 2 },
	{ "EPYC-IBPB", 0, 23, 1, 2 },
	{ "EPYC-Rome", 5, 23, 49, 0 },
	{ "EPYC-Milan", 3, 25, 1, 1 },
	{ "EPYC-Genoa", 2, 25, 17, 0 },
	{ "EPYC-Turin", 2, 26, 0, 0 },
};

enum {
	N_TYPES = sizeof(types) / sizeof(types[0])
};

uint32_t
cpu_sig(unsigned family, unsigned model, unsigned stepping)
{
	uint32_t low = family > 15 ? 15 : family;

	return (uint32_t)(family - low) << 20 | (uint32_t)(model >> 4) << 16 |
	       low << 8 | (uint32_t)(model & 15) << 4 | stepping;
}

/* True when tail is "" or "-v1" to "-v<versions>". */
static int
version_known(const char *tail, unsigned versions)
{
	if (*tail == '\0')
		return 1;
	return tail[0] == '-' && tail[1] == 'v' && tail[2] >= '1' &&
	       (unsigned)(tail[2] - '0') <= versions && tail[3] == '\0';
}

int
cpu_parse(const char *name, uint32_t *ret_sig, struct err *e)
{
	if (str_eq(name, "host") || str_eq(name, "max"))
		return err_set(e, ERR_UNSUPPORTED,
		    "vCPU type '%s' is the host's processor: give its "
		    "signature (CPUID 1, EAX) instead",
		    name);
	for (int i = 0; i < N_TYPES; i++) {
		size_t len = strlen(types[i].name);

		if (str_starts(name, types[i].name) &&
		    version_known(name + len, types[i].versions)) {
			*ret_sig = cpu_sig(types[i].family, types[i].model,
			    types[i].stepping);
			return 0;
		}
	}
	return err_set(e, ERR_NOT_FOUND,
	    "vCPU type %s: not EPYC, EPYC-IBPB, EPYC-Rome, EPYC-Milan, "
	    "EPYC-Genoa or EPYC-Turin in a version (-v1 ...) that is known",
	    STR_QUOTED(name));
}
