#include <string.h>

#include "base/str.h"
#include "policy/json_path.h"
#include "sandbox/policy_patch.h"

/* RFC 6901, 3. A path that begins with two slashes is read in two ways. */
static bool
is_pointer(struct value v)
{
	const char *s;

	if (v.type != VALUE_STRING || strlen(v.u.s->s) != v.u.s->len)
		return false;
	s = v.u.s->s;
	if (*s != '\0' && (s[0] != '/' || s[1] == '/'))
		return false;
	for (; (s = strchr(s, '~')) != NULL; s++) {
		if (s[1] != '0' && s[1] != '1')
			return false;
	}
	return true;
}

/* Text of the operation's member, "" when it has none. */
static const char *
text_of(struct value op, const char *name)
{
	struct value v = value_get_str(op, name, strlen(name));

	return v.type == VALUE_STRING ? v.u.s->s : "";
}

static int
check_op(struct value op, struct err *e)
{
	struct value path, from;

	if (op.type != VALUE_OBJECT)
		return err_set(e, ERR_SYNTAX, "an operation is no object");
	path = value_get_str(op, "path", 4);
	from = value_get_str(op, "from", 4);
	if (!value_defined(path) || !is_pointer(path))
		return err_set(e, ERR_SYNTAX, "the path is no JSON pointer");
	if (value_defined(from) && !is_pointer(from))
		return err_set(e, ERR_SYNTAX, "\"from\" is no JSON pointer");
	return 0;
}

int
policy_patch_op(struct heap *h, struct value doc, struct value op,
    struct value *ret, struct err *e)
{
	struct value one = value_array(h, &op, 1);

	if (!value_defined(one))
		return err_set(e, ERR_LIMIT, "patch: out of memory");
	if (check_op(op, e) == 0 && json_patch(h, doc, one, ret, e) == 0)
		return 0;
	return err_wrap(e, "%.16s %s", text_of(op, "op"),
	    STR_QUOTED(text_of(op, "path")));
}

int
policy_patch(struct heap *h, struct value doc, struct value ops,
    struct value *ret, struct err *e)
{
	if (ops.type != VALUE_ARRAY && ops.type != VALUE_SET)
		return err_set(e, ERR_SYNTAX, "patch: not a list");
	if (ops.u.list->n > PATCH_OPS_MAX)
		return err_set(e, ERR_LIMIT, "patch: more than %d operations",
		    PATCH_OPS_MAX);
	for (size_t i = 0; i < ops.u.list->n; i++) {
		if (policy_patch_op(h, doc, ops.u.list->v[i], &doc, e) < 0)
			return -1;
	}
	*ret = doc;
	return 0;
}
