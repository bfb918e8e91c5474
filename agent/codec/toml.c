#include <string.h>

#include "base/str.h"
#include "codec/toml.h"
#include "codec/toml_scalar.h"
#include "codec/toml_string.h"
#include "codec/utf8.h"

struct toml {
	const char *p;
	const char *end;
	uint32_t line;
	uint32_t n_nodes;
	struct arena *arena;
	struct err *e;
	struct toml_node *root;
	struct toml_node *current; /* the table that the last header named */
};

/* The parts of a dotted key. */
struct path {
	struct toml_text part[TOML_DEPTH_MAX];
	size_t n;
};

static int
fail(struct toml *t, const char *why)
{
	return err_set(t->e, ERR_SYNTAX, "line %u: %s", (unsigned)t->line, why);
}

static int
fail_key(struct toml *t, struct toml_text key, const char *why)
{
	char text[STR_SHOWN];
	size_t len = key.len < sizeof(text) - 1 ? key.len : sizeof(text) - 1;

	memcpy(text, key.s, len);
	text[len] = '\0';
	return err_set(t->e, ERR_SYNTAX, "line %u: %s %s", (unsigned)t->line,
	    STR_QUOTED(text), why);
}

static int
fail_limit(struct toml *t, const char *what, int max)
{
	return err_set(t->e, ERR_LIMIT, "line %u: more than %d %s",
	    (unsigned)t->line, max, what);
}

/* -- the tree ----------------------------------------------------------- */

static bool
is_list(const struct toml_node *n)
{
	return n->type == TOML_TABLE || n->type == TOML_ARRAY;
}

static struct toml_node *
find(const struct toml_node *table, struct toml_text key)
{
	struct toml_node *n = table->u.list.first;

	while (n != NULL &&
	       (n->key.len != key.len || memcmp(n->key.s, key.s, key.len) != 0))
		n = n->next;
	return n;
}

/* A new member at the end of parent, of a type that is still to be set. */
static struct toml_node *
add(struct toml *t, struct toml_node *parent, struct toml_text key)
{
	struct toml_node *n;

	if (t->n_nodes >= TOML_NODES_MAX) {
		fail_limit(t, "values", TOML_NODES_MAX);
		return NULL;
	}
	n = arena_alloc(t->arena, sizeof(*n));
	if (n == NULL) {
		err_set(t->e, ERR_LIMIT, "line %u: out of memory",
		    (unsigned)t->line);
		return NULL;
	}
	t->n_nodes++;
	n->key = key;
	n->line = t->line;
	n->parent = parent;
	if (parent->u.list.last != NULL)
		parent->u.list.last->next = n;
	else
		parent->u.list.first = n;
	parent->u.list.last = n;
	return n;
}

static int
make_list(struct toml *t, struct toml_node *n, enum toml_type type,
    enum toml_origin origin)
{
	n->type = type;
	memset(&n->u.list, 0, sizeof(n->u.list));
	n->u.list.origin = origin;
	n->u.list.depth = n->parent->u.list.depth + 1;
	if (n->u.list.depth >= TOML_DEPTH_MAX)
		return fail_limit(t, "values in one another", TOML_DEPTH_MAX);
	return 0;
}

static struct toml_node *
add_list(struct toml *t, struct toml_node *parent, struct toml_text key,
    enum toml_type type, enum toml_origin origin)
{
	struct toml_node *n = add(t, parent, key);

	return n == NULL || make_list(t, n, type, origin) < 0 ? NULL : n;
}

/* -- words -------------------------------------------------------------- */

static void
skip_blanks(struct toml *t)
{
	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
}

static bool
take(struct toml *t, char c)
{
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

static bool
take_newline(struct toml *t)
{
	if (t->end - t->p >= 2 && t->p[0] == '\r' && t->p[1] == '\n')
		t->p++;
	if (!take(t, '\n'))
		return false;
	t->line++;
	return true;
}

/* A comment, when there is one, up to its newline. */
static int
skip_comment(struct toml *t)
{
	if (!take(t, '#'))
		return 0;
	while (t->p < t->end && *t->p != '\n') {
		if (*t->p == '\r' && t->end - t->p >= 2 && t->p[1] == '\n')
			break;
		if (!toml_string_byte_ok(*t->p))
			return fail(t, "a control character in a comment");
		t->p++;
	}
	return 0;
}

/* What may be between the values of an array. */
static int
skip_space(struct toml *t)
{
	do {
		skip_blanks(t);
		if (skip_comment(t) < 0)
			return -1;
	} while (take_newline(t));
	return 0;
}

static int
end_of_line(struct toml *t)
{
	skip_blanks(t);
	if (skip_comment(t) < 0)
		return -1;
	if (t->p == t->end || take_newline(t))
		return 0;
	return fail(t, "something after the end of the value or header");
}

/* -- keys --------------------------------------------------------------- */

static bool
is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static int
read_part(struct toml *t, struct toml_text *ret)
{
	const char *s = t->p, *why;

	if (t->p < t->end && (*t->p == '"' || *t->p == '\'')) {
		why = toml_string_read(&t->p, t->end, true, &t->line, t->arena,
		    ret);
		return why == NULL ? 0 : fail(t, why);
	}
	while (t->p < t->end && is_bare(*t->p))
		t->p++;
	if (t->p == s)
		return fail(t, "a key is missing");
	*ret = (struct toml_text){ s, (size_t)(t->p - s) };
	return 0;
}

static int
read_path(struct toml *t, struct path *ret)
{
	ret->n = 0;
	do {
		if (ret->n == TOML_DEPTH_MAX)
			return fail_limit(t, "parts of one key",
			    TOML_DEPTH_MAX);
		skip_blanks(t);
		if (read_part(t, &ret->part[ret->n++]) < 0)
			return -1;
		skip_blanks(t);
	} while (take(t, '.'));
	return 0;
}

/*
 * The node for the value of key p, which begins in table. Only tables that
 * dotted keys made may be added to; others are somebody else's.
 */
static struct toml_node *
open_key(struct toml *t, struct toml_node *table, const struct path *p)
{
	size_t last = p->n - 1;

	for (size_t i = 0; i < last; i++) {
		struct toml_node *n = find(table, p->part[i]);

		if (n == NULL)
			n = add_list(t, table, p->part[i], TOML_TABLE,
			    TOML_DOTTED);
		else if (n->type != TOML_TABLE ||
			 n->u.list.origin != TOML_DOTTED) {
			fail_key(t, p->part[i], "is defined already");
			n = NULL;
		}
		if (n == NULL)
			return NULL;
		table = n;
	}
	if (find(table, p->part[last]) != NULL) {
		fail_key(t, p->part[last], "is defined already");
		return NULL;
	}
	return add(t, table, p->part[last]);
}

/* KEY = */
static struct toml_node *
read_key(struct toml *t, struct toml_node *table)
{
	struct path p;

	if (read_path(t, &p) < 0)
		return NULL;
	if (!take(t, '=')) {
		fail(t, "a key without =");
		return NULL;
	}
	skip_blanks(t);
	return open_key(t, table, &p);
}

/* -- values ------------------------------------------------------------- */

static int
read_scalar(struct toml *t, struct toml_node *n)
{
	const char *why;
	size_t len;

	if (t->p < t->end && (*t->p == '"' || *t->p == '\'')) {
		n->type = TOML_STRING;
		why = toml_string_read(&t->p, t->end, false, &t->line, t->arena,
		    &n->u.text);
	} else {
		len = toml_scalar_len(t->p, t->end);
		why = toml_scalar_read(t->p, len, n);
		t->p += len;
	}
	return why == NULL ? 0 : fail(t, why);
}

/* The arrays and inline tables that are open around a value. */
struct nest {
	struct toml_node *open[TOML_DEPTH_MAX];
	size_t n;
};

/*
 * The next value of the innermost list: 1 and its node, or 0 at its end.
 * after says that a value has just been read there.
 */
static int
next_value(struct toml *t, struct toml_node *list, bool after,
    struct toml_node **ret)
{
	bool array = list->type == TOML_ARRAY;
	bool comma;

	if (array && skip_space(t) < 0)
		return -1;
	skip_blanks(t);
	comma = after && take(t, ',');
	if (array && comma && skip_space(t) < 0)
		return -1;
	skip_blanks(t);
	if ((array || !comma) && take(t, array ? ']' : '}'))
		return 0;
	if (after && !comma)
		return fail(t, array ? "an array without , or ]"
				     : "an inline table without , or }");
	*ret = array ? add(t, list, (struct toml_text){ NULL, 0 })
		     : read_key(t, list);
	return *ret == NULL ? -1 : 1;
}

/* Tables that dotted keys made in an inline table are closed with it. */
static void
close_tables(struct toml_node *list)
{
	struct toml_node *stack[TOML_DEPTH_MAX];
	size_t n = 0;

	stack[n++] = list->u.list.first;
	while (n > 0) {
		struct toml_node *m = stack[n - 1];

		if (m == NULL) {
			n--;
			continue;
		}
		stack[n - 1] = m->next;
		if (m->type == TOML_TABLE && m->u.list.origin == TOML_DOTTED) {
			m->u.list.origin = TOML_CLOSED;
			stack[n++] = m->u.list.first;
		}
	}
}

/* Open a list at n, or read the value that n is. */
static int
begin_value(struct toml *t, struct nest *nest, struct toml_node *n)
{
	enum toml_type type = take(t, '[') ? TOML_ARRAY : TOML_TABLE;

	if (type == TOML_TABLE && !take(t, '{'))
		return read_scalar(t, n);
	if (make_list(t, n, type, TOML_CLOSED) < 0)
		return -1;
	nest->open[nest->n++] = n;
	return 1;
}

static int
read_value(struct toml *t, struct toml_node *n)
{
	struct nest nest = { { NULL }, 0 };
	bool after = false;
	int rc = begin_value(t, &nest, n);

	while (rc >= 0 && nest.n > 0) {
		struct toml_node *list = nest.open[nest.n - 1];

		after = rc == 0;
		rc = next_value(t, list, after, &n);
		if (rc > 0) {
			rc = begin_value(t, &nest, n);
		} else if (rc == 0) {
			nest.n--;
			if (list->type == TOML_TABLE)
				close_tables(list);
		}
	}
	return rc;
}

static int
read_pair(struct toml *t)
{
	struct toml_node *n = read_key(t, t->current);

	if (n == NULL || read_value(t, n) < 0)
		return -1;
	return end_of_line(t);
}

/* -- headers ------------------------------------------------------------ */

/* One step of a header's path; arrays lead to their last table. */
static struct toml_node *
step(struct toml *t, struct toml_node *table, struct toml_text key)
{
	struct toml_node *n = find(table, key);

	if (n == NULL)
		return add_list(t, table, key, TOML_TABLE, TOML_IMPLICIT);
	if (!is_list(n) || n->u.list.origin == TOML_CLOSED) {
		fail_key(t, key, "is a value already");
		return NULL;
	}
	return n->type == TOML_ARRAY ? n->u.list.last : n;
}

static struct toml_node *
open_table(struct toml *t, struct toml_node *parent, struct toml_text key)
{
	struct toml_node *n = find(parent, key);

	if (n == NULL)
		return add_list(t, parent, key, TOML_TABLE, TOML_HEADER);
	if (n->type != TOML_TABLE || n->u.list.origin != TOML_IMPLICIT) {
		fail_key(t, key, "is defined already");
		return NULL;
	}
	n->u.list.origin = TOML_HEADER;
	n->line = t->line;
	return n;
}

static struct toml_node *
open_array(struct toml *t, struct toml_node *parent, struct toml_text key)
{
	struct toml_node *n = find(parent, key);

	if (n == NULL)
		n = add_list(t, parent, key, TOML_ARRAY, TOML_HEADER);
	else if (n->type != TOML_ARRAY || n->u.list.origin != TOML_HEADER) {
		fail_key(t, key, "is defined already");
		return NULL;
	}
	if (n == NULL)
		return NULL;
	return add_list(t, n, (struct toml_text){ NULL, 0 }, TOML_TABLE,
	    TOML_HEADER);
}

/* p is behind the first bracket. */
static int
read_header(struct toml *t)
{
	bool array = take(t, '[');
	struct toml_node *n = t->root;
	struct path p;

	if (read_path(t, &p) < 0)
		return -1;
	if (!take(t, ']') || (array && !take(t, ']')))
		return fail(t, "a header without its ]");
	for (size_t i = 0; i + 1 < p.n; i++) {
		n = step(t, n, p.part[i]);
		if (n == NULL)
			return -1;
	}
	n = array ? open_array(t, n, p.part[p.n - 1])
		  : open_table(t, n, p.part[p.n - 1]);
	if (n == NULL)
		return -1;
	t->current = n;
	return end_of_line(t);
}

static int
read_document(struct toml *t)
{
	while (t->p < t->end) {
		int rc;

		skip_blanks(t);
		if (t->p == t->end || *t->p == '#' || *t->p == '\r' ||
		    *t->p == '\n')
			rc = end_of_line(t);
		else if (take(t, '['))
			rc = read_header(t);
		else
			rc = read_pair(t);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int
toml_parse(const char *s, size_t len, struct arena *a,
    const struct toml_node **ret, struct err *e)
{
	struct toml t = { .line = 1, .arena = a, .e = e };

	if (!utf8_valid(s, len))
		return err_set(e, ERR_SYNTAX, "line 1: not UTF-8");
	t.p = s;
	t.end = s + len;
	t.root = arena_alloc(a, sizeof(*t.root));
	if (t.root == NULL)
		return err_set(e, ERR_LIMIT, "line 1: out of memory");
	t.root->type = TOML_TABLE;
	t.root->line = 1;
	t.root->u.list.origin = TOML_HEADER;
	t.current = t.root;
	if (read_document(&t) < 0)
		return -1;
	*ret = t.root;
	return 0;
}

const struct toml_node *
toml_get(const struct toml_node *t, const char *key)
{
	if (t == NULL || t->type != TOML_TABLE)
		return NULL;
	return find(t, (struct toml_text){ key, strlen(key) });
}

bool
toml_is(const struct toml_node *n, const char *s)
{
	return n != NULL && n->type == TOML_STRING &&
	       n->u.text.len == strlen(s) &&
	       memcmp(n->u.text.s, s, n->u.text.len) == 0;
}

const char *
toml_type_name(enum toml_type type)
{
	static const char *const names[] = {
		[TOML_TABLE] = "a table",
		[TOML_ARRAY] = "an array",
		[TOML_STRING] = "a string",
		[TOML_INTEGER] = "an integer",
		[TOML_FLOAT] = "a float",
		[TOML_BOOL] = "a boolean",
		[TOML_DATETIME] = "a date",
	};

	return names[type];
}
