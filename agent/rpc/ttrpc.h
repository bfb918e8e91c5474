/*
 * rpc/ttrpc -- containerd's ttrpc framing, without I/O
 *
 * A frame is a header of ten bytes, big endian {u32 length, u32 stream id,
 * u8 type, u8 flags}, and length bytes of payload, at most TTRPC_PAYLOAD_MAX
 * (PROTOCOL.md of containerd/ttrpc). The reader takes bytes as they arrive
 * and gives frames. A longer frame is skipped as it streams by and then given
 * without its payload, marked oversize, so that its sender can be told and
 * the connection goes on: the reference server does the same.
 *
 * Used by the guest's server and by the host tool's client, so it depends on
 * base and proto only.
 *
 * Memory: the reader holds at most one frame and TTRPC_FEED_MAX bytes.
 */
#ifndef RPC_TTRPC_H
#define RPC_TTRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "proto/ttrpc.pb-c.h"

enum {
	TTRPC_HEADER_LEN = 10,
	TTRPC_PAYLOAD_MAX = 4 << 20,
	TTRPC_FEED_MAX = 64 * 1024,
	TTRPC_TEXT_MAX = 3072 /* bytes of a status text, with its NUL */
};

enum ttrpc_type {
	TTRPC_REQUEST = 1,
	TTRPC_RESPONSE = 2,
	TTRPC_DATA = 3
};

/* Flag of a request that opens a stream of data frames. */
enum {
	TTRPC_REMOTE_OPEN = 2
};

struct ttrpc_frame {
	uint32_t len; /* as the header has it */
	uint32_t stream_id;
	uint8_t type;
	uint8_t flags;
	bool oversize;
	struct span payload; /* the reader's; empty when oversize */
};

struct ttrpc_reader {
	struct buf in;
	size_t at; /* bytes of in that were given out */
	uint32_t skip;
	struct ttrpc_frame skipped; /* valid while skip > 0 */
};

void ttrpc_reader_init(struct ttrpc_reader *r);
void ttrpc_reader_release(struct ttrpc_reader *r);

/*
 * Add len bytes, at most TTRPC_FEED_MAX, after ttrpc_pull() has returned
 * false: this is the caller's invariant. Frames given before become invalid.
 */
void ttrpc_feed(struct ttrpc_reader *r, const void *p, size_t len);

/* Give the next whole frame, or false when more bytes are needed. */
bool ttrpc_pull(struct ttrpc_reader *r, struct ttrpc_frame *ret);

/* True when the bytes so far end inside a frame. */
bool ttrpc_partial(const struct ttrpc_reader *r);

/*
 * Append a request frame. timeout_nano is relative; 0 means none. ERR_LIMIT
 * when it is longer than a frame can be or than b takes; b is unchanged then.
 */
int ttrpc_put_request(struct buf *b, uint32_t stream_id, const char *service,
    const char *method, const void *payload, size_t len, int64_t timeout_nano,
    struct err *e);

/*
 * Append a response frame with a gRPC status code (0: success) and text,
 * whose bytes beyond ASCII are replaced. Errors as above.
 */
int ttrpc_put_response(struct buf *b, uint32_t stream_id, int32_t code,
    const char *text, const void *payload, size_t len, struct err *e);

/* Decode a frame's payload into a. NULL with ERR_SYNTAX or ERR_LIMIT. */
Ttrpc__Request *ttrpc_request(const struct ttrpc_frame *f, struct arena *a,
    struct err *e);
Ttrpc__Response *ttrpc_response(const struct ttrpc_frame *f, struct arena *a,
    struct err *e);

#endif
