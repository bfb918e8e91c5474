/*
 * sandbox/gate -- the policy's word on every request, before it has any effect
 *
 * This build has no policy engine. So the target decides: coco-dev, which
 * runs without a trusted execution environment and protects nothing, allows
 * every request; any other target denies every one. A policy that somebody
 * sets is refused on every target, because ignoring it would look like
 * protection.
 *
 * Texts follow Kata 4.1, whose users search for "is blocked by policy"; the
 * request is named by its protobuf message.
 */
#ifndef SANDBOX_GATE_H
#define SANDBOX_GATE_H

#include "base/err.h"
#include "proto/method.h"

/* 0, or -1 with ERR_DENIED (or ERR_UNSUPPORTED for SetPolicy). */
int gate_check(const char *target, enum method_id method, struct err *e);

#endif
