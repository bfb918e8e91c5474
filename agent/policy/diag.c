#include <stdarg.h>
#include <stdio.h>

#include "policy/diag.h"

static void
note(struct diag *d, enum policy_severity severity, const char *code,
    struct ast_loc loc, const char *fmt, va_list ap)
{
	struct policy_diags *list = d->list;
	struct policy_diag *x;

	if (severity == POLICY_ERROR)
		list->n_errors++;
	if (list->n == POLICY_DIAGS_MAX)
		return;
	x = &list->d[list->n++];
	x->severity = severity;
	x->code = code;
	x->file = d->sources[loc.module].name;
	x->line = loc.line;
	x->col = loc.col;
	vsnprintf(x->msg, sizeof(x->msg), fmt, ap);
}

int
diag_error(struct diag *d, const char *code, struct ast_loc loc,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(d, POLICY_ERROR, code, loc, fmt, ap);
	va_end(ap);
	return -1;
}

void
diag_warn(struct diag *d, const char *code, struct ast_loc loc, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(d, POLICY_WARNING, code, loc, fmt, ap);
	va_end(ap);
}

int
diag_to_err(const struct diag *d, struct err *e)
{
	size_t i;

	for (i = 0; i < d->list->n; i++) {
		const struct policy_diag *x = &d->list->d[i];

		if (x->severity == POLICY_ERROR)
			return err_set(e, ERR_SYNTAX, "%s:%u:%u: %s: %s",
			    x->file, x->line, x->col, x->code, x->msg);
	}
	return err_set(e, ERR_INTERNAL, "the compiler failed without a reason");
}
