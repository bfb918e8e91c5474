/*
 * mktar [-t SECONDS] [-s NAME=PATH]... OUTPUT SPEC...
 *
 * Writes the files of all SPECs (image/spec.h) as a tar archive in the ustar
 * format (POSIX.1-1988), as the layer of a container image: in the order of
 * the specs, owners as numbers only, every entry with the time SECONDS since
 * 1970 (0 by default).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/spec.h"

enum {
	BLOCK = 512,
	OWNER_MAX = 07777777, /* seven octal digits */
};

/* Each field is octal digits, or text, and ends in NUL unless it is full. */
struct header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char target[100];
	char magic[6];
	char version[2];
	char owner[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char unused[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

static const char kind_type[] = {
	[SPEC_DIR] = '5',
	[SPEC_FILE] = '0',
	[SPEC_SLINK] = '2',
	[SPEC_CHAR] = '3',
	[SPEC_BLOCK] = '4',
};

static void
set_checksum(struct header *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	unsigned sum = 0;
	size_t i;

	memset(h->checksum, ' ', sizeof(h->checksum));
	for (i = 0; i < BLOCK; i++)
		sum += bytes[i];
	snprintf(h->checksum, sizeof(h->checksum), "%06o", sum);
}

static int
set_header(struct header *h, const struct spec_entry *entry, uint32_t mtime)
{
	const char *slash = entry->kind == SPEC_DIR ? "/" : "";
	const char *target = entry->target == NULL ? "" : entry->target;

	/* Longer ones need the extended formats, and no image of ours has any.
	 */
	if (strlen(entry->path) + strlen(slash) > sizeof(h->name) ||
	    strlen(target) >= sizeof(h->target) || entry->uid > OWNER_MAX ||
	    entry->gid > OWNER_MAX) {
		fprintf(stderr, "'%s': name, target or owner is too long\n",
		    entry->path);
		return -1;
	}
	memset(h, 0, sizeof(*h));
	snprintf(h->name, sizeof(h->name), "%s%s", entry->path + 1, slash);
	snprintf(h->mode, sizeof(h->mode), "%07o", entry->mode & 07777);
	snprintf(h->uid, sizeof(h->uid), "%07o", entry->uid & OWNER_MAX);
	snprintf(h->gid, sizeof(h->gid), "%07o", entry->gid & OWNER_MAX);
	snprintf(h->size, sizeof(h->size), "%011o", (unsigned)entry->size);
	snprintf(h->mtime, sizeof(h->mtime), "%011o", mtime);
	h->type = kind_type[entry->kind];
	memcpy(h->target, target, strlen(target));
	memcpy(h->magic, "ustar", sizeof(h->magic));
	memcpy(h->version, "00", sizeof(h->version));
	snprintf(h->major, sizeof(h->major), "%07o", entry->major & OWNER_MAX);
	snprintf(h->minor, sizeof(h->minor), "%07o", entry->minor & OWNER_MAX);
	set_checksum(h);
	return 0;
}

static int
put_spec(FILE *f, const struct spec *s, uint32_t mtime)
{
	static const char zeros[2 * BLOCK];
	const struct spec_entry *entry;
	struct header h;
	size_t i;

	for (i = 0; i < s->n; i++) {
		entry = &s->entries[i];
		if (set_header(&h, entry, mtime) < 0)
			return -1;
		fwrite(&h, 1, sizeof(h), f);
		if (entry->size > 0)
			fwrite(entry->data, 1, entry->size, f);
		fwrite(zeros, 1, (BLOCK - entry->size % BLOCK) % BLOCK, f);
	}
	fwrite(zeros, 1, sizeof(zeros), f);
	return 0;
}

static int
write_archive(const char *output, const struct spec *s, uint32_t mtime)
{
	FILE *f = fopen(output, "we");
	int result;

	if (f == NULL) {
		fprintf(stderr, "open '%s': %s\n", output, strerror(errno));
		return -1;
	}
	result = put_spec(f, s, mtime);
	if (ferror(f))
		result = -1;
	if (fclose(f) != 0)
		result = -1;
	if (result < 0) {
		fprintf(stderr, "write '%s' failed\n", output);
		unlink(output);
	}
	return result;
}

int
main(int argc, char **argv)
{
	return spec_main(argc, argv, "mktar", write_archive);
}
