/*
 * measurements/cli/initdata_form -- the four forms that initdata comes in
 *
 *	toml		the document
 *	gzip		the document, compressed
 *	annotation	the gzip data in base64: the value of Kata's annotation
 *			io.katacontainers.config.hypervisor.cc_init_data
 *	image		the gzip data as the block device that a runtime makes
 *
 * Equal documents give equal bytes in every form.
 */
#ifndef MEASUREMENTS_INITDATA_FORM_H
#define MEASUREMENTS_INITDATA_FORM_H

#include "base/buf.h"
#include "base/err.h"
#include "initdata/initdata.h"

enum initdata_form {
	INITDATA_TOML,
	INITDATA_GZIP,
	INITDATA_ANNOTATION,
	INITDATA_IMAGE,
	INITDATA_FORMS
};

/* A file of the document. */
struct initdata_part {
	const char *name;
	const struct buf *text;
};

/* "toml", ...; and the form of that name, INITDATA_FORMS for none. */
const char *initdata_form_name(enum initdata_form form);
enum initdata_form initdata_form_of(const char *name);

/*
 * Read the len bytes at p, in whatever form they are. *ret_form tells it,
 * *ret_gzip the bytes of gzip data (0 for TOML).
 */
int initdata_form_read(const uint8_t *p, size_t len, struct initdata *ret,
    enum initdata_form *ret_form, size_t *ret_gzip, struct err *e);

/* Append the document in that form to out. */
int initdata_form_write(const struct initdata *d, enum initdata_form form,
    struct buf *out, struct err *e);

/* Append a document with these n files to out. Files must be UTF-8. */
void initdata_form_document(enum sha2_algorithm alg,
    const struct initdata_part *parts, size_t n, struct buf *out);

#endif
