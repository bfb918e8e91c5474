/*
 * measurements/serefset -- what is known of an SE image, as refsets
 *
 * Registers: tag (what a verifier knows the image by), image_phkh and
 * attestation_phkh (the host keys that may start it), pld, ald, tld (the
 * digests of its components). Parameters: version, pages, header_size,
 * header_offset, pcf and its names, one for each component, and, when the
 * header was opened, psw_address, scf and its names.
 *
 * A register has room for SEREFSET_HOSTS keys; an image for more hosts has more
 * sets.
 *
 * Memory: strings that a set borrows are in the struct, which outlives it.
 */
#ifndef MEASUREMENTS_SEREFSET_H
#define MEASUREMENTS_SEREFSET_H

#include "measurements/cli/input.h"
#include "measurements/out/refset.h"
#include "measurements/se/seimage.h"

enum {
	SEREFSET_HOSTS = 1 + REFSET_ALSO / 2,
	SEREFSET_TEXT = 96
};

struct serefset {
	const struct seimage *image;
	bool matches[SEIMAGE_COMPONENTS_MAX]; /* compared with a given file */
	bool opened;                          /* conf is the header's */
	struct sehdr_conf conf;
	char components[SEIMAGE_COMPONENTS_MAX][SEREFSET_TEXT];
	struct buf pcf_names, scf_names;
};

/* Nothing known yet. */
void serefset_init(struct serefset *s);

/* Forget the secrets and free the texts. */
void serefset_release(struct serefset *s);

/* How many sets the image has. */
size_t serefset_count(const struct serefset *s);

/* Set i of them, begun with target and title, into r. */
void serefset_fill(struct serefset *s, size_t i, struct refset *r);

#endif
