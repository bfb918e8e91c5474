#include "rpc/drain.h"
#include "tests/lib/tap.h"

static struct drain_table table;

TEST(keeps_the_first_deadline)
{
	struct drain *d = drain_get(&table, "1\na\n", 5, 1000, 65536);

	EQ_INT(d->deadline, 1000 + STREAM_DRAIN_MS);
	EQ_INT(d->left, 65536);
	d->left = 7;
	d = drain_get(&table, "1\na\n", 5, 9000, 65536);
	EQ_INT(d->deadline, 1000 + STREAM_DRAIN_MS);
	EQ_INT(d->left, 7);
	d = drain_get(&table, "2\na\n", 5, 9000, 65536);
	EQ_INT(d->deadline, 9000 + STREAM_DRAIN_MS);
}

TEST(forgets)
{
	drain_get(&table, "1\na\n", 5, 1000, 65536);
	drain_forget(&table, "1\nb\n");
	EQ_INT(drain_get(&table, "1\na\n", 5, 9000, 1)->deadline,
	    1000 + STREAM_DRAIN_MS);
	drain_forget(&table, "1\na\n");
	EQ_INT(drain_get(&table, "1\na\n", 5, 9000, 1)->deadline,
	    9000 + STREAM_DRAIN_MS);
}

TEST(another_process_of_the_name_begins_anew)
{
	struct drain *d = drain_get(&table, "1\na\n", 5, 1000, 65536);

	d->left = 0;
	d = drain_get(&table, "1\na\n", 6, 9000, 4096);
	EQ_INT(d->deadline, 9000 + STREAM_DRAIN_MS);
	EQ_INT(d->left, 4096);
	EQ_INT(table.next, 1);
}

TEST(replaces_the_oldest_when_full)
{
	char key[16];

	for (int i = 0; i <= STREAM_DRAINS_MAX; i++) {
		snprintf(key, sizeof(key), "1\n%d\n", i);
		drain_get(&table, key, 5, i, 1);
	}
	EQ_INT(drain_get(&table, "1\n1\n", 5, 9000, 1)->deadline,
	    1 + STREAM_DRAIN_MS);
	EQ_INT(drain_get(&table, "1\n0\n", 5, 9000, 1)->deadline,
	    9000 + STREAM_DRAIN_MS);
}

TAP_MAIN
