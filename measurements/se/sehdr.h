/*
 * measurements/sehdr -- the header of a Secure Execution image, version 1
 *
 * Everything is big-endian. In the clear: sizes, flags, the image's public
 * key, the digests of the components (measurements/secomp) and one slot for
 * each host that may run the image, with the header's key wrapped for it. Then
 * 128 encrypted bytes (struct sehdr_conf), and the tag that authenticates all
 * of it, which is what attestation knows the image by (se.tag).
 *
 * Memory: a parsed header points into the caller's bytes; nothing is
 * allocated.
 */
#ifndef MEASUREMENTS_SEHDR_H
#define MEASUREMENTS_SEHDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/format/eckey.h"
#include "measurements/se/secomp.h"

enum {
	SEHDR_VERSION = 0x100,
	SEHDR_COORD = 80, /* a coordinate of P-521, zeros first */
	SEHDR_PUBLIC = 2 * SEHDR_COORD,
	SEHDR_HASH = SHA2_256_LEN, /* of a public key: phkh */
	SEHDR_SLOT = SEHDR_HASH + SEAES_KEY_LEN + SEAES_TAG_LEN,
	SEHDR_FIXED = 0x1a0, /* what stands before the slots */
	SEHDR_CONF = 128,
	SEHDR_MAX = 2 * SECOMP_PAGE,
	SEHDR_SLOTS_MAX =
	    (SEHDR_MAX - SEHDR_FIXED - SEHDR_CONF - SEAES_TAG_LEN) / SEHDR_SLOT,
	SEHDR_MIN = SEHDR_FIXED + SEHDR_CONF + SEAES_TAG_LEN
};

/* Flags, numbered from the most significant bit. */
#define SEHDR_FLAG(n) (1ULL << (63 - (n)))

/* Plaintext control flags. */
#define SEHDR_PCF_DUMP SEHDR_FLAG(34)
#define SEHDR_PCF_PLAIN_COMPONENTS SEHDR_FLAG(35)
#define SEHDR_PCF_PCKMO (SEHDR_FLAG(56) | SEHDR_FLAG(57) | SEHDR_FLAG(58))
#define SEHDR_PCF_PCKMO_HMAC SEHDR_FLAG(59)
#define SEHDR_PCF_BACKUP_KEYS SEHDR_FLAG(62)

/* Secret control flags. */
#define SEHDR_SCF_EXTENSION_SECRET SEHDR_FLAG(1)
#define SEHDR_SCF_CCK_UPDATE SEHDR_FLAG(2)

/* BA and EA: addresses of 64 bits. */
#define SEHDR_PSW_MASK 0x180000000ULL

struct sehdr {
	uint32_t size;
	uint64_t n_slots;
	uint64_t pcf;
	uint8_t iv[SEAES_IV_LEN];
	uint8_t public_key[SEHDR_PUBLIC];
	struct secomp_digests digests;
	const uint8_t *bytes; /* size of them */
	const uint8_t *slots; /* n_slots of SEHDR_SLOT */
	const uint8_t *conf;
	uint8_t tag[SEAES_TAG_LEN];
};

/* What is encrypted. */
struct sehdr_conf {
	uint8_t cck[SEAES_KEY_LEN];
	uint8_t image_key[SEAES_XTS_KEY_LEN];
	uint64_t psw_mask;
	uint64_t psw_addr;
	uint64_t scf;
};

/* True when the len bytes at p begin with a header's magic. */
bool sehdr_is(const void *p, size_t len);

/*
 * Read the header at the front of the len bytes at p; more may follow. -1 with
 * ERR_SYNTAX, or ERR_UNSUPPORTED for another version, naming the offset.
 */
int sehdr_parse(const void *p, size_t len, struct sehdr *ret_h, struct err *e);

/*
 * Decrypt by the header key. ERR_DENIED when the tag is not right: another
 * key, or another header than was built.
 */
int sehdr_open(const struct sehdr *h, const uint8_t key[SEAES_KEY_LEN],
    struct sehdr_conf *ret_c, struct err *e);

/* The slot for the host whose key hash is phkh; NULL when there is none. */
const uint8_t *sehdr_find_slot(const struct sehdr *h,
    const uint8_t phkh[SEHDR_HASH]);

/* A P-521 point as the header has it, and the hash that names it. */
void sehdr_public(const struct ecpoint *pt, uint8_t ret_public[SEHDR_PUBLIC]);
void sehdr_key_hash(const struct ecpoint *pt, uint8_t ret_phkh[SEHDR_HASH]);

/* Wrap the header's key, by the image's private key, for a host. */
void sehdr_wrap(const struct eckey *image, const struct ecpoint *host,
    const uint8_t header_key[SEAES_KEY_LEN], uint8_t ret_slot[SEHDR_SLOT]);

/* What a header is built of. */
struct sehdr_plan {
	const struct eckey *image; /* on P-521 */
	const struct ecpoint *hosts;
	size_t n_hosts;
	const uint8_t *header_key;
	const uint8_t *iv;
	uint64_t pcf;
	struct secomp_digests digests;
	struct sehdr_conf conf;
};

/* Bytes of a header with so many slots. */
size_t sehdr_size(size_t n_hosts);

/* Append the header to out. ERR_LIMIT beyond SEHDR_SLOTS_MAX hosts, or 0. */
int sehdr_build(const struct sehdr_plan *plan, struct buf *out, struct err *e);

/*
 * Names of the flags that are set, comma-separated, in out; a bit that is not
 * known by its number. secret tells which of the two sets.
 */
void sehdr_flag_names(uint64_t flags, bool secret, struct buf *out);

#endif
