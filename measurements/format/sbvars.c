#include <string.h>

#include "measurements/format/le.h"
#include "measurements/format/sbvars.h"
#include "measurements/format/varstore.h"

static const struct guid global_guid =
    GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa0d, 0x00e098032b8c);
static const struct guid enable_guid =
    GUID(0xf0a30bc7, 0xaf08, 0x4556, 0x99c4, 0x001009c93a44);
const struct guid sbvars_security =
    GUID(0xd719b2cb, 0x3d3a, 0x4596, 0xa3bc, 0xdad00e67656f);

static const struct {
	const struct guid *vendor;
	const char *name;
	bool optional; /* measured only where it is */
} keys[] = {
	{ &global_guid, "PK", false },
	{ &global_guid, "KEK", false },
	{ &sbvars_security, "db", false },
	{ &sbvars_security, "dbx", false },
	{ &sbvars_security, "dbt", true },
};

int
sbvars_read(const struct span *cfv, bool build, struct sbvars *ret_v,
    struct err *e)
{
	struct span enable = span_of(NULL, 0);
	bool has_pk = false;
	int rc;

	memset(ret_v, 0, sizeof(*ret_v));
	ret_v->n = 1;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct sbvar *v = &ret_v->v[ret_v->n];

		v->vendor = keys[i].vendor;
		v->name = keys[i].name;
		v->data = span_of(NULL, 0);
		rc = varstore_find(cfv, v->vendor, v->name, &v->data, e);
		if (rc < 0)
			return -1;
		has_pk = has_pk || (i == 0 && rc > 0);
		ret_v->n += rc > 0 || !keys[i].optional;
	}
	rc = varstore_find(cfv, &enable_guid, "SecureBootEnable", &enable, e);
	if (rc < 0)
		return -1;
	ret_v->on = has_pk && (rc == 0 || span_u8(&enable) == 1);
	ret_v->secure_boot = ret_v->on;
	ret_v->v[0] = (struct sbvar){ &global_guid, "SecureBoot",
		has_pk || build ? span_of(&ret_v->secure_boot, 1)
				: span_of(NULL, 0) };
	return 0;
}

void
sbvars_digest(const struct guid *vendor, const char *name,
    const struct span *data, enum sha2_algorithm alg, uint8_t *ret_digest)
{
	uint8_t lengths[16], wide[2] = { 0, 0 };
	struct sha2 h;

	le_put64(lengths, strlen(name));
	le_put64(lengths + 8, span_len(data));
	sha2_init(&h, alg);
	sha2_update(&h, vendor->b, GUID_LEN);
	sha2_update(&h, lengths, sizeof(lengths));
	for (; *name != '\0'; name++) {
		wide[0] = (uint8_t)*name;
		sha2_update(&h, wide, sizeof(wide));
	}
	sha2_update(&h, data->p, span_len(data));
	sha2_final(&h, ret_digest);
}
