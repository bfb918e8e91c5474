#include "rpc/status.h"

enum status_code
status_of(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return STATUS_OK;
	case ERR_SYNTAX:
	case ERR_ARGUMENT:
		return STATUS_INVALID_ARGUMENT;
	case ERR_UNSUPPORTED:
	case ERR_UNIMPLEMENTED:
		return STATUS_UNIMPLEMENTED;
	case ERR_LIMIT:
		return STATUS_RESOURCE_EXHAUSTED;
	case ERR_DENIED:
		return STATUS_PERMISSION_DENIED;
	case ERR_NOT_FOUND:
		return STATUS_NOT_FOUND;
	case ERR_EXISTS:
		return STATUS_ALREADY_EXISTS;
	case ERR_STATE:
		return STATUS_FAILED_PRECONDITION;
	case ERR_TIMEOUT:
		return STATUS_DEADLINE_EXCEEDED;
	case ERR_UNAVAILABLE:
		return STATUS_UNAVAILABLE;
	case ERR_SYSTEM:
	case ERR_INTERNAL:
		break;
	}
	return STATUS_INTERNAL;
}
