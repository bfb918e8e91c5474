#include <assert.h>
#include <string.h>

#include <bearssl.h>

#include "measurements/se/seaes.h"

static void
gcm_start(br_gcm_context *g, br_aes_ct64_ctr_keys *k, const uint8_t *key,
    const uint8_t *iv, const void *aad, size_t aad_len)
{
	br_aes_ct64_ctr_init(k, key, SEAES_KEY_LEN);
	br_gcm_init(g, &k->vtable, br_ghash_ctmul64);
	br_gcm_reset(g, iv, SEAES_IV_LEN);
	br_gcm_aad_inject(g, aad, aad_len);
	br_gcm_flip(g);
}

void
seaes_gcm_seal(const uint8_t key[SEAES_KEY_LEN], const uint8_t iv[SEAES_IV_LEN],
    const void *aad, size_t aad_len, uint8_t *data, size_t len,
    uint8_t ret_tag[SEAES_TAG_LEN])
{
	br_aes_ct64_ctr_keys k;
	br_gcm_context g;

	gcm_start(&g, &k, key, iv, aad, aad_len);
	br_gcm_run(&g, 1, data, len);
	br_gcm_get_tag(&g, ret_tag);
	explicit_bzero(&k, sizeof(k));
	explicit_bzero(&g, sizeof(g));
}

int
seaes_gcm_open(const uint8_t key[SEAES_KEY_LEN], const uint8_t iv[SEAES_IV_LEN],
    const void *aad, size_t aad_len, uint8_t *data, size_t len,
    const uint8_t tag[SEAES_TAG_LEN])
{
	br_aes_ct64_ctr_keys k;
	br_gcm_context g;
	bool right;

	gcm_start(&g, &k, key, iv, aad, aad_len);
	br_gcm_run(&g, 0, data, len);
	right = br_gcm_check_tag(&g, tag) == 1;
	if (!right)
		explicit_bzero(data, len);
	explicit_bzero(&k, sizeof(k));
	explicit_bzero(&g, sizeof(g));
	return right ? 0 : -1;
}

static const br_block_cbcenc_class *
encryption(void)
{
	const br_block_cbcenc_class *c = br_aes_x86ni_cbcenc_get_vtable();

	return c ? c : &br_aes_ct64_cbcenc_vtable;
}

static const br_block_cbcdec_class *
decryption(void)
{
	const br_block_cbcdec_class *c = br_aes_x86ni_cbcdec_get_vtable();

	return c ? c : &br_aes_ct64_cbcdec_vtable;
}

void
seaes_xts_init(struct seaes_xts *x, const uint8_t key[SEAES_XTS_KEY_LEN],
    bool encrypt)
{
	memset(x, 0, sizeof(*x));
	x->encrypt = encrypt;
	encryption()->init(&x->tweak_key.vtable, key + SEAES_KEY_LEN,
	    SEAES_KEY_LEN);
	if (encrypt)
		encryption()->init(&x->data_key.enc.vtable, key, SEAES_KEY_LEN);
	else
		decryption()->init(&x->data_key.dec.vtable, key, SEAES_KEY_LEN);
}

/* Multiply by x in GF(2^128), least significant byte first (IEEE 1619, 5.2). */
static void
next_tweak(uint8_t t[SEAES_BLOCK])
{
	unsigned carry = 0;

	for (int i = 0; i < SEAES_BLOCK; i++) {
		unsigned v = (unsigned)t[i] << 1 | carry;

		t[i] = (uint8_t)v;
		carry = v >> 8;
	}
	t[0] ^= (uint8_t)(0x87 & -carry);
}

static void
add(uint8_t *block, const uint8_t *t)
{
	for (int i = 0; i < SEAES_BLOCK; i++)
		block[i] ^= t[i];
}

/*
 * CBC of one block is E(P ^ iv) and D(C) ^ iv: with the tweak as the iv it is
 * one half of XTS, and a further addition is the other.
 */
void
seaes_xts_run(const struct seaes_xts *x, const uint8_t tweak[SEAES_BLOCK],
    uint8_t *data, size_t len)
{
	uint8_t t[SEAES_BLOCK], iv[SEAES_BLOCK] = { 0 };

	assert(len % SEAES_BLOCK == 0);
	memcpy(t, tweak, sizeof(t));
	x->tweak_key.vtable->run(&x->tweak_key.vtable, iv, t, sizeof(t));
	for (; len > 0; len -= SEAES_BLOCK, data += SEAES_BLOCK) {
		memcpy(iv, t, sizeof(iv));
		if (x->encrypt) {
			x->data_key.enc.vtable->run(&x->data_key.enc.vtable, iv,
			    data, SEAES_BLOCK);
			add(data, t);
		} else {
			add(data, t);
			x->data_key.dec.vtable->run(&x->data_key.dec.vtable, iv,
			    data, SEAES_BLOCK);
		}
		next_tweak(t);
	}
	explicit_bzero(t, sizeof(t));
}

void
seaes_xts_wipe(struct seaes_xts *x)
{
	explicit_bzero(x, sizeof(*x));
}
