/* A foreign manifest: what is taken is written again as it was. */
#include <stdlib.h>
#include <string.h>

#include "measurements/format/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct manifest m;
	struct buf b;
	struct err e;

	manifest_init(&m);
	buf_init(&b, MANIFEST_SIZE);
	if (manifest_parse(span_of(p, len), &m, &e) == 0) {
		manifest_write(&m, &b);
		if (b.len != len || memcmp(b.p, p, len) != 0)
			abort();
		for (size_t i = 0; i < m.n_files; i++)
			if (!manifest_path_ok(m.files[i].path))
				abort();
	}
	buf_release(&b);
	manifest_release(&m);
	return 0;
}
