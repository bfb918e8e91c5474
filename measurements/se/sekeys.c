#include <string.h>

#include <bearssl.h>

#include "base/span.h"
#include "measurements/se/sekeys.h"

enum {
	ATTEMPTS = 64 /* each fails with less than one in 2^200 */
};

int
sekeys_from_bytes(const uint8_t random[SEKEYS_RANDOM], struct sekeys *ret_k,
    struct err *e)
{
	struct span s = span_of(random, SEKEYS_RANDOM);
	uint8_t d[ECKEY_LEN_MAX];
	struct sekeys k;
	int rc;

	span_copy(&s, k.header_key, sizeof(k.header_key));
	span_copy(&s, k.iv, sizeof(k.iv));
	span_copy(&s, k.cck, sizeof(k.cck));
	span_copy(&s, k.image_key, sizeof(k.image_key));
	span_copy(&s, k.tweaks, sizeof(k.tweaks));
	span_copy(&s, d, sizeof(d));
	d[0] &= 1; /* the order has 521 bits */
	rc = eckey_init(ECKEY_P521, d, &k.customer, e);
	if (rc == 0)
		*ret_k = k;
	explicit_bzero(d, sizeof(d));
	sekeys_wipe(&k);
	return rc;
}

/* One block of output: HMAC(key, context, attempt, number). */
static void
derive(const br_hmac_key_context *key, const uint8_t *context, int attempt,
    int number, uint8_t ret_block[SHA2_512_LEN])
{
	static const char label[] = "husk se image keys";
	uint8_t position[2] = { (uint8_t)attempt, (uint8_t)number };
	br_hmac_context h;

	br_hmac_init(&h, key, 0);
	br_hmac_update(&h, label, sizeof(label));
	br_hmac_update(&h, context, SHA2_512_LEN);
	br_hmac_update(&h, position, sizeof(position));
	br_hmac_out(&h, ret_block);
	explicit_bzero(&h, sizeof(h));
}

int
sekeys_from_seed(const void *seed, size_t len,
    const uint8_t context[SHA2_512_LEN], struct sekeys *ret_k, struct err *e)
{
	uint8_t bytes[SEKEYS_RANDOM];
	br_hmac_key_context key;
	int rc = -1;

	if (len < SEKEYS_SEED_MIN)
		return err_set(e, ERR_ARGUMENT,
		    "a seed of %zu bytes: it must have %d at least", len,
		    SEKEYS_SEED_MIN);
	br_hmac_key_init(&key, &br_sha512_vtable, seed, len);
	for (int i = 0; rc < 0 && i < ATTEMPTS; i++) {
		for (int n = 0; n < SEKEYS_RANDOM / SHA2_512_LEN; n++)
			derive(&key, context, i, n, bytes + n * SHA2_512_LEN);
		rc = sekeys_from_bytes(bytes, ret_k, e);
	}
	explicit_bzero(&key, sizeof(key));
	explicit_bzero(bytes, sizeof(bytes));
	return rc;
}

void
sekeys_wipe(struct sekeys *k)
{
	explicit_bzero(k, sizeof(*k));
}
