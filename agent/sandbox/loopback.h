/*
 * sandbox/loopback -- the guest's loopback interface, shared by all containers
 */
#ifndef SANDBOX_LOOPBACK_H
#define SANDBOX_LOOPBACK_H

#include "base/err.h"

/* Set lo up; harmless when it is. */
int loopback_up(struct err *e);

#endif
