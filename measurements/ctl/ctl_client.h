/*
 * measurements/ctl_client -- a ttrpc client with many calls in flight
 *
 * Addresses: vsock://CID:PORT, unix://PATH, and hvsock://PATH:PORT, the
 * hybrid form of Firecracker, cloud-hypervisor and vhost-device-vsock: connect
 * to the unix socket at PATH, send "CONNECT PORT\n", read "OK N\n".
 *
 * The caller polls: ctl_client_events() for the descriptor, then
 * ctl_client_step(), from which the calls' functions are called in the order
 * in which the answers come. ctl_client_call() does all that for one call.
 *
 * Memory: an answer is valid while the function that gets it runs, one of
 * ctl_client_call() until the next use of the client.
 */
#ifndef MEASUREMENTS_CTL_CLIENT_H
#define MEASUREMENTS_CTL_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "rpc/ttrpc.h"

enum {
	CTL_ANSWER_MAX = 64 << 20, /* memory of a decoded answer */
	CTL_OUTPUT_MAX = 64 << 20  /* bytes of requests not yet sent */
};

/* What to call and how to read the answer. */
struct ctl_method {
	const char *service;
	const char *name;
	const ProtobufCMessageDescriptor *response; /* NULL: as it is */
};

struct ctl_answer {
	int32_t code; /* gRPC status; 0 is success */
	const char *text;
	struct span payload;
	const ProtobufCMessage *message; /* on success, when decoded */
};

typedef void ctl_answer_fn(void *arg, const struct ctl_answer *a);

struct ctl_call;

struct ctl_client {
	int fd;
	struct ttrpc_reader in;
	struct buf out;
	struct arena a; /* of the last answer */
	uint32_t next_id;
	struct ctl_call *calls;
};

/*
 * Connect, and try again until deadline (base/clock.h) while nobody listens.
 * ERR_SYNTAX for the address; ERR_UNAVAILABLE or ERR_SYSTEM otherwise.
 */
int ctl_client_open(struct ctl_client *c, const char *address, int64_t deadline,
    struct err *e);
void ctl_client_close(struct ctl_client *c);

/* The ctl_method of a row of proto/method. */
struct ctl_method ctl_client_method(int id);

/*
 * Queue a call. The guest gives up after timeout_ms (0: never). fn is called
 * exactly once unless the client is closed before.
 */
int ctl_client_start(struct ctl_client *c, const struct ctl_method *m,
    const void *payload, size_t len, int64_t timeout_ms, ctl_answer_fn *fn,
    void *arg, struct err *e);
int ctl_client_start_message(struct ctl_client *c, int id,
    const ProtobufCMessage *q, int64_t timeout_ms, ctl_answer_fn *fn, void *arg,
    struct err *e);

/* Whoever waits for answers is gone: those still to come are ignored. */
void ctl_client_forget(struct ctl_client *c);

/* POLLIN, and POLLOUT while requests are to be sent. */
short ctl_client_events(const struct ctl_client *c);

/* Send and receive what is possible now. -1 when the connection is over. */
int ctl_client_step(struct ctl_client *c, short revents, struct err *e);

/* One call, from start to answer. -1 is a failure of the connection. */
int ctl_client_call(struct ctl_client *c, const struct ctl_method *m,
    const void *payload, size_t len, int64_t timeout_ms, struct ctl_answer *ret,
    struct err *e);
int ctl_client_call_message(struct ctl_client *c, int id,
    const ProtobufCMessage *q, int64_t timeout_ms, struct ctl_answer *ret,
    struct err *e);

/* The name of a gRPC status code, e.g. NOT_FOUND; "UNKNOWN" for others. */
const char *ctl_client_code_name(int32_t code);

#endif
