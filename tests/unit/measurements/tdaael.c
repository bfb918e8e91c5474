#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/format/limits.h"
#include "measurements/tdx/tdaael.h"
#include "tests/lib/tap.h"

static struct tdevents events;
static struct buf b;
static struct err e;

static void
load(const char *name)
{
	char path[128];

	OK(str_format(path, sizeof(path), "tests/corpus/measurements/%s",
	       name) == 0);
	buf_init(&b, LIMIT_EVENT_LOG);
	EQ_INT(fd_read_file(AT_FDCWD, path, &b, &e), 0);
	events.n = 0;
}

TEST(only_events_of_rtmr3_count)
{
	uint8_t rtmr[TDEVENT_LEN], zeros[TDEVENT_LEN] = { 0 };

	load("eventlog/td");
	EQ_INT(tdaael_events(b.p, b.len, &events, &e), 0);
	OK(events.n > 0);
	for (size_t i = 0; i < events.n; i++)
		EQ_INT(events.e[i].rtmr, 3);
	tdevents_rtmr(&events, 3, rtmr);
	OK(memcmp(rtmr, zeros, sizeof(zeros)) != 0);
	buf_release(&b);
}

TEST(a_list_that_is_full_is_no_assertion)
{
	load("eventlog/td");
	events.n = LIMIT_TD_EVENTS;
	EQ_INT(tdaael_events(b.p, b.len, &events, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	buf_release(&b);
}

TEST(other_logs_are_refused)
{
	load("eventlog/tpm");
	EQ_INT(tdaael_events(b.p, b.len, &events, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_INT(tdaael_events(b.p, 20, &events, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	buf_release(&b);
}

TAP_MAIN
