#include <sys/stat.h>

#include "sandbox/ccwpath.h"
#include "tests/lib/tap.h"

TEST(reads_a_set_and_a_number)
{
	struct ccwpath p;
	struct err e;

	EQ_INT(ccwpath_parse("0.0.0005", &p, &e), 0);
	EQ_INT(p.set, 0);
	EQ_INT(p.number, 5);
	EQ_INT(ccwpath_parse("0.3.fFfF", &p, &e), 0);
	EQ_INT(p.set, 3);
	EQ_INT(p.number, 0xffff);
	EQ_INT(ccwpath_parse("0.1.a", &p, &e), 0);
	EQ_INT(p.set, 1);
	EQ_INT(p.number, 10);
}

TEST(refuses_what_is_not_a_bus_id)
{
	static const char *const bad[] = { "", "0", "0.", "0.0", "0.0.",
		"0.4.0005", "0.a.0005", "1.0.0005", "fe.0.0005", "0.0.00005",
		"0.0.0x05", "0.0.-5", "0.0.5 ", " 0.0.5", "0.00.5", "0.0.5.0",
		"0.0./../5", "0..5", "02/00", "/dev/vda" };
	struct ccwpath p = { 7, 7 };
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ccwpath_parse(bad[i], &p, &e) == 0)
			EQ_STR(bad[i], "refused");
		EQ_INT(e.code, ERR_SYNTAX);
	}
	EQ_INT(p.set, 7);
	EQ_INT(p.number, 7);
}

TEST(no_pci_path_looks_like_one)
{
	OK(ccwpath_is("0.0.0005"));
	OK(!ccwpath_is("02/00"));
	OK(!ccwpath_is("00.0/01"));
	OK(!ccwpath_is("/dev/vda"));
	OK(!ccwpath_is(""));
}

TEST(finds_the_folder_when_it_is_there)
{
	char root[] = "/tmp/husk-ccw-XXXXXX", dst[256], dir[64], small[8];
	struct ccwpath p = { 2, 0x1f };
	struct err e;

	OK(mkdtemp(root) != NULL);
	EQ_INT(ccwpath_resolve(&p, root, dst, sizeof(dst), &e), -1);
	EQ_INT(e.code, ERR_UNAVAILABLE);
	snprintf(dir, sizeof(dir), "%s/0.2.001f", root);
	OK(mkdir(dir, 0755) == 0);
	EQ_INT(ccwpath_resolve(&p, root, dst, sizeof(dst), &e), 0);
	EQ_STR(dst, dir);
	EQ_INT(ccwpath_resolve(&p, root, small, sizeof(small), &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	OK(rmdir(dir) == 0 && rmdir(root) == 0);
}

TAP_MAIN
