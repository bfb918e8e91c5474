#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/str.h"
#include "init/extension.h"
#include "tests/lib/tap.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define VERITY                                                                 \
	"root_hash=" HASH ",salt=00,data_blocks=24,data_block_size=4096,"      \
	"hash_block_size=4096"
#define PARAM(name) "kata.extension." name ".verity_params=" VERITY " "

static struct err e;
static struct cmdline c;
static struct extension_set set;
static char sys[64];

/* An empty folder in place of /sys/block. */
static void
set_up(void)
{
	snprintf(sys, sizeof(sys), "/tmp/husk-extension.XXXXXX");
	OK(mkdtemp(sys) != NULL);
}

static void
tear_down(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", sys);
	OK(system(command) == 0);
}

static void
put(const char *disk, const char *file, const char *text)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", sys, disk);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", sys, disk, file);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	OK(fd >= 0 && fd_write_all(fd, text, strlen(text)) == 0);
	close(fd);
}

/* A disk with that serial number and two partitions of number 254. */
static void
add_disk(const char *disk, const char *serial, int minor)
{
	char part[64], dev[32];

	put(disk, "serial", serial);
	for (int i = 1; i <= 2; i++) {
		snprintf(part, sizeof(part), "%s/%s%d", disk, disk, i);
		snprintf(dev, sizeof(dev), "254:%d\n", minor + i);
		put(part, "partition", i == 1 ? "1\n" : "2\n");
		put(part, "dev", dev);
	}
}

static int
find(const char *line)
{
	EQ_INT(cmdline_parse(line, strlen(line), &c, &e), 0);
	return extension_find(&c, sys, &set, &e);
}

static void
refuses(const char *line, enum err_code code, const char *says)
{
	EQ_INT(find(line), -1);
	EQ_INT(e.code, code);
	OK(strstr(e.msg, says) != NULL);
}

TEST(finds_nothing_where_there_is_nothing)
{
	set_up();
	EQ_INT(find("selinux=0"), 0);
	EQ_INT(set.n, 0);
	add_disk("vda", "initdata", 0);
	put("loop0", "size", "0\n");
	EQ_INT(find("selinux=0"), 0);
	EQ_INT(set.n, 0);
	tear_down();
}

TEST(finds_each_disk_by_its_serial_number)
{
	set_up();
	add_disk("vda", "image-0011223344", 0);
	add_disk("vdb", "extension-coco", 16);
	add_disk("vdc", "extension-gpu\n", 32);
	EQ_INT(find(PARAM("gpu") PARAM("coco")), 0);
	EQ_INT(set.n, 2);
	EQ_STR(set.x[0].name, "gpu");
	EQ_STR(set.x[0].disk, "vdc");
	EQ_STR(set.x[0].data, "254:33");
	EQ_STR(set.x[0].hash, "254:34");
	EQ_STR(set.x[0].verity.root_hash, HASH);
	EQ_STR(set.x[1].disk, "vdb");
	tear_down();
}

TEST(wants_disks_and_parameters_to_match)
{
	set_up();
	refuses(PARAM("gpu"), ERR_NOT_FOUND, "serial number extension-gpu");
	add_disk("vdb", "extension-gpu", 0);
	refuses("selinux=0", ERR_DENIED, "disk vdb is not on the command line");
	refuses(PARAM("gpu") PARAM("gpu"), ERR_EXISTS, "twice");
	refuses("kata.extension.gpu.verity_params", ERR_SYNTAX, "not verified");
	refuses("kata.extension.gpu.verity_params=", ERR_SYNTAX,
	    "not verified");
	refuses("kata.extension.gpu.verity_params=root_hash=00", ERR_SYNTAX,
	    "gpu: root_hash='00'");
	add_disk("vdc", "extension-gpu", 16);
	refuses(PARAM("gpu"), ERR_EXISTS, "gpu: disks vd");
	put("vdc", "serial", "extension-");
	refuses(PARAM("gpu"), ERR_DENIED, "''");
	tear_down();
}

TEST(wants_both_partitions)
{
	set_up();
	add_disk("vdb", "extension-gpu", 0);
	put("vdb/vdb2", "partition", "3\n");
	refuses(PARAM("gpu"), ERR_NOT_FOUND, "disk vdb: no partition 2");
	put("vdb/vdb2", "partition", "2\n");
	put("vdb/vdb2", "dev", "254:2 0\n");
	refuses(PARAM("gpu"), ERR_NOT_FOUND, "disk vdb: no partition 2");
	tear_down();
}

TEST(takes_plain_names_only)
{
	set_up();
	refuses(PARAM(""), ERR_SYNTAX, "''");
	refuses(PARAM(".."), ERR_SYNTAX, "'..'");
	refuses(PARAM("a/b"), ERR_SYNTAX, "'a/b'");
	refuses(PARAM("abcdefghijk"), ERR_SYNTAX, "'abcdefghijk'");
	add_disk("vdb", "extension-abcdefghij", 0);
	EQ_INT(find(PARAM("abcdefghij")), 0);
	tear_down();
}

TAP_MAIN
