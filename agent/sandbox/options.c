#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "sandbox/options.h"

enum {
	KEY_TARGET,
	KEY_POLICY,
	KEY_LOG,
	KEY_HOTPLUG,
	KEY_PIPE,
	KEY_END
};

enum {
	HOTPLUG_DEFAULT = 3,
	HOTPLUG_MAX = 86400,
	WORD_MAX = OPTIONS_PATH_MAX + 16
};

static const char *const keys[KEY_END] = {
	[KEY_TARGET] = "target",
	[KEY_POLICY] = "policy",
	[KEY_LOG] = "log",
	[KEY_HOTPLUG] = "hotplug_timeout",
	[KEY_PIPE] = "container_pipe_size",
};

static bool
target_ok(const char *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return *s != '\0' && s[strspn(s, allowed)] == '\0';
}

static int
parse_log(const char *s, enum log_level *ret)
{
	static const char *const names[] = {
		[LOG_ERROR] = "error",
		[LOG_WARN] = "warn",
		[LOG_INFO] = "info",
		[LOG_DEBUG] = "debug",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq(s, names[i])) {
			*ret = (enum log_level)i;
			return 0;
		}
	}
	return -1;
}

static int
set_value(struct options *o, int key, const char *value)
{
	int64_t v;

	switch (key) {
	case KEY_TARGET:
		return target_ok(value)
			   ? str_copy(o->target, sizeof(o->target), value)
			   : -1;
	case KEY_POLICY:
		return *value == '/'
			   ? str_copy(o->policy, sizeof(o->policy), value)
			   : -1;
	case KEY_LOG:
		return parse_log(value, &o->log);
	case KEY_HOTPLUG:
		if (str_i64(value, 0, HOTPLUG_MAX, &v) < 0)
			return -1;
		o->hotplug_timeout = (int)v;
		return 0;
	case KEY_PIPE:
		if (str_i64(value, 0, OPTIONS_PIPE_MAX, &v) < 0)
			return -1;
		o->container_pipe_size = (int)v;
		return 0;
	default:
		return -1;
	}
}

static int
parse_word(const char *word, struct options *o, bool *seen, struct err *e)
{
	size_t len = strcspn(word, "=");

	for (int i = 0; i < KEY_END; i++) {
		if (strlen(keys[i]) != len || word[len] != '=' ||
		    memcmp(keys[i], word, len) != 0)
			continue;
		if (seen[i])
			return err_set(e, ERR_SYNTAX,
			    "option %s is twice there", keys[i]);
		seen[i] = true;
		if (set_value(o, i, word + len + 1) < 0)
			return err_set(e, ERR_ARGUMENT,
			    "option %s: bad value %s", keys[i],
			    STR_QUOTED(word + len + 1));
		return 0;
	}
	return err_set(e, ERR_SYNTAX, "unknown option %s", STR_QUOTED(word));
}

static int
parse_argument(const char *s, struct options *o, bool *seen, struct err *e)
{
	char word[WORD_MAX];

	for (;;) {
		size_t len = strcspn(s, ",");

		if (len >= sizeof(word))
			return err_set(e, ERR_LIMIT, "option %s is too long",
			    STR_QUOTED(s));
		memcpy(word, s, len);
		word[len] = '\0';
		if (parse_word(word, o, seen, e) < 0)
			return -1;
		if (s[len] == '\0')
			return 0;
		s += len + 1;
	}
}

int
options_parse(int n, char *const *args, struct options *ret, struct err *e)
{
	struct options o = {
		.policy = "/etc/kata-opa/default-policy.rego",
		.log = LOG_INFO,
		.hotplug_timeout = HOTPLUG_DEFAULT,
	};
	bool seen[KEY_END] = { false };

	for (int i = 0; i < n; i++) {
		if (parse_argument(args[i], &o, seen, e) < 0)
			return -1;
	}
	if (!seen[KEY_TARGET])
		return err_set(e, ERR_SYNTAX, "option target is missing");
	*ret = o;
	return 0;
}
