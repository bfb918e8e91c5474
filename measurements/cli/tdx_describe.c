#include "base/str.h"
#include "measurements/cli/tdx_state.h"

enum {
	MAX_DEPENDS = 10
};

const char *const tdx_reg_names[TDX_N_REGS] = { "mrtd", "rtmr0", "rtmr1",
	"rtmr2", "rtmr3", "mrconfigid" };

/* What a register changes with; the list ends with NULL. */
static const char *const depends[TDX_N_REGS][MAX_DEPENDS] = {
	[TDX_MRTD] = { "firmware", "mrtd_order" },
	[TDX_RTMR0] = { "firmware", "ovmf_version", "memory", "vcpus",
	    "devices", "qemu_version", "processor" },
	[TDX_RTMR1] = { "kernel", "ovmf_version", "qemu_version" },
	[TDX_RTMR2] = { "cmdline", "initrd", "ovmf_version" },
	[TDX_RTMR3] = { "aael" },
	[TDX_MRCONFIGID] = { "initdata" },
};

/* And RTMR1 where QEMU writes into the kernel, or a td-shim has it. */
static const char *const depends_patched[MAX_DEPENDS] = { "kernel",
	"ovmf_version", "qemu_version", "cmdline", "initrd", "memory" };
static const char *const depends_shim0[MAX_DEPENDS] = { "td_hob" };
static const char *const depends_shim[MAX_DEPENDS] = { "firmware", "kernel",
	"cmdline" };
/* And where firmware starts a UKI, by itself or from a disk. */
static const char *const depends_uki1[MAX_DEPENDS] = { "uki", "ovmf_version",
	"secure_boot" };
static const char *const depends_uki2[MAX_DEPENDS] = { "uki" };
static const char *const depends_disk1[MAX_DEPENDS] = { "disk", "ovmf_version",
	"secure_boot" };
static const char *const depends_disk2[MAX_DEPENDS] = { "disk" };

/*
 * What an event is the digest of, by what tdboot calls it: a file, where it was
 * given, or else what has the same effect (NULL: nothing that is named).
 */
static const struct {
	const char *what;
	const char *file;
	const char *otherwise;
} event_inputs[] = {
	{ "kernel", "kernel", NULL },
	{ "kernel, as QEMU changes it", "kernel", NULL },
	{ "td_payload", "kernel", NULL },
	{ "td_payload_info", NULL, "cmdline" },
	{ "LOADED_IMAGE::LoadOptions", NULL, "cmdline" },
	{ "Linux initrd", "initrd", NULL },
	{ "TD HOB", "td_hob", "memory" },
	{ "variable store", "firmware", NULL },
	{ "ACPI etc/table-loader", "acpi_loader", "acpi_tables" },
	{ "ACPI etc/acpi/rsdp", "acpi_rsdp", "acpi_tables" },
	{ "ACPI etc/acpi/tables", "acpi_tables", NULL },
	{ "SMBIOS", "smbios", "smbios_digest" },
	{ "fw_cfg etc/extra-pci-roots", "extra_pci_roots", "devices" },
	{ "fw_cfg BootMenu", "boot_menu", NULL },
	{ "fw_cfg etc/boot-menu-wait", "boot_menu_wait", NULL },
	{ "fw_cfg etc/reserved-memory-end", "reserved_memory_end", NULL },
	{ "fw_cfg opt/ovmf/X-PciMmio64Mb", "mmio64_mb", NULL },
	{ "fw_cfg bootorder", "bootorder", "devices" },
	{ "event of the guest", "aael", NULL },
};

/* Known and true, known and false, or not known (-1). */
static int
is_patched(const struct measure *m)
{
	const struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf) || tdx_from_disk(m) || st->clh)
		return 0;
	if (st->profile.ovmf == 0 || st->profile.qemu == 0)
		return -1;
	return tdprofile_patches_kernel(&st->profile);
}

/* As it was given, or the oldest tag that does what the bytes show. */
static void
add_ovmf_version(const struct measure *m, struct refset *r)
{
	const struct tdx_state *st = m->state;
	const struct tdx_inputs *t = &st->inputs;

	refset_add_string(r, "ovmf_version", m->v[OPT_OVMF_VERSION]);
	if (!t->looked)
		return;
	if (!m->v[OPT_OVMF_VERSION])
		refset_add_number(r, "ovmf_version", t->firmware.first);
	else if (!tdfirmware_fits(&t->firmware, &st->profile))
		refset_warn(r,
		    "--ovmf-version %u: the firmware looks like %u%s",
		    st->profile.ovmf, t->firmware.first,
		    t->firmware.last == t->firmware.first ? "" : " or later");
}

static void
add_params(const struct measure *m, const struct shape *s, struct refset *r)
{
	const struct tdx_state *st = m->state;
	bool shim = tdvf_is_shim(&st->tdvf);
	int patched = is_patched(m);

	refset_add_string(r, "firmware_is", shim ? "td-shim" : "ovmf");
	if (!shim)
		refset_add_string(r, "firmware_build",
		    st->profile.intel_tdx ? "IntelTdxX64" : "OvmfPkgX64");
	add_ovmf_version(m, r);
	refset_add_string(r, "vmm", st->clh ? "clh" : "qemu");
	refset_add_string(r, "qemu_version", m->v[OPT_QEMU_VERSION]);
	refset_add_string(r, "disk_path", m->v[OPT_DISK_PATH]);
	refset_add_string(r, "mrtd_order", mrtd_order_name(st->order));
	if (patched >= 0)
		refset_add_bool(r, "kernel_patched", patched);
	if (m->v[OPT_VCPUS] != NULL)
		refset_add_number(r, "vcpus", s->vcpus);
	if (s->memory != 0)
		refset_add_number(r, "memory", s->memory);
	if (m->v[OPT_SECURE_BOOT_BUILD] != NULL)
		refset_add_bool(r, "secure_boot_build", true);
	if (m->v[OPT_SMBIOS_DIGEST] != NULL)
		refset_add_string(r, "smbios_digest", st->smbios_digest);
	if (st->has_xfam) {
		refset_add_string(r, "xfam", st->xfam);
		refset_add_string(r, "xfam_features", st->xfam_text);
	}
	refset_add_string(r, "td_attributes", st->td_attributes);
	for (size_t i = 0; tdcpu_warning(st->attributes, i) != NULL; i++)
		refset_warn(r, "%s", tdcpu_warning(st->attributes, i));
}

static void
add_depends(const struct measure *m, enum tdx_reg reg,
    struct refset_register *out)
{
	const struct tdx_state *st = m->state;
	const char *const *d = depends[reg];

	if (reg == TDX_RTMR0 && tdvf_is_shim(&st->tdvf))
		d = depends_shim0;
	else if (reg == TDX_RTMR1 && tdvf_is_shim(&st->tdvf))
		d = depends_shim;
	else if (reg == TDX_RTMR1 && is_patched(m) == 1)
		d = depends_patched;
	else if ((reg == TDX_RTMR1 || reg == TDX_RTMR2) && m->v[OPT_UKI])
		d = reg == TDX_RTMR1 ? depends_uki1 : depends_uki2;
	else if ((reg == TDX_RTMR1 || reg == TDX_RTMR2) && m->v[OPT_DISK])
		d = reg == TDX_RTMR1 ? depends_disk1 : depends_disk2;
	for (int i = 0; i < MAX_DEPENDS && d[i] != NULL; i++)
		refset_depend(out, d[i]);
	if (reg == TDX_MRTD)
		refset_depend(out, "vmm");
	/* Where Secure Boot is on, who signed the image is in RTMR0. */
	for (size_t i = 0; reg == TDX_RTMR0 && i < st->events[0].n; i++)
		if (st->events[0].e[i].type == EVENT_VARIABLE_AUTHORITY)
			refset_depend(out, m->v[OPT_UKI]    ? "uki"
					   : m->v[OPT_DISK] ? "disk"
							    : "kernel");
}

static const char *
input_of(const struct refset *r, const char *what)
{
	for (size_t i = 0; i < sizeof(event_inputs) / sizeof(event_inputs[0]);
	     i++) {
		const char *file = event_inputs[i].file;

		if (!str_eq(what, event_inputs[i].what))
			continue;
		return file != NULL && refset_input(r, file) != NULL
			   ? file
			   : event_inputs[i].otherwise;
	}
	return NULL;
}

/* An event; a file that it is the digest of is one that the register needs. */
static void
add_event(struct refset *r, struct refset_register *reg,
    const struct tdevent *ev)
{
	const char *input = input_of(r, ev->what);

	refset_add_event(r, reg, eventlog_type_name(ev->type), input,
	    ev->digest, ev->what);
	if (input != NULL && refset_input(r, input) != NULL)
		refset_depend(reg, input);
}

static void
add_registers(const struct measure *m, struct refset *r)
{
	const struct tdx_state *st = m->state;
	struct refset_register *regs[TDX_N_REGS];

	for (int i = 0; i < TDX_N_REGS; i++) {
		regs[i] = refset_add_register(r, tdx_reg_names[i],
		    i == TDX_MRCONFIGID ? NULL : "sha384", TDEVENT_LEN);
		add_depends(m, (enum tdx_reg)i, regs[i]);
		if (st->values[i].known)
			refset_register_set(regs[i], st->values[i].value);
		else
			refset_register_unknown(regs[i], st->values[i].why);
	}
	for (int i = 0; i < MRTD_N_ORDERS; i++)
		if (st->orders[i] && i != (int)st->order &&
		    st->values[TDX_MRTD].known)
			refset_add_also(r, regs[TDX_MRTD],
			    mrtd_order_name((enum mrtd_order)i), st->mrtd[i]);
	for (int i = 0; i < REGISTERS_RTMRS; i++) {
		const struct tdevents *t = &st->events[i];

		for (size_t k = 0; k < t->n && st->values[TDX_RTMR0 + i].known;
		     k++)
			add_event(r, regs[TDX_RTMR0 + i], &t->e[k]);
	}
}

void
tdx_describe(const struct measure *m, const struct shape *s, struct refset *r)
{
	const struct tdx_state *st = m->state;

	if (m->v[OPT_ACPI] != NULL)
		tdx_inputs_describe(&st->inputs, r);
	add_params(m, s, r);
	add_registers(m, r);
	if (st->refused[0] != '\0')
		refset_warn(r, "the firmware will not start the kernel: %s",
		    st->refused);
}
