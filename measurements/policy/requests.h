/*
 * measurements/policy/requests -- the names of the requests a policy decides
 *
 * A policy has one rule for each request message of the agent's service; the
 * names come from the service's own table (proto/method.h).
 */
#ifndef MEASUREMENTS_POLICY_REQUESTS_H
#define MEASUREMENTS_POLICY_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

/* The i-th name, or NULL behind the last. */
const char *requests_name(size_t i);

/* name is a request, or AllowRequestsFailingPolicy. */
bool requests_known(const char *name);

/* The request that name was probably meant to be, or NULL. */
const char *requests_similar(const char *name);

#endif
