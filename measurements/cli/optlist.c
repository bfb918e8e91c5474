#include <string.h>

#include "base/str.h"
#include "measurements/cli/optlist.h"

int
optlist_take(char **argv, const char *name, const char **ret_values, size_t max,
    size_t *ret_n, struct err *e)
{
	size_t len = strlen(name), n = 0;
	char **kept = argv;

	for (; *argv != NULL; argv++) {
		const char *arg = *argv, *value;

		if (!str_starts(arg, "--") || !str_starts(arg + 2, name) ||
		    (arg[len + 2] != '\0' && arg[len + 2] != '=')) {
			*kept++ = *argv;
			continue;
		}
		value = arg[len + 2] == '=' ? arg + len + 3 : *++argv;
		if (value == NULL)
			return err_set(e, ERR_ARGUMENT, "--%s needs a value",
			    name);
		if (n == max)
			return err_set(e, ERR_LIMIT,
			    "--%s is given more than %zu times", name, max);
		ret_values[n++] = value;
	}
	*kept = NULL;
	*ret_n = n;
	return 0;
}
