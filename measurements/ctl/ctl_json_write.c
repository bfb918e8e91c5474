#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "base/die.h"
#include "codec/base64.h"
#include "measurements/ctl/ctl_field.h"
#include "measurements/ctl/ctl_json.h"

enum {
	NUMBER_MAX = 32
};

static cJSON *
must(cJSON *json)
{
	if (json == NULL)
		die("out of memory (JSON)");
	return json;
}

static cJSON *write_message(const ProtobufCMessage *m);

static cJSON *
write_bytes(const ProtobufCBinaryData *b)
{
	char *text = must_alloc(1, BASE64_SIZE(b->len));
	cJSON *json;

	base64_encode(BASE64_STANDARD, b->data, b->len, text);
	json = must(cJSON_CreateString(text));
	free(text);
	return json;
}

static cJSON *
write_enum(const ProtobufCFieldDescriptor *f, int value)
{
	const ProtobufCEnumValue *v =
	    protobuf_c_enum_descriptor_get_value(f->descriptor, value);

	return must(v != NULL ? cJSON_CreateString(v->name)
			      : cJSON_CreateNumber(value));
}

/* As text, so that 64 bits stay exact. */
static cJSON *
write_number(ProtobufCType type, const void *at)
{
	char text[NUMBER_MAX];

	switch (type) {
	case PROTOBUF_C_TYPE_UINT64:
		snprintf(text, sizeof(text), "%" PRIu64, *(const uint64_t *)at);
		break;
	case PROTOBUF_C_TYPE_INT64:
		snprintf(text, sizeof(text), "%" PRId64, *(const int64_t *)at);
		break;
	case PROTOBUF_C_TYPE_UINT32:
		snprintf(text, sizeof(text), "%" PRIu32, *(const uint32_t *)at);
		break;
	case PROTOBUF_C_TYPE_INT32:
		snprintf(text, sizeof(text), "%" PRId32, *(const int32_t *)at);
		break;
	default:
		die("a number of type %d in a message", (int)type);
	}
	return must(cJSON_CreateRaw(text));
}

static cJSON *
write_value(const ProtobufCFieldDescriptor *f, const void *at)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return write_message(*(ProtobufCMessage *const *)at);
	case PROTOBUF_C_TYPE_STRING:
		return must(cJSON_CreateString(*(char *const *)at));
	case PROTOBUF_C_TYPE_BYTES:
		return write_bytes(at);
	case PROTOBUF_C_TYPE_BOOL:
		return must(cJSON_CreateBool(*(const protobuf_c_boolean *)at));
	case PROTOBUF_C_TYPE_ENUM:
		return write_enum(f, *(const int *)at);
	default:
		return write_number(f->type, at);
	}
}

static bool
is_set(const ProtobufCFieldDescriptor *f, const void *at)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return *(void *const *)at != NULL;
	case PROTOBUF_C_TYPE_STRING:
		return *(char *const *)at != NULL &&
		       **(char *const *)at != '\0';
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)at)->len > 0;
	case PROTOBUF_C_TYPE_BOOL:
		return *(const protobuf_c_boolean *)at != 0;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64:
		return *(const uint64_t *)at != 0;
	default:
		return *(const uint32_t *)at != 0;
	}
}

static cJSON *
write_repeated(const ProtobufCFieldDescriptor *f, const char *p, size_t n)
{
	bool map = ctl_field_is_map(f);
	cJSON *json = must(map ? cJSON_CreateObject() : cJSON_CreateArray());

	for (size_t i = 0; i < n; i++, p += ctl_field_size(f->type)) {
		const ProtobufCFieldDescriptor *value;
		const char *entry;

		if (!map) {
			cJSON_AddItemToArray(json, write_value(f, p));
			continue;
		}
		entry = *(const char *const *)p;
		value = &((const ProtobufCMessageDescriptor *)f->descriptor)
			     ->fields[1];
		cJSON_AddItemToObject(json,
		    *(char *const *)(entry + value[-1].offset),
		    write_value(value, entry + value->offset));
	}
	return json;
}

static cJSON *
write_message(const ProtobufCMessage *m)
{
	cJSON *json = must(cJSON_CreateObject());
	const char *base = (const char *)m;

	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		const char *at = base + f->offset;
		size_t n;

		if (f->label == PROTOBUF_C_LABEL_REPEATED) {
			n = *(const size_t *)(base + f->quantifier_offset);
			if (n > 0)
				cJSON_AddItemToObject(json, f->name,
				    write_repeated(f, *(const char *const *)at,
					n));
			continue;
		}
		if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
		    *(const uint32_t *)(base + f->quantifier_offset) != f->id)
			continue;
		if (is_set(f, at))
			cJSON_AddItemToObject(json, f->name,
			    write_value(f, at));
	}
	return json;
}

char *
ctl_json_text(const ProtobufCMessage *m)
{
	cJSON *json = write_message(m);
	char *text = cJSON_Print(json);

	if (text == NULL)
		die("out of memory (JSON)");
	cJSON_Delete(json);
	return text;
}
