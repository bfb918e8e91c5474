/* A foreign disk: its partition table, and a file on its first partition. */
#include <stdlib.h>

#include "measurements/format/fat.h"
#include "measurements/format/gpt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
look(const struct span *volume)
{
	struct fat f;
	struct err e;
	struct buf b;

	if (fat_open(volume, &f, &e) < 0)
		return;
	buf_init(&b, 1 << 20);
	if (fat_read(&f, "/EFI/BOOT/BOOTX64.EFI", &b, &e) > 0 &&
	    b.len > span_len(volume))
		abort();
	fat_has_folder(&f, "/EFI/BOOT", &e);
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span whole = span_of(p, len);
	uint8_t digest[SHA2_256_LEN];
	struct gpt g;
	struct err e;

	look(&whole);
	if (gpt_parse(p, len, &g, &e) < 0)
		return 0;
	gpt_digest(&g, SHA2_256, digest);
	for (size_t i = 0; i < g.n; i++)
		look(&g.e[i].data);
	return 0;
}
