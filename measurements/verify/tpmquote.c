#include <string.h>

#include "measurements/format/rsapss.h"
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

/* RSASSA: a certificate's signature is the same, but for who is signed. */
static bool
verify_pkcs1(const struct tpmquote *q, const struct x509_key *key,
    enum sha2_algorithm hash, struct span sig)
{
	/* sha256WithRSAEncryption and the two after it (RFC 8017, A.2.4) */
	uint8_t alg[] = { 0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		1, 1, (uint8_t)(11 + (hash - SHA2_256)), 0x05, 0 };
	struct x509_signed s = { q->message, span_of(alg, sizeof(alg)), sig };
	struct err ignored;

	return x509_verify(&s, key, &ignored) == 0;
}

/* r or s, padded with zeros in front to len bytes. */
static void
take_scalar(struct span *s, uint8_t *p, size_t len)
{
	struct span n = take_2b(s);

	while (span_len(&n) > len && *n.p == 0)
		n.p++;
	if (span_len(&n) > len) {
		span_fail(s);
		return;
	}
	memset(p, 0, len);
	span_copy(&n, p + len - span_len(&n), span_len(&n));
}

static bool
verify_ecdsa(const struct tpmquote *q, const struct x509_key *key,
    enum sha2_algorithm hash, struct span *tpmt)
{
	uint8_t sig[ECKEY_SIG_MAX];
	enum eckey_curve c;
	struct ecpoint pt;
	struct err ignored;

	if (key->type != X509_KEY_EC ||
	    eckey_curve_of_oid(key->oid, &c, &ignored) < 0 ||
	    x509_point(key, c, &pt, &ignored) < 0)
		return false;
	take_scalar(tpmt, sig, eckey_len(c));
	take_scalar(tpmt, sig + eckey_len(c), eckey_len(c));
	return !span_bad(tpmt) && ecpoint_verify(&pt, hash, q->message.p,
				      span_len(&q->message), sig);
}

bool
tpmquote_verify_bare(const struct tpmquote *q, const struct x509_key *key,
    struct span sig)
{
	return verify_pkcs1(q, key, SHA2_256, sig);
}

int
tpmquote_verify(const struct tpmquote *q, const struct x509_key *key,
    struct span tpmt, struct err *e)
{
	uint16_t alg = span_be16(&tpmt), hash_alg = span_be16(&tpmt);
	struct rsapss pss;
	struct span sig;
	bool right;

	if (!hash_of(hash_alg, &pss.hash) ||
	    (alg != TPM_ALG_RSASSA && alg != TPM_ALG_RSAPSS &&
		alg != TPM_ALG_ECDSA))
		return err_set(e, ERR_UNSUPPORTED,
		    "TPM signature: algorithm 0x%x with the hash 0x%x", alg,
		    hash_alg);
	pss.salt_len = sha2_len(pss.hash); /* FIPS 186-4, 5.5 (e) */
	if (alg == TPM_ALG_ECDSA) {
		right = verify_ecdsa(q, key, pss.hash, &tpmt);
	} else {
		sig = take_2b(&tpmt);
		right = alg == TPM_ALG_RSASSA
			    ? verify_pkcs1(q, key, pss.hash, sig)
			    : key->type == X509_KEY_RSA &&
				  rsapss_verify(&pss, key->n, key->e,
				      q->message, sig);
	}
	if (span_bad(&tpmt) || span_len(&tpmt) != 0)
		return err_set(e, ERR_SYNTAX,
		    "TPM signature: too short, or something behind it");
	return right ? 0
		     : err_set(e, ERR_DENIED,
			   "the quote was changed, or not signed by the "
			   "attestation key");
}
