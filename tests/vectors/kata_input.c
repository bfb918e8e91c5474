/*
 * Requests as Kata gave them to its policy (rego/kata/DIR/inputs.txt), found
 * at $HUSK_VECTORS or ../shared/vectors: read into our messages, each has the
 * shape that was recorded. Kata has renamed and added fields since; those are
 * listed here, everything else must be the same.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/str.h"
#include "policy/json.h"
#include "proto/message.h"
#include "proto/method.h"
#include "sandbox/policy_input.h"
#include "tests/lib/tap.h"

enum {
	FILE_LIMIT = 4 * 1024 * 1024
};

/* New since the recording, and gone since. */
static const char *const added[] = { "devicePath", "stdin_port", "stdout_port",
	"stderr_port", "shared", "shared_mounts", "flags", "mtu",
	"group_change_policy" };
static const char *const gone[] = { "pciPath" };

#define IN(list, s) is_in(list, sizeof(list) / sizeof(list[0]), s)

static bool
is_in(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(list[i], s))
			return true;
	}
	return false;
}

static struct budget budget;
static struct heap heap;

/* -- a value as a message ------------------------------------------------ */

static void *message_of(struct arena *a, const ProtobufCMessageDescriptor *d,
    struct value v);

static void
put(struct arena *a, const ProtobufCFieldDescriptor *f, char *at,
    struct value v)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		*(void **)at = message_of(a, f->descriptor, v);
		break;
	case PROTOBUF_C_TYPE_STRING:
		OK(v.type == VALUE_STRING);
		*(char **)at = arena_strndup(a, v.u.s->s, v.u.s->len);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		OK(v.type == VALUE_BOOL);
		*(protobuf_c_boolean *)at = v.u.b;
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64:
		OK(value_is_int(v));
		*(int64_t *)at = v.u.i;
		break;
	default:
		OK(value_is_int(v));
		*(int32_t *)at = (int32_t)v.u.i;
	}
}

static void
put_list(struct arena *a, const ProtobufCFieldDescriptor *f, char *m,
    struct value v)
{
	bool map = v.type == VALUE_OBJECT;
	size_t n = value_count(v);
	bool wide = f->type == PROTOBUF_C_TYPE_UINT64 ||
		    f->type == PROTOBUF_C_TYPE_STRING ||
		    f->type == PROTOBUF_C_TYPE_MESSAGE;
	size_t size = wide ? 8 : 4;
	char *items = arena_array(a, n + 1, size);

	for (size_t i = 0; i < n; i++) {
		const ProtobufCMessageDescriptor *d = f->descriptor;
		ProtobufCMessage *entry;

		if (!map) {
			put(a, f, items + i * size, v.u.list->v[i]);
			continue;
		}
		entry = arena_alloc(a, d->sizeof_message);
		protobuf_c_message_init(d, entry);
		put(a, &d->fields[0], (char *)entry + d->fields[0].offset,
		    v.u.object->p[i].key);
		put(a, &d->fields[1], (char *)entry + d->fields[1].offset,
		    v.u.object->p[i].val);
		((void **)items)[i] = entry;
	}
	*(size_t *)(m + f->quantifier_offset) = n;
	*(char **)(m + f->offset) = items;
}

static void *
message_of(struct arena *a, const ProtobufCMessageDescriptor *d, struct value v)
{
	char *m = arena_alloc(a, d->sizeof_message);

	protobuf_c_message_init(d, m);
	OK(v.type == VALUE_OBJECT);
	for (size_t i = 0; i < v.u.object->n; i++) {
		const char *key = v.u.object->p[i].key.u.s->s;
		struct value val = v.u.object->p[i].val;
		const ProtobufCFieldDescriptor *f =
		    protobuf_c_message_descriptor_get_field_by_name(d,
			str_eq(key, "type_") ? "type" : key);

		if (f == NULL && !IN(gone, key))
			EQ_STR(key, "the name of a field");
		if (f == NULL || val.type == VALUE_NULL)
			continue;
		if (f->label == PROTOBUF_C_LABEL_REPEATED)
			put_list(a, f, m, val);
		else
			put(a, f, m + f->offset, val);
	}
	return m;
}

/* -- comparing ----------------------------------------------------------- */

static void compare(struct value was, struct value is, const char *path);

static void
compare_objects(struct value was, struct value is, const char *path)
{
	char at[512];

	for (size_t i = 0; i < was.u.object->n; i++) {
		const char *key = was.u.object->p[i].key.u.s->s;
		struct value v = value_get_str(is, key, strlen(key));

		snprintf(at, sizeof(at), "%s.%s", path, key);
		if (value_defined(v))
			compare(was.u.object->p[i].val, v, at);
		else if (!IN(gone, key))
			EQ_STR(at, "in the input");
	}
	for (size_t i = 0; i < is.u.object->n; i++) {
		const char *key = is.u.object->p[i].key.u.s->s;

		snprintf(at, sizeof(at), "%s.%s", path, key);
		if (!value_defined(value_get_str(was, key, strlen(key))) &&
		    !IN(added, key))
			EQ_STR(at, "in the recording");
	}
}

static void
compare(struct value was, struct value is, const char *path)
{
	char at[512];

	EQ_STR(value_type_name(is.type), value_type_name(was.type));
	if (is.type == VALUE_OBJECT) {
		compare_objects(was, is, path);
	} else if (is.type == VALUE_ARRAY) {
		EQ_INT(is.u.list->n, was.u.list->n);
		for (size_t i = 0; i < is.u.list->n; i++) {
			snprintf(at, sizeof(at), "%s[%zu]", path, i);
			compare(was.u.list->v[i], is.u.list->v[i], at);
		}
	} else if (!value_equal(was, is, &budget)) {
		EQ_STR(path, "the same");
	}
}

static const ProtobufCMessageDescriptor *
request_of(const char *name)
{
	for (int i = 0; i < METHOD_AGENT_END; i++) {
		if (str_eq(method_row(i)->request->short_name, name))
			return method_row(i)->request;
	}
	return NULL;
}

/* ["ep":"Name",{...}], -- what the recording has in place of JSON. */
static bool
check_line(const char *line, size_t len)
{
	static const char head[] = "[\"ep\":\"";
	const char *name = line + strlen(head), *end, *stop = line + len;
	struct heap_key key = { 3, 4 };
	char text[64];
	const ProtobufCMessageDescriptor *d;
	struct value was, is;
	struct arena a;
	struct err e;

	if (len < strlen(head) || !str_starts(line, head))
		return false;
	end = strchr(name, '"');
	snprintf(text, sizeof(text), "%.*s", (int)(end - name), name);
	d = request_of(text);
	/* CopyFileRequest has had another shape of its own. */
	if (d == NULL || str_eq(text, "CopyFileRequest"))
		return false;
	while (stop > line && stop[-1] != ']')
		stop--;
	budget_init(&budget, QUERY_STEPS_MAX, QUERY_DEPTH_MAX);
	heap_init(&heap, QUERY_MEMORY_MAX, key, &budget);
	arena_init(&a, MESSAGE_ARENA_MAX);
	if (json_parse(&heap, end + 2, (size_t)(stop - 1 - end - 2), &was, &e) <
	    0)
		EQ_STR(e.msg, "JSON");
	if (policy_input(&heap, message_of(&a, d, was), &is, &e) < 0)
		EQ_STR(e.msg, "a shape");
	compare(was, is, text);
	arena_release(&a);
	heap_release(&heap);
	return true;
}

static int
check_file(const char *root, const char *dir)
{
	struct buf b;
	struct err e;
	char path[4096];
	const char *s;
	int n = 0;

	buf_init(&b, FILE_LIMIT);
	OK(str_format(path, sizeof(path), "%s/%s/inputs.txt", root, dir) == 0);
	if (fd_read_file(AT_FDCWD, path, &b, &e) < 0)
		EQ_STR(e.msg, path);
	for (s = buf_str(&b); *s != '\0'; s += strspn(s, "\n")) {
		size_t len = strcspn(s, "\n");

		n += check_line(s, len);
		s += len;
	}
	buf_release(&b);
	return n;
}

TEST(requests_that_kata_sent_have_the_shape_that_kata_gave_them)
{
	const char *vectors = secure_getenv("HUSK_VECTORS");
	struct dirent **dirs;
	char root[4000];
	int n, total = 0;

	OK(str_format(root, sizeof(root), "%s/rego/kata",
	       vectors ? vectors : "../shared/vectors") == 0);
	n = scandir(root, &dirs, NULL, alphasort);
	if (n < 0)
		SKIP("no recorded requests");
	for (int i = 0; i < n; i++) {
		if (dirs[i]->d_name[0] != '.')
			total += check_file(root, dirs[i]->d_name);
		free(dirs[i]);
	}
	free(dirs);
	printf("# %d requests\n", total);
	OK(total > 90);
}

TAP_MAIN
