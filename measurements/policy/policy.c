#include <stdio.h>

#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/policy/policy.h"

static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{ "check", policy_check_main, "what the compiler says about a policy" },
	{ "eval", policy_eval_main, "the value of a query" },
	{ "explain", policy_explain_main, "why a request is denied" },
	{ "suite", policy_suite_main, "run test cases in OPA's form" },
	{ "replay", policy_replay_main, "run recorded requests" },
	{ "bench", policy_bench_main, "time recorded requests" },
};

enum {
	N_VERBS = sizeof(verbs) / sizeof(verbs[0])
};

static void
usage(FILE *out)
{
	fprintf(out, "usage: husk policy VERB [option ...] [file ...]\n\n");
	for (int i = 0; i < N_VERBS; i++)
		fprintf(out, "  %-9s %s\n", verbs[i].name, verbs[i].help);
	fprintf(out,
	    "\nhusk policy VERB --help says more about one. Exit codes: 0 "
	    "done, 1 a negative\nresult, 2 wrong usage or input.\n");
}

int
policy_main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_BAD;
	}
	if (str_eq(argv[1], "--help") || str_eq(argv[1], "-h")) {
		usage(stdout);
		return output_flush();
	}
	for (int i = 0; i < N_VERBS; i++) {
		if (str_eq(argv[1], verbs[i].name))
			return verbs[i].main(argc - 1, argv + 1);
	}
	fprintf(stderr, "husk policy: unknown verb %s\n", STR_QUOTED(argv[1]));
	return EXIT_BAD;
}
