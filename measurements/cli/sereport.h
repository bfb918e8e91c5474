/*
 * measurements/sereport -- what is known of an SE image
 *
 * As text for people, and as a refset for every other form (out/out.h): the
 * registers tag, image_phkh and attestation_phkh (each host key that may start
 * the image), pld, ald and tld. A part that was compared with the image is a
 * parameter by its kind.
 *
 * Memory: the report borrows everything; output goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_SEREPORT_H
#define MEASUREMENTS_SEREPORT_H

#include "measurements/cli/input.h"
#include "measurements/out/refset.h"
#include "measurements/se/seimage.h"

struct sereport {
	const struct seimage *image;
	const struct input *given; /* NULL: it was built from parts */
	const struct input *kernel;
	const struct input *initrd;
	bool matches[SEIMAGE_COMPONENTS_MAX];
	bool opened;
	bool has_image_key;
	struct sehdr_conf conf;
};

/* Append r to out for people. */
void sereport_text(const struct sereport *r, struct buf *out);

/* The same as a set, which borrows from r. */
void sereport_refset(const struct sereport *s, struct refset *ret_r);

#endif
