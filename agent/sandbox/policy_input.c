#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "policy/builder.h"
#include "policy/number.h"
#include "proto/agent.pb-c.h"
#include "proto/message.h"
#include "sandbox/policy_input.h"

/* What the descriptors do not say about a oneof: its name, and the variant's.
 */
struct oneof {
	const char *field;
	const char *name;
	const char *variant;
};

static const struct oneof oneofs[] = {
	{ "errnoret", "ErrnoRet", "Errnoret" },
};

static int
limit(const struct heap *h, struct err *e)
{
	return err_set(e, ERR_LIMIT,
	    "the request is too large for the policy "
	    "(%s)",
	    budget_name(budget_hit(h->budget)));
}

static int
add(struct object_builder *b, const char *key, struct value v, struct err *e)
{
	if (!value_defined(v) ||
	    object_add(b, value_cstring(b->heap, key), v) < 0)
		return limit(b->heap, e);
	return 0;
}

static struct value
bytes_value(struct heap *h, const ProtobufCBinaryData *d)
{
	struct list_builder b;

	list_init(&b, h);
	for (size_t i = 0; i < d->len; i++) {
		if (list_add(&b, value_int(d->data[i])) < 0)
			return value_undefined();
	}
	return list_array(&b);
}

static int message_value(struct heap *h, const ProtobufCMessage *m, int depth,
    struct value *ret, struct err *e);

/* The value at p, of the type that f says. */
static int
item_value(struct heap *h, const ProtobufCFieldDescriptor *f, const void *p,
    int depth, struct value *ret, struct err *e)
{
	const ProtobufCMessage *m;
	const char *s;

	switch (f->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_ENUM:
		*ret = value_int(*(const int32_t *)p);
		return 0;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		*ret = value_int(*(const uint32_t *)p);
		return 0;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		*ret = value_int(*(const int64_t *)p);
		return 0;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		*ret = number_u64(h, *(const uint64_t *)p);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		*ret = value_bool(*(const protobuf_c_boolean *)p != 0);
		return 0;
	case PROTOBUF_C_TYPE_STRING:
		s = *(char *const *)p;
		*ret = value_cstring(h, s == NULL ? "" : s);
		break;
	case PROTOBUF_C_TYPE_BYTES:
		*ret = bytes_value(h, p);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		m = *(ProtobufCMessage *const *)p;
		*ret = value_null();
		return m == NULL ? 0 : message_value(h, m, depth, ret, e);
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		return err_set(e, ERR_INTERNAL, "field %s is a float", f->name);
	}
	return value_defined(*ret) ? 0 : limit(h, e);
}

static size_t
item_size(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	default:
		return sizeof(uint32_t);
	}
}

/* A map is sent, and decoded, as a list of messages {key, value}. */
static bool
is_map(const ProtobufCFieldDescriptor *f)
{
	const ProtobufCMessageDescriptor *d = f->descriptor;

	return f->type == PROTOBUF_C_TYPE_MESSAGE && d->n_fields == 2 &&
	       str_ends(d->short_name, "Entry") &&
	       str_eq(d->fields[0].name, "key") &&
	       str_eq(d->fields[1].name, "value");
}

static int
map_value(struct heap *h, const ProtobufCFieldDescriptor *f,
    ProtobufCMessage *const *entries, size_t n, int depth, struct value *ret,
    struct err *e)
{
	const ProtobufCMessageDescriptor *d = f->descriptor;
	const ProtobufCFieldDescriptor *key = &d->fields[0];
	const ProtobufCFieldDescriptor *val = &d->fields[1];
	struct object_builder b;

	object_init(&b, h);
	for (size_t i = 0; i < n; i++) {
		const char *m = (const char *)entries[i];
		struct value k, v;

		if (item_value(h, key, m + key->offset, depth, &k, e) < 0 ||
		    item_value(h, val, m + val->offset, depth, &v, e) < 0)
			return -1;
		if (object_add(&b, k, v) < 0)
			return limit(h, e);
	}
	switch (object_seal_once(&b, ret)) {
	case 0:
		return 0;
	case 1:
		return err_set(e, ERR_ARGUMENT,
		    "%s holds a key with two values", f->name);
	default:
		return limit(h, e);
	}
}

static int
list_value(struct heap *h, const ProtobufCFieldDescriptor *f, const char *m,
    int depth, struct value *ret, struct err *e)
{
	size_t n = *(const size_t *)(m + f->quantifier_offset);
	const char *items = *(char *const *)(m + f->offset);
	size_t size = item_size(f->type);
	struct list_builder b;

	if (is_map(f))
		return map_value(h, f, (ProtobufCMessage *const *)items, n,
		    depth, ret, e);
	list_init(&b, h);
	for (size_t i = 0; i < n; i++) {
		struct value v;

		if (item_value(h, f, items + i * size, depth, &v, e) < 0)
			return -1;
		if (list_add(&b, v) < 0)
			return limit(h, e);
	}
	*ret = list_array(&b);
	return value_defined(*ret) ? 0 : limit(h, e);
}

/* null, or {"Variant": value}. */
static int
oneof_value(struct heap *h, const ProtobufCFieldDescriptor *f, const char *m,
    struct object_builder *fields, int depth, struct err *e)
{
	const struct oneof *o = oneofs;
	struct value v = value_null();
	struct object_builder b;

	if (!str_eq(o->field, f->name))
		return err_set(e, ERR_INTERNAL, "field %s is of no known oneof",
		    f->name);
	if (*(const uint32_t *)(m + f->quantifier_offset) == f->id) {
		object_init(&b, h);
		if (item_value(h, f, m + f->offset, depth, &v, e) < 0 ||
		    add(&b, o->variant, v, e) < 0)
			return -1;
		v = object_seal(&b);
	}
	return add(fields, o->name, v, e);
}

static int
field_value(struct heap *h, const ProtobufCFieldDescriptor *f, const char *m,
    int depth, struct value *ret, struct err *e)
{
	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return list_value(h, f, m, depth, ret, e);
	if (f->label == PROTOBUF_C_LABEL_OPTIONAL &&
	    f->type != PROTOBUF_C_TYPE_MESSAGE &&
	    f->type != PROTOBUF_C_TYPE_STRING &&
	    !*(const protobuf_c_boolean *)(m + f->quantifier_offset)) {
		*ret = value_null();
		return 0;
	}
	return item_value(h, f, m + f->offset, depth, ret, e);
}

static int
message_value(struct heap *h, const ProtobufCMessage *m, int depth,
    struct value *ret, struct err *e)
{
	const ProtobufCMessageDescriptor *d = m->descriptor;
	struct object_builder b;

	if (depth >= MESSAGE_DEPTH_MAX)
		return err_set(e, ERR_LIMIT, "%s: nested too deep", d->name);
	object_init(&b, h);
	for (unsigned i = 0; i < d->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];
		const char *key = str_eq(f->name, "type") ? "type_" : f->name;
		struct value v;
		int rc;

		if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
			rc = oneof_value(h, f, (const char *)m, &b, depth, e);
		} else {
			rc = field_value(h, f, (const char *)m, depth + 1, &v,
			    e);
			if (rc == 0)
				rc = add(&b, key, v, e);
		}
		if (rc < 0)
			return -1;
	}
	*ret = object_seal(&b);
	return value_defined(*ret) ? 0 : limit(h, e);
}

static const char *
file_type(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "Regular";
	case S_IFDIR:
		return "Directory";
	case S_IFLNK:
		return "Symlink";
	default:
		return "Unknown";
	}
}

static int
copy_file_value(struct heap *h, const Grpc__CopyFileRequest *m,
    struct value *ret, struct err *e)
{
	const char *type = file_type(m->file_mode);
	struct value target = value_null();
	struct object_builder b;

	if (str_eq(type, "Symlink")) {
		const char *s = (const char *)m->data.data;

		if (!value_is_utf8(s == NULL ? "" : s, m->data.len))
			return err_set(e, ERR_ARGUMENT,
			    "the symbolic link's target is not UTF-8");
		target = value_string(h, s == NULL ? "" : s, m->data.len);
	}
	object_init(&b, h);
	if (add(&b, "path", value_cstring(h, m->path), e) < 0 ||
	    add(&b, "file_type", value_cstring(h, type), e) < 0 ||
	    add(&b, "symlink_target", target, e) < 0 ||
	    add(&b, "file_size", value_int(m->file_size), e) < 0 ||
	    add(&b, "file_mode", value_int(m->file_mode), e) < 0 ||
	    add(&b, "dir_mode", value_int(m->dir_mode), e) < 0 ||
	    add(&b, "uid", value_int(m->uid), e) < 0 ||
	    add(&b, "gid", value_int(m->gid), e) < 0 ||
	    add(&b, "offset", value_int(m->offset), e) < 0)
		return -1;
	*ret = object_seal(&b);
	return value_defined(*ret) ? 0 : limit(h, e);
}

int
policy_input(struct heap *h, const ProtobufCMessage *m, struct value *ret,
    struct err *e)
{
	if (m->descriptor == &grpc__copy_file_request__descriptor)
		return copy_file_value(h, (const Grpc__CopyFileRequest *)m, ret,
		    e);
	return message_value(h, m, 0, ret, e);
}
