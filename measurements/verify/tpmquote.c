#include <string.h>

#include "measurements/verify/tpmquote.h"

enum {
	TPM_ALG_SHA256 = 0x000b,
	TPM_ALG_SHA384 = 0x000c,
	TPM_ALG_SHA512 = 0x000d,
	TPM_ALG_RSASSA = 0x0014,
	TPM_ALG_RSAPSS = 0x0016,
	TPM_ALG_ECDSA = 0x0018,
	TPM_ST_ATTEST_QUOTE = 0x8018,
	CLOCK_INFO_LEN = 17,
	SELECT_MAX = 8
};

#define TPM_GENERATED 0xff544347U

/* A TPM2B: a size and as many bytes. */
static struct span
take_2b(struct span *s)
{
	return span_take(s, span_be16(s));
}

/* TPML_PCR_SELECTION of one bank. */
static int
read_selection(struct span *s, uint32_t *ret_selected, struct err *e)
{
	uint32_t banks = span_be32(s), selected = 0;
	uint16_t alg = span_be16(s);
	size_t n = span_u8(s);

	if (!span_bad(s) && (banks != 1 || alg != TPM_ALG_SHA256))
		return err_set(e, ERR_UNSUPPORTED,
		    "TPM quote: of %u banks, the first of the algorithm 0x%x; "
		    "and it must be SHA-256's alone",
		    banks, alg);
	if (n > SELECT_MAX)
		span_fail(s);
	for (size_t i = 0; i < n && !span_bad(s); i++) {
		uint8_t bits = span_u8(s);

		if (i < TPMQUOTE_PCRS / 8)
			selected |= (uint32_t)bits << 8 * i;
		else if (bits != 0)
			span_fail(s);
	}
	*ret_selected = selected;
	return 0;
}

int
tpmquote_parse(struct span message, struct tpmquote *ret_q, struct err *e)
{
	struct span s = message;
	uint32_t magic = span_be32(&s);
	uint16_t type = span_be16(&s);
	struct tpmquote q = { .message = message };

	if (magic != TPM_GENERATED || type != TPM_ST_ATTEST_QUOTE)
		return err_set(e, ERR_SYNTAX, "TPM quote: not a quote");
	take_2b(&s); /* qualifiedSigner */
	q.nonce = take_2b(&s);
	span_skip(&s, CLOCK_INFO_LEN + 8); /* and firmwareVersion */
	if (read_selection(&s, &q.selected, e) < 0)
		return -1;
	q.digest = take_2b(&s);
	if (span_bad(&s) || span_len(&s) != 0 ||
	    span_len(&q.digest) != SHA2_256_LEN)
		return err_set(e, ERR_SYNTAX,
		    "TPM quote: too short, or something behind it");
	*ret_q = q;
	return 0;
}

bool
tpmquote_holds(const struct tpmquote *q,
    const uint8_t pcrs[static TPMQUOTE_PCRS][SHA2_256_LEN])
{
	uint8_t digest[SHA2_256_LEN];
	struct sha2 h;

	sha2_init(&h, SHA2_256);
	for (int i = 0; i < TPMQUOTE_PCRS; i++)
		if (q->selected >> i & 1)
			sha2_update(&h, pcrs[i], SHA2_256_LEN);
	sha2_final(&h, digest);
	return span_equals(&q->digest, digest, sizeof(digest));
}

static bool
hash_of(uint16_t alg, enum sha2_algorithm *ret_hash)
{
	*ret_hash = alg == TPM_ALG_SHA256   ? SHA2_256
		    : alg == TPM_ALG_SHA384 ? SHA2_384
					    : SHA2_512;
	return alg >= TPM_ALG_SHA256 && alg <= TPM_ALG_SHA512;
}

/* r or s, padded with zeros in front to len bytes. */
static void
take_scalar(struct span *s, uint8_t *p, size_t len)
{
	struct span n = take_2b(s);
	size_t n_len = span_len(&n);

	while (n_len > len && *n.p == 0)
		n.p++, n_len--;
	if (n_len > len || span_bad(s)) {
		span_fail(s);
		return;
	}
	memset(p, 0, len);
	memcpy(p + len - n_len, n.p, n_len);
}

int
tpmquote_signature(struct span tpmt, struct sig_scheme *ret_scheme,
    uint8_t *ret_sig, size_t size, size_t *ret_len, struct err *e)
{
	uint16_t alg = span_be16(&tpmt), hash = span_be16(&tpmt);
	struct sig_scheme s = { .salt_len = 0 };
	struct span bare;
	size_t len;

	if (!hash_of(hash, &s.hash) ||
	    (alg != TPM_ALG_RSASSA && alg != TPM_ALG_RSAPSS &&
		alg != TPM_ALG_ECDSA))
		return err_set(e, ERR_UNSUPPORTED,
		    "TPM signature: algorithm 0x%x with the hash 0x%x", alg,
		    hash);
	s.form = alg == TPM_ALG_RSASSA   ? SIG_RSA_PKCS1
		 : alg == TPM_ALG_RSAPSS ? SIG_RSA_PSS
					 : SIG_ECDSA_RAW;
	s.salt_len = alg == TPM_ALG_RSAPSS ? sha2_len(s.hash) : 0;
	if (s.form == SIG_ECDSA_RAW) {
		/* The field is as long as the hash on P-256 and P-384. */
		size_t field = s.hash == SHA2_256 ? 32 : 48;

		len = 2 * field;
		if (len > size)
			return err_set(e, ERR_LIMIT, "TPM signature");
		take_scalar(&tpmt, ret_sig, field);
		take_scalar(&tpmt, ret_sig + field, field);
	} else {
		bare = take_2b(&tpmt);
		len = span_len(&bare);
		if (len > size)
			return err_set(e, ERR_LIMIT, "TPM signature");
		memcpy(ret_sig, bare.p, len);
	}
	if (span_bad(&tpmt) || span_len(&tpmt) != 0)
		return err_set(e, ERR_SYNTAX,
		    "TPM signature: too short, or something behind it");
	*ret_scheme = s;
	*ret_len = len;
	return 0;
}
