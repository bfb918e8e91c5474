/*
 * mkcpio [-t SECONDS] [-s NAME=PATH]... OUTPUT SPEC...
 *
 * Writes the files of all SPECs (image/spec.h) as a cpio archive in the "newc"
 * format, which the kernel unpacks as initramfs. Entries stand in the order of
 * the specs; inode numbers are counted from 1; every entry has the time SECONDS
 * since 1970 (0 by default). So the output depends on the specs, the contents
 * of their files and SECONDS, and on nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/spec.h"

struct archive {
	FILE *f;
	uint32_t mtime;
	uint32_t inode; /* of the next entry */
	size_t written;
};

static const uint32_t kind_mode[] = {
	[SPEC_DIR] = S_IFDIR,
	[SPEC_FILE] = S_IFREG,
	[SPEC_SLINK] = S_IFLNK,
	[SPEC_CHAR] = S_IFCHR,
	[SPEC_BLOCK] = S_IFBLK,
};

static void
put(struct archive *a, const void *data, size_t len)
{
	if (len > 0)
		fwrite(data, 1, len, a->f);
	a->written += len;
}

/* The format aligns names and contents to four bytes. */
static void
put_padding(struct archive *a)
{
	static const char zeros[4];

	put(a, zeros, (4 - a->written % 4) % 4);
}

static void
put_entry(struct archive *a, const struct spec_entry *entry, const char *name,
    uint32_t mode, uint32_t inode)
{
	const void *data = entry->data;
	size_t size = entry->size;
	char header[111];
	uint32_t n_links = entry->kind == SPEC_DIR ? 2 : 1;

	if (entry->target != NULL) {
		data = entry->target;
		size = strlen(entry->target);
	}
	/* magic, inode, mode, uid, gid, links, time, size, device, node */
	snprintf(header, sizeof(header),
	    "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", inode,
	    mode, entry->uid, entry->gid, n_links, a->mtime, (unsigned)size, 0U,
	    0U, entry->major, entry->minor, (unsigned)strlen(name) + 1, 0U);
	put(a, header, strlen(header));
	put(a, name, strlen(name) + 1);
	put_padding(a);
	put(a, data, size);
	put_padding(a);
}

static void
put_spec(struct archive *a, const struct spec *s)
{
	static const struct spec_entry end = { .kind = SPEC_FILE };
	const struct spec_entry *entry;
	size_t i;

	for (i = 0; i < s->n; i++) {
		entry = &s->entries[i];
		/* Names have no leading slash: they are relative to the root.
		 */
		put_entry(a, entry, entry->path + 1,
		    kind_mode[entry->kind] | entry->mode, a->inode++);
	}
	a->mtime = 0;
	put_entry(a, &end, "TRAILER!!!", 0, 0);
}

static int
write_archive(const char *output, const struct spec *s, uint32_t mtime)
{
	struct archive a = { .mtime = mtime, .inode = 1 };
	int failed;

	a.f = fopen(output, "we");
	if (a.f == NULL) {
		fprintf(stderr, "open '%s': %s\n", output, strerror(errno));
		return -1;
	}
	put_spec(&a, s);
	failed = ferror(a.f);
	if (fclose(a.f) != 0 || failed) {
		fprintf(stderr, "write '%s' failed\n", output);
		unlink(output);
		return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	return spec_main(argc, argv, "mkcpio", write_archive);
}
