#include <string.h>

#include "base/die.h"
#include "policy/compile.h"

void *
compile_alloc(struct compiler *c, size_t size)
{
	void *p = arena_alloc(c->arena, size);

	if (p == NULL)
		die("policy: the compiler's arena is exhausted");
	return p;
}

void *
compile_keep(struct compiler *c, size_t size)
{
	void *p = arena_alloc(c->keep, size);

	if (p == NULL)
		die("policy: the compiler's arena is exhausted");
	return p;
}

void *
compile_grow(struct compiler *c, void *p, uint32_t n, uint32_t *cap,
    size_t size)
{
	void *grown;

	if (n < *cap)
		return p;
	*cap = *cap == 0 ? 8 : *cap * 2;
	grown = compile_alloc(c, *cap * size);
	if (n > 0)
		memcpy(grown, p, n * size);
	return grown;
}
