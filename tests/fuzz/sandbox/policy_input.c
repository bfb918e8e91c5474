/* Any request: what can be decoded has a shape, or is refused with a reason. */
#include <stdlib.h>

#include "policy/json.h"
#include "proto/message.h"
#include "proto/method.h"
#include "sandbox/policy_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct heap_key key = { 1, 2 };
	struct value v, again;
	ProtobufCMessage *m;
	struct budget budget;
	struct heap h;
	struct arena a;
	struct buf b;
	struct err e;

	if (len < 1)
		return 0;
	budget_init(&budget, QUERY_STEPS_MAX, QUERY_DEPTH_MAX);
	heap_init(&h, QUERY_MEMORY_MAX, key, &budget);
	arena_init(&a, MESSAGE_ARENA_MAX);
	buf_init(&b, 16 * 1024 * 1024);
	m = message_unpack(method_row(p[0] % METHOD_AGENT_END)->request, p + 1,
	    len - 1, &a, &e);
	if (m != NULL && policy_input(&h, m, &v, &e) == 0) {
		/* It is plain JSON: reading it back changes nothing. */
		json_write(&b, v, 0);
		if (!buf_bad(&b) &&
		    (json_parse(&h, (const char *)b.p, b.len, &again, &e) < 0 ||
			!value_equal(v, again, &budget)))
			abort();
	}
	buf_release(&b);
	arena_release(&a);
	heap_release(&h);
	return 0;
}
