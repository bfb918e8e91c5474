/* A foreign SE header, or a whole image; what is read has consistent digests
 * or is refused, and its components lie within it. */
#include <stdlib.h>

#include "measurements/se/seimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const uint8_t key[SEAES_XTS_KEY_LEN] = { 1 };
	struct sehdr_conf conf;
	struct seimage img;
	struct sehdr h;
	struct buf b;
	struct err e;

	if (sehdr_parse(p, len, &h, &e) == 0) {
		if (h.size > len || h.n_slots > SEHDR_SLOTS_MAX)
			abort();
		sehdr_open(&h, key, &conf, &e);
		sehdr_find_slot(&h, key);
	}
	if (seimage_parse(p, len, &img, &e) < 0)
		return 0;
	seimage_check(&img, &e);
	for (size_t i = 0; i < img.n; i++) {
		buf_init(&b, 1024 * 1024);
		seimage_decrypt(&img, &img.components[i], key, &b, &e);
		buf_release(&b);
	}
	return 0;
}
