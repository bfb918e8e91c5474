/*
 * tests/lib/tap -- unit tests that print TAP
 *
 *	TEST(refuses_what_is_not_a_digest)
 *	{
 *		EQ_INT(digest_parse("x", 1, &d, &e), -1);
 *	}
 *	TAP_MAIN
 *
 * Each TEST registers itself and runs in a child of its own, so a crash, a
 * leak report or an endless loop is one failed test and its neighbours still
 * run. The loop ends by processor time, which no other load uses up; a test
 * that only waits, by an alarm long after that. A failed check ends its test.
 * SKIP("why") ends a test as skipped. Arguments of the program select tests
 * by substring.
 */
#ifndef TESTS_LIB_TAP_H
#define TESTS_LIB_TAP_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TAP_CPU_SECONDS = 60,
	TAP_SECONDS = 300,
	TAP_SKIPPED = 77
};

struct tap_test {
	const char *name;
	void (*fn)(void);
	struct tap_test *next;
};

static struct tap_test *tap_first, **tap_last = &tap_first;

static inline void
tap_fail(const char *file, int line, const char *what)
{
	printf("# %s:%d: %s\n", file, line, what);
	fflush(stdout);
	exit(1);
}

static inline void
tap_skip(const char *why)
{
	printf("# SKIP %s\n", why);
	fflush(stdout);
	exit(TAP_SKIPPED);
}

static inline void
tap_int(const char *file, int line, const char *what, intmax_t a, intmax_t b)
{
	if (a == b)
		return;
	printf("# %" PRIdMAX " is not %" PRIdMAX "\n", a, b);
	tap_fail(file, line, what);
}

static inline void
tap_str(const char *file, int line, const char *what, const char *a,
    const char *b)
{
	if (a != NULL && b != NULL && strcmp(a, b) == 0)
		return;
	printf("# \"%s\"\n# is not\n# \"%s\"\n", a ? a : "NULL",
	    b ? b : "NULL");
	tap_fail(file, line, what);
}

#define TEST(id)                                                               \
	static void test_##id(void);                                           \
	__attribute__((constructor)) static void tap_add_##id(void)            \
	{                                                                      \
		static struct tap_test t = { #id, test_##id, NULL };           \
		*tap_last = &t;                                                \
		tap_last = &t.next;                                            \
	}                                                                      \
	static void test_##id(void)

#define OK(cond)                                                               \
	do {                                                                   \
		if (!(cond))                                                   \
			tap_fail(__FILE__, __LINE__, "not true: " #cond);      \
	} while (0)
#define EQ_INT(a, b)                                                           \
	tap_int(__FILE__, __LINE__, #a " == " #b, (intmax_t)(a), (intmax_t)(b))
#define EQ_STR(a, b) tap_str(__FILE__, __LINE__, #a " == " #b, (a), (b))
#define EQ_MEM(a, b, n)                                                        \
	do {                                                                   \
		if (memcmp((a), (b), (n)) != 0)                                \
			tap_fail(__FILE__, __LINE__, #a " == " #b);            \
	} while (0)
#define SKIP(why) tap_skip(why)

static inline int
tap_run_one(const struct tap_test *t)
{
	const struct rlimit cpu = { TAP_CPU_SECONDS, TAP_CPU_SECONDS };
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CPU, &cpu);
		alarm(TAP_SECONDS);
		t->fn();
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	if (WIFSIGNALED(status))
		printf("# killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static inline int
tap_main(int argc, char **argv)
{
	int n = 0, failed = 0;

	for (struct tap_test *t = tap_first; t != NULL; t = t->next) {
		int rc, wanted = argc < 2;

		for (int i = 1; i < argc; i++)
			wanted |= strstr(t->name, argv[i]) != NULL;
		if (!wanted)
			continue;
		rc = tap_run_one(t);
		printf("%sok %d - %s%s\n",
		    rc == 0 || rc == TAP_SKIPPED ? "" : "not ", ++n, t->name,
		    rc == TAP_SKIPPED ? " # SKIP" : "");
		failed += rc != 0 && rc != TAP_SKIPPED;
	}
	printf("1..%d\n", n);
	return failed != 0;
}

#define TAP_MAIN                                                               \
	int main(int argc, char **argv)                                        \
	{                                                                      \
		return tap_main(argc, argv);                                   \
	}

#endif
