#include <stdbool.h>
#include <string.h>

#include "base/span.h"
#include "codec/utf8.h"
#include "proto/message.h"

enum wire_type {
	WIRE_VARINT = 0,
	WIRE_64BIT = 1,
	WIRE_LENGTH = 2,
	WIRE_32BIT = 5
};

enum {
	VARINT_BYTES_MAX = 10,
	TAG_BYTES_MAX = 5 /* a tag is 32 bits wide; protobuf-c takes no more */
};

/* A nested message that is being walked. */
struct level {
	const ProtobufCMessageDescriptor *d;
	struct span s;
};

static uint64_t
varint(struct span *s)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < VARINT_BYTES_MAX; i++) {
		uint8_t b = span_u8(s);

		if (i == VARINT_BYTES_MAX - 1 && b > 1)
			break;
		v |= (uint64_t)(b & 0x7f) << (7 * i);
		if ((b & 0x80) == 0)
			return v;
	}
	span_fail(s);
	return 0;
}

/* No NUL either: what follows it would be lost on those who take a string. */
static bool
text_ok(struct span s)
{
	size_t len = span_len(&s);

	return len == 0 || (memchr(s.p, '\0', len) == NULL &&
			       utf8_valid((const char *)s.p, len));
}

static enum wire_type
wire_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		return WIRE_32BIT;
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return WIRE_64BIT;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return WIRE_LENGTH;
	default:
		return WIRE_VARINT;
	}
}

static void
packed_check(struct span s, enum wire_type item, struct span *outer)
{
	while (span_len(&s) > 0 && !span_bad(&s)) {
		if (item == WIRE_VARINT)
			varint(&s);
		else
			span_skip(&s, item == WIRE_64BIT ? 8 : 4);
	}
	if (span_bad(&s))
		span_fail(outer);
}

/*
 * Take one field's value from s. A nested message is returned for the caller
 * to walk; everything else is judged here, by failing s.
 */
static struct span
value_take(struct span *s, const ProtobufCFieldDescriptor *f, unsigned wire)
{
	struct span inner = span_of(NULL, 0);

	switch (wire) {
	case WIRE_VARINT:
		varint(s);
		break;
	case WIRE_64BIT:
		span_skip(s, 8);
		break;
	case WIRE_32BIT:
		span_skip(s, 4);
		break;
	case WIRE_LENGTH:
		inner = span_take(s, varint(s));
		break;
	default:
		span_fail(s);
	}
	if (f == NULL || span_bad(s))
		return inner;
	if (wire == WIRE_LENGTH && wire_of(f->type) != WIRE_LENGTH &&
	    f->label == PROTOBUF_C_LABEL_REPEATED)
		packed_check(inner, wire_of(f->type), s);
	else if (wire != wire_of(f->type))
		span_fail(s);
	else if (f->type == PROTOBUF_C_TYPE_STRING && !text_ok(inner))
		span_fail(s);
	return inner;
}

static int
level_step(struct level *stack, size_t *depth, struct err *e)
{
	struct level *top = &stack[*depth - 1];
	const uint8_t *start = top->s.p;
	uint64_t tag = varint(&top->s);
	const ProtobufCFieldDescriptor *f = NULL;
	struct span inner;

	if (tag >> 3 == 0 || tag >> 32 != 0 || top->s.p - start > TAG_BYTES_MAX)
		span_fail(&top->s);
	else
		f = protobuf_c_message_descriptor_get_field(top->d,
		    (unsigned)(tag >> 3));
	inner = value_take(&top->s, f, tag & 7);
	if (span_bad(&top->s))
		return err_set(e, ERR_SYNTAX, "%s: field %s is malformed",
		    top->d->name, f != NULL ? f->name : "of unknown number");
	if (f == NULL || f->type != PROTOBUF_C_TYPE_MESSAGE)
		return 0;
	if (*depth == MESSAGE_DEPTH_MAX)
		return err_set(e, ERR_LIMIT, "%s: nested too deep", f->name);
	stack[*depth] = (struct level){ f->descriptor, inner };
	(*depth)++;
	return 0;
}

int
message_check(const ProtobufCMessageDescriptor *d, const void *p, size_t len,
    struct err *e)
{
	struct level stack[MESSAGE_DEPTH_MAX];
	size_t depth = 1;

	stack[0] = (struct level){ d, span_of(p, len) };
	while (depth > 0) {
		if (span_len(&stack[depth - 1].s) == 0)
			depth--;
		else if (level_step(stack, &depth, e) < 0)
			return -1;
	}
	return 0;
}

static void *
arena_fn_alloc(void *a, size_t size)
{
	return arena_alloc(a, size);
}

static void
arena_fn_free(void *a, void *p)
{
	(void)a;
	(void)p;
}

ProtobufCMessage *
message_unpack(const ProtobufCMessageDescriptor *d, const void *p, size_t len,
    struct arena *a, struct err *e)
{
	ProtobufCAllocator in_arena = { arena_fn_alloc, arena_fn_free, a };
	ProtobufCMessage *m;

	if (message_check(d, p, len, e) < 0)
		return NULL;
	m = protobuf_c_message_unpack(d, &in_arena, len, p);
	if (m == NULL)
		err_set(e, ERR_LIMIT, "%s: cannot be decoded within %zu bytes",
		    d->name, a->limit);
	return m;
}

void
message_pack(const ProtobufCMessage *m, struct buf *b)
{
	size_t len = protobuf_c_message_get_packed_size(m);
	uint8_t *dst = buf_reserve(b, len);

	if (dst != NULL)
		buf_commit(b, protobuf_c_message_pack(m, dst));
}
