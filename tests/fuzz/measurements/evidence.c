/* Foreign evidence, checked with what came with it. */
#include <stdlib.h>
#include <string.h>

#include "measurements/verify/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	ARENA_LIMIT = 16 * 1024 * 1024
};

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct evidence ev;
	static struct findings fs;
	struct arena a;
	struct check c;
	struct err e;

	arena_init(&a, ARENA_LIMIT);
	memset(&fs, 0, sizeof(fs));
	check_init(&c);
	if (evidence_parse(span_of(p, len), &a, &ev, &e) == 0) {
		c.roots = ev.certs;
		check_evidence(&c, &ev, &a, &fs);
		if (fs.n == 0)
			abort();
	}
	arena_release(&a);
	return 0;
}
