#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "rpc/drain.h"

static struct drain *
find(struct drain_table *t, const char *key)
{
	for (unsigned i = 0; i < STREAM_DRAINS_MAX; i++) {
		if (str_eq(t->rows[i].key, key))
			return &t->rows[i];
	}
	return NULL;
}

struct drain *
drain_get(struct drain_table *t, const char *key, uint64_t process, int64_t now,
    uint64_t capacity)
{
	struct drain *d = find(t, key);

	if (d != NULL && d->process == process)
		return d;
	if (d == NULL) {
		d = &t->rows[t->next];
		t->next = (t->next + 1) % STREAM_DRAINS_MAX;
	}
	if (str_copy(d->key, sizeof(d->key), key) < 0)
		die("drain: key of %zu bytes", strlen(key));
	d->process = process;
	d->deadline = now + STREAM_DRAIN_MS;
	d->left = capacity;
	return d;
}

void
drain_forget(struct drain_table *t, const char *key)
{
	struct drain *d = find(t, key);

	if (d != NULL)
		memset(d, 0, sizeof(*d));
}
