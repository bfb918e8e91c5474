/*
 * husk -- the host tool: one binary, a table of verbs
 */
#include <stdio.h>

#include "base/str.h"
#include "measurements/cli/acpi_dump.h"
#include "measurements/cli/initdata_cmd.h"
#include "measurements/cli/kata_check.h"
#include "measurements/cli/manifest_cmd.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/cli/replay.h"
#include "measurements/cli/snpid.h"
#include "measurements/ctl/ctl.h"
#include "measurements/explain/diff.h"
#include "measurements/explain/explain.h"
#include "measurements/policy/policy.h"
#include "measurements/verify/verify.h"

#ifndef HUSK_VERSION
#error "HUSK_VERSION comes from the Makefile"
#endif

struct verb {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *help;
};

static int help_main(int argc, char **argv);
static int version_main(int argc, char **argv);

static const struct verb verbs[] = {
	{ "measure", measure_main,
	    "the digest that hardware will report for a guest" },
	{ "replay", replay_main, "the registers that an event log leads to" },
	{ "acpi-dump", acpi_dump_main,
	    "what a QEMU hands to the firmware of a guest" },
	{ "explain", explain_main,
	    "what each register is made of, as text or a page" },
	{ "diff", diff_main, "which registers of two guests differ, and why" },
	{ "verify", verify_main,
	    "check evidence, and compare it with reference values" },
	{ "initdata", initdata_main, "pack, show and check initdata" },
	{ "kata-check", kata_check_main,
	    "options in Kata's configuration that it does not know" },
	{ "snp-id-block", snpid_main,
	    "an ID block for an SNP guest, made or verified" },
	{ "manifest", manifest_main,
	    "list, sign and verify the files that a build made" },
	{ "ctl", ctl_main, "talk to the agent of a running guest" },
	{ "policy", policy_main, "check, ask and explain agent policies" },
	{ "version", version_main, "print the version" },
	{ "help", help_main, "this list, or the help of a verb" },
};

enum {
	N_VERBS = sizeof(verbs) / sizeof(verbs[0])
};

static const struct verb *
find_verb(const char *name)
{
	for (int i = 0; i < N_VERBS; i++)
		if (str_eq(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

static int
unknown(const char *name)
{
	fprintf(stderr, "husk: unknown %s %s (see husk --help)\n",
	    name[0] == '-' ? "option" : "verb", STR_QUOTED(name));
	return EXIT_BAD;
}

static int
help_main(int argc, char **argv)
{
	if (argc > 2)
		return unknown(argv[2]);
	if (argc == 2 && !str_eq(argv[1], "--help")) {
		const struct verb *v = find_verb(argv[1]);
		char *args[] = { argv[1], "--help", NULL };

		return v ? v->main(2, args) : unknown(argv[1]);
	}
	printf("usage: husk VERB [option ...]\n\n");
	for (int i = 0; i < N_VERBS; i++)
		printf("  %-13s %s\n", verbs[i].name, verbs[i].help);
	printf("\nhusk VERB --help says more about one. Exit codes: 0 done, "
	       "1 a negative result,\n2 wrong usage or input.\n");
	return output_flush();
}

static int
version_main(int argc, char **argv)
{
	if (argc > 1 && str_eq(argv[1], "--help"))
		printf("usage: husk version\n");
	else if (argc > 1)
		return unknown(argv[1]);
	else
		printf("husk %s\n", HUSK_VERSION);
	return output_flush();
}

int
main(int argc, char **argv)
{
	const struct verb *v;

	if (argc < 2) {
		fprintf(stderr, "husk: a verb is missing (see husk --help)\n");
		return EXIT_BAD;
	}
	if (str_eq(argv[1], "--help") || str_eq(argv[1], "-h"))
		return help_main(argc - 1, argv + 1);
	if (str_eq(argv[1], "--version") || str_eq(argv[1], "-V"))
		return version_main(argc - 1, argv + 1);
	v = find_verb(argv[1]);
	return v ? v->main(argc - 1, argv + 1) : unknown(argv[1]);
}
