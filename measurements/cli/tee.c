#include <string.h>

#include "base/str.h"
#include "measurements/cli/semeasure.h"
#include "measurements/cli/tee.h"

static const struct tee tee_se = { .name = "se",
	.bit = TEE_SE,
	.main = semeasure_main };

static const struct tee *const tees[] = { &tee_snp, &tee_sev_es, &tee_sev,
	&tee_tdx, &tee_vtpm, &tee_se, &tee_sample };

enum {
	N_TEES = sizeof(tees) / sizeof(tees[0])
};

void
tee_names(unsigned mask, char *ret_names, size_t size)
{
	size_t at = 0;

	ret_names[0] = '\0';
	for (int i = 0; i < N_TEES; i++) {
		if ((mask & tees[i]->bit) == 0)
			continue;
		if (str_format(ret_names + at, size - at, "%s%s",
			at ? ", " : "", tees[i]->name) < 0)
			return;
		at += strlen(ret_names + at);
	}
}

int
tee_parse(const char *name, const struct tee **ret_tee, struct err *e)
{
	char names[64];

	for (int i = 0; i < N_TEES; i++) {
		if (name != NULL && str_eq(name, tees[i]->name)) {
			*ret_tee = tees[i];
			return 0;
		}
	}
	tee_names(TEE_ALL, names, sizeof(names));
	if (name == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "--target is missing: one of %s", names);
	return err_set(e, ERR_ARGUMENT, "target %s: not one of %s",
	    STR_QUOTED(name), names);
}

const struct tee *
tee_wanted(char **argv)
{
	static const char option[] = "--target";
	const struct tee *tee = NULL;
	struct err e;

	for (; *argv != NULL && tee == NULL; argv++) {
		size_t len = strlen(option);

		if (str_eq(*argv, option) && argv[1] != NULL)
			tee_parse(argv[1], &tee, &e);
		else if (str_starts(*argv, option) && (*argv)[len] == '=')
			tee_parse(*argv + len + 1, &tee, &e);
	}
	return tee;
}

struct span
measure_bytes(const struct measure *m, enum option o)
{
	return span_of(m->files[o].bytes.p, m->files[o].bytes.len);
}

int
measure_need(const struct measure *m, enum option o, struct err *e)
{
	if (m->v[o] != NULL)
		return 0;
	return err_set(e, ERR_ARGUMENT, "--%s is missing (%s)", options[o].name,
	    options[o].help);
}
