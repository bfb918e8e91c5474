#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/builtin_table.h"

const struct builtin *
builtin_table(size_t *ret_n)
{
	*ret_n = builtin_entries_n;
	return builtin_entries;
}

const struct builtin *
builtin_find(const char *name, size_t len)
{
	size_t lo = 0, hi = builtin_entries_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *at = builtin_entries[mid].name;
		int c = strncmp(at, name, len);

		if (c == 0 && at[len] == '\0')
			return &builtin_entries[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const char *
builtin_code_name(enum builtin_code code)
{
	switch (code) {
	case BUILTIN_TYPE_ERROR:
		return "eval_type_error";
	case BUILTIN_CONFLICT_ERROR:
		return "eval_conflict_error";
	case BUILTIN_EVAL_ERROR:
		break;
	}
	return "eval_builtin_error";
}

/* "a string", if the mask has one type only. */
static bool
one_type(uint8_t mask)
{
	return (mask & (mask - 1)) == 0;
}

enum builtin_result
builtin_call(struct bctx *ctx, const struct builtin *b,
    const struct value *args, struct value *ret)
{
	ctx->self = b;
	ctx->error.halt = false;
	if (budget_charge(ctx->budget, 1) != 0)
		return BUILTIN_LIMIT;
	if (b->call == NULL)
		return builtin_limit(ctx, BUDGET_INTERNAL);
	for (int i = 0; i < b->arity; i++) {
		enum value_type type = args[i].type;

		if (one_type(b->args[i]) && b->args[i] != 1 << type)
			return builtin_type(ctx, i + 1, args[i],
			    value_type_name(
				(enum value_type)__builtin_ctz(b->args[i])));
	}
	return b->call(ctx, args, ret);
}

enum builtin_result
builtin_return(struct bctx *ctx, struct value v, struct value *ret)
{
	if (!value_defined(v))
		budget_fail(ctx->budget, BUDGET_INTERNAL);
	if (budget_hit(ctx->budget) != BUDGET_OK)
		return BUILTIN_LIMIT;
	*ret = v;
	return BUILTIN_OK;
}

enum builtin_result
builtin_bool(struct bctx *ctx, bool b, struct value *ret)
{
	return builtin_return(ctx, value_bool(b), ret);
}

enum builtin_result
builtin_limit(struct bctx *ctx, enum budget_limit limit)
{
	budget_fail(ctx->budget, limit);
	return BUILTIN_LIMIT;
}

static enum builtin_result
set_error(struct bctx *ctx, enum builtin_code code, int pos, const char *fmt,
    va_list ap)
{
	struct builtin_error *e = &ctx->error;
	size_t n;

	if (budget_hit(ctx->budget) != BUDGET_OK)
		return BUILTIN_LIMIT;
	e->code = code;
	if (pos > 0)
		snprintf(e->msg, sizeof(e->msg), "%s: operand %d ",
		    ctx->self->name, pos);
	else
		snprintf(e->msg, sizeof(e->msg), "%s: ", ctx->self->name);
	n = strlen(e->msg);
	vsnprintf(e->msg + n, sizeof(e->msg) - n, fmt, ap);
	/* A character that was cut in two goes. */
	for (n = strlen(e->msg); n > 0 && !value_is_utf8(e->msg, n);)
		e->msg[--n] = '\0';
	return BUILTIN_ERROR;
}

enum builtin_result
builtin_fail(struct bctx *ctx, const char *fmt, ...)
{
	enum builtin_result rc;
	va_list ap;

	va_start(ap, fmt);
	rc = set_error(ctx, BUILTIN_EVAL_ERROR, 0, fmt, ap);
	va_end(ap);
	return rc;
}

enum builtin_result
builtin_operand(struct bctx *ctx, int pos, const char *fmt, ...)
{
	enum builtin_result rc;
	va_list ap;

	va_start(ap, fmt);
	rc = set_error(ctx, BUILTIN_TYPE_ERROR, pos, fmt, ap);
	va_end(ap);
	return rc;
}

enum builtin_result
builtin_type(struct bctx *ctx, int pos, struct value got, const char *expected)
{
	return builtin_operand(ctx, pos, "must be %s but got %s", expected,
	    value_type_name((enum value_type)got.type));
}

enum builtin_result
builtin_element(struct bctx *ctx, int pos, struct value of, struct value got,
    const char *expected)
{
	const char *type = value_type_name((enum value_type)of.type);

	return builtin_operand(ctx, pos,
	    "must be %s of %ss but got %s containing %s", type, expected, type,
	    value_type_name((enum value_type)got.type));
}

bool
builtin_int(struct bctx *ctx, const struct value *args, int pos, int64_t *ret)
{
	if (number_as_i64(args[pos - 1], ret))
		return true;
	builtin_operand(ctx, pos,
	    "must be integer number but got floating-point number");
	return false;
}

void
builtin_text_init(struct buf *b)
{
	buf_init(b, VALUE_STRING_MAX);
}

enum builtin_result
builtin_text(struct bctx *ctx, struct buf *b, struct value *ret)
{
	struct value v = value_undefined();

	if (buf_bad(b))
		budget_fail(ctx->budget, BUDGET_STRING);
	else if (budget_charge_bytes(ctx->budget, b->len) == 0)
		v = value_string(ctx->heap, (const char *)b->p, b->len);
	buf_release(b);
	return builtin_return(ctx, v, ret);
}

enum builtin_result
builtin_bytes(struct bctx *ctx, const char *p, size_t len, struct value *ret)
{
	if (!value_is_utf8(p, len))
		return builtin_fail(ctx, "the decoded bytes are not UTF-8");
	return builtin_return(ctx, value_string(ctx->heap, p, len), ret);
}
