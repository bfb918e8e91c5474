#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "initdata/guest.h"
#include "tests/lib/tap.h"

static const char text[] = "version = '0.1.0'\nalgorithm = 'sha256'\n"
			   "[data]\n\"aa.toml\" = 'a'\n\"x\" = 'y'\n"
			   "\"policy.rego\" = 'p'\n";

static void
check_file(const char *dir, const char *name, const char *want)
{
	char path[160];
	struct stat st;
	struct buf b;
	struct err e;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (want == NULL) {
		OK(stat(path, &st) < 0);
		return;
	}
	buf_init(&b, 4096);
	EQ_INT(fd_read_file(AT_FDCWD, path, &b, &e), 0);
	EQ_STR(buf_str(&b), want);
	buf_release(&b);
	OK(stat(path, &st) == 0);
	EQ_INT(st.st_mode & 07777, 0444);
}

TEST(lays_out_what_others_read)
{
	char top[] = "/tmp/husk-guest.XXXXXX", dir[100], command[100];
	struct initdata d;
	struct err e;

	OK(mkdtemp(top) != NULL);
	snprintf(dir, sizeof(dir), "%s/a/b", top);
	EQ_INT(initdata_read(text, strlen(text), &d, &e), 0);
	umask(022);
	EQ_INT(guest_write(&d, dir, &e), 0);
	check_file(dir, "initdata.toml", text);
	check_file(dir, "aa.toml", "a");
	check_file(dir, "cdh.toml", NULL);
	check_file(dir, "policy.rego", NULL);
	check_file(dir, "x", NULL);
	/* Nothing that is there already is believed or replaced. */
	EQ_INT(guest_write(&d, dir, &e), -1);
	EQ_STR(e.msg, "write initdata.toml: File exists");
	initdata_release(&d);
	snprintf(command, sizeof(command), "rm -rf %s", top);
	OK(system(command) == 0);
}

TAP_MAIN
