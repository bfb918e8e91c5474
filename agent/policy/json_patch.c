#include <string.h>

#include "base/str.h"
#include "policy/builder.h"
#include "policy/json_path.h"

static struct value
path_segment(struct heap *h, const char *s, size_t len)
{
	struct value v;
	size_t n = 0;
	char *dst;

	v = value_string_new(h, len, &dst);
	for (size_t i = 0; value_defined(v) && i < len; i++) {
		char c = s[i];

		if (c == '~' && i + 1 < len &&
		    (s[i + 1] == '0' || s[i + 1] == '1'))
			c = s[++i] == '0' ? '~' : '/';
		dst[n++] = c;
	}
	if (value_defined(v))
		value_string_cut(h, v, n);
	return v;
}

int
json_path(struct heap *h, struct value path, struct value *ret)
{
	struct list_builder b;
	const char *s, *end;

	if (path.type == VALUE_ARRAY) {
		*ret = path;
		return 0;
	}
	if (path.type != VALUE_STRING)
		return 1;
	list_init(&b, h);
	s = path.u.s->s;
	end = s + path.u.s->len;
	for (; s < end && *s == '/'; s++)
		;
	while (path.u.s->len > 0) {
		const char *slash = memchr(s, '/', (size_t)(end - s));
		size_t n = (size_t)((slash == NULL ? end : slash) - s);

		if (list_add(&b, path_segment(h, s, n)) != 0)
			return -1;
		if (slash == NULL)
			break;
		s = slash + 1;
	}
	*ret = list_array(&b);
	return value_defined(*ret) ? 0 : -1;
}

enum action {
	INSERT,
	DELETE,
	REPLACE
};

/* One change on the way down a path. */
struct change {
	struct heap *heap;
	const struct value *keys;
	size_t n;
	enum action action;
	struct value val;
	struct err *e;
};

static struct value
refuse(struct change *c, const char *why)
{
	if (budget_hit(c->heap->budget) == BUDGET_OK)
		err_set(c->e, ERR_ARGUMENT, "patch: %s", why);
	return value_undefined();
}

/* The member number that a key means in an array of n: a number or digits. */
static bool
array_index(struct value key, size_t n, bool insert, size_t *ret)
{
	uint64_t i;

	if (value_is_int(key)) {
		if (key.u.i < 0)
			return false;
		i = (uint64_t)key.u.i;
	} else if (key.type == VALUE_STRING) {
		const struct string *s = key.u.s;

		if (insert && s->len == 1 && s->s[0] == '-') {
			*ret = n;
			return true;
		}
		if (s->len == 0 || s->len > 10 ||
		    (s->s[0] == '0' && s->len > 1) ||
		    strspn(s->s, "0123456789") != s->len ||
		    str_u64(s->s, UINT32_MAX, &i) != 0)
			return false;
	} else {
		return false;
	}
	*ret = (size_t)i;
	return i < n + insert;
}

static struct value apply(struct change *c, struct value v, size_t at);

/* The array with member i changed; `last`: by the change itself. */
static struct value
change_array(struct change *c, const struct list *l, size_t i, size_t at,
    bool last)
{
	struct list_builder b;

	list_init(&b, c->heap);
	for (size_t k = 0; k <= l->n; k++) {
		struct value v = value_undefined();

		if (k == i && last && c->action != DELETE)
			v = c->val;
		else if (k == i && !last)
			v = apply(c, l->v[k], at + 1);
		if (k == i && (!last || c->action != DELETE) &&
		    list_add(&b, v) != 0)
			return value_undefined();
		if (k < l->n && (k != i || (last && c->action == INSERT)) &&
		    list_add(&b, l->v[k]) != 0)
			return value_undefined();
		if (k == i && !last && !value_defined(v))
			return v;
	}
	return list_array(&b);
}

static struct value
change_object(struct change *c, const struct object *o, struct value key,
    int64_t found, size_t at, bool last)
{
	struct object_builder b;
	struct value v = c->val;

	if (!last)
		v = apply(c, o->p[found].val, at + 1);
	if (!last && !value_defined(v))
		return v;
	object_init(&b, c->heap);
	for (size_t k = 0; k < o->n; k++)
		if ((int64_t)k != found &&
		    object_add(&b, o->p[k].key, o->p[k].val) != 0)
			return value_undefined();
	if ((!last || c->action != DELETE) && object_add(&b, key, v) != 0)
		return value_undefined();
	return object_seal(&b);
}

static struct value
change_set(struct change *c, const struct list *l, struct value key,
    int64_t found, size_t at, bool last)
{
	struct list_builder b;
	struct value v = c->val;

	if (!last)
		v = apply(c, l->v[found], at + 1);
	if (!last && !value_defined(v))
		return v;
	if (last && c->action != DELETE &&
	    !value_equal(key, v, c->heap->budget))
		return refuse(c, "a set's key does not equal the value");
	list_init(&b, c->heap);
	for (size_t k = 0; k < l->n; k++)
		if ((int64_t)k != found && list_add(&b, l->v[k]) != 0)
			return value_undefined();
	if ((!last || c->action != DELETE) && list_add(&b, v) != 0)
		return value_undefined();
	return list_set(&b);
}

/* v with the change at path keys[at..]; recursion ends with the value. */
static struct value
apply(struct change *c, struct value v, size_t at)
{
	struct value key = c->keys[at];
	bool last = at + 1 == c->n, insert = last && c->action == INSERT;
	int64_t found;
	size_t i;

	if (v.type == VALUE_ARRAY) {
		if (!array_index(key, v.u.list->n, insert, &i))
			return refuse(c, "no such member of an array");
		return change_array(c, v.u.list, i, at, last);
	}
	if (v.type != VALUE_OBJECT && v.type != VALUE_SET)
		return refuse(c, "the path goes through a scalar");
	found = value_find(v, key, c->heap->budget);
	if (found < 0 && !insert)
		return refuse(c, "no such member");
	return v.type == VALUE_SET
		   ? change_set(c, v.u.list, key, found, at, last)
		   : change_object(c, v.u.object, key, found, at, last);
}

static struct value
change_at(struct change *c, struct value v, struct value path)
{
	c->keys = path.u.list->v;
	c->n = path.u.list->n;
	if (c->n > VALUE_DEPTH_MAX)
		return refuse(c, "the path is too long");
	if (c->n > 0)
		return apply(c, v, 0);
	return c->action == DELETE ? refuse(c, "the whole cannot be removed")
				   : c->val;
}

static struct value
look_up(struct change *c, struct value v, struct value path)
{
	for (size_t k = 0; k < path.u.list->n && value_defined(v); k++) {
		struct value key = path.u.list->v[k];
		size_t i;

		if (v.type == VALUE_ARRAY)
			v = array_index(key, v.u.list->n, false, &i)
				? v.u.list->v[i]
				: value_undefined();
		else
			v = value_get(v, key, c->heap->budget);
	}
	return value_defined(v) ? v : refuse(c, "no such member");
}

/* Attribute of an operation as a path. */
static int
path_of(struct change *c, struct value op, const char *name, struct value *ret)
{
	struct value v = value_get_str(op, name, strlen(name));

	if (value_defined(v) && json_path(c->heap, v, ret) == 0)
		return 0;
	refuse(c, "an operation without a path that is text or an array");
	return -1;
}

static struct value
move(struct change *c, struct value v, struct value op, struct value path,
    bool copy)
{
	struct value from, chunk;

	if (path_of(c, op, "from", &from) != 0)
		return value_undefined();
	chunk = look_up(c, v, from);
	if (!value_defined(chunk))
		return chunk;
	if (!copy) {
		c->action = DELETE;
		v = change_at(c, v, from);
		if (!value_defined(v))
			return v;
	}
	c->action = INSERT;
	c->val = chunk;
	return change_at(c, v, path);
}

static struct value
test(struct change *c, struct value v, struct value path)
{
	struct value found = look_up(c, v, path);

	if (!value_defined(found) ||
	    value_equal(found, c->val, c->heap->budget))
		return value_defined(found) ? v : found;
	return refuse(c, "a test failed");
}

static struct value
operation(struct change *c, struct value v, struct value op)
{
	struct value name, path;
	const char *s;

	if (op.type != VALUE_OBJECT)
		return refuse(c, "an operation is not an object");
	name = value_get_str(op, "op", 2);
	c->val = value_get_str(op, "value", 5);
	if (name.type != VALUE_STRING)
		return refuse(c, "an operation without the name of an op");
	if (path_of(c, op, "path", &path) != 0)
		return value_undefined();
	s = name.u.s->s;
	if (strcmp(s, "move") == 0 || strcmp(s, "copy") == 0)
		return move(c, v, op, path, s[0] == 'c');
	c->action = DELETE;
	if (strcmp(s, "remove") == 0)
		return change_at(c, v, path);
	if (!value_defined(c->val))
		return refuse(c, "an operation without a value");
	if (strcmp(s, "test") == 0)
		return test(c, v, path);
	c->action = strcmp(s, "add") == 0 ? INSERT : REPLACE;
	if (c->action == INSERT || strcmp(s, "replace") == 0)
		return change_at(c, v, path);
	return refuse(c, "an unknown op");
}

int
json_patch(struct heap *h, struct value v, struct value operations,
    struct value *ret, struct err *e)
{
	struct change c = { .heap = h, .e = e };

	for (size_t i = 0; i < operations.u.list->n && value_defined(v); i++)
		v = operation(&c, v, operations.u.list->v[i]);
	if (budget_hit(h->budget) != BUDGET_OK)
		return err_set(e, ERR_LIMIT, "patch: %s",
		    budget_name(budget_hit(h->budget)));
	if (!value_defined(v))
		return -1;
	*ret = v;
	return 0;
}
