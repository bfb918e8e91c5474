#include <string.h>

#include "measurements/format/smbiosovmf.h"
#include "tests/lib/tap.h"

/* Structures of types 1 (handle 0x100) and 3, an end, and what follows it. */
static const uint8_t qemu[] = "\x01\x09\0\1\1\2\3\2Z"
			      "A\0B\0C\0\0"
			      "\x03\4\1\0\0\0"
			      "\x7f\4\3\3\0\0XYZ";
static const uint8_t vendor[] = "E\0D\0K\0 \0I\0I\0\0";
static const uint8_t version[] = "2\0"
				 "5\0.\0"
				 "1\0\0";
static struct buf b;
static struct err e;

static struct fwvol_names
names(void)
{
	return (struct fwvol_names){ span_of(vendor, sizeof(vendor)),
		span_of(version, sizeof(version)), span_of(NULL, 0) };
}

TEST(adds_what_qemu_lacks)
{
	struct span table = span_of(qemu, sizeof(qemu) - 1);
	struct fwvol_names n = names();

	buf_init(&b, 4096);
	EQ_INT(smbiosovmf_make(&table, &n, &b, &e), 0);
	EQ_MEM(b.p, qemu, 22);
	/* The lowest handle that nobody has: 0 is free, 1 is taken. */
	EQ_MEM(b.p + 22, "\0\x1a\0\0\1\2\0\xe8\3\0\x08", 11);
	EQ_MEM(b.p + 22 + 19, "\x1c\0\0\xff\xff\0\0", 7);
	EQ_MEM(b.p + 22 + 26,
	    "EDK II\0"
	    "25.1\0"
	    "02/02/2022\0\0",
	    24);
	EQ_MEM(b.p + 22 + 26 + 24, "\x7f\4\xff\xfe\0\0", 6);
	EQ_INT(b.len, 22 + 26 + 24 + 6);
	buf_release(&b);
}

TEST(takes_the_lowest_free_handle)
{
	static const uint8_t two[] = "\x03\4\1\0\0\0\x03\4\0\0\0\0";
	struct span table = span_of(two, sizeof(two) - 1);
	struct fwvol_names n = names();

	buf_init(&b, 4096);
	EQ_INT(smbiosovmf_make(&table, &n, &b, &e), 0);
	EQ_MEM(b.p + 12, "\0\x1a\2\0", 4);
	buf_release(&b);
}

TEST(leaves_a_firmware_structure_alone)
{
	static const uint8_t own[] = "\0\4\0\0\0\0\x7f\4\1\1\0\0";
	struct span table = span_of(own, sizeof(own) - 1);

	buf_init(&b, 4096);
	EQ_INT(smbiosovmf_make(&table, NULL, &b, &e), 0);
	EQ_MEM(b.p, "\0\4\0\0\0\0\x7f\4\xff\xfe\0\0", 12);
	EQ_INT(b.len, 12);
	buf_release(&b);
}

TEST(measures_it_without_serial_numbers)
{
	struct span table = span_of(qemu, sizeof(qemu) - 1);
	struct fwvol_names n = names();

	buf_init(&b, 4096);
	EQ_INT(smbiosovmf_measured(&table, &n, &b, &e), 0);
	EQ_MEM(b.p, "\x01\x09\0\1\1\2\3\0Z", 9);
	EQ_MEM(b.p + 9, "A\0 \0C\0\0", 7);
	buf_release(&b);
}

TEST(names_what_is_missing_or_wrong)
{
	struct span table = span_of(qemu, sizeof(qemu) - 1);
	struct fwvol_names n = names();

	buf_init(&b, 4096);
	EQ_INT(smbiosovmf_make(&table, NULL, &b, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	buf_release(&b);
	buf_init(&b, 32);
	EQ_INT(smbiosovmf_make(&table, &n, &b, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	buf_release(&b);
	table = span_of(qemu, 8);
	buf_init(&b, 4096);
	EQ_INT(smbiosovmf_make(&table, &n, &b, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	buf_release(&b);
}

TAP_MAIN
