#include "crypto/sha2.h"

size_t
sha2_len(enum sha2_algorithm alg)
{
	switch (alg) {
	case SHA2_256:
		return SHA2_256_LEN;
	case SHA2_384:
		return SHA2_384_LEN;
	case SHA2_512:
		break;
	}
	return SHA2_512_LEN;
}

const char *
sha2_name(enum sha2_algorithm alg)
{
	switch (alg) {
	case SHA2_256:
		return "sha256";
	case SHA2_384:
		return "sha384";
	case SHA2_512:
		break;
	}
	return "sha512";
}

void
sha2_init(struct sha2 *h, enum sha2_algorithm alg)
{
	h->alg = alg;
	switch (alg) {
	case SHA2_256:
		br_sha256_init(&h->u.s256);
		break;
	case SHA2_384:
		br_sha384_init(&h->u.s512);
		break;
	case SHA2_512:
		br_sha512_init(&h->u.s512);
		break;
	}
}

void
sha2_update(struct sha2 *h, const void *p, size_t len)
{
	if (len == 0)
		return;
	if (h->alg == SHA2_256)
		br_sha256_update(&h->u.s256, p, len);
	else
		br_sha384_update(&h->u.s512, p, len);
}

void
sha2_final(const struct sha2 *h, uint8_t *ret_digest)
{
	switch (h->alg) {
	case SHA2_256:
		br_sha256_out(&h->u.s256, ret_digest);
		break;
	case SHA2_384:
		br_sha384_out(&h->u.s512, ret_digest);
		break;
	case SHA2_512:
		br_sha512_out(&h->u.s512, ret_digest);
		break;
	}
}

void
sha2_digest(enum sha2_algorithm alg, const void *p, size_t len,
    uint8_t *ret_digest)
{
	struct sha2 h;

	sha2_init(&h, alg);
	sha2_update(&h, p, len);
	sha2_final(&h, ret_digest);
}
