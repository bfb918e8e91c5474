/*
 * measurements/seaes -- AES-256 as Secure Execution uses it: GCM and XTS
 *
 * All of it runs in constant time: by the processor's AES instructions where
 * they are, else bit-sliced. XTS (IEEE 1619) takes whole blocks only; there is
 * no ciphertext stealing, since pages have none.
 *
 * Memory: none of these functions allocates; seaes_xts_wipe() forgets a key.
 */
#ifndef MEASUREMENTS_SEAES_H
#define MEASUREMENTS_SEAES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bearssl_block.h>

enum {
	SEAES_KEY_LEN = 32,
	SEAES_XTS_KEY_LEN = 64,
	SEAES_IV_LEN = 12,
	SEAES_TAG_LEN = 16,
	SEAES_BLOCK = 16
};

/*
 * Encrypt the len bytes at data in place, with aad_len bytes that are only
 * authenticated; the tag in ret_tag.
 */
void seaes_gcm_seal(const uint8_t key[SEAES_KEY_LEN],
    const uint8_t iv[SEAES_IV_LEN], const void *aad, size_t aad_len,
    uint8_t *data, size_t len, uint8_t ret_tag[SEAES_TAG_LEN]);

/* The reverse: 0, or -1 with data zeroed when the tag is not right. */
int seaes_gcm_open(const uint8_t key[SEAES_KEY_LEN],
    const uint8_t iv[SEAES_IV_LEN], const void *aad, size_t aad_len,
    uint8_t *data, size_t len, const uint8_t tag[SEAES_TAG_LEN]);

struct seaes_xts {
	bool encrypt;
	br_aes_gen_cbcenc_keys tweak_key;
	union {
		br_aes_gen_cbcenc_keys enc;
		br_aes_gen_cbcdec_keys dec;
	} data_key;
};

/* The first half of key is for the data, the second for the tweak. */
void seaes_xts_init(struct seaes_xts *x, const uint8_t key[SEAES_XTS_KEY_LEN],
    bool encrypt);

/* One data unit of len bytes, a multiple of SEAES_BLOCK, in place. */
void seaes_xts_run(const struct seaes_xts *x, const uint8_t tweak[SEAES_BLOCK],
    uint8_t *data, size_t len);

void seaes_xts_wipe(struct seaes_xts *x);

#endif
