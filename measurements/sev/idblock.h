/*
 * measurements/idblock -- the ID block and its authentication (SEV-SNP)
 *
 * An owner signs the launch digest, the policy and names of his own choice as
 * an ID block; the security processor starts no guest whose digest or policy
 * is another, and reports the digests of the keys (SEV-SNP firmware ABI 1.55,
 * SNP_LAUNCH_FINISH, tables 74 to 78). QEMU takes both structures as base64:
 * id-block= and id-auth=. Keys are on P-384, the only curve that there is.
 *
 * Signatures are deterministic, so the same inputs give the same bytes.
 *
 * Memory: none of these functions allocates.
 */
#ifndef MEASUREMENTS_IDBLOCK_H
#define MEASUREMENTS_IDBLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "measurements/format/eckey.h"
#include "measurements/sev/gctx.h"

enum {
	IDBLOCK_LEN = 96,
	IDBLOCK_NAME_LEN = 16,
	IDAUTH_LEN = 4096,
	IDKEY_LEN = 0x404,
	IDKEY_DIGEST_LEN = SHA2_384_LEN
};

/* What QEMU and Kata use when nothing else is said: SMT allowed. */
#define IDBLOCK_POLICY 0x30000ULL

struct idblock {
	uint8_t ld[GCTX_LD_LEN];
	uint8_t family_id[IDBLOCK_NAME_LEN];
	uint8_t image_id[IDBLOCK_NAME_LEN];
	uint32_t guest_svn;
	uint64_t policy;
};

/* What a pair says of the keys. */
struct idauth {
	uint8_t id_key_digest[IDKEY_DIGEST_LEN];
	uint8_t author_key_digest[IDKEY_DIGEST_LEN]; /* if has_author */
	bool has_author;
};

/*
 * Refuse a guest policy that the firmware refuses: bit 17 must be set and bits
 * 26 to 63 must be clear.
 */
int idblock_check_policy(uint64_t policy, struct err *e);

/* The structure's bytes. */
void idblock_write(const struct idblock *b, uint8_t ret_block[IDBLOCK_LEN]);

/* Read them; -1 with ERR_SYNTAX for another length or version. */
int idblock_read(const void *p, size_t len, struct idblock *ret_b,
    struct err *e);

/* The public key as the structure that is hashed and signed. */
void idkey_write(const struct ecpoint *pub, uint8_t ret_key[IDKEY_LEN]);

/* What the report has as ID_KEY_DIGEST or AUTHOR_KEY_DIGEST. */
void idkey_digest(const struct ecpoint *pub,
    uint8_t ret_digest[IDKEY_DIGEST_LEN]);

/*
 * Sign block with the ID key, and the ID key with the author's key if there is
 * one (NULL: none, QEMU's author-key-enabled=off).
 */
void idauth_sign(const uint8_t block[IDBLOCK_LEN], const struct eckey *id_key,
    const struct eckey *author_key, uint8_t ret_auth[IDAUTH_LEN]);

/*
 * Check an ID auth structure against block as the firmware does. Returns 0 and
 * fills *ret_a, or -1: ERR_SYNTAX naming the offset, or ERR_DENIED for a
 * signature that is not right.
 */
int idauth_verify(const uint8_t block[IDBLOCK_LEN], const void *p, size_t len,
    struct idauth *ret_a, struct err *e);

#endif
