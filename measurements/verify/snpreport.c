#include <string.h>

#include "base/str.h"
#include "measurements/out/json_in.h"
#include "measurements/verify/snpreport.h"

enum {
	AT_POLICY = 0x08,
	AT_FAMILY_ID = 0x10,
	AT_IMAGE_ID = 0x20,
	AT_VMPL = 0x30,
	AT_CURRENT_TCB = 0x38,
	AT_REPORT_DATA = 0x50,
	AT_MEASUREMENT = 0x90,
	AT_HOST_DATA = 0xc0,
	AT_ID_KEY = 0xe0,
	AT_AUTHOR_KEY = 0x110,
	AT_REPORT_ID = 0x140,
	AT_REPORT_ID_MA = 0x160,
	AT_REPORTED_TCB = 0x180,
	AT_CPUID = 0x188,
	AT_CHIP_ID = 0x1a0,
	AT_COMMITTED_TCB = 0x1e0,
	AT_CURRENT = 0x1e8,
	AT_COMMITTED = 0x1ec,
	AT_LAUNCH_TCB = 0x1f0,
	AT_LAUNCH_MIT = 0x1f8,
	AT_CURRENT_MIT = 0x200,
	AT_SIGNATURE = 0x2a0,
	SCALAR = 72, /* r and s, little-endian */
	SCALAR_USED = 48,
	FAMILY_MILAN = 0x19,
	FAMILY_TURIN = 0x1a
};

static struct snp_tcb
read_tcb(const uint8_t *p, bool turin)
{
	struct snp_tcb t = { .snp = p[turin ? 3 : 6], .microcode = p[7] };

	t.fmc = turin ? p[0] : 0;
	t.bootloader = p[turin ? 1 : 0];
	t.tee = p[turin ? 2 : 1];
	return t;
}

static enum snp_product
read_product(const uint8_t *cpuid)
{
	if (cpuid[0] == FAMILY_TURIN)
		return SNP_TURIN;
	if (cpuid[0] == FAMILY_MILAN && cpuid[1] < 0x10)
		return SNP_MILAN;
	if (cpuid[0] == FAMILY_MILAN &&
	    (cpuid[1] < 0x20 || cpuid[1] >> 4 == 0xa))
		return SNP_GENOA;
	return SNP_UNKNOWN;
}

const char *
snp_product_name(enum snp_product p)
{
	static const char *const names[] = { "unknown", "Milan", "Genoa",
		"Turin" };

	return names[p];
}

static void
read_fields(struct snpreport *r)
{
	const uint8_t *b = r->bytes;
	struct span s = span_of(b + AT_VMPL, 8), t = span_of(b + 0x40, 12);
	bool turin;

	r->vmpl = span_le32(&s);
	r->sig_algo = span_le32(&s);
	r->platform_info = span_le64(&t);
	r->key_info = span_le32(&t);
	if (r->version >= 3)
		r->product = read_product(b + AT_CPUID);
	turin = r->product == SNP_TURIN;
	r->current = read_tcb(b + AT_CURRENT_TCB, turin);
	r->reported = read_tcb(b + AT_REPORTED_TCB, turin);
	r->committed = read_tcb(b + AT_COMMITTED_TCB, turin);
	r->launch = read_tcb(b + AT_LAUNCH_TCB, turin);
	r->report_data = b + AT_REPORT_DATA;
	r->measurement = b + AT_MEASUREMENT;
	r->host_data = b + AT_HOST_DATA;
	r->chip_id = b + AT_CHIP_ID;
	r->family_id = b + AT_FAMILY_ID;
	r->image_id = b + AT_IMAGE_ID;
	r->id_key_digest = b + AT_ID_KEY;
	r->author_key_digest = b + AT_AUTHOR_KEY;
}

int
snpreport_parse(struct span s, struct snpreport *ret_r, struct err *e)
{
	struct span head = s;
	uint32_t version;

	if (span_len(&s) != SNPREPORT_LEN)
		return err_set(e, ERR_SYNTAX,
		    "SNP report: %zu bytes, and it has %d", span_len(&s),
		    SNPREPORT_LEN);
	version = span_le32(&head);
	if (version < SNPREPORT_MIN || version > SNPREPORT_MAX)
		return err_set(e, ERR_UNSUPPORTED,
		    "SNP report: version %u, and %d to %d are known", version,
		    SNPREPORT_MIN, SNPREPORT_MAX);
	memset(ret_r, 0, sizeof(*ret_r));
	memcpy(ret_r->bytes, s.p, SNPREPORT_LEN);
	ret_r->version = version;
	ret_r->guest_svn = span_le32(&head);
	ret_r->policy = span_le64(&head);
	read_fields(ret_r);
	return 0;
}

enum snp_signer
snpreport_signer(const struct snpreport *r)
{
	return (enum snp_signer)(r->key_info >> 2 & 7);
}

int
snpreport_signature(const struct snpreport *r, uint8_t ret_rs[static 96])
{
	for (int i = AT_SIGNATURE + 2 * SCALAR; i < SNPREPORT_LEN; i++)
		if (r->bytes[i] != 0)
			return -1; /* reserved */
	for (int k = 0; k < 2; k++) {
		const uint8_t *p = r->bytes + AT_SIGNATURE + k * SCALAR;

		for (int i = SCALAR_USED; i < SCALAR; i++)
			if (p[i] != 0)
				return -1;
		for (int i = 0; i < SCALAR_USED; i++)
			ret_rs[SCALAR_USED * k + i] = p[SCALAR_USED - 1 - i];
	}
	return 0;
}

/* A member of the JSON form: where it goes, in how many bytes. */
struct member {
	const char *name;
	size_t at;
	size_t len;
	bool array;    /* of bytes; else a number, little-endian */
	bool optional; /* absent or null is zeros */
};

static const struct member members[] = {
	{ "version", 0, 4, false, false },
	{ "guest_svn", 4, 4, false, false },
	{ "policy", AT_POLICY, 8, false, false },
	{ "family_id", AT_FAMILY_ID, 16, true, false },
	{ "image_id", AT_IMAGE_ID, 16, true, false },
	{ "vmpl", AT_VMPL, 4, false, false },
	{ "sig_algo", AT_VMPL + 4, 4, false, false },
	{ "plat_info", 0x40, 8, false, false },
	{ "key_info", 0x48, 4, false, false },
	{ "report_data", AT_REPORT_DATA, 64, true, false },
	{ "measurement", AT_MEASUREMENT, 48, true, false },
	{ "host_data", AT_HOST_DATA, 32, true, false },
	{ "id_key_digest", AT_ID_KEY, 48, true, false },
	{ "author_key_digest", AT_AUTHOR_KEY, 48, true, false },
	{ "report_id", AT_REPORT_ID, 32, true, false },
	{ "report_id_ma", AT_REPORT_ID_MA, 32, true, false },
	{ "cpuid_fam_id", AT_CPUID, 1, false, true },
	{ "cpuid_mod_id", AT_CPUID + 1, 1, false, true },
	{ "cpuid_step", AT_CPUID + 2, 1, false, true },
	{ "chip_id", AT_CHIP_ID, 64, true, false },
	{ "launch_mit_vector", AT_LAUNCH_MIT, 8, false, true },
	{ "current_mit_vector", AT_CURRENT_MIT, 8, false, true },
};

static const struct member build_members[] = {
	{ "build", 0, 1, false, false },
	{ "minor", 1, 1, false, false },
	{ "major", 2, 1, false, false },
};

static const struct member tcb_members[] = {
	{ "bootloader", 0, 1, false, false },
	{ "tee", 1, 1, false, false },
	{ "snp", 6, 1, false, false },
	{ "microcode", 7, 1, false, false },
};

static const struct member tcb_members_turin[] = {
	{ "fmc", 0, 1, false, false },
	{ "bootloader", 1, 1, false, false },
	{ "tee", 2, 1, false, false },
	{ "snp", 3, 1, false, false },
	{ "microcode", 7, 1, false, false },
};

static const struct member signature_members[] = {
	{ "r", 0, SCALAR, true, false },
	{ "s", SCALAR, SCALAR, true, false },
};

static int
put_array(const cJSON *v, uint8_t *p, size_t len)
{
	const cJSON *item;
	uint64_t n;
	size_t i = 0;

	if (!cJSON_IsArray(v))
		return -1;
	cJSON_ArrayForEach(item, v)
	{
		if (i == len || json_in_u64(item, 0xff, &n) < 0)
			return -1;
		p[i++] = (uint8_t)n;
	}
	return i == len ? 0 : -1;
}

static int
put_number(const cJSON *v, uint8_t *p, size_t len)
{
	uint64_t n;

	if (json_in_u64(v, len == 8 ? UINT64_MAX : (1ULL << 8 * len) - 1, &n) <
	    0)
		return -1;
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(n >> 8 * i);
	return 0;
}

static int
put_members(const cJSON *o, const struct member *m, size_t n, uint8_t *p,
    struct err *e)
{
	for (; n > 0; n--, m++) {
		const cJSON *v = json_in_get(o, m->name);

		if (m->optional && (v == NULL || cJSON_IsNull(v)))
			continue;
		if ((m->array ? put_array(v, p + m->at, m->len)
			      : put_number(v, p + m->at, m->len)) < 0)
			return err_set(e, ERR_SYNTAX,
			    "attestation_report: '%s' is not a %s of %zu "
			    "bytes",
			    m->name, m->array ? "list" : "number", m->len);
	}
	return 0;
}

#define PUT(o, list, p, e)                                                     \
	put_members(o, list, sizeof(list) / sizeof((list)[0]), p, e)

int
snpreport_from_json(const cJSON *json, uint8_t ret_bytes[static SNPREPORT_LEN],
    struct err *e)
{
	static const struct {
		const char *name;
		size_t at;
	} tcbs[] = { { "current_tcb", AT_CURRENT_TCB },
		{ "reported_tcb", AT_REPORTED_TCB },
		{ "committed_tcb", AT_COMMITTED_TCB },
		{ "launch_tcb", AT_LAUNCH_TCB } };
	uint8_t *p = ret_bytes;

	memset(p, 0, SNPREPORT_LEN);
	if (PUT(json, members, p, e) < 0 ||
	    PUT(json_in_get(json, "current"), build_members, p + AT_CURRENT,
		e) < 0 ||
	    PUT(json_in_get(json, "committed"), build_members, p + AT_COMMITTED,
		e) < 0 ||
	    PUT(json_in_get(json, "signature"), signature_members,
		p + AT_SIGNATURE, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(tcbs) / sizeof(tcbs[0]); i++) {
		const cJSON *tcb = json_in_get(json, tcbs[i].name);

		if ((p[AT_CPUID] == FAMILY_TURIN
			    ? PUT(tcb, tcb_members_turin, p + tcbs[i].at, e)
			    : PUT(tcb, tcb_members, p + tcbs[i].at, e)) < 0)
			return err_wrap(e, "%s", tcbs[i].name);
	}
	return 0;
}
