#include "codec/hex.h"
#include "crypto/hmac.h"
#include "policy/builtin_impl.h"

/* Hashing a byte is worth about an eighth of a step. */
static int
charge(struct bctx *ctx, size_t len)
{
	return budget_charge(ctx->budget, 8 + len / 8);
}

static enum builtin_result
as_hex(struct bctx *ctx, const uint8_t *p, size_t len, struct value *ret)
{
	char text[HEX_SIZE(HMAC_LEN_MAX)];

	hex_encode(p, len, text);
	return builtin_return(ctx, value_string(ctx->heap, text, 2 * len), ret);
}

static enum builtin_result
digest(struct bctx *ctx, const struct value *args, enum hmac_hash hash,
    struct value *ret)
{
	const struct string *s = args[0].u.s;
	uint8_t d[HMAC_LEN_MAX];

	if (charge(ctx, s->len) != 0)
		return BUILTIN_LIMIT;
	hmac_digest(hash, s->s, s->len, d);
	return as_hex(ctx, d, hmac_len(hash), ret);
}

BUILTIN(crypto_md5)
{
	return digest(ctx, args, HMAC_MD5, ret);
}

BUILTIN(crypto_sha1)
{
	return digest(ctx, args, HMAC_SHA1, ret);
}

BUILTIN(crypto_sha256)
{
	return digest(ctx, args, HMAC_SHA256, ret);
}

static enum builtin_result
mac(struct bctx *ctx, const struct value *args, enum hmac_hash hash,
    struct value *ret)
{
	const struct string *s = args[0].u.s, *key = args[1].u.s;
	uint8_t d[HMAC_LEN_MAX];

	if (charge(ctx, (size_t)s->len + key->len) != 0)
		return BUILTIN_LIMIT;
	hmac_compute(hash, key->s, key->len, s->s, s->len, d);
	return as_hex(ctx, d, hmac_len(hash), ret);
}

BUILTIN(hmac_md5)
{
	return mac(ctx, args, HMAC_MD5, ret);
}

BUILTIN(hmac_sha1)
{
	return mac(ctx, args, HMAC_SHA1, ret);
}

BUILTIN(hmac_sha256)
{
	return mac(ctx, args, HMAC_SHA256, ret);
}

BUILTIN(hmac_sha512)
{
	return mac(ctx, args, HMAC_SHA512, ret);
}

BUILTIN(hmac_equal)
{
	const struct string *a = args[0].u.s, *b = args[1].u.s;

	if (charge(ctx, a->len) != 0)
		return BUILTIN_LIMIT;
	return builtin_bool(ctx,
	    a->len == b->len && hmac_same(a->s, b->s, a->len), ret);
}
