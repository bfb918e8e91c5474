#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cJSON.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/str.h"
#include "codec/base64.h"
#include "measurements/ctl/ctl_field.h"
#include "measurements/ctl/ctl_json.h"

enum {
	TEXT_MAX = 64 << 20,
	DIGITS_SAFE = 15, /* a double holds any number of so many digits */
	NUMBER_MAX = 32
};

static int read_object(struct ctl_json *j, ProtobufCMessage *m,
    const cJSON *object, struct err *e);

static bool
number_char(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
	       c == 'e' || c == 'E';
}

/* The length of the string literal at s, with its quotes. */
static size_t
string_len(const char *s)
{
	size_t n = 1;

	while (s[n] != '\0' && s[n] != '"')
		n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
	return n + (s[n] == '"');
}

/*
 * cJSON reads numbers as doubles. Those too long for one are put in quotes
 * first, and a quoted number is accepted where a number is wanted.
 */
static void
quote_numbers(const char *s, struct buf *out)
{
	while (*s != '\0') {
		size_t n = 1;
		bool quote = false;

		if (*s == '"') {
			n = string_len(s);
		} else if (number_char(*s) && *s != 'e' && *s != 'E') {
			while (number_char(s[n]))
				n++;
			quote = n > DIGITS_SAFE && strcspn(s, ".eE") >= n;
		}
		if (quote)
			buf_u8(out, '"');
		buf_add(out, s, n);
		if (quote)
			buf_u8(out, '"');
		s += n;
	}
}

static cJSON *
parse(const char *text, struct err *e)
{
	const char *end = NULL;
	struct buf b;
	cJSON *json;

	buf_init(&b, TEXT_MAX);
	quote_numbers(text, &b);
	buf_u8(&b, '\0');
	if (buf_bad(&b)) {
		buf_release(&b);
		err_set(e, ERR_LIMIT, "more than %d bytes of JSON", TEXT_MAX);
		return NULL;
	}
	json = cJSON_ParseWithOpts((char *)b.p, &end, 1);
	if (json == NULL)
		err_set(e, ERR_SYNTAX, "not JSON at %s",
		    end != NULL ? STR_QUOTED(end) : "its start");
	buf_release(&b);
	return json;
}

static int
bad(const struct ctl_json *j, const char *what, struct err *e)
{
	return err_set(e, ERR_SYNTAX, "%s: %s",
	    j->path[0] != '\0' ? j->path : "JSON", what);
}

/* Whole numbers as text, so that one reader checks every range. */
static int
number_text(const cJSON *v, char text[NUMBER_MAX])
{
	double d = v->valuedouble;

	if (cJSON_IsString(v))
		return str_copy(text, NUMBER_MAX, v->valuestring);
	if (!cJSON_IsNumber(v) || d > 9e15 || d < -9e15 ||
	    (double)(int64_t)d != d)
		return -1;
	return str_format(text, NUMBER_MAX, "%lld", (long long)d);
}

static int
set_number(ProtobufCType type, void *at, const char *text)
{
	int64_t i = 0;
	uint64_t u = 0;
	int rc;

	switch (type) {
	case PROTOBUF_C_TYPE_INT32:
		rc = str_i64(text, INT32_MIN, INT32_MAX, &i);
		if (rc == 0)
			*(int32_t *)at = (int32_t)i;
		return rc;
	case PROTOBUF_C_TYPE_UINT32:
		rc = str_u64(text, UINT32_MAX, &u);
		if (rc == 0)
			*(uint32_t *)at = (uint32_t)u;
		return rc;
	case PROTOBUF_C_TYPE_INT64:
		return str_i64(text, INT64_MIN, INT64_MAX, at);
	case PROTOBUF_C_TYPE_UINT64:
		return str_u64(text, UINT64_MAX, at);
	default:
		return -1;
	}
}

static int
set_enum(const ProtobufCFieldDescriptor *f, void *at, const cJSON *v)
{
	const ProtobufCEnumValue *value = NULL;
	int64_t i;
	char text[NUMBER_MAX];

	if (cJSON_IsString(v))
		value = protobuf_c_enum_descriptor_get_value_by_name(
		    f->descriptor, v->valuestring);
	if (value == NULL && number_text(v, text) == 0 &&
	    str_i64(text, INT32_MIN, INT32_MAX, &i) == 0)
		value =
		    protobuf_c_enum_descriptor_get_value(f->descriptor, (int)i);
	if (value == NULL)
		return -1;
	*(int *)at = value->value;
	return 0;
}

static int
set_bytes(struct ctl_json *j, void *at, const char *text)
{
	ProtobufCBinaryData *b = at;
	size_t n = strlen(text);

	b->data = arena_alloc(j->a, BASE64_BYTES(n));
	if (b->data == NULL)
		return -1;
	return base64_decode(BASE64_STANDARD, text, n, b->data, BASE64_BYTES(n),
	    &b->len);
}

static ProtobufCMessage *
new_message(struct ctl_json *j, const ProtobufCMessageDescriptor *d)
{
	ProtobufCMessage *m = arena_alloc(j->a, d->sizeof_message);

	if (m != NULL)
		protobuf_c_message_init(d, m);
	return m;
}

static int
set_message(struct ctl_json *j, const ProtobufCMessageDescriptor *d, void *at,
    const cJSON *v, struct err *e)
{
	ProtobufCMessage *m;

	if (!cJSON_IsObject(v))
		return bad(j, "an object is wanted", e);
	m = new_message(j, d);
	if (m == NULL)
		return bad(j, "too large", e);
	*(ProtobufCMessage **)at = m;
	return read_object(j, m, v, e);
}

static int
set_value(struct ctl_json *j, const ProtobufCFieldDescriptor *f, void *at,
    const cJSON *v, struct err *e)
{
	char text[NUMBER_MAX];

	switch (f->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return set_message(j, f->descriptor, at, v, e);
	case PROTOBUF_C_TYPE_STRING:
		if (!cJSON_IsString(v))
			return bad(j, "a string is wanted", e);
		*(char **)at =
		    arena_strndup(j->a, v->valuestring, strlen(v->valuestring));
		return *(char **)at != NULL ? 0 : bad(j, "too large", e);
	case PROTOBUF_C_TYPE_BYTES:
		if (!cJSON_IsString(v) || set_bytes(j, at, v->valuestring) < 0)
			return bad(j, "base64 is wanted", e);
		return 0;
	case PROTOBUF_C_TYPE_BOOL:
		if (!cJSON_IsBool(v))
			return bad(j, "true or false is wanted", e);
		*(protobuf_c_boolean *)at = cJSON_IsTrue(v);
		return 0;
	case PROTOBUF_C_TYPE_ENUM:
		return set_enum(f, at, v) == 0
			   ? 0
			   : bad(j, "not a value that is known", e);
	default:
		if (number_text(v, text) < 0 ||
		    set_number(f->type, at, text) < 0)
			return bad(j, "not a whole number in its range", e);
		return 0;
	}
}

/* Place for n more elements of a repeated field; NULL beyond the arena. */
static char *
extend(struct ctl_json *j, ProtobufCMessage *m,
    const ProtobufCFieldDescriptor *f, size_t n)
{
	size_t *count = (size_t *)((char *)m + f->quantifier_offset);
	void **list = (void **)((char *)m + f->offset);
	size_t size = ctl_field_size(f->type);
	char *p = arena_array(j->a, *count + n, size);

	if (p == NULL)
		return NULL;
	if (*count > 0)
		memcpy(p, *list, *count * size);
	*list = p;
	p += *count * size;
	*count += n;
	return p;
}

static int
read_map(struct ctl_json *j, ProtobufCMessage *m,
    const ProtobufCFieldDescriptor *f, const cJSON *v, struct err *e)
{
	const ProtobufCMessageDescriptor *d = f->descriptor;
	const cJSON *item;
	char *at = extend(j, m, f, (size_t)cJSON_GetArraySize(v));

	if (at == NULL)
		return bad(j, "too large", e);
	cJSON_ArrayForEach(item, v)
	{
		ProtobufCMessage *entry = new_message(j, d);
		char *key =
		    arena_strndup(j->a, item->string, strlen(item->string));

		if (entry == NULL || key == NULL)
			return bad(j, "too large", e);
		*(char **)((char *)entry + d->fields[0].offset) = key;
		if (set_value(j, &d->fields[1],
			(char *)entry + d->fields[1].offset, item, e) < 0)
			return -1;
		*(ProtobufCMessage **)at = entry;
		at += sizeof(entry);
	}
	return 0;
}

static int
read_array(struct ctl_json *j, ProtobufCMessage *m,
    const ProtobufCFieldDescriptor *f, const cJSON *v, struct err *e)
{
	const cJSON *item;
	char *at;

	if (!cJSON_IsArray(v))
		return bad(j, "an array is wanted", e);
	at = extend(j, m, f, (size_t)cJSON_GetArraySize(v));
	if (at == NULL)
		return bad(j, "too large", e);
	cJSON_ArrayForEach(item, v)
	{
		if (set_value(j, f, at, item, e) < 0)
			return -1;
		at += ctl_field_size(f->type);
	}
	return 0;
}

static int
read_field(struct ctl_json *j, ProtobufCMessage *m,
    const ProtobufCFieldDescriptor *f, const cJSON *v, struct err *e)
{
	char *base = (char *)m;

	if (ctl_field_is_map(f) && cJSON_IsObject(v))
		return read_map(j, m, f, v, e);
	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return read_array(j, m, f, v, e);
	if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
		*(uint32_t *)(base + f->quantifier_offset) = f->id;
	else if (f->label == PROTOBUF_C_LABEL_OPTIONAL &&
		 f->quantifier_offset != 0)
		*(protobuf_c_boolean *)(base + f->quantifier_offset) = 1;
	return set_value(j, f, base + f->offset, v, e);
}

static const ProtobufCFieldDescriptor *
find_field(const ProtobufCMessageDescriptor *d, const char *name)
{
	for (unsigned i = 0; i < d->n_fields; i++) {
		if (strcasecmp(d->fields[i].name, name) == 0)
			return &d->fields[i];
	}
	return NULL;
}

static int
read_key(struct ctl_json *j, ProtobufCMessage *m, const cJSON *item,
    struct err *e)
{
	const struct ctl_json_key *k = j->keys;
	const ProtobufCFieldDescriptor *f;
	const char *name = item->string;

	for (; k != NULL && k->path != NULL; k++) {
		if (!str_eq(k->path, j->path))
			continue;
		if (k->field == NULL)
			return err_set(e, ERR_UNSUPPORTED,
			    "%s: this property is not supported", j->path);
		name = k->field;
	}
	f = find_field(m->descriptor, name);
	if (f != NULL)
		return read_field(j, m, f, item, e);
	if (j->unknown == NULL)
		return bad(j, "no such field", e);
	j->unknown(j->arg, j->path);
	return 0;
}

static bool
key_twice(const cJSON *item, const cJSON *first)
{
	for (; first != item; first = first->next) {
		if (strcasecmp(first->string, item->string) == 0)
			return true;
	}
	return false;
}

static int
read_object(struct ctl_json *j, ProtobufCMessage *m, const cJSON *object,
    struct err *e)
{
	size_t len = strlen(j->path);
	const cJSON *item;

	cJSON_ArrayForEach(item, object)
	{
		if (str_format(j->path + len, sizeof(j->path) - len, "%s%s",
			len > 0 ? "." : "", item->string) < 0)
			return bad(j, "a name inside it is too long", e);
		if (key_twice(item, object->child))
			return bad(j, "given twice", e);
		if (!cJSON_IsNull(item) && read_key(j, m, item, e) < 0)
			return -1;
		j->path[len] = '\0';
	}
	return 0;
}

ProtobufCMessage *
ctl_json_read(struct ctl_json *j, const ProtobufCMessageDescriptor *d,
    const char *text, struct err *e)
{
	ProtobufCMessage *m = NULL;
	cJSON *json = parse(text, e);

	if (json == NULL)
		return NULL;
	j->path[0] = '\0';
	if (set_message(j, d, &m, json, e) < 0)
		m = NULL;
	cJSON_Delete(json);
	return m;
}

int
ctl_json_set(struct ctl_json *j, ProtobufCMessage *m, const char *field,
    const char *text, struct err *e)
{
	const ProtobufCFieldDescriptor *f = find_field(m->descriptor, field);
	char *at = (char *)m + (f != NULL ? f->offset : 0);
	cJSON *json;
	int rc;

	if (f == NULL)
		die("no field %s", field);
	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		json = parse(text, e);
	else if (f->type == PROTOBUF_C_TYPE_BOOL)
		json = cJSON_CreateBool(str_eq(text, "true"));
	else
		json = cJSON_CreateString(text);
	if (json == NULL)
		return err_wrap(e, "%s", field);
	str_copy(j->path, sizeof(j->path), field);
	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		at = extend(j, m, f, 1);
	rc = at != NULL ? set_value(j, f, at, json, e) : bad(j, "too large", e);
	cJSON_Delete(json);
	return rc;
}
