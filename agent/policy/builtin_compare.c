#include "policy/builtin_impl.h"

static int
compare(struct bctx *ctx, const struct value *args)
{
	return value_compare(args[0], args[1], ctx->budget);
}

BUILTIN(equal)
{
	return builtin_bool(ctx, value_equal(args[0], args[1], ctx->budget),
	    ret);
}

BUILTIN(neq)
{
	return builtin_bool(ctx, !value_equal(args[0], args[1], ctx->budget),
	    ret);
}

BUILTIN(lt)
{
	return builtin_bool(ctx, compare(ctx, args) < 0, ret);
}

BUILTIN(lte)
{
	return builtin_bool(ctx, compare(ctx, args) <= 0, ret);
}

BUILTIN(gt)
{
	return builtin_bool(ctx, compare(ctx, args) > 0, ret);
}

BUILTIN(gte)
{
	return builtin_bool(ctx, compare(ctx, args) >= 0, ret);
}

static enum builtin_result
is_type(struct bctx *ctx, const struct value *args, enum value_type type,
    struct value *ret)
{
	return builtin_bool(ctx, args[0].type == type, ret);
}

BUILTIN(is_array)
{
	return is_type(ctx, args, VALUE_ARRAY, ret);
}

BUILTIN(is_boolean)
{
	return is_type(ctx, args, VALUE_BOOL, ret);
}

BUILTIN(is_null)
{
	return is_type(ctx, args, VALUE_NULL, ret);
}

BUILTIN(is_number)
{
	return is_type(ctx, args, VALUE_NUMBER, ret);
}

BUILTIN(is_object)
{
	return is_type(ctx, args, VALUE_OBJECT, ret);
}

BUILTIN(is_set)
{
	return is_type(ctx, args, VALUE_SET, ret);
}

BUILTIN(is_string)
{
	return is_type(ctx, args, VALUE_STRING, ret);
}

BUILTIN(type_name)
{
	const char *name = value_type_name((enum value_type)args[0].type);

	return builtin_return(ctx, value_cstring(ctx->heap, name), ret);
}

BUILTIN(trace)
{
	(void)args;
	return builtin_bool(ctx, true, ret);
}

BUILTIN(cast_same)
{
	return builtin_return(ctx, args[0], ret);
}
