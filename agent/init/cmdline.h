/*
 * init/cmdline -- the kernel command line as the agent's configuration
 *
 * Every parameter that the Kata agent 4.1 reads is in one table (kata fact
 * sheet 2.2), with its type and range; names that are not in the table are
 * ignored, because the line also configures the kernel. The last of several
 * values counts.
 *
 * Words are split as the kernel splits them (lib/cmdline.c, next_arg()):
 * double quotes keep spaces together, so a parameter cannot hide inside
 * another one's quoted value, as in dm-mod.create="...".
 *
 *	flag		set by the bare name; with a value it is ignored
 *	bool		true, false or an integer; anything else is false
 *	all others	a missing or bad value is an error that names both
 *
 * Memory: strings point into the struct's own copy of the line, so it must
 * not be copied or moved.
 */
#ifndef INIT_CMDLINE_H
#define INIT_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/log.h"
#include "net/vsock.h"

enum {
	CMDLINE_MAX = 8192, /* bytes; the kernel's own limit is 4096 */
	CMDLINE_UNSUPPORTED_MAX = 32, /* names cmdline_unsupported() gives */
	CMDLINE_TTY_MAX = 16
};

/* The highest guest component to start; each implies those before it. */
enum cmdline_procs {
	CMDLINE_PROCS_NONE,
	CMDLINE_PROCS_AA,
	CMDLINE_PROCS_CDH,
	CMDLINE_PROCS_REST
};

enum cmdline_rest_api {
	CMDLINE_REST_ALL,
	CMDLINE_REST_ATTESTATION,
	CMDLINE_REST_RESOURCE
};

struct cmdline {
	/* agent.* */
	bool debug_console;
	bool devmode;
	bool trace;
	bool visible_cdi_devices;
	bool secure_storage_integrity;
	int log; /* enum log_level */
	int guest_components_procs;
	int guest_components_rest_api;
	int64_t debug_console_vport;
	int64_t log_vport;
	int64_t passfd_listener_port;
	int64_t container_pipe_size;
	int64_t hotplug_timeout; /* seconds, as all that follow */
	int64_t cdh_api_timeout;
	int64_t image_pull_timeout;
	int64_t cdi_timeout;
	int64_t launch_process_timeout;
	struct vsock_address server_addr;
	const char *https_proxy;
	const char *no_proxy;
	const char *config_file;
	/* agent.mem_agent_*; numbers are -1 where not given */
	bool mem_agent_enable;
	bool memcg_disable;
	bool memcg_swap;
	bool compact_disable;
	int64_t memcg_swappiness_max;
	int64_t memcg_period_psi_percent_limit;
	int64_t memcg_eviction_psi_percent_limit;
	int64_t memcg_period_secs;
	int64_t memcg_eviction_run_aging_count_min;
	int64_t compact_period_secs;
	int64_t compact_period_psi_percent_limit;
	int64_t compact_psi_percent_limit;
	int64_t compact_sec_max;
	int64_t compact_order;
	int64_t compact_threshold;
	int64_t compact_force_times;
	/* others' names */
	const char *cgroup_no_v1;
	bool unified_cgroup_hierarchy;
	/* husk.report: the tty for one-line verdicts; "" when not given */
	const char *report;
	char text[CMDLINE_MAX + 1]; /* what the strings above point into */
};

/* What an empty command line means. */
void cmdline_init(struct cmdline *c);

/*
 * Read the len bytes at s. Returns 0, or -1: ERR_LIMIT for a line that is too
 * long, ERR_SYNTAX for a zero byte or a bad value, the first of which *e
 * names. A bad value leaves its field as it was, and all others are read, so
 * that a refusal can still be reported where the line asks for it.
 */
int cmdline_parse(const char *s, size_t len, struct cmdline *ret,
    struct err *e);

/*
 * The names of the parameters that ask for something that this program does
 * not do: at most CMDLINE_UNSUPPORTED_MAX of them. Returns their number.
 */
size_t cmdline_unsupported(const struct cmdline *c,
    const char *ret[CMDLINE_UNSUPPORTED_MAX]);

#endif
