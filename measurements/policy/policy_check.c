#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/output.h"
#include "measurements/policy/args.h"
#include "measurements/policy/policy.h"
#include "measurements/policy/requests.h"

enum option {
	OPT_PACKAGE,
	OPT_V0,
	OPT_V1,
	N_OPTIONS
};

static const struct arg options[N_OPTIONS] = {
	[OPT_PACKAGE] = { "package", 0, "NAME",
	    "check requests of this package (agent_policy)" },
	[OPT_V0] = { "v0", 0, NULL, "read Rego v0 only" },
	[OPT_V1] = { "v1", 0, NULL, "read Rego v1 only" },
};

struct check {
	const char *package;
	unsigned int warnings;
	unsigned int rules; /* of the package */
};

static void
print_diag(const char *severity, const char *file, unsigned int line,
    unsigned int col, const char *code, const char *msg)
{
	if (line == 0)
		printf("%s: %s: %s: %s\n", file, severity, code, msg);
	else
		printf("%s:%u:%u: %s: %s: %s\n", file, line, col, severity,
		    code, msg);
}

static void
print_diags(const struct policy_diags *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct policy_diag *x = &d->d[i];

		print_diag(x->severity == POLICY_ERROR ? "error" : "warning",
		    x->file, x->line, x->col, x->code, x->msg);
	}
	if (d->n_errors > d->n)
		printf("... and %zu more errors\n", d->n_errors - d->n);
}

/* A rule that is called as a request, but not quite. */
static void
check_rule(void *ctx, const char *package, const char *name, const char *file,
    uint32_t line, uint32_t col)
{
	struct check *c = ctx;
	const char *near;
	char msg[200];

	if (!str_eq(package, c->package))
		return;
	c->rules++;
	if (requests_known(name))
		return;
	near = requests_similar(name);
	if (near == NULL)
		return;
	snprintf(msg, sizeof(msg), "no request is called %s: did you mean %s?",
	    name, near);
	print_diag("warning", file, line, col, "unknown_request", msg);
	c->warnings++;
}

static void
check_defaults(struct check *c, const struct policy *p, const char *file)
{
	size_t i;
	const char *name;
	char msg[200];

	for (i = 0; (name = requests_name(i)) != NULL; i++) {
		bool has_default = false;

		if (policy_has_rule(p, c->package, name, &has_default) &&
		    has_default)
			continue;
		snprintf(msg, sizeof(msg), "%s has no default", name);
		print_diag("warning", file, 0, 0, "missing_default", msg);
		c->warnings++;
	}
}

static int
check(const struct args *a, struct check *c)
{
	struct policy_options o = { .key = args_key(), .advise = true };
	struct args_policy p;
	struct err e;
	size_t i;
	int r;

	if (a->values[OPT_V0] != NULL)
		o.dialect = POLICY_V0;
	else if (a->values[OPT_V1] != NULL)
		o.dialect = POLICY_V1;
	r = args_load(&p, a->files, a->n_files, &o, &e);
	print_diags(&p.diags);
	if (r < 0 && p.diags.n == 0) {
		args_unload(&p);
		return args_fail(a, &e);
	}
	if (r == 0) {
		policy_each_rule(p.policy, check_rule, c);
		if (c->rules > 0)
			check_defaults(c, p.policy, a->files[0]);
		for (i = 0; i < a->n_files; i++)
			printf("%s: Rego %s\n", a->files[i],
			    policy_dialect_of(p.policy, i) == POLICY_V0 ? "v0"
									: "v1");
	}
	printf("%zu errors, %zu warnings\n", p.diags.n_errors,
	    p.diags.n -
		(p.diags.n_errors < p.diags.n ? p.diags.n_errors : p.diags.n) +
		c->warnings);
	args_unload(&p);
	if (output_flush() != EXIT_OK)
		return EXIT_BAD;
	return r == 0 ? EXIT_OK : EXIT_NO;
}

int
policy_check_main(int argc, char **argv)
{
	struct check c = { .package = "agent_policy" };
	struct args a = {
		.verb = "check",
		.files_meta = "FILE...",
		.about = "Compile the files as one policy and say what is "
			 "wrong with them, as file:line:col.\nExits with 1 "
			 "when they do not make a policy.",
		.args = options,
		.n_args = N_OPTIONS,
	};
	int r = args_parse(&a, argc, argv, 1, ARGS_FILES_MAX);

	if (r >= 0)
		return r;
	if (a.values[OPT_PACKAGE] != NULL)
		c.package = a.values[OPT_PACKAGE];
	return check(&a, &c);
}
