/*
 * measurements/corim -- refsets as a CoRIM (draft-ietf-rats-corim-08)
 *
 * An unsigned CoRIM (tag 501) with one CoMID (tag 506) of reference triples,
 * for a signer such as cocli, or for RVPS, which makes names such as
 * "husk/tdx/rtmr1/digests" of it. The environments, by vendor and model:
 *
 *	"husk", target		a measurement for each register, keyed by its
 *				name, with every digest that it may have
 *	"husk", "inputs"	a measurement for each file, keyed by its role,
 *				with its SHA-256, and one for "cmdline": what
 *				the values came from
 *
 * A register that is no digest (HOST_DATA, MRCONFIGID) is a raw value. Equal
 * results give equal bytes: the identifiers are made of the SHA-256 of the
 * triples.
 *
 * Memory: output goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_CORIM_H
#define MEASUREMENTS_CORIM_H

#include "measurements/out/out.h"

/* Tags of the draft. */
enum {
	CORIM_TAG_UNSIGNED = 501,
	CORIM_TAG_COMID = 506,
	CORIM_TAG_BYTES = 560
};

#endif
