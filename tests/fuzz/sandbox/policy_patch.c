/* A patch in JSON, on a document of each kind of value. */
#include "sandbox/policy_patch.h"
#include "policy/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const char doc[] =
	    "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"pstate\":{},\"s\":\"x\"}";
	struct heap_key key = { 1, 2 };
	struct budget budget;
	struct value d, ops, v;
	struct heap h;
	struct buf b;
	struct err e;

	budget_init(&budget, QUERY_STEPS_MAX, QUERY_DEPTH_MAX);
	heap_init(&h, QUERY_MEMORY_MAX, key, &budget);
	buf_init(&b, 16 * 1024 * 1024);
	if (json_parse(&h, doc, sizeof(doc) - 1, &d, &e) == 0 &&
	    json_parse(&h, (const char *)p, len, &ops, &e) == 0 &&
	    policy_patch(&h, d, ops, &v, &e) == 0)
		json_write(&b, v, 0);
	buf_release(&b);
	heap_release(&h);
	return 0;
}
