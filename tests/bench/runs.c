/*
 * bench/runs -- how long commands take, run in turn
 *
 *	runs ROUNDS COMMAND [ARG ...] [-- COMMAND [ARG ...]] ...
 *
 * Prints a line "WALL CPU" for each command: its shortest time from before its
 * start to after its end, and the least time of the processor that it took, in
 * microseconds, of ROUNDS runs. In turn, so that a machine that slows down
 * slows all of them. Their output goes nowhere; one that fails ends this.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/die.h"

enum {
	MAX = 8
};

struct command {
	char **argv;
	double wall, cpu; /* best so far; 0 before the first */
};

extern char **environ;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
us(const struct timeval *t)
{
	return (double)t->tv_sec * 1e6 + (double)t->tv_usec;
}

static void
keep(double *best, double took)
{
	if (*best == 0 || took < *best)
		*best = took;
}

static void
run(struct command *c, const posix_spawn_file_actions_t *quiet)
{
	double start = now();
	struct rusage r;
	int status;
	pid_t pid;

	if (posix_spawnp(&pid, c->argv[0], quiet, NULL, c->argv, environ) != 0)
		die("%s: cannot be run", c->argv[0]);
	if (wait4(pid, &status, 0, &r) != pid || status != 0)
		die("%s: failed, status 0x%x", c->argv[0], status);
	keep(&c->wall, now() - start);
	keep(&c->cpu, us(&r.ru_utime) + us(&r.ru_stime));
}

static int
parse(char **argv, struct command *ret_c)
{
	int n = 0;

	while (*argv != NULL) {
		if (n == MAX || strcmp(*argv, "--") == 0)
			return 0;
		ret_c[n++].argv = argv;
		while (*argv != NULL && strcmp(*argv, "--") != 0)
			argv++;
		if (*argv != NULL)
			*argv++ = NULL;
	}
	return n;
}

int
main(int argc, char **argv)
{
	struct command c[MAX] = { { 0 } };
	posix_spawn_file_actions_t quiet;
	int rounds = argc > 2 ? atoi(argv[1]) : 0;
	int n = rounds > 0 ? parse(argv + 2, c) : 0;

	if (n == 0)
		die("usage: runs ROUNDS COMMAND ... [-- COMMAND ...]");
	if (posix_spawn_file_actions_init(&quiet) != 0 ||
	    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY,
		0) != 0 ||
	    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY,
		0) != 0)
		die("out of memory");
	for (int i = 0; i < rounds; i++)
		for (int k = 0; k < n; k++)
			run(&c[k], &quiet);
	for (int k = 0; k < n; k++)
		printf("%.0f %.0f\n", c[k].wall, c[k].cpu);
	posix_spawn_file_actions_destroy(&quiet);
	return 0;
}
