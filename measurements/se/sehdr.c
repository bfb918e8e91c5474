#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/span.h"
#include "measurements/se/sehdr.h"

static const uint8_t magic[] = "IBMSecEx";

enum {
	MAGIC_LEN = sizeof(magic) - 1,
	KDF_COUNTER = 4
};

bool
sehdr_is(const void *p, size_t len)
{
	return len >= MAGIC_LEN && memcmp(p, magic, MAGIC_LEN) == 0;
}

/* The fields up to the slots. */
static int
parse_fixed(struct span *s, struct sehdr *h, struct err *e)
{
	uint32_t version;
	uint64_t sea;

	span_skip(s, MAGIC_LEN);
	version = span_be32(s);
	if (version != SEHDR_VERSION)
		return err_set(e, ERR_UNSUPPORTED,
		    "SE header: version 0x%" PRIx32
		    " at offset 0x8, known is 0x%x",
		    version, SEHDR_VERSION);
	h->size = span_be32(s);
	span_copy(s, h->iv, sizeof(h->iv));
	if (span_be32(s) != 0)
		return err_set(e, ERR_SYNTAX,
		    "SE header: reserved bytes at offset 0x1c are set");
	h->n_slots = span_be64(s);
	sea = span_be64(s);
	h->digests.nep = span_be64(s);
	h->pcf = span_be64(s);
	span_copy(s, h->public_key, sizeof(h->public_key));
	span_copy(s, h->digests.pld, SHA2_512_LEN);
	span_copy(s, h->digests.ald, SHA2_512_LEN);
	span_copy(s, h->digests.tld, SHA2_512_LEN);
	if (h->n_slots < 1 || h->n_slots > SEHDR_SLOTS_MAX)
		return err_set(e, ERR_SYNTAX,
		    "SE header: %" PRIu64 " key slots at offset 0x20, not 1 "
		    "to %d",
		    h->n_slots, SEHDR_SLOTS_MAX);
	if (sea != SEHDR_CONF)
		return err_set(e, ERR_UNSUPPORTED,
		    "SE header: encrypted area of %" PRIu64
		    " bytes at offset 0x28, known is %d (no optional items)",
		    sea, SEHDR_CONF);
	if (h->size != sehdr_size(h->n_slots))
		return err_set(e, ERR_SYNTAX,
		    "SE header: size %" PRIu32 " at offset 0xc, %" PRIu64
		    " key slots make %zu",
		    h->size, h->n_slots, sehdr_size(h->n_slots));
	return 0;
}

int
sehdr_parse(const void *p, size_t len, struct sehdr *ret_h, struct err *e)
{
	struct span s = span_of(p, len);
	struct sehdr h;

	memset(&h, 0, sizeof(h));
	if (!sehdr_is(p, len))
		return err_set(e, ERR_SYNTAX,
		    "SE header: no magic (IBMSecEx) at offset 0");
	if (len < SEHDR_MIN)
		return err_set(e, ERR_SYNTAX,
		    "SE header: truncated at offset 0x%zx, the least is 0x%x",
		    len, SEHDR_MIN);
	if (parse_fixed(&s, &h, e) < 0)
		return -1;
	if (len < h.size)
		return err_set(e, ERR_SYNTAX,
		    "SE header: truncated at offset 0x%zx of 0x%" PRIx32, len,
		    h.size);
	h.bytes = p;
	h.slots = h.bytes + SEHDR_FIXED;
	h.conf = h.slots + h.n_slots * SEHDR_SLOT;
	memcpy(h.tag, h.conf + SEHDR_CONF, sizeof(h.tag));
	*ret_h = h;
	return 0;
}

int
sehdr_open(const struct sehdr *h, const uint8_t key[SEAES_KEY_LEN],
    struct sehdr_conf *ret_c, struct err *e)
{
	uint8_t plain[SEHDR_CONF];
	struct span s;
	uint32_t items;

	memcpy(plain, h->conf, sizeof(plain));
	if (seaes_gcm_open(key, h->iv, h->bytes, (size_t)(h->conf - h->bytes),
		plain, sizeof(plain), h->tag) < 0)
		return err_set(e, ERR_DENIED,
		    "SE header: the tag is not right by this header key");
	s = span_of(plain, sizeof(plain));
	span_copy(&s, ret_c->cck, sizeof(ret_c->cck));
	span_copy(&s, ret_c->image_key, sizeof(ret_c->image_key));
	ret_c->psw_mask = span_be64(&s);
	ret_c->psw_addr = span_be64(&s);
	ret_c->scf = span_be64(&s);
	items = span_be32(&s);
	explicit_bzero(plain, sizeof(plain));
	if (items == 0)
		return 0;
	explicit_bzero(ret_c, sizeof(*ret_c));
	return err_set(e, ERR_UNSUPPORTED,
	    "SE header: %" PRIu32 " optional items", items);
}

const uint8_t *
sehdr_find_slot(const struct sehdr *h, const uint8_t phkh[SEHDR_HASH])
{
	for (uint64_t i = 0; i < h->n_slots; i++)
		if (memcmp(h->slots + i * SEHDR_SLOT, phkh, SEHDR_HASH) == 0)
			return h->slots + i * SEHDR_SLOT;
	return NULL;
}

void
sehdr_public(const struct ecpoint *pt, uint8_t ret_public[SEHDR_PUBLIC])
{
	size_t len = eckey_len(ECKEY_P521), pad = SEHDR_COORD - len;

	assert(pt->curve == ECKEY_P521);
	memset(ret_public, 0, SEHDR_PUBLIC);
	memcpy(ret_public + pad, pt->p + 1, len);
	memcpy(ret_public + SEHDR_COORD + pad, pt->p + 1 + len, len);
}

void
sehdr_key_hash(const struct ecpoint *pt, uint8_t ret_phkh[SEHDR_HASH])
{
	uint8_t public_key[SEHDR_PUBLIC];

	sehdr_public(pt, public_key);
	sha2_digest(SHA2_256, public_key, sizeof(public_key), ret_phkh);
}

/* The counter follows the shared secret: the KDF of ANSI X9.63. */
void
sehdr_wrap(const struct eckey *image, const struct ecpoint *host,
    const uint8_t header_key[SEAES_KEY_LEN], uint8_t ret_slot[SEHDR_SLOT])
{
	static const uint8_t no_iv[SEAES_IV_LEN];
	uint8_t z[ECKEY_LEN_MAX + KDF_COUNTER] = { 0 }, kek[SHA2_256_LEN];

	eckey_shared(image, host, z);
	z[sizeof(z) - 1] = 1;
	sha2_digest(SHA2_256, z, sizeof(z), kek);
	sehdr_key_hash(host, ret_slot);
	memcpy(ret_slot + SEHDR_HASH, header_key, SEAES_KEY_LEN);
	seaes_gcm_seal(kek, no_iv, NULL, 0, ret_slot + SEHDR_HASH,
	    SEAES_KEY_LEN, ret_slot + SEHDR_HASH + SEAES_KEY_LEN);
	explicit_bzero(z, sizeof(z));
	explicit_bzero(kek, sizeof(kek));
}

size_t
sehdr_size(size_t n_hosts)
{
	return SEHDR_MIN + n_hosts * SEHDR_SLOT;
}

static void
add_fixed(const struct sehdr_plan *plan, struct buf *out)
{
	uint8_t public_key[SEHDR_PUBLIC];

	buf_add(out, magic, MAGIC_LEN);
	buf_be32(out, SEHDR_VERSION);
	buf_be32(out, (uint32_t)sehdr_size(plan->n_hosts));
	buf_add(out, plan->iv, SEAES_IV_LEN);
	buf_be32(out, 0);
	buf_be64(out, plan->n_hosts);
	buf_be64(out, SEHDR_CONF);
	buf_be64(out, plan->digests.nep);
	buf_be64(out, plan->pcf);
	sehdr_public(&plan->image->pub, public_key);
	buf_add(out, public_key, sizeof(public_key));
	buf_add(out, plan->digests.pld, SHA2_512_LEN);
	buf_add(out, plan->digests.ald, SHA2_512_LEN);
	buf_add(out, plan->digests.tld, SHA2_512_LEN);
}

int
sehdr_build(const struct sehdr_plan *plan, struct buf *out, struct err *e)
{
	size_t start = out->len, conf;
	uint8_t slot[SEHDR_SLOT], tag[SEAES_TAG_LEN];

	if (plan->n_hosts < 1 || plan->n_hosts > SEHDR_SLOTS_MAX)
		return err_set(e, ERR_LIMIT,
		    "%zu host keys: an SE header has 1 to %d", plan->n_hosts,
		    SEHDR_SLOTS_MAX);
	add_fixed(plan, out);
	for (size_t i = 0; i < plan->n_hosts; i++) {
		sehdr_wrap(plan->image, &plan->hosts[i], plan->header_key,
		    slot);
		buf_add(out, slot, sizeof(slot));
	}
	conf = out->len;
	buf_add(out, plan->conf.cck, SEAES_KEY_LEN);
	buf_add(out, plan->conf.image_key, SEAES_XTS_KEY_LEN);
	buf_be64(out, plan->conf.psw_mask);
	buf_be64(out, plan->conf.psw_addr);
	buf_be64(out, plan->conf.scf);
	buf_be64(out, 0);
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT, "SE header: no room");
	seaes_gcm_seal(plan->header_key, plan->iv, out->p + start, conf - start,
	    out->p + conf, SEHDR_CONF, tag);
	buf_add(out, tag, sizeof(tag));
	return buf_bad(out) ? err_set(e, ERR_LIMIT, "SE header: no room") : 0;
}

void
sehdr_flag_names(uint64_t flags, bool secret, struct buf *out)
{
	static const struct {
		uint8_t bit;
		bool secret;
		const char *name;
	} names[] = {
		{ 34, false, "allow-dumping" },
		{ 35, false, "no-component-encryption" },
		{ 56, false, "pckmo-dea-tdea" },
		{ 57, false, "pckmo-aes" },
		{ 58, false, "pckmo-ecc" },
		{ 59, false, "pckmo-hmac" },
		{ 62, false, "backup-target-keys" },
		{ 1, true, "cck-extension-secret-enforcement" },
		{ 2, true, "cck-update-allowed" },
	};
	const char *comma = "";

	for (unsigned bit = 0; bit < 64; bit++) {
		const char *name = NULL;

		if ((flags & SEHDR_FLAG(bit)) == 0)
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (names[i].bit == bit && names[i].secret == secret)
				name = names[i].name;
		if (name != NULL)
			buf_printf(out, "%s%s", comma, name);
		else
			buf_printf(out, "%sbit-%u", comma, bit);
		comma = ",";
	}
}
