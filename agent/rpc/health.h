/*
 * rpc/health -- the Health service, answered without the sandbox
 *
 * Kata's monitor asks every five seconds and declares the sandbox dead after
 * a failure, so the answer must not wait behind a long operation. The
 * versions are those of the Kata release whose protocol this agent speaks.
 */
#ifndef RPC_HEALTH_H
#define RPC_HEALTH_H

#include "base/buf.h"
#include "proto/method.h"

#define HEALTH_GRPC_VERSION "0.0.1"
#define HEALTH_AGENT_VERSION "4.1.0"

/* Append the encoded reply to Check or Version. */
void health_answer(enum method_id m, struct buf *b);

#endif
