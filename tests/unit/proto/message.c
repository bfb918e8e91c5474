#include "proto/message.h"
#include "proto/agent.pb-c.h"
#include "proto/health.pb-c.h"
#include "proto/ttrpc.pb-c.h"
#include "tests/lib/tap.h"

static struct err e;

struct row {
	const ProtobufCMessageDescriptor *d;
	const char *bytes;
	size_t len;
	enum err_code code; /* ERR_NONE: accepted */
};

#define ROW(d, bytes, code)                                                    \
	{                                                                      \
		&grpc__##d##__descriptor, bytes, sizeof(bytes) - 1, code       \
	}

static const struct row rows[] = {
	ROW(check_request, "", ERR_NONE),
	ROW(check_request, "\x0a\x00", ERR_NONE),
	ROW(check_request,
	    "\x0a\x03"
	    "abc",
	    ERR_NONE),
	/* the same field twice: the last one counts */
	ROW(check_request,
	    "\x0a\x01"
	    "a\x0a\x01"
	    "b",
	    ERR_NONE),
	/* lengths */
	ROW(check_request, "\x0a", ERR_SYNTAX),
	ROW(check_request,
	    "\x0a\x04"
	    "abc",
	    ERR_SYNTAX),
	ROW(check_request,
	    "\x0a\xff\xff\xff\xff\x0f"
	    "abc",
	    ERR_SYNTAX),
	ROW(check_request,
	    "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
	    "abc",
	    ERR_SYNTAX),
	/* wire types: a string as a number, 64 and 32 bits; 6 and 7 */
	ROW(check_request, "\x08\x01", ERR_SYNTAX),
	ROW(check_request,
	    "\x09"
	    "12345678",
	    ERR_SYNTAX),
	ROW(check_request,
	    "\x0d"
	    "1234",
	    ERR_SYNTAX),
	ROW(check_request, "\x0e\x01", ERR_SYNTAX),
	ROW(check_request, "\x0f\x01", ERR_SYNTAX),
	/* groups, known number or not */
	ROW(check_request, "\x0b\x0c", ERR_SYNTAX),
	ROW(check_request, "\x0c", ERR_SYNTAX),
	ROW(check_request, "\x7b\x7c", ERR_SYNTAX),
	/* field number 0, and one over 29 bits */
	ROW(check_request, "\x02\x00", ERR_SYNTAX),
	ROW(check_request, "\x00\x00", ERR_SYNTAX),
	ROW(check_request, "\xf8\xff\xff\xff\x0f\x00", ERR_NONE),
	ROW(check_request, "\x80\x80\x80\x80\x10\x00", ERR_SYNTAX),
	/* a tag of five bytes, and of six */
	ROW(check_request,
	    "\x8a\x80\x80\x80\x00\x01"
	    "a",
	    ERR_NONE),
	ROW(check_request,
	    "\x8a\x80\x80\x80\x80\x00\x01"
	    "a",
	    ERR_SYNTAX),
	/* unknown fields of every wire type */
	ROW(check_request, "\x78\x01", ERR_NONE),
	ROW(check_request,
	    "\x79"
	    "12345678",
	    ERR_NONE),
	ROW(check_request,
	    "\x79"
	    "1234567",
	    ERR_SYNTAX),
	ROW(check_request, "\x7a\x02\x00\xff", ERR_NONE),
	ROW(check_request, "\x7a\x02\x00", ERR_SYNTAX),
	ROW(check_request,
	    "\x7d"
	    "1234",
	    ERR_NONE),
	ROW(check_request,
	    "\x7d"
	    "123",
	    ERR_SYNTAX),
	/* varints */
	ROW(set_guest_date_time_request, "\x08\x7f", ERR_NONE),
	ROW(set_guest_date_time_request, "\x08\x80\x01", ERR_NONE),
	ROW(set_guest_date_time_request, "\x08\x80", ERR_SYNTAX),
	ROW(set_guest_date_time_request,
	    "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", ERR_NONE),
	ROW(set_guest_date_time_request,
	    "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", ERR_SYNTAX),
	ROW(set_guest_date_time_request,
	    "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", ERR_SYNTAX),
	ROW(set_guest_date_time_request,
	    "\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", ERR_NONE),
	/* repeated numbers, packed and not */
	ROW(add_swap_request, "\x08\x01\x08\x02", ERR_NONE),
	ROW(add_swap_request, "\x0a\x03\x01\x80\x01", ERR_NONE),
	ROW(add_swap_request, "\x0a\x00", ERR_NONE),
	ROW(add_swap_request, "\x0a\x02\x01\x80", ERR_SYNTAX),
	ROW(add_swap_request,
	    "\x0d"
	    "1234",
	    ERR_SYNTAX),
	/* a single number must not be packed */
	ROW(read_stream_request, "\x1a\x01\x05", ERR_SYNTAX),
	/* bytes may be anything */
	ROW(write_stream_request, "\x1a\x03\x00\xff\xc0", ERR_NONE),
	/* nested messages */
	ROW(update_routes_request, "\x0a\x00", ERR_NONE),
	ROW(update_routes_request,
	    "\x0a\x05\x0a\x03\x0a\x01"
	    "x",
	    ERR_NONE),
	ROW(update_routes_request,
	    "\x0a\x05\x0a\x04\x0a\x01"
	    "x",
	    ERR_SYNTAX),
	ROW(update_routes_request,
	    "\x0a\x05\x0a\x03\x0a\x02"
	    "x",
	    ERR_SYNTAX),
	ROW(update_routes_request, "\x08\x05", ERR_SYNTAX),
};

TEST(accepts_and_refuses)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct err none = { .code = ERR_NONE };
		ProtobufCMessage *m;
		struct arena a;

		message_check(r->d, r->bytes, r->len, &none);
		if (none.code != r->code)
			printf("# row %zu\n", i);
		EQ_INT(none.code, r->code);
		/* Unpacking agrees. */
		arena_init(&a, 1 << 20);
		m = message_unpack(r->d, r->bytes, r->len, &a, &e);
		EQ_INT(m != NULL, r->code == ERR_NONE);
		arena_release(&a);
	}
}

TEST(refuses_text_that_is_not_utf8)
{
	static const struct {
		const char *s;
		size_t len;
		bool ok;
	} texts[] = {
		{ "ascii~\x7f\x01", 8, true },
		{ "\xc2\x80\xdf\xbf", 4, true },
		{ "\xe0\xa0\x80\xef\xbf\xbf", 6, true },
		{ "\xed\x9f\xbf\xee\x80\x80", 6, true },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8, true },
		{ "a\0b", 3, false },
		{ "\x80", 1, false },
		{ "\xbf", 1, false },
		{ "\xc0\x80", 2, false }, /* overlong */
		{ "\xc1\xbf", 2, false },
		{ "\xe0\x9f\xbf", 3, false },
		{ "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xed\xa0\x80", 3, false }, /* surrogate */
		{ "\xed\xbf\xbf", 3, false },
		{ "\xf4\x90\x80\x80", 4, false }, /* beyond U+10FFFF */
		{ "\xf5\x80\x80\x80", 4, false },
		{ "\xff", 1, false },
		{ "\xc2", 1, false }, /* cut */
		{ "\xe0\xa0", 2, false },
		{ "\xf0\x90\x80", 3, false },
		{ "\xc2"
		  "a",
		    2, false },
		{ "\xe1\x80"
		  "a",
		    3, false },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf b;

		buf_init(&b, 64);
		buf_u8(&b, 0x0a);
		buf_u8(&b, (uint8_t)texts[i].len);
		buf_add(&b, texts[i].s, texts[i].len);
		EQ_INT(message_check(&grpc__check_request__descriptor, b.p,
			   b.len, &e),
		    texts[i].ok ? 0 : -1);
		buf_release(&b);
	}
}

TEST(names_the_field_at_fault)
{
	EQ_INT(
	    message_check(&grpc__check_request__descriptor, "\x08\x01", 2, &e),
	    -1);
	EQ_STR(e.msg, "grpc.CheckRequest: field service is malformed");
	EQ_INT(message_check(&grpc__update_routes_request__descriptor,
		   "\x0a\x05\x0a\x03\x0a\x02x", 7, &e),
	    -1);
	EQ_STR(e.msg, "types.Route: field dest is malformed");
}

TEST(limits_the_memory_of_a_decoded_message)
{
	struct arena a;
	struct buf b;

	/* Two bytes each become a whole struct and a pointer. */
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 50000; i++)
		buf_add(&b, "\x1a\x00", 2);
	arena_init(&a, 1 << 20);
	OK(message_unpack(&grpc__create_sandbox_request__descriptor, b.p, b.len,
	       &a, &e) == NULL);
	EQ_INT(e.code, ERR_LIMIT);
	OK(a.total <= 1 << 20);
	arena_release(&a);
	arena_init(&a, MESSAGE_ARENA_MAX);
	OK(message_unpack(&grpc__create_sandbox_request__descriptor, b.p, b.len,
	       &a, &e) != NULL);
	arena_release(&a);
	buf_release(&b);
}

/* A message that contains itself, which no schema of ours does. */
struct nested {
	ProtobufCMessage base;
	struct nested *inner;
};

extern const ProtobufCMessageDescriptor nested_descriptor;

static const ProtobufCFieldDescriptor nested_fields[] = { {
    .name = "inner",
    .id = 1,
    .label = PROTOBUF_C_LABEL_NONE,
    .type = PROTOBUF_C_TYPE_MESSAGE,
    .offset = offsetof(struct nested, inner),
    .descriptor = &nested_descriptor,
} };
static const unsigned nested_names[] = { 0 };
static const ProtobufCIntRange nested_ranges[] = { { 1, 0 }, { 0, 1 } };

const ProtobufCMessageDescriptor nested_descriptor = {
	.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "test.Nested",
	.sizeof_message = sizeof(struct nested),
	.n_fields = 1,
	.fields = nested_fields,
	.fields_sorted_by_name = nested_names,
	.n_field_ranges = 1,
	.field_ranges = nested_ranges,
};

TEST(limits_how_deep_messages_nest)
{
	for (int depth = 1; depth <= MESSAGE_DEPTH_MAX + 1; depth++) {
		uint8_t bytes[2 * (MESSAGE_DEPTH_MAX + 1)];
		size_t len = 2 * ((size_t)depth - 1);

		for (size_t i = 0; i < len; i += 2) {
			bytes[i] = 0x0a;
			bytes[i + 1] = (uint8_t)(len - i - 2);
		}
		EQ_INT(message_check(&nested_descriptor, bytes, len, &e),
		    depth <= MESSAGE_DEPTH_MAX ? 0 : -1);
	}
	EQ_INT(e.code, ERR_LIMIT);
}

TEST(packs_what_it_unpacks)
{
	static const char bytes[] = "\x0a\x02"
				    "id\x18\x07";
	ProtobufCMessage *m;
	struct arena a;
	struct buf b;

	arena_init(&a, 1 << 20);
	buf_init(&b, 64);
	m = message_unpack(&grpc__read_stream_request__descriptor, bytes,
	    sizeof(bytes) - 1, &a, &e);
	OK(m != NULL);
	EQ_INT(((Grpc__ReadStreamRequest *)m)->len, 7);
	EQ_STR(((Grpc__ReadStreamRequest *)m)->exec_id, "");
	message_pack(m, &b);
	EQ_INT(b.len, sizeof(bytes) - 1);
	EQ_MEM(b.p, bytes, b.len);
	buf_release(&b);
	buf_init(&b, 3);
	message_pack(m, &b);
	OK(buf_bad(&b));
	buf_release(&b);
	arena_release(&a);
}

TAP_MAIN
