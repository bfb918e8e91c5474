/*
 * A configuration of Kata, of both runtimes: what is read makes a command line
 * of one line, without spaces at its ends, or is refused.
 */
#include <assert.h>
#include <string.h>

#include "measurements/kata/cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
try(const struct kata_doc *doc, enum kata_runtime runtime, struct arena *a)
{
	struct kata_config c;
	struct buf b;
	struct err e;

	buf_init(&b, 64 * 1024);
	if (kata_config_read(doc, 1, runtime, a, &c, &e) == 0 &&
	    kata_cmdline(&c, 1, &b, &e) == 0 && !buf_bad(&b)) {
		assert(b.len > 0 && b.p[0] != ' ' && b.p[b.len - 1] != ' ');
		assert(memchr(b.p, '\0', b.len) == NULL);
	}
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct kata_doc doc = { "fuzz", NULL };
	struct arena a;
	struct err e;

	arena_init(&a, 4 * 1024 * 1024);
	if (toml_parse((const char *)p, len, &a, &doc.root, &e) == 0) {
		try(&doc, KATA_GO, &a);
		try(&doc, KATA_RS, &a);
	}
	arena_release(&a);
	return 0;
}
