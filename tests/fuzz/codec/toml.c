/* Every node of a tree is linked as its header says, whatever the document. */
#include <stdlib.h>
#include <string.h>

#include "codec/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static unsigned sum;

static void
check(const struct toml_node *n)
{
	const struct toml_node *first = n->u.list.first, *last = NULL;

	for (const struct toml_node *m = first; m != NULL; m = m->next) {
		if (m->parent != n)
			abort();
		for (size_t i = 0; i < m->key.len; i++)
			sum += (unsigned char)m->key.s[i];
		if (m->type == TOML_STRING || m->type == TOML_DATETIME) {
			for (size_t i = 0; i < m->u.text.len; i++)
				sum += (unsigned char)m->u.text.s[i];
		}
		if (m->type == TOML_TABLE || m->type == TOML_ARRAY) {
			if (m->u.list.depth >= TOML_DEPTH_MAX)
				abort();
			check(m);
		}
		last = m;
	}
	if (n->u.list.last != last)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct toml_node *root;
	struct arena a;
	struct err e;
	char *s = malloc(len + 1);

	memcpy(s, len > 0 ? p : (const uint8_t *)"", len);
	arena_init(&a, 16 * 1024 * 1024);
	if (toml_parse(s, len, &a, &root, &e) == 0)
		check(root);
	arena_release(&a);
	free(s);
	return 0;
}
