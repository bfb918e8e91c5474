/*
 * measurements/replay -- the verb `husk replay`
 *
 * An event log (CCEL of a TD, or a TPM's) to its events and the registers that
 * they lead to, and where a quote is given, whether those are the quote's. The
 * quote's signature is not checked. The json form, a stable schema:
 *
 *	log		{path, size, sha256}
 *	kind		"tdx" | "tpm"
 *	banks		{algorithm: {register: hexadecimal}}; the RTMRs, or the
 *			PCRs that events extended
 *	quote		null | {path, size, sha256, match, differ: [register]}
 *	events		[{register, type, digests: {algorithm: hexadecimal},
 *			size, hashes_data, text}]; the register of an event
 *			that extends nothing, and an unknown type, are null
 */
#ifndef MEASUREMENTS_REPLAY_H
#define MEASUREMENTS_REPLAY_H

/*
 * argv[0] is the verb. Returns EXIT_OK, EXIT_NO when the quote has other
 * registers, or EXIT_BAD after one line of error (measurements/cli/measure.h).
 */
int replay_main(int argc, char **argv);

#endif
