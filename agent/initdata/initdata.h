/*
 * initdata/initdata -- the document that configures a confidential guest
 *
 * Confidential Containers' initdata 0.1.0: a TOML document with the keys
 *	version		"0.1.0"
 *	algorithm	"sha256", "sha384" or "sha512"
 *	[data]		file name = contents, all strings
 * Kata passes it as gzip(TOML). Its digest, by the algorithm it names and over
 * all bytes of the TOML, is what the host had the hardware record at launch;
 * whoever trusts the guest compares the two. This module computes the digest
 * and takes the files; it trusts nothing in them.
 *
 * Everything but a document of exactly this form is refused; other top-level
 * keys and unknown files are allowed, as upstream does.
 *
 * Memory: a struct initdata owns its text and tree; initdata_release() frees
 * both. Files are spans of them.
 */
#ifndef INITDATA_INITDATA_H
#define INITDATA_INITDATA_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "codec/toml.h"
#include "crypto/sha2.h"

enum {
	INITDATA_MAX = 16 * 1024 * 1024,     /* bytes of the TOML */
	INITDATA_GZIP_MAX = 4 * 1024 * 1024, /* compressed */
	INITDATA_ARENA_MAX = 2 * INITDATA_MAX,
	/* Bytes of the fields that hold its digest. */
	INITDATA_MRCONFIGID = 48, /* TDX */
	INITDATA_HOST_DATA = 32   /* SNP */
};

/* Files that the guest knows. */
#define INITDATA_POLICY "policy.rego"
#define INITDATA_AA "aa.toml"
#define INITDATA_CDH "cdh.toml"

struct initdata {
	struct buf toml;
	struct arena arena;
	const struct toml_node *data; /* the table of files */
	enum sha2_algorithm algorithm;
	uint8_t digest[SHA2_LEN_MAX]; /* sha2_len(algorithm) of them */
};

/*
 * Read the len bytes of TOML at p, which are copied, or of gzip(TOML).
 * Returns 0, or -1 and nothing to release:
 *	ERR_SYNTAX	not gzip, not TOML, or not of the form above
 *	ERR_UNSUPPORTED	another version or algorithm
 *	ERR_LIMIT	larger than the limits
 */
int initdata_read(const void *p, size_t len, struct initdata *ret,
    struct err *e);
int initdata_unpack(const void *p, size_t len, struct initdata *ret,
    struct err *e);
void initdata_release(struct initdata *d);

/* The file called name; NULL when there is none. Valid as long as d. */
const struct toml_text *initdata_file(const struct initdata *d,
    const char *name);

/*
 * The digest as a launch field of size bytes holds it: cut off, or filled
 * with zeros on the right (Kata 4.1: 48 bytes for TDX's MRCONFIGID, 32 for
 * SNP's HOST_DATA).
 */
void initdata_launch_field(const struct initdata *d, uint8_t *ret_field,
    size_t size);

#endif
