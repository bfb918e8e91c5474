/*
 * The guest program. As PID 1 it is the init of the guest; pid1 executes it
 * again for every role (init/roles.h), called "husk-<role>".
 */
#include <stdio.h>
#include <unistd.h>

#include "base/str.h"
#include "init/pid1.h"
#include "init/roles.h"

static const char usage[] =
    "usage: init --version | --help\n"
    "This is the init of a Husk guest; as PID 1 it takes its configuration\n"
    "from the kernel command line.\n";

int
main(int argc, char **argv)
{
	/* Roles first: one in a new pid namespace is process 1 as well. */
	if (argc >= 2 && str_starts(argv[0], "husk-") &&
	    str_eq(argv[0] + 5, argv[1]))
		return roles_main(argc, argv);
	if (getpid() == 1)
		pid1_main();
	if (argc == 2 && str_eq(argv[1], "--version")) {
		puts("husk " HUSK_VERSION);
		return 0;
	}
	if (argc == 2 && str_eq(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	fputs("init: not started as PID 1, and not by it\n", stderr);
	fputs(usage, stderr);
	return 64;
}
