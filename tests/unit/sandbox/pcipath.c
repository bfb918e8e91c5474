#include <sys/stat.h>

#include "sandbox/pcipath.h"
#include "tests/lib/tap.h"

TEST(reads_slots_and_functions)
{
	struct pcipath p;
	struct err e;

	EQ_INT(pcipath_parse("02/00", &p, &e), 0);
	EQ_INT(p.n, 2);
	EQ_INT(p.at[0].slot, 2);
	EQ_INT(p.at[1].slot, 0);
	EQ_INT(pcipath_parse("1f.7", &p, &e), 0);
	EQ_INT(p.at[0].slot, 0x1f);
	EQ_INT(p.at[0].function, 7);
	EQ_INT(pcipath_parse("1F/0A/01", &p, &e), 0);
	EQ_INT(p.at[1].slot, 10);
}

TEST(refuses_what_is_not_a_pci_path)
{
	static const char *const bad[] = { "", "/", "2", "02/", "/02", "02//00",
		"20", "02.8", "02.", "002", "02/0", "0x/02", "02/..", "02 ",
		"../02", "g0" };
	struct pcipath p;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pcipath_parse(bad[i], &p, &e) == 0)
			EQ_STR(bad[i], "refused");
		EQ_INT(e.code, ERR_SYNTAX);
	}
}

TEST(eight_slots_are_allowed_and_nine_are_not)
{
	struct pcipath p;
	struct err e;

	EQ_INT(pcipath_parse("01/01/01/01/01/01/01/01", &p, &e), 0);
	EQ_INT(pcipath_parse("01/01/01/01/01/01/01/01/01", &p, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

static void
make(const char *root, const char *below)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", root, below);
	OK(mkdir(path, 0755) == 0);
}

/* A root bus with a bridge in slot 2, bus 1 behind it, a device in slot 0. */
TEST(walks_from_the_root_bus_through_bridges)
{
	char root[] = "/tmp/husk-pci-XXXXXX", dst[256], wanted[256];
	char remove[64];
	struct pcipath p;
	struct err e;

	OK(mkdtemp(root) != NULL);
	make(root, "/0000:00:02.0");
	OK(pcipath_parse("02/00", &p, &e) == 0);
	EQ_INT(pcipath_resolve(&p, root, dst, sizeof(dst), &e), -1);
	EQ_INT(e.code, ERR_UNAVAILABLE);
	make(root, "/0000:00:02.0/pci_bus");
	EQ_INT(pcipath_resolve(&p, root, dst, sizeof(dst), &e), -1);
	make(root, "/0000:00:02.0/pci_bus/0000:01");
	EQ_INT(pcipath_resolve(&p, root, dst, sizeof(dst), &e), -1);
	EQ_INT(e.code, ERR_UNAVAILABLE);
	make(root, "/0000:00:02.0/0000:01:00.0");
	EQ_INT(pcipath_resolve(&p, root, dst, sizeof(dst), &e), 0);
	snprintf(wanted, sizeof(wanted), "%s/0000:00:02.0/0000:01:00.0", root);
	EQ_STR(dst, wanted);
	snprintf(remove, sizeof(remove), "rm -r %s", root);
	EQ_INT(system(remove), 0);
}

TAP_MAIN
