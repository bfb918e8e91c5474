#include <bearssl.h>

#include "measurements/format/be.h"
#include "measurements/se/seattest.h"

void
seattest_measure(const struct seattest *a, const uint8_t key[SEATTEST_KEY],
    uint8_t ret_m[SEATTEST_LEN])
{
	uint8_t lengths[8] = { 0 };
	br_hmac_key_context k;
	br_hmac_context h;

	be_put16(lengths, (uint16_t)span_len(&a->user));
	be_put32(lengths + 4, (uint32_t)span_len(&a->additional));
	br_hmac_key_init(&k, &br_sha512_vtable, key, SEATTEST_KEY);
	br_hmac_init(&h, &k, 0);
	br_hmac_update(&h, a->pld, SHA2_512_LEN);
	br_hmac_update(&h, a->ald, SHA2_512_LEN);
	br_hmac_update(&h, a->tld, SHA2_512_LEN);
	br_hmac_update(&h, a->tag, SEAES_TAG_LEN);
	br_hmac_update(&h, a->cuid, SEATTEST_CUID);
	br_hmac_update(&h, lengths, sizeof(lengths));
	br_hmac_update(&h, a->user.p, span_len(&a->user));
	if (a->nonce != NULL)
		br_hmac_update(&h, a->nonce, SEATTEST_NONCE);
	br_hmac_update(&h, a->additional.p, span_len(&a->additional));
	br_hmac_out(&h, ret_m);
}
