#include <string.h>

#include "policy/builtin_impl.h"

/* What will be written is charged by what is there, before it is written. */
static enum builtin_result
finish(struct bctx *ctx, struct buf *b, struct value *ret)
{
	budget_charge(ctx->budget, b->len / 8);
	return builtin_text(ctx, b, ret);
}

BUILTIN(json_marshal)
{
	struct buf b;

	builtin_text_init(&b);
	json_write(&b, args[0], JSON_HTML);
	return finish(ctx, &b, ret);
}

struct options {
	struct value prefix;
	struct value indent;
	bool pretty;
	bool pretty_given;
	bool implied;
};

static enum builtin_result
read_option(struct bctx *ctx, const struct pair *p, struct options *o)
{
	const char *key;
	bool prefix;

	if (p->key.type != VALUE_STRING)
		return builtin_operand(ctx, 2, "failed to stringify key");
	key = p->key.u.s->s;
	prefix = strcmp(key, "prefix") == 0;
	if (strcmp(key, "pretty") == 0) {
		if (p->val.type != VALUE_BOOL)
			return builtin_operand(ctx, 2,
			    "key \"pretty\" failed cast to bool");
		o->pretty_given = true;
		o->pretty = p->val.u.b;
		return BUILTIN_OK;
	}
	if (!prefix && strcmp(key, "indent") != 0)
		return builtin_operand(ctx, 2,
		    "object contained unknown key \"%.64s\"", key);
	if (p->val.type != VALUE_STRING)
		return builtin_operand(ctx, 2,
		    "key \"%s\" failed cast to string", key);
	o->implied = true;
	if (prefix)
		o->prefix = p->val;
	else
		o->indent = p->val;
	return BUILTIN_OK;
}

BUILTIN(json_marshal_with_options)
{
	struct options o = { .prefix = value_cstring(ctx->heap, ""),
		.indent = value_cstring(ctx->heap, "\t") };
	const struct object *given = args[1].u.object;
	struct buf b;

	if (!value_defined(o.prefix) || !value_defined(o.indent))
		return BUILTIN_LIMIT;
	for (size_t i = 0; i < given->n; i++) {
		enum builtin_result rc = read_option(ctx, &given->p[i], &o);

		if (rc != BUILTIN_OK)
			return rc;
	}
	builtin_text_init(&b);
	if (o.pretty_given ? o.pretty : o.implied) {
		buf_add(&b, o.prefix.u.s->s, o.prefix.u.s->len);
		json_write_indent(&b, args[0], JSON_HTML, o.prefix, o.indent);
	} else {
		json_write(&b, args[0], JSON_HTML);
	}
	return finish(ctx, &b, ret);
}

BUILTIN(json_unmarshal)
{
	const struct string *s = args[0].u.s;
	struct value v;
	struct err e;

	if (json_parse(ctx->heap, s->s, s->len, &v, &e) != 0)
		return builtin_fail(ctx, "%s", e.msg);
	return builtin_return(ctx, v, ret);
}

BUILTIN(json_is_valid)
{
	const struct string *s = args[0].u.s;
	struct value v;
	struct err e;

	if (args[0].type != VALUE_STRING)
		return builtin_bool(ctx, false, ret);
	return builtin_bool(ctx,
	    json_parse(ctx->heap, s->s, s->len, &v, &e) == 0, ret);
}
