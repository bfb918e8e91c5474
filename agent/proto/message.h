/*
 * proto/message -- decode protobuf from hostile hands
 *
 * Before protobuf-c sees a byte, message_unpack() walks the wire format by
 * the message's descriptor and refuses what protobuf-c would let pass:
 * strings with NUL bytes (C would see another string than a policy engine in
 * another language) or that are not UTF-8, groups, field number 0, wrong
 * wire types, values over 64 bits, and more than MESSAGE_DEPTH_MAX nested
 * messages. Unknown fields are allowed, as protobuf demands, and ignored.
 *
 * Memory: decoded messages live in the caller's arena, whose limit bounds
 * what a small request can blow up to.
 */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum {
	MESSAGE_DEPTH_MAX = 16,
	MESSAGE_ARENA_MAX = 64 * 1024 * 1024 /* a fit limit for requests */
};

/* Check the wire format alone. ERR_SYNTAX names the field at fault. */
int message_check(const ProtobufCMessageDescriptor *d, const void *p,
    size_t len, struct err *e);

/* Check and decode into a. NULL with ERR_SYNTAX or ERR_LIMIT. */
ProtobufCMessage *message_unpack(const ProtobufCMessageDescriptor *d,
    const void *p, size_t len, struct arena *a, struct err *e);

/* Append the encoding of m to b (which may become bad at its limit). */
void message_pack(const ProtobufCMessage *m, struct buf *b);

#endif
