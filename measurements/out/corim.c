#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/out/cbor.h"
#include "measurements/out/corim.h"

enum {
	SCRATCH_MAX = 16 * 1024 * 1024,
	ID_SIZE = 80
};

/* Keys of the maps (draft-ietf-rats-corim-08, appendix A). */
enum {
	CORIM_ID = 0,
	CORIM_TAGS = 1,
	COMID_IDENTITY = 1,
	COMID_TRIPLES = 4,
	IDENTITY_ID = 0,
	TRIPLES_REFERENCE = 0,
	ENVIRONMENT_CLASS = 0,
	CLASS_VENDOR = 1,
	CLASS_MODEL = 2,
	MEASUREMENT_KEY = 0,
	MEASUREMENT_VALUE = 1,
	VALUE_DIGESTS = 2,
	VALUE_RAW = 4
};

/* IANA, Named Information Hash Algorithm Registry. */
enum {
	HASH_SHA256 = 1,
	HASH_SHA384 = 7,
	HASH_SHA512 = 8
};

static unsigned
hash_id(size_t len)
{
	return len == SHA2_256_LEN   ? HASH_SHA256
	       : len == SHA2_384_LEN ? HASH_SHA384
				     : HASH_SHA512;
}

static void
put_digest(struct buf *b, const uint8_t *p, size_t len)
{
	cbor_array(b, 2);
	cbor_uint(b, hash_id(len));
	cbor_bytes(b, p, len);
}

static void
put_environment(struct buf *b, const char *model)
{
	cbor_map(b, 1);
	cbor_uint(b, ENVIRONMENT_CLASS);
	cbor_map(b, 2);
	cbor_uint(b, CLASS_VENDOR);
	cbor_text(b, "husk");
	cbor_uint(b, CLASS_MODEL);
	cbor_text(b, model);
}

/* {key, {member: what follows}} */
static void
put_measurement(struct buf *b, const char *key, unsigned member)
{
	cbor_map(b, 2);
	cbor_uint(b, MEASUREMENT_KEY);
	cbor_text(b, key);
	cbor_uint(b, MEASUREMENT_VALUE);
	cbor_map(b, 1);
	cbor_uint(b, member);
}

/* Does an earlier set have the value, or its set before this one? */
static bool
is_new(const struct out *o, size_t reg, size_t set, const uint8_t *value)
{
	for (size_t i = 0; i < set; i++) {
		const struct refset_register *r = &o->sets[i].registers[reg];

		if (r->known && memcmp(r->value, value, r->len) == 0)
			return false;
	}
	return true;
}

/* Every value of the register in all sets; returns how many. b may be NULL. */
static size_t
put_digests(struct buf *b, const struct out *o, size_t reg)
{
	const uint8_t *p;
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++) {
		const struct refset_register *r = &o->sets[i].registers[reg];

		if (!r->known || !is_new(o, reg, i, r->value))
			continue;
		for (size_t k = 0;
		     (p = refset_value(&o->sets[i], r, k, NULL)) != NULL;
		     k++, n++)
			if (b != NULL)
				put_digest(b, p, r->len);
	}
	return n;
}

static void
put_register(struct buf *b, const struct out *o, size_t reg)
{
	const struct refset_register *r = &o->sets->registers[reg];

	if (r->alg != NULL) {
		put_measurement(b, r->name, VALUE_DIGESTS);
		cbor_array(b, put_digests(NULL, o, reg));
		put_digests(b, o, reg);
		return;
	}
	put_measurement(b, r->name, VALUE_RAW);
	cbor_tag(b, CORIM_TAG_BYTES);
	cbor_bytes(b, r->value, r->len);
}

/* A field that is no digest does not change with the shape. */
static bool
is_put(const struct out *o, size_t reg)
{
	return o->sets->registers[reg].alg ? put_digests(NULL, o, reg) > 0
					   : o->sets->registers[reg].known;
}

static size_t
count(const struct out *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->sets->n_registers; i++)
		n += is_put(o, i);
	return n;
}

/* Every command line once; returns how many. b may be NULL. */
static size_t
put_cmdlines(struct buf *b, const struct out *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++) {
		const uint8_t *p = o->sets[i].cmdline_sha256;

		if (i > 0 &&
		    memcmp(p, o->sets[i - 1].cmdline_sha256, SHA2_256_LEN) == 0)
			continue;
		n++;
		if (b != NULL)
			put_digest(b, p, SHA2_256_LEN);
	}
	return n;
}

static void
put_triples(struct buf *b, const struct out *o)
{
	const struct refset *r = o->sets;

	cbor_array(b, r->n_inputs ? 2 : 1);
	cbor_array(b, 2);
	put_environment(b, r->target);
	cbor_array(b, count(o));
	for (size_t i = 0; i < r->n_registers; i++)
		if (is_put(o, i))
			put_register(b, o, i);
	if (r->n_inputs == 0)
		return;
	cbor_array(b, 2);
	put_environment(b, "inputs");
	cbor_array(b, r->n_inputs + (r->cmdline != NULL));
	for (size_t i = 0; i < r->n_inputs; i++) {
		put_measurement(b, r->inputs[i].role, VALUE_DIGESTS);
		cbor_array(b, 1);
		put_digest(b, r->inputs[i].sha256, SHA2_256_LEN);
	}
	if (r->cmdline != NULL) {
		put_measurement(b, "cmdline", VALUE_DIGESTS);
		cbor_array(b, put_cmdlines(NULL, o));
		put_cmdlines(b, o);
	}
}

/* "husk-tdx-" and the first bytes of the triples' digest. */
static int
make_id(const struct out *o, const struct buf *triples, char *ret_id,
    struct err *e)
{
	uint8_t digest[SHA2_256_LEN];
	char hex[HEX_SIZE(16)];

	sha2_digest(SHA2_256, triples->p, triples->len, digest);
	hex_encode(digest, 16, hex);
	if (str_format(ret_id, ID_SIZE, "husk-%s-%s", o->sets->target, hex) < 0)
		return err_set(e, ERR_INTERNAL, "the CoRIM's identifier");
	return 0;
}

static void
put_corim(struct buf *b, const char *id, const struct buf *triples,
    struct buf *comid)
{
	cbor_map(comid, 2);
	cbor_uint(comid, COMID_IDENTITY);
	cbor_map(comid, 1);
	cbor_uint(comid, IDENTITY_ID);
	cbor_text(comid, id);
	cbor_uint(comid, COMID_TRIPLES);
	cbor_map(comid, 1);
	cbor_uint(comid, TRIPLES_REFERENCE);
	buf_add(comid, triples->p, triples->len);

	cbor_tag(b, CORIM_TAG_UNSIGNED);
	cbor_map(b, 2);
	cbor_uint(b, CORIM_ID);
	cbor_text(b, id);
	cbor_uint(b, CORIM_TAGS);
	cbor_array(b, 1);
	cbor_tag(b, CORIM_TAG_COMID);
	cbor_bytes(b, comid->p, comid->len);
}

int
out_corim(const struct out *o, struct buf *b, struct err *e)
{
	struct buf triples, comid;
	char id[ID_SIZE];
	int rc;

	if (count(o) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "target %s: no register is known, so that a CoRIM would "
		    "be empty",
		    o->sets->target);
	buf_init(&triples, SCRATCH_MAX);
	buf_init(&comid, SCRATCH_MAX);
	put_triples(&triples, o);
	rc = make_id(o, &triples, id, e);
	if (rc == 0)
		put_corim(b, id, &triples, &comid);
	if (rc == 0 && (buf_bad(&triples) || buf_bad(&comid)))
		rc = err_set(e, ERR_LIMIT, "the CoRIM has more than %d bytes",
		    SCRATCH_MAX);
	buf_release(&triples);
	buf_release(&comid);
	return rc;
}
