#include <stdalign.h>

#include "base/arena.h"
#include "tests/lib/tap.h"

TEST(gives_zeroed_aligned_memory)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(&a, size);

		OK(p != NULL);
		EQ_INT((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++) {
			EQ_INT(p[i], 0);
			p[i] = 0xff;
		}
	}
	arena_release(&a);
	EQ_INT(a.total, 0);
	EQ_INT(*(char *)arena_alloc(&a, 1), 0);
	arena_release(&a);
}

TEST(keeps_to_its_limit)
{
	struct arena a;
	size_t n = 0;

	arena_init(&a, 4 * ARENA_BLOCK);
	while (arena_alloc(&a, 1000) != NULL)
		n += 1000;
	OK(n > 2 * ARENA_BLOCK && n <= 4 * ARENA_BLOCK);
	OK(arena_alloc(&a, 5 * ARENA_BLOCK) == NULL);
	arena_release(&a);
	OK(arena_alloc(&a, 3 * ARENA_BLOCK) != NULL);
	OK(arena_alloc(&a, 3 * ARENA_BLOCK) == NULL);
	arena_release(&a);
}

TEST(refuses_sizes_that_overflow)
{
	struct arena a;

	arena_init(&a, SIZE_MAX);
	OK(arena_alloc(&a, SIZE_MAX) == NULL);
	OK(arena_alloc(&a, SIZE_MAX - 15) == NULL);
	OK(arena_array(&a, SIZE_MAX / 2, 3) == NULL);
	OK(arena_array(&a, (size_t)1 << 63, 2) == NULL);
	OK(arena_strndup(&a, "", SIZE_MAX) == NULL);
	arena_release(&a);
}

TEST(copies_and_formats_strings)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	EQ_STR(arena_strndup(&a, "hello", 4), "hell");
	EQ_STR(arena_strndup(&a, NULL, 0), "");
	EQ_STR(arena_printf(&a, "%s/%d", "x", 7), "x/7");
	EQ_STR(arena_printf(&a, "%s", ""), "");
	arena_release(&a);
	arena_init(&a, 10);
	OK(arena_printf(&a, "%s", "x") == NULL);
	OK(arena_strndup(&a, "x", 1) == NULL);
	arena_release(&a);
}

TAP_MAIN
