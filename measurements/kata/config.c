#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "measurements/kata/config.h"

enum {
	PATH_MAX_KEYS = 4,
	U32 = UINT32_MAX,
	MIN_MEMORY_GO = 256,
	MEMORY_GO = 2048,
	MEMORY_RS = 128,
	CDH_TIMEOUT_RS_MS = 50000
};

struct reader {
	const struct kata_doc *docs;
	size_t n;
	struct arena *a;
	struct err *e;
	bool failed;
	const char *path;  /* of the document that find() took */
	const char *vmm;   /* the name of the hypervisor's table */
	const char *agent; /* the name of the agent's table */
};

/* The value at a path in the last document that has it, or NULL. */
static const struct toml_node *
find(struct reader *r, const char *const *path)
{
	for (size_t i = r->n; i-- > 0;) {
		const struct toml_node *node = r->docs[i].root;

		for (int k = 0; k < PATH_MAX_KEYS && path[k] && node; k++)
			node = toml_get(node, path[k]);
		if (node != NULL) {
			r->path = r->docs[i].path;
			return node;
		}
	}
	return NULL;
}

static void
fail(struct reader *r, const char *key, const struct toml_node *node,
    const char *want)
{
	if (!r->failed)
		err_set(r->e, ERR_SYNTAX,
		    "%s: line %" PRIu32 ": %s: %s, not %s", STR_QUOTED(r->path),
		    node->line, key, toml_type_name(node->type), want);
	r->failed = true;
}

static const struct toml_node *
in_vmm(struct reader *r, const char *key)
{
	const char *const path[PATH_MAX_KEYS] = { "hypervisor", r->vmm, key };

	return find(r, path);
}

static const struct toml_node *
in_agent(struct reader *r, const char *key)
{
	const char *const path[PATH_MAX_KEYS] = { "agent", r->agent, key };

	return r->agent ? find(r, path) : NULL;
}

static const struct toml_node *
in_runtime(struct reader *r, const char *key)
{
	const char *const path[PATH_MAX_KEYS] = { "runtime", key };

	return find(r, path);
}

/* The text of a string, terminated. */
static const char *
copy(struct reader *r, const char *key, const struct toml_text *t)
{
	char *s = arena_strndup(r->a, t->s, t->len);

	if (s == NULL && !r->failed)
		err_set(r->e, ERR_LIMIT, "%s: the configuration is too large",
		    key);
	else if (s != NULL && memchr(t->s, '\0', t->len) && !r->failed)
		err_set(r->e, ERR_SYNTAX, "%s: a NUL", key);
	else
		return s ? s : "";
	r->failed = true;
	return "";
}

static const char *
text(struct reader *r, const char *key, const struct toml_node *node)
{
	if (node == NULL)
		return "";
	if (node->type == TOML_STRING)
		return copy(r, key, &node->u.text);
	fail(r, key, node, "a string");
	return "";
}

static bool
boolean(struct reader *r, const char *key, const struct toml_node *node)
{
	if (node == NULL)
		return false;
	if (node->type == TOML_BOOL)
		return node->u.b;
	fail(r, key, node, "true or false");
	return false;
}

static uint64_t
number(struct reader *r, const char *key, const struct toml_node *node,
    uint64_t max)
{
	if (node == NULL)
		return 0;
	if (node->type == TOML_INTEGER && node->u.i >= 0 &&
	    (uint64_t)node->u.i <= max)
		return (uint64_t)node->u.i;
	fail(r, key, node, "a number in its range");
	return 0;
}

/* default_vcpus: a number or a fraction, rounded up; 0 for the host's. */
static uint64_t
vcpus(struct reader *r, const struct toml_node *node)
{
	static const char key[] = "default_vcpus";
	uint64_t whole;
	double v;

	if (node == NULL)
		return 1;
	if (node->type != TOML_INTEGER && node->type != TOML_FLOAT) {
		fail(r, key, node, "a number");
		return 1;
	}
	v = node->type == TOML_INTEGER ? (double)node->u.i : node->u.d;
	if (!(v <= U32)) {
		fail(r, key, node, "a number in its range");
		return 1;
	}
	if (v < 0)
		return 0;
	whole = (uint64_t)v;
	return v == 0 ? 1 : whole + ((double)whole < v);
}

/* Sorted, as the command line has them. */
static const char *const mem_agent_keys[] = { "compact_disable",
	"compact_force_times", "compact_order",
	"compact_period_psi_percent_limit", "compact_period_secs",
	"compact_psi_percent_limit", "compact_sec_max", "compact_threshold",
	"enable", "memcg_disable", "memcg_eviction_psi_percent_limit",
	"memcg_eviction_run_aging_count_min", "memcg_period_psi_percent_limit",
	"memcg_period_secs", "memcg_swap", "memcg_swappiness_max" };

static const char *
mem_agent_value(struct reader *r, const char *key, const struct toml_node *node)
{
	const char *s = NULL;

	if (str_eq(key, "enable"))
		return "1";
	if (node->type == TOML_BOOL)
		return node->u.b ? "true" : "false";
	if (node->type == TOML_INTEGER)
		s = arena_printf(r->a, "%" PRId64, node->u.i);
	else
		fail(r, key, node, "a number, true or false");
	return s ? s : "";
}

static void
read_mem_agent(struct reader *r, struct kata_config *c)
{
	const char *const enable[PATH_MAX_KEYS] = { "agent", r->agent,
		"mem_agent", "enable" };
	const char *const alias[PATH_MAX_KEYS] = { "agent", r->agent,
		"mem_agent", "mem_agent_enable" };
	const struct toml_node *on = r->agent ? find(r, enable) : NULL;

	if (on == NULL && r->agent != NULL)
		on = find(r, alias);
	if (!boolean(r, "mem_agent.enable", on))
		return;
	for (int i = 0; i < KATA_MEM_AGENT; i++) {
		const char *key = mem_agent_keys[i];
		const char *const path[PATH_MAX_KEYS] = { "agent", r->agent,
			"mem_agent", key };
		const struct toml_node *node =
		    str_eq(key, "enable") ? on : find(r, path);

		if (node == NULL)
			continue;
		c->mem_agent[c->n_mem_agent++] = (struct kata_option){
			arena_printf(r->a, "agent.mem_agent_%s", key),
			mem_agent_value(r, key, node),
		};
	}
}

/* Letters, digits, '-' and '_', which Kata allows. */
static bool
extension_name_ok(const char *s)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return *s != '\0' && s[strspn(s, good)] == '\0';
}

static void
read_extensions(struct reader *r, struct kata_config *c)
{
	static const char key[] = "guest_extension_images";
	const struct toml_node *list = in_vmm(r, key), *node;

	if (list == NULL)
		return;
	if (list->type != TOML_ARRAY) {
		fail(r, key, list, "an array of tables");
		return;
	}
	for (node = list->u.list.first; node && !r->failed; node = node->next) {
		struct kata_extension *x = &c->extensions[c->n_extensions];

		if (node->type != TOML_TABLE) {
			fail(r, key, node, "a table");
		} else if (c->n_extensions == KATA_EXTENSIONS) {
			err_set(r->e, ERR_LIMIT, "%s: more than %d", key,
			    KATA_EXTENSIONS);
			r->failed = true;
		} else {
			x->name = text(r, "name", toml_get(node, "name"));
			x->verity = text(r, "verity_params",
			    toml_get(node, "verity_params"));
			c->n_extensions++;
			if (!r->failed && !extension_name_ok(x->name)) {
				err_set(r->e, ERR_SYNTAX,
				    "%s: line %" PRIu32 ": %s: name %s",
				    STR_QUOTED(r->path), node->line, key,
				    STR_QUOTED(x->name));
				r->failed = true;
			}
		}
	}
}

/* runtime-rs has keys that virtcontainers does not know. */
static enum kata_runtime
guess_runtime(struct reader *r)
{
	return in_runtime(r, "name") || in_runtime(r, "hypervisor_name") ||
		       in_vmm(r, "vm_rootfs_driver")
		   ? KATA_RS
		   : KATA_GO;
}

/* The one table below [agent], or that which runtime-rs is told to use. */
static void
choose_agent(struct reader *r, enum kata_runtime runtime)
{
	const char *const path[PATH_MAX_KEYS] = { "agent" };
	const struct toml_node *name = in_runtime(r, "agent_name");
	const struct toml_node *agents = find(r, path);

	r->agent = NULL;
	if (runtime == KATA_RS) {
		r->agent = name ? text(r, "agent_name", name) : "kata";
		return;
	}
	if (agents == NULL || agents->type != TOML_TABLE ||
	    agents->u.list.first == NULL)
		return;
	if (agents->u.list.first->next != NULL)
		fail(r, "agent", agents, "one table");
	r->agent = copy(r, "agent", &agents->u.list.first->key);
}

static void
read_boot(struct reader *r, struct kata_config *c)
{
	c->kernel = text(r, "kernel", in_vmm(r, "kernel"));
	c->initrd = text(r, "initrd", in_vmm(r, "initrd"));
	c->image = text(r, "image", in_vmm(r, "image"));
	c->firmware = text(r, "firmware", in_vmm(r, "firmware"));
	c->rootfs_type = text(r, "rootfs_type", in_vmm(r, "rootfs_type"));
	if (c->rootfs_type[0] == '\0')
		c->rootfs_type = "ext4";
	c->rootfs_driver =
	    text(r, "vm_rootfs_driver", in_vmm(r, "vm_rootfs_driver"));
	if (c->rootfs_driver[0] == '\0')
		c->rootfs_driver = "virtio-blk-pci";
	c->block_driver =
	    text(r, "block_device_driver", in_vmm(r, "block_device_driver"));
	if (c->block_driver[0] == '\0')
		c->block_driver = "virtio-scsi";
	c->kernel_params = text(r, "kernel_params", in_vmm(r, "kernel_params"));
	c->verity =
	    text(r, "kernel_verity_params", in_vmm(r, "kernel_verity_params"));
}

static void
read_machine(struct reader *r, struct kata_config *c)
{
	const struct toml_node *policy = in_vmm(r, "snp_guest_policy");

	c->ccw = c->hypervisor == KATA_QEMU &&
		 str_eq(text(r, "machine_type", in_vmm(r, "machine_type")),
		     "s390-ccw-virtio");
	c->confidential =
	    boolean(r, "confidential_guest", in_vmm(r, "confidential_guest"));
	c->snp = boolean(r, "sev_snp_guest", in_vmm(r, "sev_snp_guest"));
	c->debug = boolean(r, "enable_debug", in_vmm(r, "enable_debug"));
	c->iommu = boolean(r, "enable_iommu", in_vmm(r, "enable_iommu"));
	c->legacy_serial =
	    boolean(r, "use_legacy_serial", in_vmm(r, "use_legacy_serial"));
	c->no_guest_selinux = boolean(r, "disable_guest_selinux",
	    in_vmm(r, "disable_guest_selinux"));
	c->no_nvdimm = boolean(r, "disable_image_nvdimm",
	    in_vmm(r, "disable_image_nvdimm"));
	c->static_resources = boolean(r, "static_sandbox_resource_mgmt",
	    in_runtime(r, "static_sandbox_resource_mgmt"));
	c->vcpus = vcpus(r, in_vmm(r, "default_vcpus"));
	c->max_vcpus =
	    number(r, "default_maxvcpus", in_vmm(r, "default_maxvcpus"), U32);
	c->memory =
	    number(r, "default_memory", in_vmm(r, "default_memory"), U32);
	if (c->runtime == KATA_GO && c->memory < MIN_MEMORY_GO)
		c->memory = MEMORY_GO;
	else if (c->memory == 0)
		c->memory = MEMORY_RS;
	c->has_snp_policy = policy != NULL;
	c->snp_policy = number(r, "snp_guest_policy", policy, INT64_MAX);
}

static void
read_agent(struct reader *r, struct kata_config *c)
{
	const struct toml_node *ms = in_agent(r, "cdh_api_timeout_ms");
	const char *const path[PATH_MAX_KEYS] = { "agent", r->agent };

	c->agent = r->agent != NULL && find(r, path) != NULL;
	if (!c->agent)
		return;
	c->agent_debug =
	    boolean(r, "enable_debug", in_agent(r, "enable_debug"));
	c->agent_trace =
	    boolean(r, "enable_tracing", in_agent(r, "enable_tracing"));
	c->debug_console = boolean(r, "debug_console_enabled",
	    in_agent(r, "debug_console_enabled"));
	c->visible_cdi_devices = boolean(r, "visible_cdi_devices",
	    in_agent(r, "visible_cdi_devices"));
	c->launch_timeout = number(r, "launch_process_timeout",
	    in_agent(r, "launch_process_timeout"), U32);
	if (c->runtime == KATA_GO) {
		c->cdh_timeout = number(r, "cdh_api_timeout",
		    in_agent(r, "cdh_api_timeout"), U32);
		c->has_cdh_timeout = c->cdh_timeout > 0;
		return;
	}
	c->pipe_size = number(r, "container_pipe_size",
	    in_agent(r, "container_pipe_size"), U32);
	c->cdh_timeout =
	    ms ? number(r, "cdh_api_timeout_ms", ms, U32) : CDH_TIMEOUT_RS_MS;
	c->has_cdh_timeout = c->cdh_timeout > 0;
	c->cdh_timeout /= 1000;
	read_mem_agent(r, c);
}

static const char *const vmms[] = { [KATA_QEMU] = "qemu", [KATA_CLH] = "clh" };

/* The table of the one that is named, or else of the only one there is. */
static int
choose_vmm(struct reader *r, enum kata_hypervisor *ret_vmm)
{
	const struct toml_node *node = in_runtime(r, "hypervisor_name");
	const char *name = text(r, "hypervisor_name", node);
	size_t found = 0;

	if (r->failed)
		return -1;
	for (size_t i = 0; i < sizeof(vmms) / sizeof(vmms[0]); i++) {
		const char *const path[PATH_MAX_KEYS] = { "hypervisor",
			vmms[i] };

		if ((name[0] != '\0' && !str_eq(name, vmms[i])) ||
		    find(r, path) == NULL)
			continue;
		*ret_vmm = (enum kata_hypervisor)i;
		r->vmm = vmms[i];
		found++;
	}
	if (found == 1)
		return 0;
	if (found > 1)
		return err_set(r->e, ERR_UNSUPPORTED,
		    "[hypervisor.qemu] and [hypervisor.clh]: only one is "
		    "started, and no hypervisor_name says which");
	if (name[0] != '\0')
		return err_set(r->e, ERR_UNSUPPORTED,
		    "hypervisor_name %s: only qemu and clh are known",
		    STR_QUOTED(name));
	return err_set(r->e, ERR_NOT_FOUND,
	    "no [hypervisor.qemu] or [hypervisor.clh]: only their command "
	    "lines are known");
}

int
kata_config_read(const struct kata_doc *docs, size_t n,
    enum kata_runtime runtime, struct arena *a, struct kata_config *ret_c,
    struct err *e)
{
	struct reader r = { .docs = docs, .n = n, .a = a, .e = e };
	struct kata_config c = { .kernel = "" };

	if (choose_vmm(&r, &c.hypervisor) < 0)
		return -1;
	c.runtime = runtime == KATA_GUESS ? guess_runtime(&r) : runtime;
	choose_agent(&r, c.runtime);
	read_boot(&r, &c);
	read_machine(&r, &c);
	read_agent(&r, &c);
	read_extensions(&r, &c);
	if (r.failed)
		return -1;
	*ret_c = c;
	return 0;
}

int
kata_runtime_parse(const char *name, enum kata_runtime *ret_r, struct err *e)
{
	if (!str_eq(name, "go") && !str_eq(name, "rs"))
		return err_set(e, ERR_ARGUMENT, "runtime %s: not go or rs",
		    STR_QUOTED(name));
	*ret_r = str_eq(name, "rs") ? KATA_RS : KATA_GO;
	return 0;
}

const char *
kata_runtime_name(enum kata_runtime r)
{
	return r == KATA_RS ? "rs" : "go";
}
