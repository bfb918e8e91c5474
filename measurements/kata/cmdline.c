#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "measurements/kata/cmdline.h"

enum {
	SECTOR = 512,
	VALUE_MAX = 4096,
	CONSOLE_VPORT = 1026,
	LOG_VPORT = 1025
};

/* Names of virtual disks. */
enum disk {
	DISK_BLK,
	DISK_PMEM
};

static const char *const root_devices[] = { "/dev/vda1", "/dev/pmem0p1" };
static const char *const hash_devices[] = { "/dev/vda2", "/dev/pmem0p2" };

static const char systemd[] = "systemd.unit=kata-containers.target "
			      "systemd.mask=systemd-networkd.service "
			      "systemd.mask=systemd-networkd.socket";

struct verity {
	const char *root_hash;
	const char *salt;
	uint64_t blocks, block_size, hash_block_size;
	char text[VALUE_MAX];
};

/* One more parameter, or several with spaces between them. */
static void
add(struct buf *b, const char *text)
{
	if (b->len > 0)
		buf_u8(b, ' ');
	buf_add_str(b, text);
}

static void
add_value(struct buf *b, const char *key, const char *value)
{
	add(b, key);
	if (*value != '\0')
		buf_printf(b, "=%s", value);
}

static void
add_number(struct buf *b, const char *key, uint64_t v)
{
	add(b, key);
	buf_printf(b, "=%" PRIu64, v);
}

/* Go's and Rust's white space, of ASCII. */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char *
trim(char *s)
{
	size_t len;

	while (is_space(*s))
		s++;
	len = strlen(s);
	while (len > 0 && is_space(s[len - 1]))
		s[--len] = '\0';
	return s;
}

static int
verity_number(const char *key, const char *value, bool whole_sectors,
    uint64_t *ret_v, struct err *e)
{
	if (str_u64(value, UINT64_MAX / 2, ret_v) < 0 ||
	    str_starts(value, "0x") || *ret_v == 0 ||
	    (whole_sectors && *ret_v % SECTOR != 0))
		return err_set(e, ERR_SYNTAX, "kernel_verity_params: %s=%s",
		    key, STR_QUOTED(value));
	return 0;
}

/* One "key=value"; keys that are not known change nothing. */
static int
read_verity_field(struct verity *v, char *field, struct err *e)
{
	char *eq = strchr(field, '=');

	if (eq == NULL)
		return err_set(e, ERR_SYNTAX, "kernel_verity_params: %s",
		    STR_QUOTED(field));
	*eq++ = '\0';
	if (str_eq(field, "root_hash"))
		v->root_hash = eq;
	else if (str_eq(field, "salt"))
		v->salt = eq;
	else if (str_eq(field, "data_blocks"))
		return verity_number(field, eq, false, &v->blocks, e);
	else if (str_eq(field, "data_block_size"))
		return verity_number(field, eq, true, &v->block_size, e);
	else if (str_eq(field, "hash_block_size"))
		return verity_number(field, eq, true, &v->hash_block_size, e);
	return 0;
}

/* Returns 1 with *ret_v, 0 when there are no parameters, or -1. */
static int
read_verity(const char *text, struct verity *ret_v, struct err *e)
{
	struct verity *v = ret_v;
	char *at, *comma;

	memset(v, 0, sizeof(*v));
	if (str_copy(v->text, sizeof(v->text), text) < 0)
		return err_set(e, ERR_LIMIT,
		    "kernel_verity_params: more than %d bytes", VALUE_MAX);
	at = trim(v->text);
	if (*at == '\0')
		return 0;
	for (; at != NULL; at = comma) {
		comma = strchr(at, ',');
		if (comma != NULL)
			*comma++ = '\0';
		at = trim(at);
		if (*at != '\0' && read_verity_field(v, at, e) < 0)
			return -1;
	}
	if (!v->root_hash || !*v->root_hash || !v->salt || !*v->salt ||
	    !v->blocks || !v->block_size || !v->hash_block_size)
		return err_set(e, ERR_SYNTAX,
		    "kernel_verity_params: root_hash, salt, data_blocks, "
		    "data_block_size and hash_block_size are needed");
	return 1;
}

static int
root_flags(const char *type, const char **ret_flags, struct err *e)
{
	if (str_eq(type, "ext4"))
		*ret_flags = "data=ordered,errors=remount-ro ro";
	else if (str_eq(type, "xfs") || str_eq(type, "erofs"))
		*ret_flags = "ro";
	else
		return err_set(e, ERR_UNSUPPORTED,
		    "rootfs_type %s: not ext4, xfs or erofs", STR_QUOTED(type));
	return 0;
}

/* Where the root file system is: dm-verity on a disk, or the disk. */
static int
add_root(const struct kata_config *c, enum disk disk, struct buf *b,
    struct err *e)
{
	struct verity v;
	const char *flags = "", *dax = "";
	int rc = read_verity(c->verity, &v, e);

	if (rc < 0 || root_flags(c->rootfs_type, &flags, e) < 0)
		return -1;
	if (rc == 0) {
		if (disk == DISK_PMEM)
			dax = str_eq(flags, "ro") ? "dax " : "dax,";
		add_value(b, "root", root_devices[disk]);
		add(b, "rootflags=");
		buf_printf(b, "%s%s", dax, flags);
	} else {
		add(b, "dm-mod.create=");
		buf_printf(b,
		    "\"dm-verity,,,ro,0 %" PRIu64 " verity 1 %s %s %" PRIu64
		    " %" PRIu64 " %" PRIu64 " 0 sha256 %s %s\"",
		    v.block_size / SECTOR * v.blocks, root_devices[disk],
		    hash_devices[disk], v.block_size, v.hash_block_size,
		    v.blocks, v.root_hash, v.salt);
		add_value(b, "root", "/dev/dm-0");
		add_value(b, "rootflags", flags);
	}
	add_value(b, "rootfstype", c->rootfs_type);
	return 0;
}

/* The next parameter of a list, quoted spaces apart; "" at its end. */
static int
next_param(const char **at, char *dst, size_t size, struct err *e)
{
	bool quoted = false;
	size_t len = 0;

	while (**at == ' ')
		(*at)++;
	for (; **at != '\0' && (quoted || **at != ' '); (*at)++) {
		if (**at == '"')
			quoted = !quoted;
		if (len == size - 1)
			return err_set(e, ERR_LIMIT,
			    "kernel_params: a parameter of more than %zu bytes",
			    size - 1);
		dst[len++] = **at;
	}
	dst[len] = '\0';
	return 0;
}

/* runtime-rs takes these from a guest under Secure Execution. */
static bool
taken_from_se(const char *param)
{
	static const char *const keys[] = { "reboot", "systemd.unit",
		"systemd.mask", "root", "rootflags", "rootfstype" };
	size_t len = strcspn(param, "=");

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i]) == len && strncmp(param, keys[i], len) == 0)
			return true;
	return false;
}

/* The user's parameters; "key=" becomes "key", as Kata writes it. */
static int
add_params(const char *params, bool se_rs, struct buf *b, struct err *e)
{
	char word[VALUE_MAX], *param, *eq;

	for (;;) {
		if (next_param(&params, word, sizeof(word), e) < 0)
			return -1;
		param = trim(word);
		if (*param == '\0' && *params == '\0')
			return 0;
		if (*param == '\0')
			continue;
		eq = strchr(param, '=');
		if (eq == param)
			return err_set(e, ERR_SYNTAX,
			    "kernel_params: %s has no name", STR_QUOTED(param));
		if (eq != NULL && eq[1] == '\0')
			*eq = '\0';
		if (!se_rs || !taken_from_se(param))
			add(b, param);
	}
}

static void
add_extensions(const struct kata_config *c, struct buf *b)
{
	for (size_t i = 0; i < c->n_extensions; i++) {
		add(b, "kata.extension.");
		buf_printf(b, "%s.verity_params", c->extensions[i].name);
		if (c->extensions[i].verity[0] != '\0')
			buf_printf(b, "=%s", c->extensions[i].verity);
	}
}

static void
add_agent_go(const struct kata_config *c, struct buf *b)
{
	if (c->agent_debug)
		add(b, "agent.log=debug");
	if (c->agent_trace)
		add(b, "agent.trace=true");
	if (c->debug_console) {
		add(b, "agent.debug_console");
		add_number(b, "agent.debug_console_vport", CONSOLE_VPORT);
	}
	if (c->has_cdh_timeout)
		add_number(b, "agent.cdh_api_timeout", c->cdh_timeout);
	if (c->launch_timeout > 0)
		add_number(b, "agent.launch_process_timeout",
		    c->launch_timeout);
	if (c->visible_cdi_devices)
		add(b, "agent.visible_cdi_devices=true");
}

static void
add_output_go(const struct kata_config *c, bool image, struct buf *b)
{
	if (c->legacy_serial && !c->ccw)
		add(b, "console=ttyS0");
	else if (!c->ccw)
		add(b, "console=hvc0 console=hvc1");
	add(b, c->debug ? "debug" : "quiet");
	if (image && c->debug)
		add(b, "systemd.show_status=true systemd.log_level=debug");
	else if (image)
		add(b, "systemd.show_status=false");
}

/* What katautils adds for every hypervisor, and the user. */
static int
add_common_go(const struct kata_config *c, bool image, struct buf *b,
    struct err *e)
{
	if (image)
		add(b, systemd);
	if (str_eq(c->block_driver, "virtio-scsi"))
		add(b, "scsi_mod.scan=none");
	add_agent_go(c, b);
	return add_params(c->kernel_params, false, b, e);
}

static int
cmdline_go(const struct kata_config *c, uint32_t vcpus, struct buf *b,
    struct err *e)
{
	bool image = c->image[0] != '\0';
	/* A confidential guest has no NVDIMM, whatever is asked for. */
	enum disk disk =
	    c->no_nvdimm || c->confidential || c->ccw ? DISK_BLK : DISK_PMEM;

	if (!c->ccw)
		add(b, "tsc=reliable no_timer_check rcupdate.rcu_expedited=1 "
		       "i8042.direct=1 i8042.dumbkbd=1 i8042.nopnp=1 "
		       "i8042.noaux=1 noreplace-smp reboot=k "
		       "cryptomgr.notests net.ifnames=0 pci=lastbus=0");
	if (c->iommu && !c->ccw)
		add(b, "intel_iommu=on iommu=pt");
	if (image && add_root(c, disk, b, e) < 0)
		return -1;
	add_output_go(c, image, b);
	add(b, "panic=1");
	if (!c->confidential)
		add_number(b, "nr_cpus",
		    c->static_resources ? vcpus : c->max_vcpus);
	add_number(b, "selinux", c->no_guest_selinux ? 0 : 1);
	if (add_common_go(c, image, b, e) < 0)
		return -1;
	add_extensions(c, b);
	return 0;
}

/* Cloud Hypervisor gets a root even with an initrd, and no extensions. */
static int
clh_go(const struct kata_config *c, struct buf *b, struct err *e)
{
	if (add_root(c, DISK_BLK, b, e) < 0)
		return -1;
	add(b, "panic=1 no_timer_check noreplace-smp");
	if (c->iommu)
		add(b, "iommu=pt");
	if (!c->debug)
		add(b, "quiet");
	else
		add(b,
		    c->confidential
			? "console=hvc0 systemd.log_target=console"
			: "console=ttyS0,115200n8 systemd.log_target=console");
	return add_common_go(c, c->image[0] != '\0', b, e);
}

/* Sorted by key: runtime-rs keeps them in a sorted map. */
static void
add_agent_rs(const struct kata_config *c, struct buf *b)
{
	if (c->has_cdh_timeout)
		add_number(b, "agent.cdh_api_timeout", c->cdh_timeout);
	if (c->pipe_size > 0)
		add_number(b, "agent.container_pipe_size", c->pipe_size);
	if (c->debug_console) {
		add(b, "agent.debug_console");
		add_number(b, "agent.debug_console_vport", CONSOLE_VPORT);
	}
	if (c->launch_timeout > 0)
		add_number(b, "agent.launch_process_timeout",
		    c->launch_timeout);
	if (c->agent_debug)
		add(b, "agent.log=debug");
	for (size_t i = 0; i < c->n_mem_agent; i++)
		add_value(b, c->mem_agent[i].key, c->mem_agent[i].value);
	if (c->agent_trace)
		add(b, "agent.trace=true");
	if (c->visible_cdi_devices)
		add(b, "agent.visible_cdi_devices=true");
	if (c->n_mem_agent > 0)
		add(b, "psi=1");
}

static int
disk_rs(const char *driver, enum disk *ret_disk, struct err *e)
{
	bool pmem = str_eq(driver, "virtio-pmem");

	if (!pmem && !str_eq(driver, "virtio-blk-pci") &&
	    !str_eq(driver, "virtio-blk-ccw") &&
	    !str_eq(driver, "virtio-blk-mmio"))
		return err_set(e, ERR_UNSUPPORTED,
		    "vm_rootfs_driver %s: not virtio-pmem or a virtio-blk",
		    STR_QUOTED(driver));
	*ret_disk = pmem ? DISK_PMEM : DISK_BLK;
	return 0;
}

/* Where the root file system is, unless that is in an encrypted image. */
static int
add_root_rs(const struct kata_config *c, bool se, struct buf *b, struct err *e)
{
	enum disk disk = DISK_BLK;
	struct verity v;

	if (c->initrd[0] != '\0')
		return 0;
	if (disk_rs(c->rootfs_driver, &disk, e) < 0)
		return -1;
	if (!se)
		return add_root(c, disk, b, e);
	if (read_verity(c->verity, &v, e) != 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "kernel_verity_params: an image of Secure Execution holds "
		    "its root file system");
	return 0;
}

static int
add_user_rs(const struct kata_config *c, bool se, struct buf *b, struct err *e)
{
	if (c->agent)
		add_agent_rs(c, b);
	return add_params(c->kernel_params, se, b, e);
}

static void
begin_rs(const struct kata_config *c, bool se, struct buf *b)
{
	if (!se)
		add(b, "reboot=k");
	add(b, "panic=1");
	if (!se)
		add(b, systemd);
	if (c->debug)
		add_number(b, "agent.log_vport", LOG_VPORT);
}

static int
cmdline_rs(const struct kata_config *c, struct buf *b, struct err *e)
{
	bool se = c->ccw && c->confidential;

	begin_rs(c, se, b);
	if (add_root_rs(c, se, b, e) < 0 || add_user_rs(c, se, b, e) < 0)
		return -1;
	add_number(b, "selinux", c->no_guest_selinux ? 0 : 1);
	add_extensions(c, b);
	if (c->iommu)
		add(b, "intel_iommu=on iommu=pt");
	add(b, "console=hvc0");
	return 0;
}

static int
clh_rs(const struct kata_config *c, struct buf *b, struct err *e)
{
	begin_rs(c, false, b);
	add(b, !c->debug         ? "quiet"
	       : c->confidential ? "console=hvc0"
				 : "console=ttyS0,115200n8");
	if (add_root(c, DISK_BLK, b, e) < 0)
		return -1;
	add(b, "no_timer_check noreplace-smp systemd.log_target=console");
	return add_user_rs(c, false, b, e);
}

int
kata_cmdline(const struct kata_config *c, uint32_t vcpus, struct buf *b,
    struct err *e)
{
	struct verity v;

	for (size_t i = 0; i < c->n_extensions; i++)
		if (read_verity(c->extensions[i].verity, &v, e) < 0)
			return err_wrap(e, "guest_extension_images %s",
			    STR_QUOTED(c->extensions[i].name));
	if (c->image[0] != '\0' && c->initrd[0] != '\0')
		return err_set(e, ERR_SYNTAX,
		    "both an image and an initrd, of which Kata takes one");
	if (c->hypervisor == KATA_CLH)
		return c->runtime == KATA_RS ? clh_rs(c, b, e)
					     : clh_go(c, b, e);
	if (c->runtime == KATA_GO && !c->confidential && !c->static_resources &&
	    c->max_vcpus == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "nr_cpus is the host's number of processors (no "
		    "default_maxvcpus, no static_sandbox_resource_mgmt)");
	return c->runtime == KATA_RS ? cmdline_rs(c, b, e)
				     : cmdline_go(c, vcpus, b, e);
}
