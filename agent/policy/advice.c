#include <string.h>

#include "policy/advice.h"

static const struct {
	const char *name;
	uint32_t pattern; /* which argument, from 1 */
} takes_pattern[] = {
	{ "regex.match", 1 },
	{ "regex.split", 1 },
	{ "regex.find_n", 1 },
	{ "regex.find_all_string_submatch_n", 1 },
	{ "regex.replace", 2 },
	{ "re_match", 1 },
};

static void
check_pattern(struct compiler *c, const struct term *t)
{
	struct budget budget;
	struct regex *re;
	struct err e;

	if (t->kind != TERM_CONST || t->u.value.type != VALUE_STRING)
		return;
	budget_init(&budget, QUERY_STEPS_MAX, 1);
	if (regex_compile(t->u.value.u.s->s, t->u.value.u.s->len, &budget, &re,
		&e) == 0)
		regex_free(re);
	else
		diag_warn(c->diag, "bad_regex", t->loc, "%s", e.msg);
}

void
advice_call(struct compiler *c, const struct term *call)
{
	size_t i;

	if (!c->advise || call->builtin == NULL)
		return;
	for (i = 0; i < sizeof(takes_pattern) / sizeof(takes_pattern[0]); i++) {
		if (strcmp(call->builtin->name, takes_pattern[i].name) == 0)
			check_pattern(c,
			    call->u.list.t[takes_pattern[i].pattern]);
	}
}

void
advice_imports(struct compiler *c, const struct module *m)
{
	uint32_t i;

	for (i = 0; c->advise && i < m->n_imports; i++) {
		if (!m->imports[i].used)
			diag_warn(c->diag, "unused_import", m->imports[i].loc,
			    "the import of %s is not used",
			    m->imports[i].alias->s);
	}
}
