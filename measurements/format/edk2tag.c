#include <string.h>

#include "base/str.h"
#include "measurements/format/edk2tag.h"

int
edk2tag_parse(const char *s, uint32_t *ret_tag, struct err *e)
{
	static const char stable[] = "edk2-stable";
	const char *at = str_starts(s, stable) ? s + strlen(stable) : s;
	char digits[8] = "";
	uint64_t v = 0;

	if (strlen(at) == 7 && at[4] == '.') {
		memcpy(digits, at, 4);
		memcpy(digits + 4, at + 5, 2);
	} else if (strlen(at) == 6) {
		memcpy(digits, at, 6);
	}
	if (strspn(digits, "0123456789") != 6 ||
	    str_u64(digits, 299912, &v) < 0 || v < 200000 || v % 100 == 0 ||
	    v % 100 > 12)
		return err_set(e, ERR_ARGUMENT,
		    "%s: not a stable tag of edk2, such as 202511",
		    STR_QUOTED(s));
	*ret_tag = (uint32_t)v;
	return 0;
}
