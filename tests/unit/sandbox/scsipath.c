#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox/scsipath.h"
#include "tests/lib/tap.h"

TEST(reads_an_id_and_a_lun)
{
	struct scsipath p;
	struct err e;

	EQ_INT(scsipath_parse("0:0", &p, &e), 0);
	EQ_INT(p.id, 0);
	EQ_INT(p.lun, 0);
	EQ_INT(scsipath_parse("2:17", &p, &e), 0);
	EQ_INT(p.id, 2);
	EQ_INT(p.lun, 17);
	EQ_INT(scsipath_parse("255:255", &p, &e), 0);
	EQ_INT(p.id, 255);
	EQ_INT(p.lun, 255);
}

TEST(refuses_what_is_not_an_address)
{
	static const char *const bad[] = { "", ":", "0", "0:", ":0", "256:0",
		"0:256", "0:0:0", "00:1", "0:01", "-1:0", "0:-1", "+1:0",
		" 0:1", "0:1 ", "0 :1", "0:0x1", "a:b", "0:1\n", "0:1/..",
		"4294967296:0", "0:99999999999999999999", "02/00", "0.0.0005",
		"/dev/sda" };
	struct scsipath p = { 7, 7 };
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (scsipath_parse(bad[i], &p, &e) == 0)
			EQ_STR(bad[i], "refused");
		EQ_INT(e.code, ERR_SYNTAX);
	}
	EQ_INT(p.id, 7);
	EQ_INT(p.lun, 7);
}

TEST(no_other_form_looks_like_one)
{
	OK(scsipath_is("0:1"));
	OK(!scsipath_is("02/00"));
	OK(!scsipath_is("0.0.0005"));
	OK(!scsipath_is("/dev/sda"));
	OK(!scsipath_is(""));
}

static void
make_dir(const char *root, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	OK(mkdir(path, 0755) == 0);
}

static void
remove_dir(const char *root, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	OK(rmdir(path) == 0);
}

TEST(finds_the_device_of_the_lowest_host)
{
	static const char *const others[] = { "0:1:2:17", "0:0:2:1",
		"0:0:12:17", "host0", "target0:0:2", "-1:0:2:17", ":0:2:17",
		"x:0:2:17", "0:0:2:170", "1234567890:0:2:17" };
	char root[] = "/tmp/husk-scsi-XXXXXX", dst[128], want[128], small[16];
	const size_t n = sizeof(others) / sizeof(others[0]);
	struct scsipath p = { 2, 17 };
	struct err e;

	OK(mkdtemp(root) != NULL);
	for (size_t i = 0; i < n; i++)
		make_dir(root, others[i]);
	EQ_INT(scsipath_resolve(&p, root, dst, sizeof(dst), &e), -1);
	EQ_INT(e.code, ERR_UNAVAILABLE);
	make_dir(root, "10:0:2:17");
	make_dir(root, "3:0:2:17");
	EQ_INT(scsipath_resolve(&p, root, dst, sizeof(dst), &e), 0);
	snprintf(want, sizeof(want), "%s/3:0:2:17", root);
	EQ_STR(dst, want);
	EQ_INT(scsipath_resolve(&p, root, small, sizeof(small), &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	for (size_t i = 0; i < n; i++)
		remove_dir(root, others[i]);
	remove_dir(root, "10:0:2:17");
	remove_dir(root, "3:0:2:17");
	OK(rmdir(root) == 0);
	EQ_INT(scsipath_resolve(&p, root, dst, sizeof(dst), &e), -1);
	EQ_INT(e.code, ERR_UNAVAILABLE);
}

/* What is written to the file scan of host. */
static void
check_scanned(const char *root, const char *host, const char *text)
{
	char path[128], got[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/scan", root, host);
	f = fopen(path, "r");
	OK(f != NULL);
	OK(fgets(got, sizeof(got), f) != NULL);
	OK(fclose(f) == 0);
	EQ_STR(got, text);
	OK(remove(path) == 0);
}

static void
make_scan(const char *root, const char *host)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/scan", root, host);
	f = fopen(path, "w");
	OK(f != NULL);
	OK(fclose(f) == 0);
}

TEST(scans_every_host_for_it)
{
	char root[] = "/tmp/husk-scsi-XXXXXX";
	struct scsipath p = { 255, 3 };
	struct err e;

	OK(mkdtemp(root) != NULL);
	make_dir(root, "host0");
	make_dir(root, "host11");
	make_dir(root, "other");
	make_scan(root, "host0");
	make_scan(root, "host11");
	EQ_INT(scsipath_scan(&p, root, &e), 0);
	check_scanned(root, "host0", "0 255 3");
	check_scanned(root, "host11", "0 255 3");
	for (int i = 0; i < 2; i++) {
		const char *host = i == 0 ? "host0" : "host11";

		make_scan(root, host);
		EQ_INT(scsipath_scan(&p, root, &e), -1);
		check_scanned(root, host, "0 255 3");
	}
	EQ_INT(e.code, ERR_NOT_FOUND);
	OK(strstr(e.msg, "scan of SCSI host 'host") != NULL);
	remove_dir(root, "host0");
	remove_dir(root, "host11");
	remove_dir(root, "other");
	OK(rmdir(root) == 0);
	EQ_INT(scsipath_scan(&p, root, &e), 0);
}

TAP_MAIN
