#include <sys/mount.h>

#include "sandbox/mountopt.h"
#include "tests/lib/tap.h"

static int
parse(const char *one, struct mountopt *o, struct err *e)
{
	char *list[] = { (char *)one };

	return mountopt_parse(1, list, o, e);
}

TEST(flags_data_and_propagation_are_told_apart)
{
	char *list[] = { (char *)"ro", (char *)"nosuid", (char *)"rw",
		(char *)"noexec", (char *)"size=4096", (char *)"rslave",
		(char *)"mode=1777", (char *)"fsgid=1000" };
	struct mountopt o;
	struct err e;
	unsigned mode;

	EQ_INT(mountopt_parse(8, list, &o, &e), 0);
	EQ_INT(o.flags, MS_NOSUID | MS_NOEXEC);
	EQ_INT(o.propagation, MS_SLAVE | MS_REC);
	EQ_STR(o.data, "size=4096,mode=1777");
	OK(o.has_gid);
	EQ_INT(o.gid, 1000);
	EQ_INT(mountopt_mode(&o, 0755, &mode, &e), 0);
	EQ_INT(mode, 01777);
}

TEST(refuses_options_that_it_cannot_honour)
{
	static const struct {
		const char *option;
		enum err_code code;
	} bad[] = {
		{ "remount", ERR_UNSUPPORTED },
		{ "X-kata.overlay-upper", ERR_UNSUPPORTED },
		{ "x-systemd.automount", ERR_UNSUPPORTED },
		{ "io.katacontainers.fs-opt.layer", ERR_UNSUPPORTED },
		/* They name files and disks that nobody has checked. */
		{ "device=/dev/vdb", ERR_UNSUPPORTED },
		{ "journal_path=/dev/vdb", ERR_UNSUPPORTED },
		{ "journal_dev=0xfe10", ERR_UNSUPPORTED },
		{ "logdev=/dev/vdb", ERR_UNSUPPORTED },
		{ "rtdev=/dev/vdb", ERR_UNSUPPORTED },
		{ "lowerdir+=/etc", ERR_UNSUPPORTED },
		{ "datadir+=/etc", ERR_UNSUPPORTED },
		{ "", ERR_SYNTAX },
		{ "size=1,uid=0", ERR_SYNTAX },
		{ "fsgid=", ERR_SYNTAX },
		{ "fsgid=-1", ERR_SYNTAX },
		{ "fsgid=4294967295", ERR_SYNTAX },
	};
	struct mountopt o;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_INT(parse(bad[i].option, &o, &e), -1);
		EQ_INT(e.code, bad[i].code);
	}
}

TEST(modes_are_octal_and_bounded)
{
	static const struct {
		const char *option;
		int mode; /* -1: refused */
	} rows[] = {
		{ "mode=0", 0 },
		{ "mode=7777", 07777 },
		{ "mode=07777", 07777 },
		{ "mode=10000", -1 },
		{ "mode=", -1 },
		{ "mode=8", -1 },
		{ "mode=777777777777777777777777", -1 },
		{ "uid=5", 0700 },
	};
	struct mountopt o;
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned mode = 0;
		int rc;

		EQ_INT(parse(rows[i].option, &o, &e), 0);
		rc = mountopt_mode(&o, 0700, &mode, &e);
		EQ_INT(rc < 0 ? -1 : (int)mode, rows[i].mode);
	}
}

TEST(as_many_options_and_bytes_as_the_limit_and_no_more)
{
	static char *list[SANDBOX_OPTIONS_MAX + 1];
	static char longest[SANDBOX_MOUNT_DATA_MAX + 2];
	static struct mountopt o;
	struct err e;

	for (size_t i = 0; i <= SANDBOX_OPTIONS_MAX; i++)
		list[i] = (char *)"ro";
	EQ_INT(mountopt_parse(SANDBOX_OPTIONS_MAX, list, &o, &e), 0);
	EQ_INT(mountopt_parse(SANDBOX_OPTIONS_MAX + 1, list, &o, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	memset(longest, 'a', SANDBOX_MOUNT_DATA_MAX);
	EQ_INT(parse(longest, &o, &e), 0);
	longest[SANDBOX_MOUNT_DATA_MAX] = 'a';
	EQ_INT(parse(longest, &o, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TAP_MAIN
