#include "measurements/sev/cpu.h"
#include "tests/lib/tap.h"

TEST(signatures_of_known_processors)
{
	EQ_INT(cpu_sig(23, 1, 2), 0x800f12);
	EQ_INT(cpu_sig(23, 49, 0), 0x830f10);
	EQ_INT(cpu_sig(25, 1, 1), 0xa00f11);
	EQ_INT(cpu_sig(25, 17, 0), 0xa10f10);
	EQ_INT(cpu_sig(26, 0, 0), 0xb00f00);
	EQ_INT(cpu_sig(6, 15, 11), 0x6fb); /* no extended family */
	EQ_INT(cpu_sig(15, 0, 0), 0xf00);
	EQ_INT(cpu_sig(CPU_FAMILY_MAX, CPU_MODEL_MAX, CPU_STEPPING_MAX),
	    0x0fff0fff);
}

TEST(types_of_qemu)
{
	static const struct {
		const char *name;
		uint32_t sig;
	} rows[] = {
		{ "EPYC", 0x800f12 },
		{ "EPYC-v1", 0x800f12 },
		{ "EPYC-v4", 0x800f12 },
		{ "EPYC-v5", 0x800f12 },
		{ "EPYC-IBPB", 0x800f12 },
		{ "EPYC-Rome", 0x830f10 },
		{ "EPYC-Rome-v5", 0x830f10 },
		{ "EPYC-Milan", 0xa00f11 },
		{ "EPYC-Milan-v2", 0xa00f11 },
		{ "EPYC-Genoa", 0xa10f10 },
		{ "EPYC-Genoa-v1", 0xa10f10 },
		{ "EPYC-Turin", 0xb00f00 },
		{ "EPYC-Turin-v1", 0xb00f00 },
	};
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t sig = 0;

		EQ_INT(cpu_parse(rows[i].name, &sig, &e), 0);
		EQ_INT(sig, rows[i].sig);
	}
}

TEST(refuses_types_that_are_not_known)
{
	static const char *const bad[] = { "", "epyc", "EPYC-", "EPYC-v",
		"EPYC-v0", "EPYC-v6", "EPYC-v41", "EPYC-v4 ", "EPYCv4",
		"EPYC-Milan-v4", "EPYC-IBPB-v1", "EPYC-Rome-", "EPYC-Venice",
		"EPYC-v:", "Skylake-Server" };
	uint32_t sig = 7;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_INT(cpu_parse(bad[i], &sig, &e), -1);
		EQ_INT(e.code, ERR_NOT_FOUND);
	}
	EQ_INT(cpu_parse("host", &sig, &e), -1);
	EQ_INT(e.code, ERR_UNSUPPORTED);
	EQ_INT(sig, 7);
}

TAP_MAIN
