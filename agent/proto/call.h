/*
 * proto/call -- the messages between the rpc and sandbox roles
 *
 * rpc sends CALL_REQUEST and CALL_CANCEL; sandbox answers every request that
 * was not cancelled with exactly one CALL_RESPONSE or CALL_STREAM, in any
 * order. The id is rpc's own and is not used twice at the same time.
 *
 * Payloads over CALL_INLINE_MAX travel in a sealed memfd, so that neither
 * side can change them after they were checked.
 *
 * CALL_STREAM answers WriteStdin (the write end), ReadStdout and ReadStderr
 * (the read end, and the pidfd of the process): sandbox has judged the
 * request, and rpc moves the bytes.
 */
#ifndef PROTO_CALL_H
#define PROTO_CALL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "proc/channel.h"
#include "proto/method.h"

enum {
	CALL_PAYLOAD_MAX = 4 * 1024 * 1024, /* ttrpc's own frame limit */
	CALL_INLINE_MAX = 56 * 1024
};

enum call_type {
	CALL_REQUEST = 1,
	CALL_CANCEL,
	CALL_RESPONSE,
	CALL_STREAM
};

/* A decoded message; release with call_release(). */
struct call {
	enum call_type type;
	uint32_t id;
	enum method_id method; /* CALL_REQUEST */
	enum err_code code;    /* CALL_RESPONSE; ERR_NONE is success */
	struct buf payload;    /* request, response, or the error's text */
	int stream;            /* CALL_STREAM: owned; else -1 */
	int pidfd;             /* CALL_STREAM: owned or -1 */
};

int call_send_request(int chan, uint32_t id, enum method_id m,
    const void *payload, size_t len, struct err *e);
int call_send_cancel(int chan, uint32_t id, struct err *e);

/* Success with an encoded message of len bytes (0: an empty one). */
int call_send_ok(int chan, uint32_t id, const void *payload, size_t len,
    struct err *e);

/* Failure with cause's code and text. */
int call_send_error(int chan, uint32_t id, const struct err *cause,
    struct err *e);

/* The same with a text of len bytes, which may be longer. */
int call_send_refusal(int chan, uint32_t id, enum err_code code,
    const char *text, size_t len, struct err *e);

/* The descriptors stay the caller's; pidfd may be -1. */
int call_send_stream(int chan, uint32_t id, int stream, int pidfd,
    struct err *e);

/*
 * Decode a received message and take its descriptors. Returns 0, or -1:
 * ERR_SYNTAX or ERR_LIMIT. On -1 nothing needs to be released but *m.
 */
int call_parse(struct channel_msg *m, struct call *ret, struct err *e);
void call_release(struct call *c);

#endif
