/*
 * message_check() lets through only what protobuf-c decodes, and what was
 * decoded passes again when encoded. The first byte chooses the message.
 */
#include <stdlib.h>

#include "proto/message.h"
#include "proto/method.h"

enum {
	ARENA_MAX = 64 << 20
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const ProtobufCMessageDescriptor *d;
	ProtobufCMessage *m;
	struct arena a;
	struct buf b;
	struct err e;

	if (len == 0)
		return 0;
	d = method_row(p[0] % METHOD_END)->request;
	arena_init(&a, ARENA_MAX);
	buf_init(&b, ARENA_MAX);
	if (message_check(d, p + 1, len - 1, &e) == 0) {
		m = message_unpack(d, p + 1, len - 1, &a, &e);
		if (m == NULL)
			abort();
		message_pack(m, &b);
		if (buf_bad(&b) || message_check(d, b.p, b.len, &e) < 0)
			abort();
	}
	buf_release(&b);
	arena_release(&a);
	return 0;
}
