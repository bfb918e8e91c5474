/*
 * measurements/sereport -- what is known of an SE image, in three forms
 *
 * hex	the header's tag, a line feed, and nothing else
 * text	for people
 * json	one object; keys always present and in this order:
 *
 *	target		"se"
 *	inputs		{image, kernel, initrd}: {path, size, sha256} or null
 *	version		number, 256
 *	tag		hexadecimal: what a verifier knows the image by
 *	image_phkh	array: hash of each host key that may start it
 *	pld, ald, tld	hexadecimal: the digests of the components
 *	pages		number of their pages
 *	pcf, pcf_flags	number, and names
 *	header_size	number
 *	header_offset	number; null for a header alone
 *	components	array of {kind, address, size, tweak, matches}; matches
 *			is true for what was compared with a given file
 *	opened		boolean: the header key was given and is right
 *	psw_address	number, or null when not opened
 *	scf, scf_flags	likewise
 *	reference_values	the names that Trustee's policies use, each with
 *			the array of what is acceptable
 *
 * Memory: the report borrows everything; output goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_SEREPORT_H
#define MEASUREMENTS_SEREPORT_H

#include "measurements/cli/input.h"
#include "measurements/se/seimage.h"

enum sereport_format {
	SEREPORT_TEXT,
	SEREPORT_JSON,
	SEREPORT_HEX
};

struct sereport {
	enum sereport_format format;
	const struct seimage *image;
	const struct input *given; /* NULL: it was built from parts */
	const struct input *kernel;
	const struct input *initrd;
	bool matches[SEIMAGE_COMPONENTS_MAX];
	bool opened;
	bool has_image_key;
	struct sehdr_conf conf;
};

/* Append r to out in its format. */
void sereport_write(const struct sereport *r, struct buf *out);

#endif
