#include <sched.h>
#include <stdatomic.h>

#include "measurements/cli/work.h"
#include "tests/lib/tap.h"

enum {
	MAX = 100
};

struct piece {
	int times;
	unsigned long sum;
};

static struct piece pieces[MAX];
static struct work work[MAX];

static void
count(void *arg)
{
	struct piece *p = arg;

	p->times++;
	for (unsigned long i = 0; i < 100000; i++)
		p->sum += i;
}

static void
fill(size_t n)
{
	memset(pieces, 0, sizeof(pieces));
	for (size_t i = 0; i < n; i++)
		work[i] = (struct work){ count, &pieces[i] };
}

/* One processor for this process, which is the test's own. */
static void
use_one(void)
{
	cpu_set_t set;
	int cpu = 0;

	OK(sched_getaffinity(0, sizeof(set), &set) == 0);
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	OK(sched_setaffinity(0, sizeof(set), &set) == 0);
}

TEST(each_piece_is_done_once)
{
	for (size_t n = 0; n <= MAX; n++) {
		fill(n);
		work_do(work, n);
		for (size_t i = 0; i < MAX; i++)
			EQ_INT(pieces[i].times, i < n);
	}
}

TEST(there_are_no_more_hands_than_pieces_or_processors)
{
	EQ_INT(work_hands(0), 0);
	EQ_INT(work_hands(1), 1);
	OK(work_hands(2) <= 2 && work_hands(2) >= 1);
	OK(work_hands(1000) <= WORK_HANDS);
	use_one();
	EQ_INT(work_hands(0), 0);
	EQ_INT(work_hands(1000), 1);
}

static size_t order[MAX], n_done;

static void
note(void *arg)
{
	order[n_done++] = (size_t)((struct piece *)arg - pieces);
}

TEST(one_processor_does_them_in_order)
{
	use_one();
	for (size_t i = 0; i < MAX; i++)
		work[i] = (struct work){ note, &pieces[i] };
	work_do(work, MAX);
	EQ_INT(n_done, MAX);
	for (size_t i = 0; i < MAX; i++)
		EQ_INT(order[i], i);
}

TAP_MAIN
