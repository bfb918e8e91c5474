#include <bearssl_hash.h>
#include <bearssl_hmac.h>

#include "crypto/hmac.h"

static const br_hash_class *
class_of(enum hmac_hash hash)
{
	switch (hash) {
	case HMAC_MD5:
		return &br_md5_vtable;
	case HMAC_SHA1:
		return &br_sha1_vtable;
	case HMAC_SHA256:
		return &br_sha256_vtable;
	case HMAC_SHA512:
		break;
	}
	return &br_sha512_vtable;
}

size_t
hmac_len(enum hmac_hash hash)
{
	return class_of(hash)->desc >> BR_HASHDESC_OUT_OFF &
	       BR_HASHDESC_OUT_MASK;
}

void
hmac_digest(enum hmac_hash hash, const void *p, size_t len, uint8_t *ret_digest)
{
	const br_hash_class *class = class_of(hash);
	br_hash_compat_context ctx;

	class->init(&ctx.vtable);
	if (len > 0)
		class->update(&ctx.vtable, p, len);
	class->out(&ctx.vtable, ret_digest);
}

void
hmac_compute(enum hmac_hash hash, const void *key, size_t key_len,
    const void *p, size_t len, uint8_t *ret_mac)
{
	br_hmac_key_context kc;
	br_hmac_context ctx;

	br_hmac_key_init(&kc, class_of(hash), key, key_len);
	br_hmac_init(&ctx, &kc, 0);
	if (len > 0)
		br_hmac_update(&ctx, p, len);
	br_hmac_out(&ctx, ret_mac);
}

bool
hmac_same(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	volatile uint8_t differ = 0;

	for (size_t i = 0; i < len; i++)
		differ |= x[i] ^ y[i];
	return differ == 0;
}
