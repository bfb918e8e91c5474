#include <string.h>

#include "base/str.h"
#include "measurements/tdx/tdcpu.h"

enum {
	X87 = 1 << 0,
	SSE = 1 << 1,
	AVX = 1 << 2,
	AVX512 = 7 << 5, /* opmask, the upper halves, the upper registers */
	PKRU = 1 << 9,
	AMX = 3 << 17, /* TILECFG, TILEDATA */
	ALWAYS = X87 | SSE
};

static const struct {
	const char *name;
	uint64_t xfam;
} models[] = {
	{ "sapphire-rapids", ALWAYS | AVX | AVX512 | PKRU | AMX },
	{ "emerald-rapids", ALWAYS | AVX | AVX512 | PKRU | AMX },
	{ "granite-rapids", ALWAYS | AVX | AVX512 | PKRU | AMX },
	{ "sierra-forest", ALWAYS | AVX | PKRU },
};

static const struct {
	unsigned bit;
	const char *name;
} features[] = {
	{ 0, "x87" },
	{ 1, "sse" },
	{ 2, "avx" },
	{ 5, "avx512-opmask" },
	{ 6, "avx512-zmm-hi256" },
	{ 7, "avx512-hi16-zmm" },
	{ 8, "pt" },
	{ 9, "pkru" },
	{ 10, "enqcmd" },
	{ 11, "cet-u" },
	{ 12, "cet-s" },
	{ 14, "uli" },
	{ 15, "lbr" },
	{ 17, "amx-tilecfg" },
	{ 18, "amx-tiledata" },
	{ 19, "apx" },
};

static const uint64_t known_attributes = TDCPU_DEBUG | TDCPU_SEPT_VE_DISABLE |
					 TDCPU_MIGRATABLE | TDCPU_PKS |
					 TDCPU_KL | TDCPU_PERFMON;

/* What is said when the masked attributes are so. */
static const struct {
	uint64_t mask;
	uint64_t value;
	const char *text;
} warnings[] = {
	{ TDCPU_DEBUG, TDCPU_DEBUG,
	    "td attributes: DEBUG: the host can read and change this TD" },
	{ TDCPU_SEPT_VE_DISABLE, 0,
	    "td attributes: no SEPT_VE_DISABLE: the host can make memory "
	    "vanish under the guest, and Linux does not start" },
	{ TDCPU_MIGRATABLE, TDCPU_MIGRATABLE,
	    "td attributes: MIGRATABLE: a service TD can move this TD" },
	{ TDCPU_PERFMON, TDCPU_PERFMON,
	    "td attributes: PERFMON: counters of the guest are visible" },
};

int
tdcpu_xfam(const char *model, uint64_t *ret_xfam, struct err *e)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		if (str_eq(model, models[i].name)) {
			*ret_xfam = models[i].xfam;
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT,
	    "processor %s: not one of sapphire-rapids, emerald-rapids, "
	    "granite-rapids, sierra-forest",
	    STR_QUOTED(model));
}

/* All of the bits or none of them. */
static bool
in_part(uint64_t v, uint64_t mask)
{
	return (v & mask) != 0 && (v & mask) != mask;
}

int
tdcpu_check_xfam(uint64_t xfam, struct err *e)
{
	if ((xfam & ALWAYS) != ALWAYS)
		return err_set(e, ERR_ARGUMENT,
		    "xfam 0x%llx: without x87 and SSE, which every TD has",
		    (unsigned long long)xfam);
	if (in_part(xfam, AVX512) || in_part(xfam, AMX) ||
	    ((xfam & AVX512) != 0 && (xfam & AVX) == 0))
		return err_set(e, ERR_ARGUMENT,
		    "xfam 0x%llx: AVX-512 (0xe0) and AMX (0x60000) go whole, "
		    "and AVX-512 with AVX (4)",
		    (unsigned long long)xfam);
	return 0;
}

static const char *
feature_name(unsigned bit)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (features[i].bit == bit)
			return features[i].name;
	return NULL;
}

void
tdcpu_xfam_text(uint64_t xfam, char ret_text[static TDCPU_TEXT])
{
	struct buf b;

	buf_init(&b, TDCPU_TEXT - 1);
	for (unsigned bit = 0; bit < 64; bit++) {
		const char *name = feature_name(bit);

		if ((xfam >> bit & 1) == 0)
			continue;
		if (name != NULL)
			buf_printf(&b, "%s%s", b.len ? " " : "", name);
		else
			buf_printf(&b, "%sbit %u", b.len ? " " : "", bit);
	}
	if (buf_bad(&b) || str_copy(ret_text, TDCPU_TEXT, buf_str(&b)) < 0)
		memcpy(ret_text, "many", 5);
	buf_release(&b);
}

const char *
tdcpu_warning(uint64_t attributes, size_t i)
{
	const size_t n = sizeof(warnings) / sizeof(warnings[0]);

	for (size_t k = 0; k < n; k++)
		if ((attributes & warnings[k].mask) == warnings[k].value &&
		    i-- == 0)
			return warnings[k].text;
	if ((attributes & ~known_attributes) != 0 && i == 0)
		return "td attributes: bits that are not known";
	return NULL;
}
