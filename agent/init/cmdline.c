#include <string.h>

#include "base/str.h"
#include "init/cmdline.h"

enum {
	PIPE_MAX = 16 * 1024 * 1024, /* more than pipe-max-size ever is */
	HOTPLUG_MAX = 24 * 60 * 60
};

enum type {
	TYPE_FLAG,
	TYPE_BOOL,
	TYPE_SWITCH, /* a bool whose bare name means true */
	TYPE_INT,
	TYPE_WORD,
	TYPE_STRING,
	TYPE_URL,
	TYPE_TTY,
	TYPE_ADDRESS
};

struct word {
	const char *text; /* NULL ends a list */
	int value;
};

struct param {
	const char *name;
	enum type type;
	size_t offset; /* of the field in struct cmdline */
	int64_t min;
	int64_t max;
	const struct word *words;
	bool unsupported; /* any value but the default asks in vain */
};

static const struct word levels[] = {
	{ "trace", LOG_DEBUG },
	{ "debug", LOG_DEBUG },
	{ "info", LOG_INFO },
	{ "warn", LOG_WARN },
	{ "warning", LOG_WARN },
	{ "error", LOG_ERROR },
	{ "critical", LOG_ERROR },
	{ "fatal", LOG_ERROR },
	{ "panic", LOG_ERROR },
	{ NULL, 0 },
};

static const struct word procs[] = {
	{ "none", CMDLINE_PROCS_NONE },
	{ "attestation-agent", CMDLINE_PROCS_AA },
	{ "confidential-data-hub", CMDLINE_PROCS_CDH },
	{ "api-server-rest", CMDLINE_PROCS_REST },
	{ NULL, 0 },
};

static const struct word rest_apis[] = {
	{ "all", CMDLINE_REST_ALL },
	{ "attestation", CMDLINE_REST_ATTESTATION },
	{ "resource", CMDLINE_REST_RESOURCE },
	{ NULL, 0 },
};

#define AT(field) offsetof(struct cmdline, field)

/* clang-format off */
static const struct param params[] = {
	{ "agent.debug_console", TYPE_FLAG, AT(debug_console),
	    0, 0, NULL, false },
	{ "agent.debug_console_vport", TYPE_INT, AT(debug_console_vport),
	    0, INT32_MAX, NULL, true },
	{ "agent.devmode", TYPE_FLAG, AT(devmode), 0, 0, NULL, false },
	{ "agent.trace", TYPE_SWITCH, AT(trace), 0, 0, NULL, true },
	{ "agent.log", TYPE_WORD, AT(log), 0, 0, levels, false },
	{ "agent.log_vport", TYPE_INT, AT(log_vport),
	    0, INT32_MAX, NULL, true },
	{ "agent.server_addr", TYPE_ADDRESS, AT(server_addr),
	    0, 0, NULL, false },
	{ "agent.passfd_listener_port", TYPE_INT, AT(passfd_listener_port),
	    0, INT32_MAX, NULL, true },
	{ "agent.container_pipe_size", TYPE_INT, AT(container_pipe_size),
	    0, PIPE_MAX, NULL, false },
	{ "agent.hotplug_timeout", TYPE_INT, AT(hotplug_timeout),
	    1, HOTPLUG_MAX, NULL, false },
	{ "agent.cdh_api_timeout", TYPE_INT, AT(cdh_api_timeout),
	    1, INT32_MAX, NULL, false },
	{ "agent.image_pull_timeout", TYPE_INT, AT(image_pull_timeout),
	    1, INT32_MAX, NULL, false },
	{ "agent.cdi_timeout", TYPE_INT, AT(cdi_timeout),
	    1, INT32_MAX, NULL, false },
	{ "agent.launch_process_timeout", TYPE_INT,
	    AT(launch_process_timeout), 0, INT32_MAX, NULL, false },
	{ "agent.visible_cdi_devices", TYPE_BOOL, AT(visible_cdi_devices),
	    0, 0, NULL, true },
	{ "agent.guest_components_procs", TYPE_WORD,
	    AT(guest_components_procs), 0, 0, procs, false },
	{ "agent.guest_components_rest_api", TYPE_WORD,
	    AT(guest_components_rest_api), 0, 0, rest_apis, false },
	{ "agent.secure_storage_integrity", TYPE_BOOL,
	    AT(secure_storage_integrity), 0, 0, NULL, false },
	{ "agent.https_proxy", TYPE_URL, AT(https_proxy), 0, 0, NULL, true },
	{ "agent.no_proxy", TYPE_STRING, AT(no_proxy), 0, 0, NULL, true },
	{ "agent.config_file", TYPE_STRING, AT(config_file),
	    0, 0, NULL, false },
	{ "agent.mem_agent_enable", TYPE_BOOL, AT(mem_agent_enable),
	    0, 0, NULL, true },
	{ "agent.mem_agent_memcg_disable", TYPE_BOOL, AT(memcg_disable),
	    0, 0, NULL, false },
	{ "agent.mem_agent_memcg_swap", TYPE_BOOL, AT(memcg_swap),
	    0, 0, NULL, false },
	{ "agent.mem_agent_memcg_swappiness_max", TYPE_INT,
	    AT(memcg_swappiness_max), 0, 200, NULL, false },
	{ "agent.mem_agent_memcg_period_psi_percent_limit", TYPE_INT,
	    AT(memcg_period_psi_percent_limit), 0, 100, NULL, false },
	{ "agent.mem_agent_memcg_eviction_psi_percent_limit", TYPE_INT,
	    AT(memcg_eviction_psi_percent_limit), 0, 100, NULL, false },
	{ "agent.mem_agent_memcg_period_secs", TYPE_INT,
	    AT(memcg_period_secs), 0, INT64_MAX, NULL, false },
	{ "agent.mem_agent_memcg_eviction_run_aging_count_min", TYPE_INT,
	    AT(memcg_eviction_run_aging_count_min),
	    0, INT64_MAX, NULL, false },
	{ "agent.mem_agent_compact_disable", TYPE_BOOL, AT(compact_disable),
	    0, 0, NULL, false },
	{ "agent.mem_agent_compact_period_secs", TYPE_INT,
	    AT(compact_period_secs), 0, INT64_MAX, NULL, false },
	{ "agent.mem_agent_compact_period_psi_percent_limit", TYPE_INT,
	    AT(compact_period_psi_percent_limit), 0, 100, NULL, false },
	{ "agent.mem_agent_compact_psi_percent_limit", TYPE_INT,
	    AT(compact_psi_percent_limit), 0, 100, NULL, false },
	{ "agent.mem_agent_compact_sec_max", TYPE_INT,
	    AT(compact_sec_max), 0, INT64_MAX, NULL, false },
	{ "agent.mem_agent_compact_order", TYPE_INT,
	    AT(compact_order), 0, UINT8_MAX, NULL, false },
	{ "agent.mem_agent_compact_threshold", TYPE_INT,
	    AT(compact_threshold), 0, INT64_MAX, NULL, false },
	{ "agent.mem_agent_compact_force_times", TYPE_INT,
	    AT(compact_force_times), 0, INT64_MAX, NULL, false },
	{ "cgroup_no_v1", TYPE_STRING, AT(cgroup_no_v1), 0, 0, NULL, false },
	{ "systemd.unified_cgroup_hierarchy", TYPE_BOOL,
	    AT(unified_cgroup_hierarchy), 0, 0, NULL, false },
	{ "husk.report", TYPE_TTY, AT(report), 0, 0, NULL, false },
};
/* clang-format on */

enum {
	N_PARAMS = sizeof(params) / sizeof(params[0])
};

void
cmdline_init(struct cmdline *c)
{
	/* All but the text: writing to its pages takes time. */
	memset(c, 0, offsetof(struct cmdline, text));
	*c->text = '\0';
	c->log = LOG_INFO;
	c->secure_storage_integrity = true;
	c->guest_components_procs = CMDLINE_PROCS_REST;
	c->guest_components_rest_api = CMDLINE_REST_RESOURCE;
	c->hotplug_timeout = 3;
	c->cdh_api_timeout = 50;
	c->image_pull_timeout = 1200;
	c->cdi_timeout = 100;
	c->launch_process_timeout = 6;
	c->server_addr.family = VSOCK_FAMILY_VSOCK;
	c->server_addr.cid = UINT32_MAX;
	c->server_addr.port = VSOCK_AGENT_PORT;
	c->https_proxy = "";
	c->no_proxy = "";
	c->config_file = "";
	c->cgroup_no_v1 = "";
	c->report = "";
	c->memcg_swappiness_max = -1;
	c->memcg_period_psi_percent_limit = -1;
	c->memcg_eviction_psi_percent_limit = -1;
	c->memcg_period_secs = -1;
	c->memcg_eviction_run_aging_count_min = -1;
	c->compact_period_secs = -1;
	c->compact_period_psi_percent_limit = -1;
	c->compact_psi_percent_limit = -1;
	c->compact_sec_max = -1;
	c->compact_order = -1;
	c->compact_threshold = -1;
	c->compact_force_times = -1;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
parse_bool(const char *value)
{
	int64_t n;

	if (str_eq(value, "true"))
		return true;
	return str_i64(value, INT64_MIN, INT64_MAX, &n) == 0 && n != 0;
}

static int
parse_word(const struct word *w, const char *value, int *ret)
{
	for (; w->text != NULL; w++) {
		if (str_eq(w->text, value)) {
			*ret = w->value;
			return 0;
		}
	}
	return -1;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* SCHEME://HOST..., printable throughout (RFC 3986, 3.1 and 3.2). */
static bool
is_url(const char *s)
{
	const char *p = s;

	if (!is_alnum(*p) || (*p >= '0' && *p <= '9'))
		return false;
	while (is_alnum(*p) || *p == '+' || *p == '-' || *p == '.')
		p++;
	if (!str_starts(p, "://"))
		return false;
	p += 3;
	if (*p == '\0' || *p == '/' || *p == ':' || *p == '?' || *p == '#')
		return false;
	for (; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~')
			return false;
	}
	return true;
}

/* A name in /dev; anything that could lead elsewhere is refused. */
static bool
is_tty(const char *s)
{
	size_t len = strlen(s);

	if (len == 0 || len >= CMDLINE_TTY_MAX)
		return false;
	for (; *s != '\0'; s++) {
		if (!is_alnum(*s))
			return false;
	}
	return true;
}

static int
bad_value(const struct param *p, const char *value, struct err *e)
{
	if (p->type == TYPE_INT)
		return err_set(e, ERR_SYNTAX,
		    "%s=%s is not a number from %lld to %lld", p->name,
		    STR_QUOTED(value), (long long)p->min, (long long)p->max);
	return err_set(e, ERR_SYNTAX, "%s=%s is not a value it can have",
	    p->name, STR_QUOTED(value));
}

static int
set_value(struct cmdline *c, const struct param *p, const char *value,
    struct err *e)
{
	char *field = (char *)c + p->offset;
	int rc = 0;

	switch (p->type) {
	case TYPE_FLAG:
		break;
	case TYPE_BOOL:
	case TYPE_SWITCH:
		*(bool *)field = parse_bool(value);
		break;
	case TYPE_INT:
		rc = str_i64(value, p->min, p->max, (int64_t *)field);
		break;
	case TYPE_WORD:
		rc = parse_word(p->words, value, (int *)field);
		break;
	case TYPE_URL:
	case TYPE_TTY:
	case TYPE_STRING:
		if ((p->type == TYPE_URL && !is_url(value)) ||
		    (p->type == TYPE_TTY && !is_tty(value)))
			rc = -1;
		else
			*(const char **)field = value;
		break;
	case TYPE_ADDRESS:
		if (vsock_parse(value, (struct vsock_address *)field, e) < 0)
			return err_wrap(e, "%s", p->name);
		break;
	}
	return rc < 0 ? bad_value(p, value, e) : 0;
}

static int
set_bare(struct cmdline *c, const struct param *p, struct err *e)
{
	char *field = (char *)c + p->offset;

	switch (p->type) {
	case TYPE_FLAG:
	case TYPE_SWITCH:
		*(bool *)field = true;
		return 0;
	case TYPE_BOOL:
		*(bool *)field = false;
		return 0;
	default:
		return err_set(e, ERR_SYNTAX, "%s has no value", p->name);
	}
}

/* value is NULL for a bare name. */
static int
set_param(struct cmdline *c, const char *name, const char *value, struct err *e)
{
	for (size_t i = 0; i < N_PARAMS; i++) {
		if (!str_eq(params[i].name, name))
			continue;
		return value == NULL ? set_bare(c, &params[i], e)
				     : set_value(c, &params[i], value, e);
	}
	return 0;
}

/*
 * Cut the word at s out of the line, as next_arg() does: quotes around the
 * word or around its value go, others stay. Returns where the rest starts.
 */
static char *
cut_word(char *s, char **ret_name, char **ret_value)
{
	bool whole = *s == '"';
	bool quoted = whole;
	char *equals = NULL;
	char *p, *next;

	if (whole)
		s++;
	for (p = s; *p != '\0' && (quoted || !is_space(*p)); p++) {
		if (*p == '=' && equals == NULL)
			equals = p;
		if (*p == '"')
			quoted = !quoted;
	}
	next = *p == '\0' ? p : p + 1;
	*p = '\0';
	*ret_name = s;
	*ret_value = NULL;
	if (equals != NULL) {
		*equals = '\0';
		*ret_value = equals + 1;
		if (**ret_value == '"') {
			(*ret_value)++;
			if (p > *ret_value && p[-1] == '"')
				*--p = '\0';
		}
	}
	if (whole && p > s && p[-1] == '"')
		p[-1] = '\0';
	return next;
}

int
cmdline_parse(const char *s, size_t len, struct cmdline *ret, struct err *e)
{
	char *p = ret->text;
	int rc = 0;

	cmdline_init(ret);
	if (len > CMDLINE_MAX)
		return err_set(e, ERR_LIMIT,
		    "command line of more than %d bytes", CMDLINE_MAX);
	if (len > 0 && memchr(s, '\0', len) != NULL)
		return err_set(e, ERR_SYNTAX, "command line with a zero byte");
	if (len > 0)
		memcpy(ret->text, s, len);
	ret->text[len] = '\0';
	for (;;) {
		struct err later;
		char *name, *value;

		while (is_space(*p))
			p++;
		if (*p == '\0')
			return rc;
		p = cut_word(p, &name, &value);
		if (set_param(ret, name, value, rc == 0 ? e : &later) < 0)
			rc = -1;
	}
}

/* True when the field of p differs between the two. */
static bool
differs(const struct param *p, const struct cmdline *a, const struct cmdline *b)
{
	const char *x = (const char *)a + p->offset;
	const char *y = (const char *)b + p->offset;

	switch (p->type) {
	case TYPE_FLAG:
	case TYPE_BOOL:
	case TYPE_SWITCH:
		return *(const bool *)x != *(const bool *)y;
	case TYPE_INT:
		return *(const int64_t *)x != *(const int64_t *)y;
	case TYPE_WORD:
		return *(const int *)x != *(const int *)y;
	case TYPE_STRING:
	case TYPE_URL:
	case TYPE_TTY:
		return !str_eq(*(const char *const *)x,
		    *(const char *const *)y);
	case TYPE_ADDRESS:
		return memcmp(x, y, sizeof(struct vsock_address)) != 0;
	}
	return true;
}

size_t
cmdline_unsupported(const struct cmdline *c,
    const char *ret[CMDLINE_UNSUPPORTED_MAX])
{
	struct cmdline defaults;
	size_t n = 0;

	cmdline_init(&defaults);
	for (size_t i = 0; i < N_PARAMS && n < CMDLINE_UNSUPPORTED_MAX; i++) {
		if (params[i].unsupported && differs(&params[i], c, &defaults))
			ret[n++] = params[i].name;
	}
	return n;
}
