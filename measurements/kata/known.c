#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "measurements/kata/known.h"

enum {
	GO = 1,
	RS = 2,
	BOTH = GO | RS,
	SIMILAR_MAX = 64, /* letters of a name that is compared */
	SIMILAR_EDITS = 2,
	PATH_TEXT_MAX = 160
};

struct option {
	const char *name; /* NULL ends a list */
	unsigned char runtimes;
};

/* clang-format off */
static const struct option hypervisor_options[] = {
	{ "block_device_aio", BOTH },
	{ "block_device_cache_direct", BOTH },
	{ "block_device_cache_noflush", BOTH },
	{ "block_device_cache_set", BOTH },
	{ "block_device_driver", BOTH },
	{ "block_device_logical_sector_size", BOTH },
	{ "block_device_physical_sector_size", BOTH },
	{ "boot_from_template", RS },
	{ "boot_to_be_template", RS },
	{ "cold_plug_vfio", BOTH },
	{ "confidential_guest", BOTH },
	{ "cpu_features", BOTH },
	{ "ctlpath", RS },
	{ "dbg_monitor_socket", RS },
	{ "default_bridges", BOTH },
	{ "default_gpu_model", RS },
	{ "default_gpus", RS },
	{ "default_maxmemory", BOTH },
	{ "default_maxvcpus", BOTH },
	{ "default_memory", BOTH },
	{ "default_vcpus", BOTH },
	{ "device_state_path", RS },
	{ "disable_block_device_use", BOTH },
	{ "disable_guest_selinux", BOTH },
	{ "disable_image_nvdimm", BOTH },
	{ "disable_nested_virtualization", RS },
	{ "disable_nesting_checks", BOTH },
	{ "disable_seccomp", BOTH },
	{ "disable_selinux", BOTH },
	{ "disable_vhost_net", BOTH },
	{ "disk_rate_limiter_bw_max_rate", BOTH },
	{ "disk_rate_limiter_bw_one_time_burst", BOTH },
	{ "disk_rate_limiter_ops_max_rate", BOTH },
	{ "disk_rate_limiter_ops_one_time_burst", BOTH },
	{ "enable_annotations", BOTH },
	{ "enable_debug", BOTH },
	{ "enable_guest_swap", BOTH },
	{ "enable_hugepages", BOTH },
	{ "enable_iommu", BOTH },
	{ "enable_iommu_platform", BOTH },
	{ "enable_iothreads", BOTH },
	{ "enable_mem_prealloc", BOTH },
	{ "enable_numa", GO },
	{ "enable_vhost_user_store", BOTH },
	{ "enable_virtio_mem", BOTH },
	{ "entropy_source", BOTH },
	{ "extra_monitor_socket", BOTH },
	{ "factory", RS },
	{ "firmware", BOTH },
	{ "firmware_volume", GO },
	{ "guest_extension_images", BOTH },
	{ "guest_hook_path", BOTH },
	{ "guest_memory_dump_paging", BOTH },
	{ "guest_memory_dump_path", BOTH },
	{ "guest_swap_create_threshold_secs", RS },
	{ "guest_swap_path", RS },
	{ "guest_swap_size_percent", RS },
	{ "hot_plug_vfio", GO },
	{ "hugepage_type", RS },
	{ "hypervisor_loglevel", GO },
	{ "hypervisor_socket", RS },
	{ "hypervisor_timeout", RS },
	{ "image", BOTH },
	{ "indep_iothreads", BOTH },
	{ "initdata", RS },
	{ "initrd", BOTH },
	{ "jailer_path", BOTH },
	{ "kernel", BOTH },
	{ "kernel_params", BOTH },
	{ "kernel_verity_params", BOTH },
	{ "log_level", RS },
	{ "machine_accelerators", BOTH },
	{ "machine_type", BOTH },
	{ "measurement_algo", GO },
	{ "memory_offset", BOTH },
	{ "memory_path", RS },
	{ "memory_slots", BOTH },
	{ "msize_9p", GO },
	{ "net_rate_limiter_bw_max_rate", GO },
	{ "net_rate_limiter_bw_one_time_burst", GO },
	{ "net_rate_limiter_ops_max_rate", GO },
	{ "net_rate_limiter_ops_one_time_burst", GO },
	{ "network_queues", RS },
	{ "num_queues", RS },
	{ "numa_mapping", GO },
	{ "overhead_memory", RS },
	{ "overhead_vcpus", RS },
	{ "path", BOTH },
	{ "pcie_root_port", BOTH },
	{ "pcie_switch_port", BOTH },
	{ "pflashes", BOTH },
	{ "prefetch_list_path", RS },
	{ "queue_size", RS },
	{ "reclaim_guest_freed_memory", BOTH },
	{ "remote_hypervisor_socket", GO },
	{ "remote_hypervisor_timeout", GO },
	{ "rootfs_type", BOTH },
	{ "rootless", BOTH },
	{ "rootless_user", RS },
	{ "rx_rate_limiter_max_rate", BOTH },
	{ "seccomp_sandbox", RS },
	{ "seccompsandbox", GO },
	{ "selinux_label", RS },
	{ "sev_snp_guest", BOTH },
	{ "shared_fs", BOTH },
	{ "snp_guest_policy", BOTH },
	{ "snp_id_auth", BOTH },
	{ "snp_id_block", BOTH },
	{ "tdx_quote_generation_service_socket_port", BOTH },
	{ "tx_rate_limiter_max_rate", BOTH },
	{ "use_legacy_serial", GO },
	{ "valid_ctlpaths", RS },
	{ "valid_entropy_sources", BOTH },
	{ "valid_hypervisor_paths", BOTH },
	{ "valid_jailer_paths", BOTH },
	{ "valid_vhost_user_store_paths", BOTH },
	{ "valid_virtio_fs_daemon_paths", BOTH },
	{ "vhost_user_reconnect_timeout_sec", GO },
	{ "vhost_user_store_path", BOTH },
	{ "virtio_fs_cache", BOTH },
	{ "virtio_fs_cache_size", BOTH },
	{ "virtio_fs_daemon", BOTH },
	{ "virtio_fs_extra_args", BOTH },
	{ "virtio_fs_is_dax", RS },
	{ "virtio_fs_queue_size", BOTH },
	{ "vm_rootfs_driver", RS },
	{ NULL, 0 },
};

static const struct option agent_options[] = {
	{ "cdh_api_timeout", GO },
	{ "cdh_api_timeout_ms", RS },
	{ "container_pipe_size", RS },
	{ "create_container_timeout", RS },
	{ "debug_console_enabled", BOTH },
	{ "dial_timeout", GO },
	{ "dial_timeout_ms", RS },
	{ "enable_debug", BOTH },
	{ "enable_tracing", BOTH },
	{ "health_check_request_timeout_ms", RS },
	{ "kernel_modules", BOTH },
	{ "launch_process_timeout", BOTH },
	{ "log_level", RS },
	{ "log_port", RS },
	{ "mem_agent", RS },
	{ "passfd_listener_port", RS },
	{ "policy", RS },
	{ "reconnect_timeout_ms", RS },
	{ "server_port", RS },
	{ "visible_cdi_devices", BOTH },
	{ NULL, 0 },
};

static const struct option runtime_options[] = {
	{ "agent_name", RS },
	{ "create_container_timeout", GO },
	{ "dan_conf", BOTH },
	{ "disable_guest_empty_dir", GO },
	{ "disable_guest_seccomp", BOTH },
	{ "disable_new_netns", BOTH },
	{ "emptydir_mode", BOTH },
	{ "enable_debug", BOTH },
	{ "enable_pprof", BOTH },
	{ "enable_tracing", BOTH },
	{ "enable_vcpus_pinning", BOTH },
	{ "experimental", BOTH },
	{ "experimental_force_guest_pull", GO },
	{ "guest_selinux_label", GO },
	{ "hypervisor_name", RS },
	{ "internetworking_model", BOTH },
	{ "jaeger_endpoint", BOTH },
	{ "jaeger_password", BOTH },
	{ "jaeger_user", BOTH },
	{ "keep_abnormal", RS },
	{ "kubelet_root_dir", GO },
	{ "log_level", RS },
	{ "name", RS },
	{ "passfd_listener_port", RS },
	{ "pod_resource_api_sock", BOTH },
	{ "sandbox_bind_mounts", BOTH },
	{ "sandbox_cgroup_only", BOTH },
	{ "shared_mounts", RS },
	{ "static_sandbox_resource_mgmt", BOTH },
	{ "use_passfd_io", RS },
	{ "vfio_mode", BOTH },
	{ NULL, 0 },
};

static const struct option factory_options[] = {
	{ "enable_template", BOTH },
	{ "template_path", BOTH },
	{ "vm_cache_endpoint", GO },
	{ "vm_cache_number", GO },
	{ NULL, 0 },
};

static const struct option mem_agent_options[] = {
	{ "compact_disable", RS },
	{ "compact_force_times", RS },
	{ "compact_order", RS },
	{ "compact_period_psi_percent_limit", RS },
	{ "compact_period_secs", RS },
	{ "compact_psi_percent_limit", RS },
	{ "compact_sec_max", RS },
	{ "compact_threshold", RS },
	{ "enable", RS },
	{ "mem_agent_enable", RS },
	{ "memcg_disable", RS },
	{ "memcg_eviction_psi_percent_limit", RS },
	{ "memcg_eviction_run_aging_count_min", RS },
	{ "memcg_period_psi_percent_limit", RS },
	{ "memcg_period_secs", RS },
	{ "memcg_swap", RS },
	{ "memcg_swappiness_max", RS },
	{ NULL, 0 },
};

static const struct option extension_options[] = {
	{ "name", BOTH },
	{ "path", BOTH },
	{ "verity_params", BOTH },
	{ NULL, 0 },
};
/* clang-format on */

static const char *const hypervisors[] = { "qemu", "clh", "dragonball",
	"firecracker", "remote", "stratovirt", "openvmm", NULL };

struct finder {
	const struct kata_doc *doc;
	unsigned runtimes;
	kata_known_say *say;
	void *ctx;
	size_t n;
};

static const char *
runtime_text(unsigned runtimes)
{
	if (runtimes == GO)
		return "Kata 4.1's Go runtime";
	return runtimes == RS ? "Kata 4.1's runtime-rs" : "Kata 4.1";
}

/* The name of a node as a string; too long a one is cut. */
static void
key_of(const struct toml_node *node, char ret[SIMILAR_MAX + 1])
{
	size_t len = node->key.len < SIMILAR_MAX ? node->key.len : SIMILAR_MAX;

	memcpy(ret, node->key.s, len);
	ret[len] = '\0';
}

/* Letters to insert, leave out or replace to get from a to b. */
static unsigned
edits(const char *a, const char *b)
{
	unsigned row[SIMILAR_MAX + 1];
	size_t n = strlen(b);

	if (n > SIMILAR_MAX)
		return SIMILAR_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

static const char *
similar(const char *key, const struct option *o, unsigned runtimes)
{
	unsigned least = SIMILAR_EDITS + 1;
	const char *name = NULL;

	for (; o->name != NULL; o++) {
		unsigned n = edits(key, o->name);

		if ((o->runtimes & runtimes) != 0 && n < least) {
			least = n;
			name = o->name;
		}
	}
	return name;
}

static void
find(struct finder *f, const char *table, const struct toml_node *node,
    const struct option *o)
{
	char key[SIMILAR_MAX + 1], text[KATA_FINDING_MAX];
	const char *near;

	key_of(node, key);
	for (const struct option *x = o; x->name != NULL; x++) {
		if (str_eq(x->name, key) && (x->runtimes & f->runtimes) != 0)
			return;
	}
	near = similar(key, o, f->runtimes);
	snprintf(text, sizeof(text),
	    "%s: line %" PRIu32 ": %s%s%s%s: no option of %s%s%s%s",
	    f->doc->path, node->line, *table ? "[" : "", table,
	    *table ? "] " : "", STR_QUOTED(key), runtime_text(f->runtimes),
	    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	f->say(f->ctx, text);
	f->n++;
}

static void
find_all(struct finder *f, const char *table, const struct toml_node *node,
    const struct option *o)
{
	if (node->type != TOML_TABLE)
		return;
	for (node = node->u.list.first; node != NULL; node = node->next)
		find(f, table, node, o);
}

static void
look_at_extensions(struct finder *f, const char *table,
    const struct toml_node *list)
{
	if (list == NULL || list->type != TOML_ARRAY)
		return;
	for (list = list->u.list.first; list != NULL; list = list->next)
		find_all(f, table, list, extension_options);
}

static void
look_at_hypervisor(struct finder *f, const struct toml_node *node)
{
	char key[SIMILAR_MAX + 1], table[PATH_TEXT_MAX];
	const struct toml_node *factory = toml_get(node, "factory");
	int i = 0;

	key_of(node, key);
	while (hypervisors[i] != NULL && !str_eq(hypervisors[i], key))
		i++;
	snprintf(table, sizeof(table), "hypervisor.%s", key);
	if (hypervisors[i] == NULL) {
		char text[KATA_FINDING_MAX];

		snprintf(text, sizeof(text),
		    "%s: line %" PRIu32 ": [%s]: no hypervisor of Kata 4.1",
		    f->doc->path, node->line, table);
		f->say(f->ctx, text);
		f->n++;
	}
	find_all(f, table, node, hypervisor_options);
	look_at_extensions(f, table, toml_get(node, "guest_extension_images"));
	if (factory != NULL)
		find_all(f, "hypervisor factory", factory, factory_options);
}

static void
look_at_agent(struct finder *f, const struct toml_node *node)
{
	char key[SIMILAR_MAX + 1], table[PATH_TEXT_MAX];
	const struct toml_node *mem = toml_get(node, "mem_agent");

	key_of(node, key);
	snprintf(table, sizeof(table), "agent.%s", key);
	find_all(f, table, node, agent_options);
	if (mem != NULL)
		find_all(f, "agent mem_agent", mem, mem_agent_options);
}

static void
look_at_tables(struct finder *f, const struct toml_node *node,
    void (*look)(struct finder *f, const struct toml_node *node))
{
	if (node->type != TOML_TABLE)
		return;
	for (node = node->u.list.first; node != NULL; node = node->next)
		look(f, node);
}

size_t
kata_known_check(const struct kata_doc *doc, enum kata_runtime r,
    kata_known_say *say, void *ctx)
{
	static const struct option tables[] = { { "hypervisor", BOTH },
		{ "agent", BOTH }, { "runtime", BOTH }, { "factory", GO },
		{ NULL, 0 } };
	struct finder f = { .doc = doc, .say = say, .ctx = ctx };
	const struct toml_node *node = doc->root->u.list.first;

	f.runtimes = r == KATA_GO ? GO : r == KATA_RS ? RS : BOTH;
	for (; node != NULL; node = node->next) {
		char key[SIMILAR_MAX + 1];

		key_of(node, key);
		if (str_eq(key, "hypervisor"))
			look_at_tables(&f, node, look_at_hypervisor);
		else if (str_eq(key, "agent"))
			look_at_tables(&f, node, look_at_agent);
		else if (str_eq(key, "runtime"))
			find_all(&f, key, node, runtime_options);
		else if (str_eq(key, "factory") && (f.runtimes & GO) != 0)
			find_all(&f, key, node, factory_options);
		else
			find(&f, "", node, tables);
	}
	return f.n;
}
