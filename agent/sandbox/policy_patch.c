#include <string.h>

#include "base/str.h"
#include "policy/builder.h"
#include "sandbox/policy_patch.h"

/* A JSON pointer (RFC 6901), its parts unescaped. */
struct pointer {
	struct value part[PATCH_DEPTH_MAX];
	size_t n;
};

struct patch {
	struct heap *heap;
	struct err *e;
	const char *op;
	const char *path; /* as written, for texts */
};

static int
fail(struct patch *p, enum err_code code, const char *why)
{
	return err_set(p->e, code, "patch: %s %s: %s", p->op,
	    STR_QUOTED(p->path), why);
}

static int
missing(struct patch *p)
{
	return fail(p, ERR_NOT_FOUND, "there is no such member");
}

static int
out_of_memory(struct patch *p)
{
	return fail(p, ERR_LIMIT, "out of memory");
}

/* The part of the pointer that is the len bytes at s, unescaped. */
static int
read_part(struct patch *p, const char *s, size_t len, struct value *ret)
{
	size_t n = len;
	char *dst;

	for (size_t i = 0; i < len; i++) {
		if (s[i] != '~')
			continue;
		if (i + 1 == len || (s[i + 1] != '0' && s[i + 1] != '1'))
			return fail(p, ERR_SYNTAX, "a bad escape");
		n--;
	}
	*ret = value_string_new(p->heap, n, &dst);
	if (!value_defined(*ret))
		return out_of_memory(p);
	for (; len > 0; s++, len--) {
		if (*s == '~') {
			s++;
			len--;
			*dst++ = *s == '0' ? '~' : '/';
		} else {
			*dst++ = *s;
		}
	}
	value_string_done(*ret);
	return 0;
}

static int
read_pointer(struct patch *p, struct value text, struct pointer *ret)
{
	const char *s, *end;

	if (text.type != VALUE_STRING)
		return fail(p, ERR_SYNTAX, "the path is no string");
	s = text.u.s->s;
	end = s + text.u.s->len;
	p->path = s;
	ret->n = 0;
	if (s < end && *s != '/')
		return fail(p, ERR_SYNTAX, "the path does not begin with /");
	while (s < end) {
		const char *stop;

		s++;
		stop = memchr(s, '/', (size_t)(end - s));
		stop = stop == NULL ? end : stop;
		if (ret->n == PATCH_DEPTH_MAX)
			return fail(p, ERR_LIMIT, "too many parts");
		if (read_part(p, s, (size_t)(stop - s), &ret->part[ret->n++]) <
		    0)
			return -1;
		s = stop;
	}
	return 0;
}

/* The array index that a part stands for, at most n; -1 when it is none. */
static int64_t
index_of(struct value part, size_t n)
{
	const char *s = part.u.s->s;
	uint64_t i;

	if (str_eq(s, "-"))
		return (int64_t)n;
	if (*s < '0' || *s > '9' || (s[0] == '0' && s[1] != '\0') ||
	    strlen(s) != part.u.s->len || str_u64(s, n, &i) < 0)
		return -1;
	return (int64_t)i;
}

static struct value
member(struct patch *p, struct value v, struct value part)
{
	int64_t i;

	if (v.type == VALUE_OBJECT)
		return value_get(v, part, p->heap->budget);
	if (v.type != VALUE_ARRAY)
		return value_undefined();
	i = index_of(part, v.u.list->n);
	return i < 0 || (size_t)i >= v.u.list->n ? value_undefined()
						 : v.u.list->v[i];
}

static struct value
lookup(struct patch *p, struct value doc, const struct pointer *at)
{
	for (size_t i = 0; i < at->n && value_defined(doc); i++)
		doc = member(p, doc, at->part[i]);
	return doc;
}

/* v with the member key as val, or without it when val is undefined. */
static struct value
with_key(struct patch *p, struct value v, struct value key, struct value val)
{
	struct object_builder b;
	int64_t at = value_find(v, key, p->heap->budget);
	int rc = 0;

	object_init(&b, p->heap);
	for (size_t i = 0; i < v.u.object->n && rc == 0; i++) {
		if ((int64_t)i != at)
			rc = object_add(&b, v.u.object->p[i].key,
			    v.u.object->p[i].val);
	}
	if (rc == 0 && value_defined(val))
		rc = object_add(&b, key, val);
	return rc < 0 ? value_undefined() : object_seal(&b);
}

enum edit {
	EDIT_INSERT, /* or set a key */
	EDIT_SET,
	EDIT_REMOVE
};

static struct value
with_index(struct patch *p, struct value v, size_t at, enum edit edit,
    struct value val)
{
	struct list_builder b;
	int rc = 0;

	list_init(&b, p->heap);
	for (size_t i = 0; i <= v.u.list->n && rc == 0; i++) {
		if (i == at && edit != EDIT_REMOVE)
			rc = list_add(&b, val);
		if (rc == 0 && i < v.u.list->n &&
		    (i != at || edit == EDIT_INSERT))
			rc = list_add(&b, v.u.list->v[i]);
	}
	return rc < 0 ? value_undefined() : list_array(&b);
}

/* parent with one member edited, into *ret. */
static int
edit_member(struct patch *p, struct value parent, struct value part,
    enum edit edit, struct value val, struct value *ret)
{
	int64_t i;

	if (edit != EDIT_INSERT && !value_defined(member(p, parent, part)))
		return missing(p);
	if (parent.type == VALUE_OBJECT) {
		*ret = with_key(p, parent, part,
		    edit == EDIT_REMOVE ? value_undefined() : val);
	} else if (parent.type == VALUE_ARRAY) {
		i = index_of(part, parent.u.list->n);
		if (i < 0)
			return fail(p, ERR_NOT_FOUND, "no index of the array");
		*ret = with_index(p, parent, (size_t)i, edit, val);
	} else {
		return missing(p);
	}
	return value_defined(*ret) ? 0 : out_of_memory(p);
}

/* doc with the place at edited, and all that it is in. */
static int
edit_at(struct patch *p, struct value doc, const struct pointer *at,
    enum edit edit, struct value val, struct value *ret)
{
	struct value above[PATCH_DEPTH_MAX];
	struct value v = doc;

	if (at->n == 0) {
		if (edit == EDIT_REMOVE)
			return fail(p, ERR_SYNTAX, "the whole document");
		*ret = val;
		return 0;
	}
	for (size_t i = 0; i < at->n; i++) {
		above[i] = v;
		if (i + 1 == at->n)
			break;
		v = member(p, v, at->part[i]);
		if (!value_defined(v))
			return missing(p);
	}
	for (size_t i = at->n; i > 0; i--) {
		enum edit how = i == at->n ? edit : EDIT_SET;

		if (edit_member(p, above[i - 1], at->part[i - 1], how, val,
			&val) < 0)
			return -1;
	}
	*ret = val;
	return 0;
}

/* move and copy: the place that "from" names. */
static int
read_from(struct patch *p, struct value doc, struct value op,
    struct pointer *ret_from, struct value *ret)
{
	if (read_pointer(p, value_get_str(op, "from", 4), ret_from) < 0)
		return -1;
	*ret = lookup(p, doc, ret_from);
	return value_defined(*ret) ? 0 : missing(p);
}

static bool
is_below(struct patch *p, const struct pointer *at, const struct pointer *top)
{
	if (at->n <= top->n)
		return false;
	for (size_t i = 0; i < top->n; i++) {
		if (!value_equal(at->part[i], top->part[i], p->heap->budget))
			return false;
	}
	return true;
}

static int
move(struct patch *p, struct value doc, struct value op,
    const struct pointer *to, struct value *ret)
{
	struct pointer from;
	struct value v;

	if (read_from(p, doc, op, &from, &v) < 0)
		return -1;
	if (is_below(p, to, &from))
		return fail(p, ERR_SYNTAX, "into itself");
	if (from.n == 0 || edit_at(p, doc, &from, EDIT_REMOVE, v, &doc) < 0)
		return from.n == 0 ? fail(p, ERR_SYNTAX, "into itself") : -1;
	return edit_at(p, doc, to, EDIT_INSERT, v, ret);
}

static int
apply(struct patch *p, struct value doc, struct value op,
    const struct pointer *at, struct value *ret)
{
	struct value val = value_get_str(op, "value", 5);
	struct pointer from;

	if (str_eq(p->op, "remove"))
		return edit_at(p, doc, at, EDIT_REMOVE, value_null(), ret);
	if (str_eq(p->op, "move"))
		return move(p, doc, op, at, ret);
	if (str_eq(p->op, "copy")) {
		if (read_from(p, doc, op, &from, &val) < 0)
			return -1;
		return edit_at(p, doc, at, EDIT_INSERT, val, ret);
	}
	if (!value_defined(val))
		return fail(p, ERR_SYNTAX, "there is no value");
	if (str_eq(p->op, "add"))
		return edit_at(p, doc, at, EDIT_INSERT, val, ret);
	if (str_eq(p->op, "replace"))
		return edit_at(p, doc, at, EDIT_SET, val, ret);
	if (!str_eq(p->op, "test"))
		return fail(p, ERR_SYNTAX, "no such operation");
	*ret = doc;
	doc = lookup(p, doc, at);
	if (!value_defined(doc) || !value_equal(doc, val, p->heap->budget))
		return fail(p, ERR_NOT_FOUND, "the test does not hold");
	return 0;
}

int
policy_patch_op(struct heap *h, struct value doc, struct value op,
    struct value *ret, struct err *e)
{
	struct patch p = { .heap = h, .e = e, .op = "operation", .path = "" };
	struct value name, v;
	struct pointer at;

	if (op.type != VALUE_OBJECT)
		return fail(&p, ERR_SYNTAX, "not an object");
	name = value_get_str(op, "op", 2);
	if (name.type != VALUE_STRING)
		return fail(&p, ERR_SYNTAX, "it has no name");
	if (strlen(name.u.s->s) > 16)
		return fail(&p, ERR_SYNTAX, "no such operation");
	p.op = name.u.s->s;
	if (read_pointer(&p, value_get_str(op, "path", 4), &at) < 0 ||
	    apply(&p, doc, op, &at, &v) < 0)
		return -1;
	/* A limit may have been reached where nothing reported it. */
	if (budget_hit(h->budget) != BUDGET_OK)
		return out_of_memory(&p);
	*ret = v;
	return 0;
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
