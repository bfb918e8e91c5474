#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "codec/gzip.h"
#include "initdata/disk.h"
#include "initdata/initdata.h"
#include "tests/lib/tap.h"

static struct err e;
static char dir[64], sys[80], dev[80], name[DISK_NAME_MAX + 1];

/* Empty folders in place of /sys/block and /dev. */
static void
set_up(void)
{
	snprintf(dir, sizeof(dir), "/tmp/husk-disk.XXXXXX");
	OK(mkdtemp(dir) != NULL);
	snprintf(sys, sizeof(sys), "%s/sys", dir);
	snprintf(dev, sizeof(dev), "%s/dev", dir);
	OK(mkdir(sys, 0755) == 0 && mkdir(dev, 0755) == 0);
}

static void
tear_down(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	OK(system(command) == 0);
}

static void
write_text(const char *path, const void *p, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	OK(fd >= 0 && fd_write_all(fd, p, len) == 0);
	close(fd);
}

/* A disk with those first bytes; serial may be NULL. */
static void
add_disk(const char *disk, const char *serial, const void *p, size_t len)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", sys, disk);
	OK(mkdir(path, 0755) == 0);
	if (serial != NULL) {
		snprintf(path, sizeof(path), "%s/%s/serial", sys, disk);
		write_text(path, serial, strlen(serial));
	}
	snprintf(path, sizeof(path), "%s/%s", dev, disk);
	if (p != NULL)
		write_text(path, p, len);
}

static const char image[] = "initdata\3\0\0\0\0\0\0\0abc";

static int
find(void)
{
	int fd = disk_find(sys, dev, name, &e);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

TEST(finds_the_disk_by_its_serial_or_its_magic)
{
	static const char zeros[512];

	set_up();
	EQ_INT(find(), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	add_disk("vda", "disk0", zeros, sizeof(zeros));
	add_disk("loop0", "", image, sizeof(image));
	add_disk("vdb", NULL, NULL, 0);
	add_disk("vdc", "", "init", 4);
	EQ_INT(find(), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	add_disk("sda", NULL, image, sizeof(image));
	EQ_INT(find(), 0);
	EQ_STR(name, "sda");
	/* A serial counts for more, whatever is on the disk. */
	add_disk("vdd", "initdata\n", zeros, sizeof(zeros));
	EQ_INT(find(), 0);
	EQ_STR(name, "vdd");
	tear_down();
}

TEST(refuses_two_disks_and_one_that_is_not_there)
{
	set_up();
	add_disk("sda", NULL, image, sizeof(image));
	add_disk("vda", "", image, sizeof(image));
	EQ_INT(find(), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_STR(e.msg, "sda and vda both claim to be it");
	add_disk("vdb", "initdata", NULL, 0);
	EQ_INT(find(), -1);
	EQ_INT(e.code, ERR_SYSTEM);
	EQ_STR(e.msg, "vdb: No such file or directory");
	add_disk("vdc", "initdata", image, sizeof(image));
	EQ_INT(find(), -1);
	EQ_STR(e.msg, "vdb and vdc both claim to be it");
	tear_down();
	EQ_INT(find(), -1);
	EQ_INT(e.code, ERR_SYSTEM);
}

TEST(reads_an_image_of_kata_s)
{
	int fd = open("tests/corpus/initdata/disk/kata", O_RDONLY | O_CLOEXEC);
	struct buf gzip, text, again;

	OK(fd >= 0);
	buf_init(&gzip, 4096);
	buf_init(&text, 4096);
	buf_init(&again, 4096);
	EQ_INT(disk_read(fd, &gzip, &e), 0);
	EQ_INT(gzip.len, 36);
	EQ_INT(gzip_read(gzip.p, gzip.len, &text, &e), 0);
	EQ_STR(buf_str(&text), "some content");
	disk_image(gzip.p, gzip.len, &again);
	EQ_INT(again.len, 512);
	OK(lseek(fd, 0, SEEK_SET) == 0);
	buf_clear(&text);
	EQ_INT(fd_slurp(fd, &text, &e), 0);
	EQ_MEM(again.p, text.p, 512);
	buf_release(&gzip);
	buf_release(&text);
	buf_release(&again);
	close(fd);
}

static int
read_bytes(const void *p, size_t len)
{
	int fd = fd_memfd("image", p, len, &e);
	struct buf gzip;
	int rc;

	OK(fd >= 0);
	buf_init(&gzip, INITDATA_GZIP_MAX);
	rc = disk_read(fd, &gzip, &e);
	buf_release(&gzip);
	close(fd);
	return rc;
}

TEST(refuses_what_is_no_image)
{
	EQ_INT(read_bytes(image, 19), 0);
	EQ_INT(read_bytes(image, 18), -1);
	EQ_INT(e.code, ERR_SYSTEM);
	EQ_INT(read_bytes(image, 15), -1);
	EQ_INT(read_bytes("initdatA\1\0\0\0\0\0\0\0a", 17), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	EQ_INT(read_bytes("initdata\1\0\100\0\0\0\0\0a", 17), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(read_bytes("initdata\0\0\0\0\0\0\0\200a", 17), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TEST(pads_images_to_sectors)
{
	static const uint8_t gzip[1024];
	static const struct {
		size_t len, image;
	} rows[] = { { 0, 512 }, { 496, 512 }, { 497, 1024 }, { 1008, 1024 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;
		uint64_t len;

		buf_init(&b, 4096);
		disk_image(gzip, rows[i].len, &b);
		EQ_INT(b.len, rows[i].image);
		EQ_INT(disk_header(b.p, &len, &e), 0);
		EQ_INT(len, rows[i].len);
		buf_release(&b);
	}
}

TAP_MAIN
