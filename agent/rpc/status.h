/*
 * rpc/status -- the project's error codes as gRPC status codes
 *
 * The numbers of google.rpc.Code, which ttrpc's Status carries; Kata's
 * runtimes act on NOT_FOUND and print the rest.
 */
#ifndef RPC_STATUS_H
#define RPC_STATUS_H

#include "base/err.h"

enum status_code {
	STATUS_OK = 0,
	STATUS_INVALID_ARGUMENT = 3,
	STATUS_DEADLINE_EXCEEDED = 4,
	STATUS_NOT_FOUND = 5,
	STATUS_ALREADY_EXISTS = 6,
	STATUS_PERMISSION_DENIED = 7,
	STATUS_RESOURCE_EXHAUSTED = 8,
	STATUS_FAILED_PRECONDITION = 9,
	STATUS_UNIMPLEMENTED = 12,
	STATUS_INTERNAL = 13,
	STATUS_UNAVAILABLE = 14
};

/* The status for code; STATUS_INTERNAL for a code that is not in the enum. */
enum status_code status_of(enum err_code code);

#endif
