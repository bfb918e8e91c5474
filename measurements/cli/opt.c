#include <string.h>

#include "base/str.h"
#include "measurements/cli/opt.h"

/* The option that arg names: its index, or -1. Its "=value" in *ret_value. */
static int
find(const struct opt *opts, size_t n, const char *arg, const char **ret_value)
{
	size_t len = strcspn(arg, "=");

	*ret_value = arg[len] == '=' ? arg + len + 1 : NULL;
	if (!str_starts(arg, "--"))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (strlen(opts[i].name) == len - 2 &&
		    memcmp(opts[i].name, arg + 2, len - 2) == 0)
			return (int)i;
	return -1;
}

int
opt_parse(const struct opt *opts, size_t n, char **argv,
    const char **ret_values, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		ret_values[i] = NULL;
	for (; *argv != NULL; argv++) {
		const char *arg = str_eq(*argv, "-h") ? "--help" : *argv;
		const char *value;
		int i = find(opts, n, arg, &value);

		if (i < 0)
			return err_set(e, ERR_ARGUMENT,
			    "unknown %s %s (see --help)",
			    arg[0] == '-' ? "option" : "argument",
			    STR_QUOTED(arg));
		if (ret_values[i] != NULL)
			return err_set(e, ERR_ARGUMENT, "--%s is given twice",
			    opts[i].name);
		if (opts[i].meta == NULL) {
			if (value != NULL)
				return err_set(e, ERR_ARGUMENT,
				    "--%s takes no value", opts[i].name);
			value = "";
		} else if (value == NULL) {
			value = *++argv;
			if (value == NULL)
				return err_set(e, ERR_ARGUMENT,
				    "--%s needs a value (%s)", opts[i].name,
				    opts[i].meta);
		}
		ret_values[i] = value;
	}
	return 0;
}

void
opt_help(const struct opt *opts, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		size_t at, width;

		if (opts[i].group != NULL)
			buf_printf(out, "%s%s\n", i ? "\n" : "", opts[i].group);
		at = out->len;
		buf_printf(out, "  --%s%s%s", opts[i].name,
		    opts[i].meta ? " " : "", opts[i].meta ? opts[i].meta : "");
		width = out->len - at;
		buf_printf(out, "%*s%s\n", width < 25 ? (int)(25 - width) : 1,
		    "", opts[i].help);
	}
}
