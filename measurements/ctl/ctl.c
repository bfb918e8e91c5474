#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "measurements/cli/output.h"
#include "measurements/ctl/ctl.h"
#include "proto/method.h"

#define AGENT "grpc.AgentService"

enum {
	SECONDS_MAX = 1000000,
	MS_IN_S = 1000,
	TIMEOUT_S = 60
};

int
ctl_failed(const struct err *e)
{
	fprintf(stderr, "husk ctl: %s\n", e->msg);
	return CTL_EXIT_BAD;
}

int
ctl_refused(const char *what, const struct ctl_answer *a)
{
	fprintf(stderr, "husk ctl: %s: %s (%s)\n", what, a->text,
	    ctl_client_code_name(a->code));
	return CTL_EXIT_REFUSED;
}

int
ctl_usage(const struct ctl_verb *v)
{
	fprintf(stderr, "usage: husk ctl ADDRESS %s %s\n", v->name, v->args);
	return CTL_EXIT_BAD;
}

static void
remove_words(int *argc, char **argv, int at, int n)
{
	memmove(argv + at, argv + at + n,
	    (size_t)(*argc - at - n + 1) * sizeof(*argv));
	*argc -= n;
}

const char *
ctl_option(int *argc, char **argv, const char *name, bool has_value)
{
	for (int i = 1; i < *argc && !str_eq(argv[i], "--"); i++) {
		const char *value;

		if (!str_eq(argv[i], name))
			continue;
		if (has_value && i + 1 == *argc)
			return NULL;
		value = has_value ? argv[i + 1] : "";
		remove_words(argc, argv, i, has_value ? 2 : 1);
		return value;
	}
	return NULL;
}

static void
help(void)
{
	printf("usage: husk ctl ADDRESS [option ...] VERB [argument ...]\n\n"
	       "ADDRESS is vsock://CID:PORT, unix://PATH or "
	       "hvsock://PATH:PORT.\n\n"
	       "  --timeout S   the guest gives up on a request after S "
	       "seconds (default %d;\n"
	       "                0: never; waiting and stdio have none)\n"
	       "  --wait S      try to connect for S seconds (default 0)\n"
	       "  --json        answers as JSON, always\n\n",
	    TIMEOUT_S);
	for (const struct ctl_verb *v = ctl_verbs; v->name != NULL; v++)
		printf("  %-15s %s\n", v->name, v->help);
	printf("\nA method's own name is a verb, too: DestroySandbox is call "
	       "DestroySandbox.\n");
	printf("husk ctl ADDRESS VERB --help says more about one. Exit "
	       "codes: 0 done, 1 the guest\nrefused, 2 wrong usage, input or "
	       "no connection; run and exec: that of the process,\n%d for a "
	       "failure of ours.\n",
	    CTL_EXIT_RUN);
}

static const struct ctl_verb *
find_verb(const char *name)
{
	for (const struct ctl_verb *v = ctl_verbs; v->name != NULL; v++) {
		if (str_eq(v->name, name))
			return v;
	}
	return NULL;
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && !str_eq(argv[i], "--"); i++) {
		if (str_eq(argv[i], "--help") || str_eq(argv[i], "-h"))
			return true;
	}
	return false;
}

static int
help_verb(const struct ctl_verb *v)
{
	printf("usage: husk ctl ADDRESS %s%s%s\n\n%s\n", v->name,
	    v->args[0] ? " " : "", v->args, v->help);
	return output_flush();
}

/* The options before the verb; the number of words they are, or -1. */
static int
options(int argc, char **argv, struct ctl *c, uint64_t *wait_s)
{
	uint64_t timeout_s = TIMEOUT_S;
	int i = 0;

	for (; i < argc && argv[i][0] == '-'; i++) {
		uint64_t *value = NULL;

		if (str_eq(argv[i], "--json")) {
			c->json = true;
			continue;
		}
		if (str_eq(argv[i], "--timeout"))
			value = &timeout_s;
		else if (str_eq(argv[i], "--wait"))
			value = wait_s;
		if (value == NULL) {
			fprintf(stderr,
			    "husk ctl: unknown option %s (see husk ctl "
			    "--help)\n",
			    STR_QUOTED(argv[i]));
			return -1;
		}
		if (i + 1 == argc ||
		    str_u64(argv[i + 1], SECONDS_MAX, value) < 0) {
			fprintf(stderr,
			    "husk ctl: %s needs a number of seconds up to %d\n",
			    argv[i], (int)SECONDS_MAX);
			return -1;
		}
		i++;
	}
	c->timeout_ms = (int64_t)timeout_s * MS_IN_S;
	return i;
}

static int
run_verb(struct ctl *c, const char *address, uint64_t wait_s,
    const struct ctl_verb *v, int argc, char **argv)
{
	struct err e;
	int status;

	if (ctl_client_open(&c->client, address,
		clock_after((int64_t)wait_s * MS_IN_S), &e) < 0) {
		status = ctl_failed(&e);
		if (v->run == ctl_run_bundle || v->run == ctl_run_exec)
			status = CTL_EXIT_RUN;
	} else {
		status = v->run(c, v, argc, argv);
	}
	ctl_client_close(&c->client);
	return output_flush() == CTL_EXIT_DONE ? status : CTL_EXIT_BAD;
}

static int
main_with(struct ctl *c, int argc, char **argv)
{
	const char *address = argv[1];
	const struct ctl_verb *v;
	uint64_t wait_s = 0;
	int n = options(argc - 2, argv + 2, c, &wait_s);

	if (n < 0)
		return CTL_EXIT_BAD;
	if (argc < 3 + n) {
		fprintf(stderr,
		    "husk ctl: a verb is missing (see husk ctl --help)\n");
		return CTL_EXIT_BAD;
	}
	v = find_verb(argv[2 + n]);
	/* A method's own name is short for "call" and it. */
	if (v == NULL && method_find(AGENT, argv[2 + n]) != METHOD_END) {
		v = find_verb("call");
		n--;
	}
	if (v == NULL) {
		fprintf(stderr,
		    "husk ctl: unknown verb %s (see husk ctl --help)\n",
		    STR_QUOTED(argv[2 + n]));
		return CTL_EXIT_BAD;
	}
	argc -= 2 + n;
	argv += 2 + n;
	if (wants_help(argc, argv))
		return help_verb(v);
	return run_verb(c, address, wait_s, v, argc, argv);
}

int
ctl_main(int argc, char **argv)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct ctl c = { .json = false };
	int status;

	if (argc < 2) {
		fprintf(stderr, "husk ctl: an address is missing (see husk "
				"ctl --help)\n");
		return CTL_EXIT_BAD;
	}
	if (str_eq(argv[1], "--help") || str_eq(argv[1], "-h")) {
		help();
		return output_flush();
	}
	/* A verb where the address should be: somebody asks about it. */
	if (find_verb(argv[1]) != NULL && wants_help(argc - 1, argv + 1))
		return help_verb(find_verb(argv[1]));
	sigaction(SIGPIPE, &ignore, NULL);
	log_init("husk ctl", LOG_INFO);
	arena_init(&c.a, CTL_ARENA_MAX);
	status = main_with(&c, argc, argv);
	arena_release(&c.a);
	return status;
}
