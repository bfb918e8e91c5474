#include "measurements/sev/gctx.h"
#include "codec/hex.h"
#include "tests/lib/tap.h"

static void
expect(const struct gctx *g, const char *first, const char *second)
{
	char text[HEX_SIZE(GCTX_LD_LEN)], expected[HEX_SIZE(GCTX_LD_LEN)];

	hex_encode(g->ld, GCTX_LD_LEN, text);
	snprintf(expected, sizeof(expected), "%s%s", first, second);
	EQ_STR(text, expected);
}

/* One page of each type, against sev-snp-measure's GCTX. */
TEST(each_page_type_in_a_row)
{
	uint8_t bytes[2 * GCTX_PAGE], vmsa[GCTX_PAGE];
	struct gctx g;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	memset(vmsa, 0x5a, sizeof(vmsa));
	gctx_init(&g);
	gctx_normal(&g, 0xffffe000, bytes, sizeof(bytes));
	expect(&g, "af6ea6cd9869dc44d21ba3d3d75ae509cb0293fa2f1a2830",
	    "9328801f251d86b62c42935991ec02d56f2a54c3620772d4");
	gctx_blank(&g, GCTX_ZERO, 0x800000, 0x3000);
	expect(&g, "618599aaf5b7b8c13ffba0736a18ca2f89a81fd4910c0ca5",
	    "481e574889986e44c2794448b4627388d8ba08d5375fde90");
	gctx_blank(&g, GCTX_UNMEASURED, 0x900000, 0x1000);
	expect(&g, "7cdab26bcb1dbb95606cfec06141840082b373d035e588db",
	    "05e1a6c932c5c7ac4f5b794d54383adae6176bd05d8facac");
	gctx_blank(&g, GCTX_SECRETS, 0x901000, 0x1000);
	expect(&g, "c00198b75f7294d0994577e4d3f3d53f2f6f36f2a061cee2",
	    "0fe5f8fe6527801a7dfc0d06363f5724ffa771c62a01fc9e");
	gctx_blank(&g, GCTX_CPUID, 0x902000, 0x1000);
	expect(&g, "d1295c50fff8a67fa3cddb3d68e848e556d354ca766f1967",
	    "662909578e476e5ebdfc11afeff8f9622ca623a4637255a3");
	gctx_vmsa(&g, vmsa);
	expect(&g, "eda11b2ff4d08ec3463929cb6704e6263abbdfd8446ccfd3",
	    "932e08339a04f7f594d8aa260d82ac8f3e453d8ba1ec8eb6");
}

TEST(nothing_added_changes_nothing)
{
	struct gctx g, before;

	gctx_init(&g);
	before = g;
	gctx_normal(&g, 0, NULL, 0);
	gctx_blank(&g, GCTX_ZERO, 0, 0);
	EQ_MEM(&g, &before, sizeof(g));
}

/* A region is its pages: one call or many, in ascending order. */
TEST(a_region_is_its_pages)
{
	uint8_t bytes[3 * GCTX_PAGE];
	struct gctx whole, parts;

	memset(bytes, 0x11, sizeof(bytes));
	gctx_init(&whole);
	gctx_init(&parts);
	gctx_normal(&whole, 0x10000, bytes, sizeof(bytes));
	for (unsigned i = 0; i < 3; i++)
		gctx_normal(&parts, 0x10000 + i * GCTX_PAGE,
		    bytes + i * GCTX_PAGE, GCTX_PAGE);
	EQ_MEM(&whole, &parts, sizeof(whole));
	gctx_blank(&whole, GCTX_ZERO, 0x20000, 2 * GCTX_PAGE);
	gctx_blank(&parts, GCTX_ZERO, 0x20000, GCTX_PAGE);
	gctx_blank(&parts, GCTX_ZERO, 0x21000, GCTX_PAGE);
	EQ_MEM(&whole, &parts, sizeof(whole));
}

/* Address, type and contents all count. */
TEST(every_part_of_page_info_counts)
{
	uint8_t page[GCTX_PAGE] = { 0 };
	struct gctx g[5];

	for (int i = 0; i < 5; i++)
		gctx_init(&g[i]);
	gctx_blank(&g[0], GCTX_ZERO, 0x1000, GCTX_PAGE);
	gctx_blank(&g[1], GCTX_ZERO, 0x2000, GCTX_PAGE);
	gctx_blank(&g[2], GCTX_UNMEASURED, 0x1000, GCTX_PAGE);
	gctx_normal(&g[3], 0x1000, page, GCTX_PAGE);
	page[GCTX_PAGE - 1] = 1;
	gctx_normal(&g[4], 0x1000, page, GCTX_PAGE);
	for (int i = 0; i < 5; i++)
		for (int j = 0; j < i; j++)
			OK(memcmp(&g[i], &g[j], sizeof(g[i])) != 0);
}

TAP_MAIN
