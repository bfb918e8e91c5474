#include "sandbox/options.h"
#include "tests/lib/tap.h"

TEST(reads_what_pid1_gives)
{
	char *args[] = { (char *)"target=coco-dev", (char *)"log=debug",
		(char *)"hotplug_timeout=7,container_pipe_size=65536" };
	struct options o;
	struct err e;

	EQ_INT(options_parse(3, args, &o, &e), 0);
	EQ_STR(o.target, "coco-dev");
	EQ_INT(o.log, LOG_DEBUG);
	EQ_INT(o.hotplug_timeout, 7);
	EQ_INT(o.container_pipe_size, 65536);
	EQ_INT(options_parse(1, args, &o, &e), 0);
	EQ_INT(o.log, LOG_INFO);
	EQ_INT(o.hotplug_timeout, 3);
	EQ_INT(o.container_pipe_size, 0);
}

TEST(refuses_everything_else)
{
	static const char *const bad[] = { "", "target", "target=", "target=A",
		"target=x,", "target=x,target=y", "log=loud", "x=1",
		"hotplug_timeout=", "hotplug_timeout=-1",
		"container_pipe_size=16777217", "targets=x",
		"target=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	struct options o;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *args[] = { (char *)bad[i] };

		EQ_INT(options_parse(1, args, &o, &e), -1);
	}
	EQ_INT(options_parse(0, NULL, &o, &e), -1);
	EQ_STR(e.msg, "option target is missing");
}

TAP_MAIN
