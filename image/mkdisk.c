/*
 * mkdisk [-f FORM] [-s MIB] [-g GUID] OUTPUT /PATH=FILE...
 *
 * Writes a disk with a GUID partition table and one partition, an EFI system
 * partition with a FAT32 that holds each FILE under its PATH (image/fat32.h).
 * FORM is raw, qcow2, vhd or gcp (image/forms.h); the disk has MIB mebibytes,
 * or the fewest that its contents and FORM allow. The output depends on these
 * and on nothing else: GUID is the disk's, and those of partition, file system
 * and container follow from it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/str.h"
#include "image/bytes.h"
#include "image/fat32.h"
#include "image/forms.h"
#include "image/gpt.h"
#include "measurements/format/le.h"

#define MIB (UINT64_C(1) << 20)
#define SIZE_MAX_MIB (UINT64_C(1) << 24)
#define FILES_SIZE_MAX (1U << 30)

struct job {
	forms_fn *write;
	uint64_t unit;
	uint64_t mib; /* 0: the fewest */
	uint8_t guid[GPT_GUID_LEN];
	struct buf bytes[FAT32_FILES];
	struct fat32_file files[FAT32_FILES];
	char paths[FAT32_FILES][64];
	size_t n;
};

static int
add_file(struct job *j, const char *arg, struct err *e)
{
	size_t len = strcspn(arg, "="), i = j->n;

	if (i == FAT32_FILES)
		return err_set(e, ERR_LIMIT, "more than %d files", FAT32_FILES);
	if (arg[len] != '=' || len >= sizeof(j->paths[i]))
		return err_set(e, ERR_ARGUMENT,
		    "%s: not a path and a file, such as "
		    "/EFI/BOOT/BOOTX64.EFI=FILE",
		    STR_QUOTED(arg));
	memcpy(j->paths[i], arg, len);
	j->paths[i][len] = '\0';
	buf_init(&j->bytes[i], FILES_SIZE_MAX);
	j->n++;
	if (fd_read_file(AT_FDCWD, arg + len + 1, &j->bytes[i], e) < 0)
		return -1;
	j->files[i] =
	    (struct fat32_file){ j->paths[i], j->bytes[i].p, j->bytes[i].len };
	return 0;
}

/* The GUID that is n after the disk's, by its last byte. */
static void
follow(const struct job *j, uint8_t n, uint8_t ret_guid[static GPT_GUID_LEN])
{
	memcpy(ret_guid, j->guid, GPT_GUID_LEN);
	ret_guid[GPT_GUID_LEN - 1] = (uint8_t)(ret_guid[GPT_GUID_LEN - 1] + n);
}

/* The file system has the space between two MiB for the tables. */
static int
build(const struct job *j, struct disk *d, struct err *e)
{
	static const char esp[] = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
	uint64_t least =
	    (fat32_size(j->files, j->n) + MIB - 1) / MIB * MIB + 2 * MIB;
	struct gpt_partition part = { .first = MIB / DISK_SECTOR,
		.name = "ESP" };
	uint8_t serial[GPT_GUID_LEN];

	d->size =
	    j->mib ? j->mib * MIB : (least + j->unit - 1) / j->unit * j->unit;
	if (d->size % j->unit != 0)
		return err_set(e, ERR_ARGUMENT,
		    "this form needs a multiple of %llu MiB",
		    (unsigned long long)(j->unit / MIB));
	if (d->size < 4 * MIB)
		return err_set(e, ERR_LIMIT, "%llu MiB: too small",
		    (unsigned long long)(d->size / MIB));
	part.last = (d->size - MIB) / DISK_SECTOR - 1;
	if (gpt_guid(esp, part.type) < 0)
		return err_set(e, ERR_INTERNAL, "GUID of the ESP");
	follow(j, 1, part.guid);
	follow(j, 2, serial);
	gpt_put_head(d, j->guid, &part, 1);
	if (fat32_put(d, MIB, d->size - 2 * MIB, le_get32(serial + 12),
		j->files, j->n, e) < 0)
		return -1;
	gpt_put_tail(d, j->guid, &part, 1);
	return 0;
}

static int
make(const struct job *j, const char *output, struct err *e)
{
	struct disk d = { .n = 0 };
	AUTO_FD int fd = -1;
	uint8_t id[GPT_GUID_LEN];
	int rc;

	follow(j, 3, id);
	rc = build(j, &d, e);
	if (rc == 0) {
		fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0666);
		rc = fd < 0 ? err_sys(e, "open") : j->write(&d, id, fd, e);
		if (rc < 0) {
			err_wrap(e, "%s", STR_QUOTED(output));
			unlink(output);
		}
	}
	disk_release(&d);
	return rc;
}

static int
read_options(struct job *j, int argc, char **argv, struct err *e)
{
	const char *form = "raw";
	const char *guid = "6875736b-0000-4000-8000-000000000010";
	int option;

	while ((option = getopt(argc, argv, "f:s:g:")) != -1) {
		if (option == 'f')
			form = optarg;
		else if (option == 'g')
			guid = optarg;
		else if (option != 's' ||
			 str_u64(optarg, SIZE_MAX_MIB, &j->mib) < 0)
			return err_set(e, ERR_ARGUMENT,
			    "usage: mkdisk [-f FORM] [-s MIB] [-g GUID] OUTPUT "
			    "/PATH=FILE...");
	}
	if (argc - optind < 2)
		return err_set(e, ERR_ARGUMENT, "no output and no files");
	if (gpt_guid(guid, j->guid) < 0)
		return err_set(e, ERR_ARGUMENT, "%s: not a GUID",
		    STR_QUOTED(guid));
	if (forms_find(form, &j->write, &j->unit, e) < 0)
		return -1;
	for (int i = optind + 1; i < argc; i++)
		if (add_file(j, argv[i], e) < 0)
			return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct job j = { .n = 0 };
	struct err e;
	int rc = read_options(&j, argc, argv, &e);

	if (rc == 0)
		rc = make(&j, argv[optind], &e);
	if (rc < 0)
		fprintf(stderr, "mkdisk: %s\n", e.msg);
	for (size_t i = 0; i < j.n; i++)
		buf_release(&j.bytes[i]);
	return rc < 0;
}
