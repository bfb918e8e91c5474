#include <bearssl_hmac.h>

#include "measurements/verify/seattest.h"

static void
put_be(br_hmac_context *h, uint32_t v, size_t len)
{
	uint8_t p[4];

	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(v >> 8 * (len - 1 - i));
	br_hmac_update(h, p, len);
}

int
seattest_check(const struct seattest *s, struct err *e)
{
	size_t add = span_len(&s->additional);

	if (span_len(&s->measurement) != SE_DIGEST ||
	    span_len(&s->tags) != SE_TAGS || span_len(&s->cuid) != SE_CUID ||
	    span_len(&s->user_data) > SE_USER_MAX ||
	    (add != 0 && add < 2 * SE_PHKH))
		return err_set(e, ERR_SYNTAX,
		    "SE evidence: a field of the wrong length");
	return 0;
}

void
seattest_measure(const struct seattest *s, const uint8_t key[static SE_KEY],
    const uint8_t *nonce, uint8_t ret_m[static SE_DIGEST])
{
	br_hmac_key_context k;
	br_hmac_context h;

	br_hmac_key_init(&k, &br_sha512_vtable, key, SE_KEY);
	br_hmac_init(&h, &k, 0);
	br_hmac_update(&h, s->tags.p, span_len(&s->tags));
	br_hmac_update(&h, s->cuid.p, span_len(&s->cuid));
	put_be(&h, (uint32_t)span_len(&s->user_data), 2);
	put_be(&h, 0, 2);
	put_be(&h, (uint32_t)span_len(&s->additional), 4);
	br_hmac_update(&h, s->user_data.p, span_len(&s->user_data));
	if (nonce != NULL)
		br_hmac_update(&h, nonce, SE_NONCE);
	br_hmac_update(&h, s->additional.p, span_len(&s->additional));
	br_hmac_out(&h, ret_m);
}
