/*
 * JSON that is read is written as JSON that reads the same; nothing that is
 * read breaks a value's order.
 */
#include <stdlib.h>

#include "policy/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct heap_key key = { 1, 2 };
	struct value v, again;
	struct budget budget;
	struct heap heap;
	struct buf b;
	struct err e;

	budget_init(&budget, 10000000, 10);
	heap_init(&heap, 16 << 20, key, &budget);
	buf_init(&b, 1 << 20);
	if (json_parse(&heap, (const char *)p, len, &v, &e) == 0) {
		json_write(&b, v, 0);
		if (!buf_bad(&b) &&
		    json_parse(&heap, buf_str(&b), b.len, &again, &e) == 0 &&
		    (!value_equal(v, again, &budget) ||
			value_hash(&heap, v) != value_hash(&heap, again)) &&
		    budget_hit(&budget) == BUDGET_OK)
			abort();
		json_write_term(&b, v);
	}
	buf_release(&b);
	heap_release(&heap);
	return 0;
}
