#include "sandbox/gate.h"
#include "base/str.h"

int
gate_check(const char *target, enum method_id method, struct err *e)
{
	if (method == METHOD_SET_POLICY)
		return err_set(e, ERR_UNSUPPORTED,
		    "SetPolicy: no policy engine in this build; refusing to "
		    "ignore a policy");
	if (str_eq(target, "coco-dev"))
		return 0;
	return err_set(e, ERR_DENIED,
	    "%s is blocked by policy: no policy engine in this build",
	    method_row(method)->request->short_name);
}
