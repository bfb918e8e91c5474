#include "init/cmdline.h"
#include "base/str.h"
#include "tests/lib/tap.h"

static struct cmdline c;
static struct err e;

static int
parse(const char *s)
{
	return cmdline_parse(s, strlen(s), &c, &e);
}

TEST(gives_defaults_for_an_empty_line)
{
	EQ_INT(parse(""), 0);
	EQ_INT(c.log, LOG_INFO);
	EQ_INT(c.server_addr.family, VSOCK_FAMILY_VSOCK);
	EQ_INT(c.server_addr.cid, UINT32_MAX);
	EQ_INT(c.server_addr.port, 1024);
	EQ_INT(c.hotplug_timeout, 3);
	EQ_INT(c.cdh_api_timeout, 50);
	EQ_INT(c.image_pull_timeout, 1200);
	EQ_INT(c.cdi_timeout, 100);
	EQ_INT(c.launch_process_timeout, 6);
	EQ_INT(c.container_pipe_size, 0);
	EQ_INT(c.debug_console_vport, 0);
	EQ_INT(c.guest_components_procs, CMDLINE_PROCS_REST);
	EQ_INT(c.guest_components_rest_api, CMDLINE_REST_RESOURCE);
	OK(c.secure_storage_integrity);
	OK(!c.debug_console && !c.devmode && !c.trace);
	OK(!c.visible_cdi_devices && !c.unified_cgroup_hierarchy);
	OK(!c.mem_agent_enable);
	EQ_STR(c.https_proxy, "");
	EQ_STR(c.report, "");
}

TEST(reads_what_a_runtime_sends)
{
	EQ_INT(parse("tsc=reliable no_timer_check rcupdate.rcu_expedited=1 "
		     "console=hvc0 quiet panic=1 nr_cpus=2 "
		     "selinux=0 scsi_mod.scan=none agent.log=debug "
		     "agent.debug_console agent.debug_console_vport=1026 "
		     "agent.log_vport=1025 agent.passfd_listener_port=1027 "
		     "agent.launch_process_timeout=6 nvrc.mode=gpu "
		     "cgroup_no_v1=all systemd.unified_cgroup_hierarchy=1\n"),
	    0);
	EQ_INT(c.log, LOG_DEBUG);
	OK(c.debug_console);
	OK(c.unified_cgroup_hierarchy);
	EQ_INT(c.debug_console_vport, 1026);
	EQ_INT(c.log_vport, 1025);
	EQ_INT(c.passfd_listener_port, 1027);
	EQ_STR(c.cgroup_no_v1, "all");
}

#define NUMBER(text, field, lowest, highest)                                   \
	{                                                                      \
		text, offsetof(struct cmdline, field), lowest, highest         \
	}

static const struct number {
	const char *name;
	size_t offset;
	int64_t min, max;
} numbers[] = {
	NUMBER("agent.debug_console_vport", debug_console_vport, 0, INT32_MAX),
	NUMBER("agent.log_vport", log_vport, 0, INT32_MAX),
	NUMBER("agent.passfd_listener_port", passfd_listener_port, 0,
	    INT32_MAX),
	NUMBER("agent.container_pipe_size", container_pipe_size, 0, 16777216),
	NUMBER("agent.hotplug_timeout", hotplug_timeout, 1, 86400),
	NUMBER("agent.cdh_api_timeout", cdh_api_timeout, 1, INT32_MAX),
	NUMBER("agent.image_pull_timeout", image_pull_timeout, 1, INT32_MAX),
	NUMBER("agent.cdi_timeout", cdi_timeout, 1, INT32_MAX),
	NUMBER("agent.launch_process_timeout", launch_process_timeout, 0,
	    INT32_MAX),
	NUMBER("agent.mem_agent_memcg_swappiness_max", memcg_swappiness_max, 0,
	    200),
	NUMBER("agent.mem_agent_memcg_period_psi_percent_limit",
	    memcg_period_psi_percent_limit, 0, 100),
	NUMBER("agent.mem_agent_memcg_eviction_psi_percent_limit",
	    memcg_eviction_psi_percent_limit, 0, 100),
	NUMBER("agent.mem_agent_memcg_period_secs", memcg_period_secs, 0,
	    INT64_MAX),
	NUMBER("agent.mem_agent_memcg_eviction_run_aging_count_min",
	    memcg_eviction_run_aging_count_min, 0, INT64_MAX),
	NUMBER("agent.mem_agent_compact_period_secs", compact_period_secs, 0,
	    INT64_MAX),
	NUMBER("agent.mem_agent_compact_period_psi_percent_limit",
	    compact_period_psi_percent_limit, 0, 100),
	NUMBER("agent.mem_agent_compact_psi_percent_limit",
	    compact_psi_percent_limit, 0, 100),
	NUMBER("agent.mem_agent_compact_sec_max", compact_sec_max, 0,
	    INT64_MAX),
	NUMBER("agent.mem_agent_compact_order", compact_order, 0, 255),
	NUMBER("agent.mem_agent_compact_threshold", compact_threshold, 0,
	    INT64_MAX),
	NUMBER("agent.mem_agent_compact_force_times", compact_force_times, 0,
	    INT64_MAX),
	NUMBER("nvrc.smi.srs", nvrc_smi_srs, 0, 1),
	NUMBER("nvrc.smi.lgc", nvrc_smi_lgc, 0, UINT32_MAX),
	NUMBER("nvrc.smi.lmc", nvrc_smi_lmc, 0, UINT32_MAX),
	NUMBER("nvrc.smi.pl", nvrc_smi_pl, 0, UINT32_MAX),
};

static int64_t
number_of(const struct number *n)
{
	return *(const int64_t *)((const char *)&c + n->offset);
}

static void
expect_number(const struct number *n, int64_t v)
{
	char line[128];

	OK(str_format(line, sizeof(line), "x %s=%" PRId64 " y", n->name, v) ==
	    0);
	EQ_INT(parse(line), 0);
	EQ_INT(number_of(n), v);
}

static void
expect_refused(const char *name, const char *value)
{
	char line[256];

	OK(str_format(line, sizeof(line), "%s=%s", name, value) == 0);
	EQ_INT(parse(line), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	OK(strstr(e.msg, name) != NULL);
	OK(*value == '\0' || strstr(e.msg, value) != NULL);
}

TEST(takes_numbers_within_their_range_only)
{
	static const char *const bad[] = { "", "x", "1x", " ", "-", "1.5",
		"99999999999999999999", "-9223372036854775809" };
	char text[32];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number *n = &numbers[i];

		expect_number(n, n->min);
		expect_number(n, n->min + 1);
		expect_number(n, n->max);
		snprintf(text, sizeof(text), "%" PRId64, n->min - 1);
		expect_refused(n->name, text);
		for (size_t j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			if (*bad[j] != ' ')
				expect_refused(n->name, bad[j]);
		}
		EQ_INT(parse(n->name), -1);
		if (n->max == INT64_MAX)
			continue;
		snprintf(text, sizeof(text), "%" PRId64, n->max + 1);
		expect_refused(n->name, text);
	}
}

TEST(takes_anything_for_a_bool_but_only_true_and_numbers_mean_it)
{
	static const char *const names[] = { "agent.visible_cdi_devices",
		"agent.secure_storage_integrity", "agent.mem_agent_enable",
		"agent.mem_agent_memcg_disable", "agent.mem_agent_memcg_swap",
		"agent.mem_agent_compact_disable",
		"systemd.unified_cgroup_hierarchy", "agent.trace" };
	static const size_t offsets[] = {
		offsetof(struct cmdline, visible_cdi_devices),
		offsetof(struct cmdline, secure_storage_integrity),
		offsetof(struct cmdline, mem_agent_enable),
		offsetof(struct cmdline, memcg_disable),
		offsetof(struct cmdline, memcg_swap),
		offsetof(struct cmdline, compact_disable),
		offsetof(struct cmdline, unified_cgroup_hierarchy),
		offsetof(struct cmdline, trace),
	};
	static const struct {
		const char *value;
		bool is;
	} rows[] = {
		{ "=true", true },
		{ "=1", true },
		{ "=-1", true },
		{ "=2", true },
		{ "=false", false },
		{ "=0", false },
		{ "=", false },
		{ "=yes", false },
		{ "=TRUE", false },
		{ "=1x", false },
		{ "=\"true\"", true },
	};
	char line[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const bool *field =
		    (const bool *)((const char *)&c + offsets[i]);

		for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++) {
			OK(str_format(line, sizeof(line), "%s%s", names[i],
			       rows[j].value) == 0);
			EQ_INT(parse(line), 0);
			EQ_INT(*field, rows[j].is);
		}
		/* The bare name: only tracing can be asked for so. */
		EQ_INT(parse(names[i]), 0);
		EQ_INT(*field, str_eq(names[i], "agent.trace"));
	}
}

TEST(takes_flags_as_bare_words_only)
{
	EQ_INT(parse("agent.debug_console agent.devmode"), 0);
	OK(c.debug_console && c.devmode);
	EQ_INT(parse("agent.debug_console=1 agent.devmode=true"), 0);
	OK(!c.debug_console && !c.devmode);
	EQ_INT(parse("agent.debug_consoles agent.debug_consol"), 0);
	OK(!c.debug_console);
}

TEST(takes_the_words_of_an_enum_only)
{
	static const struct {
		const char *word;
		int level;
	} rows[] = {
		{ "trace", LOG_DEBUG },
		{ "debug", LOG_DEBUG },
		{ "info", LOG_INFO },
		{ "warn", LOG_WARN },
		{ "warning", LOG_WARN },
		{ "error", LOG_ERROR },
		{ "critical", LOG_ERROR },
		{ "fatal", LOG_ERROR },
		{ "panic", LOG_ERROR },
	};
	char line[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		OK(str_format(line, sizeof(line), "agent.log=%s",
		       rows[i].word) == 0);
		EQ_INT(parse(line), 0);
		EQ_INT(c.log, rows[i].level);
	}
	expect_refused("agent.log", "");
	expect_refused("agent.log", "Debug");
	expect_refused("agent.log", "debugs");
	EQ_INT(parse("agent.guest_components_procs=none"), 0);
	EQ_INT(c.guest_components_procs, CMDLINE_PROCS_NONE);
	EQ_INT(parse("agent.guest_components_procs=attestation-agent"), 0);
	EQ_INT(c.guest_components_procs, CMDLINE_PROCS_AA);
	EQ_INT(parse("agent.guest_components_procs=confidential-data-hub"), 0);
	EQ_INT(c.guest_components_procs, CMDLINE_PROCS_CDH);
	EQ_INT(parse("agent.guest_components_procs=api-server-rest"), 0);
	EQ_INT(c.guest_components_procs, CMDLINE_PROCS_REST);
	expect_refused("agent.guest_components_procs", "all");
	EQ_INT(parse("agent.guest_components_rest_api=all"), 0);
	EQ_INT(c.guest_components_rest_api, CMDLINE_REST_ALL);
	EQ_INT(parse("agent.guest_components_rest_api=attestation"), 0);
	EQ_INT(c.guest_components_rest_api, CMDLINE_REST_ATTESTATION);
	EQ_INT(parse("agent.guest_components_rest_api=resource"), 0);
	EQ_INT(c.guest_components_rest_api, CMDLINE_REST_RESOURCE);
	expect_refused("agent.guest_components_rest_api", "none");
}

TEST(takes_urls_with_scheme_and_host_only)
{
	EQ_INT(parse("agent.https_proxy=http://proxy.example:3128/x?y#z"), 0);
	EQ_STR(c.https_proxy, "http://proxy.example:3128/x?y#z");
	EQ_INT(parse("agent.https_proxy=socks5h://[::1]:1080"), 0);
	expect_refused("agent.https_proxy", "");
	expect_refused("agent.https_proxy", "proxy:3128");
	expect_refused("agent.https_proxy", "http:/proxy");
	expect_refused("agent.https_proxy", "http://");
	expect_refused("agent.https_proxy", "http://:80");
	expect_refused("agent.https_proxy", "://host");
	expect_refused("agent.https_proxy", "9p://host");
	EQ_INT(parse("agent.https_proxy=\"http://a b\""), -1);
	EQ_INT(parse("agent.https_proxy=http://\xc3\xa4"), -1);
}

TEST(takes_strings_as_they_are)
{
	EQ_INT(parse("agent.no_proxy=10.0.0.0/8,a=b cgroup_no_v1=all "
		     "agent.config_file=/etc/agent.toml"),
	    0);
	EQ_STR(c.no_proxy, "10.0.0.0/8,a=b");
	EQ_STR(c.cgroup_no_v1, "all");
	EQ_STR(c.config_file, "/etc/agent.toml");
	EQ_INT(parse("agent.no_proxy"), -1);
}

TEST(takes_server_addresses)
{
	EQ_INT(parse("agent.server_addr=vsock://3:4294967294"), 0);
	EQ_INT(c.server_addr.cid, 3);
	EQ_INT(c.server_addr.port, 4294967294);
	EQ_INT(parse("agent.server_addr=unix:///run/agent.sock"), 0);
	EQ_INT(c.server_addr.family, VSOCK_FAMILY_UNIX);
	EQ_STR(c.server_addr.path, "/run/agent.sock");
	expect_refused("agent.server_addr", "");
	expect_refused("agent.server_addr", "tcp://1:2");
	expect_refused("agent.server_addr", "vsock://1");
}

TEST(takes_a_report_terminal_that_is_a_plain_name)
{
	EQ_INT(parse("husk.report=ttyS1"), 0);
	EQ_STR(c.report, "ttyS1");
	EQ_INT(parse("husk.report=a23456789012345"), 0);
	expect_refused("husk.report", "a234567890123456");
	expect_refused("husk.report", "");
	expect_refused("husk.report", "../etc/passwd");
	expect_refused("husk.report", "tty/S1");
}

TEST(lets_the_last_of_several_values_count)
{
	EQ_INT(parse("agent.log=debug agent.log=warn"), 0);
	EQ_INT(c.log, LOG_WARN);
}

TEST(names_the_first_bad_value_and_reads_the_rest)
{
	EQ_INT(parse("agent.log=loud agent.cdi_timeout=0 husk.report=ttyS1"),
	    -1);
	EQ_STR(e.msg, "agent.log='loud' is not a value it can have");
	EQ_STR(c.report, "ttyS1");
	EQ_INT(c.log, LOG_INFO);
}

TEST(ignores_what_it_does_not_know)
{
	EQ_INT(parse("agent.aa_kbc_params=x agent.unknown agent. agent "
		     "=x = \"\" agent.LOG=x nvrc.x=1 -- init args"),
	    0);
	EQ_INT(c.log, LOG_INFO);
}

TEST(finds_nothing_inside_quotes)
{
	EQ_INT(parse("dm-mod.create=\"v,,,ro,0 8 verity 1 agent.log=debug "
		     "agent.debug_console\" agent.cdi_timeout=7"),
	    0);
	EQ_INT(c.log, LOG_INFO);
	OK(!c.debug_console);
	EQ_INT(c.cdi_timeout, 7);
	EQ_INT(parse("foo=a\" agent.debug_console \"b agent.devmode"), 0);
	OK(!c.debug_console && c.devmode);
	/* What is not closed reaches to the end, as in the kernel. */
	EQ_INT(parse("x=\" agent.debug_console agent.log=bogus"), 0);
	OK(!c.debug_console);
}

TEST(takes_quotes_around_a_value_and_a_word_away)
{
	EQ_INT(parse("agent.no_proxy=\"a b\" agent.devmode"), 0);
	EQ_STR(c.no_proxy, "a b");
	OK(c.devmode);
	EQ_INT(parse("\"agent.no_proxy=a b\" agent.devmode"), 0);
	EQ_STR(c.no_proxy, "a b");
	OK(c.devmode);
	EQ_INT(parse("agent.no_proxy=\"\""), 0);
	EQ_STR(c.no_proxy, "");
	EQ_INT(parse("agent.no_proxy=\""), 0);
	EQ_STR(c.no_proxy, "");
	EQ_INT(parse("\""), 0);
	EQ_INT(parse("\"agent.debug_console\""), 0);
	OK(c.debug_console);
}

TEST(splits_at_every_kind_of_space)
{
	EQ_INT(parse("\tagent.devmode\nagent.debug_console\r\v\f"
		     "agent.log=warn  "),
	    0);
	OK(c.devmode && c.debug_console);
	EQ_INT(c.log, LOG_WARN);
}

TEST(refuses_a_line_beyond_the_limit_or_with_a_zero_byte)
{
	static char line[CMDLINE_MAX + 1];

	memset(line, 'a', sizeof(line));
	EQ_INT(cmdline_parse(line, CMDLINE_MAX, &c, &e), 0);
	EQ_INT(cmdline_parse(line, CMDLINE_MAX + 1, &c, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(cmdline_parse("a\0b", 3, &c, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	EQ_INT(cmdline_parse(NULL, 0, &c, &e), 0);
}

TEST(names_what_is_asked_for_in_vain)
{
	const char *names[CMDLINE_UNSUPPORTED_MAX];

	EQ_INT(parse("agent.log=debug agent.log_vport=0 agent.trace=false"), 0);
	EQ_INT(cmdline_unsupported(&c, names), 0);
	EQ_INT(parse("agent.trace agent.debug_console_vport=1026 "
		     "agent.log_vport=1025 agent.passfd_listener_port=1 "
		     "agent.https_proxy=http://a agent.no_proxy=b "
		     "agent.mem_agent_enable=1 agent.visible_cdi_devices=1"),
	    0);
	EQ_INT(cmdline_unsupported(&c, names), 8);
	EQ_STR(names[0], "agent.debug_console_vport");
	EQ_STR(names[7], "agent.mem_agent_enable");
}

TEST(takes_the_words_of_nvrc_in_either_case)
{
	static const char *const on[] = { "on", "true", "1", "yes", "ON",
		"True" };
	static const char *const off[] = { "off", "false", "0", "no", "Off" };
	static const char *const names[] = { "nvrc.dcgm",
		"nvrc.uvm.persistence.mode" };
	const int *const fields[] = { &c.nvrc_dcgm, &c.nvrc_uvm_persistence };
	char line[64];

	for (size_t f = 0; f < 2; f++) {
		for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
			OK(str_format(line, sizeof(line), "%s=%s", names[f],
			       on[i]) == 0);
			EQ_INT(parse(line), 0);
			EQ_INT(*fields[f], 1);
		}
		for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
			OK(str_format(line, sizeof(line), "%s=%s", names[f],
			       off[i]) == 0);
			EQ_INT(parse(line), 0);
			EQ_INT(*fields[f], 0);
		}
		expect_refused(names[f], "");
		expect_refused(names[f], "2");
		expect_refused(names[f], "maybe");
		EQ_INT(parse(names[f]), -1);
	}
	EQ_INT(parse("nvrc.log=DEBUG"), 0);
	EQ_INT(c.nvrc_log, LOG_DEBUG);
	EQ_INT(parse("nvrc.log=off"), 0);
	EQ_INT(c.nvrc_log, LOG_ERROR);
	EQ_INT(parse("nvrc.log= nvrc.log=warn"), 0);
	EQ_INT(c.nvrc_log, LOG_WARN);
	expect_refused("nvrc.log", "warning");
}

TEST(names_what_nvrc_would_do)
{
	const char *names[CMDLINE_UNSUPPORTED_MAX];

	EQ_INT(parse("nvrc.log=info nvrc.dcgm=off nvrc.smi.srs=0 nvrc.mode=gpu "
		     "nvrc.uvm.persistence.mode=false"),
	    0);
	EQ_INT(cmdline_unsupported(&c, names), 0);
	EQ_INT(parse("nvrc.dcgm=on nvrc.smi.srs=1 nvrc.smi.lgc=0 "
		     "nvrc.smi.lmc=1 nvrc.smi.pl=2 "
		     "nvrc.uvm.persistence.mode=yes"),
	    0);
	EQ_INT(cmdline_unsupported(&c, names), 6);
	EQ_STR(names[0], "nvrc.uvm.persistence.mode");
	EQ_STR(names[5], "nvrc.smi.pl");
}

TEST(keeps_extensions_in_their_order)
{
	char line[512] = "";

	EQ_INT(parse("kata.extension.gpu.verity_params=root_hash=a,salt=b "
		     "kata.extension.coco.verity_params selinux=0"),
	    0);
	EQ_INT(c.n_extensions, 2);
	EQ_STR(c.extensions[0].name, "gpu");
	EQ_STR(c.extensions[0].verity, "root_hash=a,salt=b");
	EQ_STR(c.extensions[1].name, "coco");
	OK(c.extensions[1].verity == NULL);
	/* Not of that form: neither name is an extension's. */
	EQ_INT(parse("kata.extension.gpu kata.extension.verity_params=x "
		     "x.kata.extension.gpu.verity_params=y "
		     "kata.extension.gpu.verity_paramss=y"),
	    0);
	EQ_INT(c.n_extensions, 0);
	EQ_INT(parse("kata.extension..verity_params=x"), 0);
	EQ_INT(c.n_extensions, 1);
	EQ_STR(c.extensions[0].name, "");
	for (int i = 0; i <= CMDLINE_EXTENSIONS_MAX; i++) {
		EQ_INT(parse(line), 0);
		strcat(line, "kata.extension.x.verity_params=y ");
	}
	EQ_INT(parse(line), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TAP_MAIN
