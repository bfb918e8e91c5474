#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/tddisk.h"
#include "measurements/cli/tdx_state.h"
#include "measurements/format/bzimage.h"
#include "measurements/format/initdata.h"
#include "measurements/format/le.h"
#include "measurements/format/limits.h"
#include "measurements/format/sbpass.h"
#include "measurements/tdx/tdaael.h"

/* What a TD has unless the VMM is told otherwise. */
static const uint64_t default_attributes = TDCPU_SEPT_VE_DISABLE;

static int
read_order(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	const char *name = m->v[OPT_MRTD_ORDER];

	if (name == NULL)
		name = mrtd_order_name(MRTD_SINGLE_PASS);
	for (int i = 0; i < MRTD_N_ORDERS; i++)
		st->orders[i] =
		    str_eq(name, "both") ||
		    str_eq(name, mrtd_order_name((enum mrtd_order)i));
	st->order =
	    st->orders[MRTD_SINGLE_PASS] ? MRTD_SINGLE_PASS : MRTD_TWO_PASS;
	if (st->orders[st->order])
		return 0;
	return err_set(e, ERR_ARGUMENT,
	    "order %s: not one of single-pass, two-pass, both",
	    STR_QUOTED(name));
}

/* What only QEMU has. */
static const enum option of_qemu[] = { OPT_QEMU_VERSION, OPT_ACPI,
	OPT_ACPI_TABLES, OPT_ACPI_RSDP, OPT_ACPI_LOADER, OPT_SMBIOS,
	OPT_SMBIOS_DIGEST };

/* Eight bytes as quotes have them, little-endian. */
static int
read_bits(const char *const *v, enum option o, uint64_t *ret_bits,
    struct err *e)
{
	uint8_t bytes[TDX_BITS_LEN];
	struct span s;

	if (options_hex(v, o, bytes, sizeof(bytes), e) < 0)
		return -1;
	s = span_of(bytes, sizeof(bytes));
	*ret_bits = span_le64(&s);
	return 0;
}

static void
put_bits(uint64_t bits, char ret_hex[static HEX_SIZE(TDX_BITS_LEN)])
{
	uint8_t bytes[TDX_BITS_LEN];

	le_put64(bytes, bits);
	hex_encode(bytes, sizeof(bytes), ret_hex);
}

static int
check_cpu(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	const char *const *v = m->v;

	if (v[OPT_XFAM] && v[OPT_CPU_MODEL])
		return err_set(e, ERR_ARGUMENT,
		    "--xfam and --cpu-model say the same thing");
	if (v[OPT_XFAM] && read_bits(v, OPT_XFAM, &st->xfam_bits, e) < 0)
		return -1;
	if (v[OPT_CPU_MODEL] &&
	    tdcpu_xfam(v[OPT_CPU_MODEL], &st->xfam_bits, e) < 0)
		return err_wrap(e, "--cpu-model");
	st->has_xfam = v[OPT_XFAM] || v[OPT_CPU_MODEL];
	if (st->has_xfam && tdcpu_check_xfam(st->xfam_bits, e) < 0)
		return -1;
	st->attributes = default_attributes;
	if (v[OPT_TD_ATTRIBUTES] &&
	    read_bits(v, OPT_TD_ATTRIBUTES, &st->attributes, e) < 0)
		return -1;
	put_bits(st->xfam_bits, st->xfam);
	put_bits(st->attributes, st->td_attributes);
	tdcpu_xfam_text(st->xfam_bits, st->xfam_text);
	return 0;
}

static int
check_vmm(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	const char *const *v = m->v;

	if (v[OPT_VMM] && tdprofile_vmm_parse(v[OPT_VMM], &st->clh, e) < 0)
		return err_wrap(e, "--vmm");
	if (!st->clh)
		return 0;
	for (size_t i = 0; i < sizeof(of_qemu) / sizeof(of_qemu[0]); i++)
		if (v[of_qemu[i]] != NULL)
			return err_set(e, ERR_ARGUMENT,
			    "--%s is QEMU's, and --vmm is clh",
			    options[of_qemu[i]].name);
	if (v[OPT_INITRD] != NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: initrd: Cloud Hypervisor loads none into a "
		    "TD");
	return 0;
}

static int
check(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	const char *const *v = m->v;

	bootdisk_init(&st->boot_disk);
	tdx_inputs_init(&st->inputs);
	if (!!v[OPT_KERNEL] + !!v[OPT_UKI] + !!v[OPT_DISK] > 1)
		return err_set(e, ERR_ARGUMENT,
		    "--kernel, --uki and --disk: only one of them is started");
	if (measure_need(m, OPT_FIRMWARE, e) < 0 || read_order(m, e) < 0 ||
	    check_cpu(m, e) < 0 || check_vmm(m, e) < 0)
		return -1;
	if (v[OPT_OVMF_VERSION] &&
	    tdprofile_ovmf_parse(v[OPT_OVMF_VERSION], &st->profile.ovmf, e) < 0)
		return err_wrap(e, "--ovmf-version");
	if (v[OPT_QEMU_VERSION] &&
	    tdprofile_qemu_parse(v[OPT_QEMU_VERSION], &st->profile.qemu, e) < 0)
		return err_wrap(e, "--qemu-version");
	if (v[OPT_DISK_PATH] && !tdx_from_disk(m))
		return err_set(e, ERR_ARGUMENT,
		    "--disk-path is for --uki and --disk");
	if (v[OPT_DISK_PATH] &&
	    devpath_parse(v[OPT_DISK_PATH], &st->disk_path, e) < 0)
		return err_wrap(e, "--disk-path");
	if (v[OPT_ACPI] && (v[OPT_ACPI_TABLES] || v[OPT_SMBIOS]))
		return err_set(e, ERR_ARGUMENT, "--acpi holds what --%s says",
		    options[v[OPT_SMBIOS] ? OPT_SMBIOS : OPT_ACPI_TABLES].name);
	if (v[OPT_SMBIOS_DIGEST] && options_hex(v, OPT_SMBIOS_DIGEST,
					st->smbios_sha384, TDEVENT_LEN, e) < 0)
		return -1;
	hex_encode(st->smbios_sha384, TDEVENT_LEN, st->smbios_digest);
	return 0;
}

/*
 * The verdict on a register: rc and e are what its computation said. What is
 * not given or not known leaves it unknown; anything else is an error.
 */
static int
conclude(struct tdx_state *st, enum tdx_reg reg, int rc, struct err *e)
{
	struct tdx_value *v = &st->values[reg];

	v->known = rc == 0;
	if (rc == 0)
		return 0;
	if (e->code != ERR_NOT_FOUND && e->code != ERR_UNSUPPORTED)
		return err_wrap(e, "%s", tdx_reg_names[reg]);
	if (str_copy(v->why, sizeof(v->why), e->msg) < 0)
		memcpy(v->why, e->msg, sizeof(v->why) - 1);
	return 0;
}

/* Only the orders that are wanted: one costs a pass over the firmware. */
static int
measure_mrtd(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	struct span kernel = measure_bytes(m, OPT_KERNEL);
	int rc = 0;

	for (int i = 0; i < MRTD_N_ORDERS && rc == 0; i++)
		if (st->orders[i])
			rc = mrtd_digest(&st->tdvf, (enum mrtd_order)i,
			    m->v[OPT_KERNEL] ? &kernel : NULL, st->mrtd[i], e);
	memcpy(st->values[TDX_MRTD].value, st->mrtd[st->order], MRTD_LEN);
	return conclude(st, TDX_MRTD, rc, e);
}

bool
tdx_from_disk(const struct measure *m)
{
	return m->v[OPT_UKI] || m->v[OPT_DISK];
}

static int
open_disk(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	enum option o = m->v[OPT_DISK] ? OPT_DISK : OPT_UKI;

	if (m->v[o] == NULL)
		return 0;
	if (bootdisk_open(&st->boot_disk, m->v[o], o == OPT_DISK, e) < 0)
		return -1;
	m->files[o].in = st->boot_disk.file;
	return 0;
}

/* What the firmware says of itself, where anything depends on that. */
static void
look(struct measure *m, const struct input_map *fw)
{
	struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf) ||
	    (!m->v[OPT_KERNEL] && !tdx_from_disk(m) && !m->v[OPT_ACPI] &&
		!m->v[OPT_ACPI_TABLES]))
		return;
	tdx_inputs_look(&st->inputs, fw, st->profile.intel_tdx);
	if (st->profile.ovmf == 0 && st->inputs.looked)
		st->profile.ovmf = st->inputs.firmware.first;
}

static int
prepare(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	const struct input_map *initdata = &m->files[OPT_INITDATA].bytes;
	const struct input_map *fw = &m->files[OPT_FIRMWARE].bytes;
	int rc = 0;

	if (tdvf_parse(fw->p, fw->len, &st->tdvf, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(m->v[OPT_FIRMWARE]));
	st->profile.intel_tdx = tdprofile_is_intel_tdx(&st->tdvf);
	if (st->clh)
		tdvf_as_clh(&st->tdvf);
	/* MRTD first: patch_kernel() changes the bytes. */
	if (open_disk(m, e) < 0 || measure_mrtd(m, e) < 0)
		return -1;
	look(m, fw);
	/* Without initdata the VMM leaves MRCONFIGID as zeros. */
	if (m->v[OPT_INITDATA] != NULL)
		rc = initdata_field(initdata->p, initdata->len,
		    st->values[TDX_MRCONFIGID].value, INITDATA_MRCONFIGID, e);
	return conclude(st, TDX_MRCONFIGID, rc, e);
}

/* QEMU's changes, made in our copy of the kernel; a second time, likewise. */
static int
patch_kernel(struct measure *m, const struct shape *s, struct err *e)
{
	const struct tdx_state *st = m->state;
	struct input_map *kernel = &m->files[OPT_KERNEL].bytes;
	const struct bzimage_boot b = {
		.cmdline = m->cmdline,
		.initrd_len = m->files[OPT_INITRD].in.size,
		.memory = s->memory,
	};

	if (!m->v[OPT_KERNEL] || !tdprofile_patches_kernel(&st->profile))
		return 0;
	if (b.initrd_len > 0 && b.memory == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "no memory size is given, by which this QEMU places the "
		    "initrd");
	return bzimage_patch(kernel->p, kernel->len, &b, e);
}

static int
need_ovmf(const struct tdx_state *st, struct err *e)
{
	if (st->profile.ovmf != 0)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no --ovmf-version is given%s%s",
	    st->inputs.why[0] ? ": " : "", st->inputs.why);
}

static int
need_qemu(const struct tdx_state *st, struct err *e)
{
	if (st->profile.qemu != 0)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no --qemu-version is given");
}

/* What Cloud Hypervisor starts, where that is not a td-shim. */
static int
need_disk(const struct measure *m, struct err *e)
{
	const struct tdx_state *st = m->state;

	if (!st->clh || tdx_from_disk(m))
		return 0;
	return err_set(e, ERR_UNSUPPORTED,
	    "Cloud Hypervisor hands a kernel to a firmware with a Payload "
	    "section only, which this one has not");
}

static int
rtmr0(struct measure *m, const struct tdboot *b, struct err *e)
{
	struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf))
		return tdboot_shim_rtmr0(b, &st->events[0], e);
	if (st->clh)
		return err_set(e, ERR_UNSUPPORTED,
		    "what OVMF measures of Cloud Hypervisor: a TD HOB with "
		    "ACPI tables that are made for a TD alone, and with the "
		    "host's width of addresses");
	if (tdx_from_disk(m) && b->disk == NULL)
		return err_set(e, ERR_NOT_FOUND, "no --disk-path is given");
	if (need_ovmf(st, e) < 0)
		return -1;
	if (m->v[OPT_ACPI_TABLES] != NULL && m->shapes.n > 1)
		return err_set(e, ERR_NOT_FOUND,
		    "the ACPI tables that are given are those of one shape");
	return tdboot_rtmr0(b, &st->events[0], e);
}

/* The events of a kernel that is refused are of use to nobody: say so. */
static void
check_secure_boot(struct tdx_state *st, const struct tdboot *b)
{
	const struct tdvf_section *cfv = tdvf_find(&st->tdvf, TDVF_CFV);
	struct sbvars vars;
	struct span entry;
	struct err e;

	st->refused[0] = '\0';
	if (cfv != NULL && b->kernel != NULL &&
	    sbvars_read(&cfv->data, b->secure_boot_build, &vars, &e) == 0 &&
	    vars.on && sbpass_find(&vars, b->kernel, &entry, &e) < 0)
		str_copy(st->refused, sizeof(st->refused), e.msg);
}

static int
rtmr1(struct measure *m, const struct tdboot *b, struct err *e)
{
	const struct shape s = { .memory = b->memory };
	struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf))
		return tdboot_shim_rtmr1(b, &st->events[1], e);
	if (need_disk(m, e) < 0 || need_ovmf(st, e) < 0)
		return -1;
	if (tdx_from_disk(m))
		return tddisk_rtmr1(&st->boot_disk, b, &st->events[1], e);
	if (need_qemu(st, e) < 0 || patch_kernel(m, &s, e) < 0)
		return -1;
	check_secure_boot(st, b);
	return tdboot_rtmr1(b, &st->events[1], e);
}

static int
rtmr2(struct measure *m, const struct tdboot *b, struct err *e)
{
	struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf))
		return 0; /* left to the payload: zeros at its start */
	if (tdx_from_disk(m))
		return tddisk_rtmr2(&st->boot_disk, b, &st->events[2], e);
	if (need_disk(m, e) < 0 || need_ovmf(st, e) < 0)
		return -1;
	return tdboot_rtmr2(b, &st->events[2], e);
}

/* RTMR3 is the guest's own: zeros, or what the log of its agent leads to.
 */
static int
rtmr3(struct measure *m, const struct tdboot *b, struct err *e)
{
	struct tdx_state *st = m->state;
	const struct input_map *log = &m->files[OPT_AAEL].bytes;
	const char *path = m->v[OPT_AAEL];

	(void)b;
	if (path == NULL ||
	    tdaael_events(log->p, log->len, &st->events[3], e) == 0)
		return 0;
	return err_wrap(e, "%s", STR_QUOTED(path));
}

/* The inputs of all registers but the shape's files. */
static struct tdboot
describe_boot(const struct measure *m, const struct shape *s,
    const struct span in[static N_OPTIONS])
{
	const struct tdx_state *st = m->state;
	const struct measure_file *initrd = &m->files[OPT_INITRD];
	const struct tdx_inputs *t = &st->inputs;
	struct tdboot b = {
		.profile = st->profile,
		.firmware = &st->tdvf,
		.kernel = m->v[OPT_KERNEL] ? &in[OPT_KERNEL] : NULL,
		.initrd_sha384 = initrd->in.size > 0 ? initrd->sha384 : NULL,
		.cmdline = m->cmdline,
		.memory = s->memory,
		.smbios_sha384 =
		    m->v[OPT_SMBIOS_DIGEST] ? st->smbios_sha384 : NULL,
		.secure_boot_build = m->v[OPT_SECURE_BOOT_BUILD] != NULL,
	};

	if (t->looked) {
		b.names = t->firmware.has_names ? &t->firmware.names : NULL;
		b.secure_boot_build =
		    b.secure_boot_build || t->firmware.secure_boot;
		b.shell = t->firmware.shell;
	}
	if (m->v[OPT_ACPI] != NULL)
		tdx_inputs_lend(t, &b);
	if (m->v[OPT_ACPI_TABLES] != NULL)
		b.acpi_tables = &in[OPT_ACPI_TABLES];
	if (m->v[OPT_ACPI_RSDP] != NULL)
		b.acpi_rsdp = &in[OPT_ACPI_RSDP];
	if (m->v[OPT_ACPI_LOADER] != NULL)
		b.acpi_loader = &in[OPT_ACPI_LOADER];
	if (m->v[OPT_SMBIOS] != NULL)
		b.smbios = &in[OPT_SMBIOS];
	if (m->v[OPT_TD_HOB] != NULL)
		b.td_hob = &in[OPT_TD_HOB];
	if (m->v[OPT_DISK_PATH] != NULL)
		b.disk = &in[OPT_DISK_PATH];
	if (tdx_from_disk(m))
		b.image = &st->boot_disk.uki.image;
	return b;
}

/* Registers first to last; others keep what they had. */
static int
measure_rtmrs(struct measure *m, const struct shape *s, int first, int last,
    struct err *e)
{
	static int (*const fns[REGISTERS_RTMRS])(struct measure * m,
	    const struct tdboot *b,
	    struct err *e) = { rtmr0, rtmr1, rtmr2, rtmr3 };
	static const enum option files[] = { OPT_KERNEL, OPT_ACPI_TABLES,
		OPT_ACPI_RSDP, OPT_ACPI_LOADER, OPT_SMBIOS, OPT_TD_HOB };
	struct tdx_state *st = m->state;
	struct span in[N_OPTIONS];
	struct tdboot b;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		in[files[i]] = measure_bytes(m, files[i]);
	in[OPT_DISK_PATH] = span_of(st->disk_path.b, st->disk_path.len);
	b = describe_boot(m, s, in);
	for (int i = first; i <= last; i++) {
		int rc;

		st->events[i].n = 0;
		rc = fns[i](m, &b, e);
		if (rc == 0)
			tdevents_rtmr(&st->events[i], i,
			    st->values[TDX_RTMR0 + i].value);
		if (conclude(st, (enum tdx_reg)(TDX_RTMR0 + i), rc, e) < 0)
			return -1;
	}
	return 0;
}

static int
measure(struct measure *m, const struct shape *s, struct refset *ret_r,
    struct err *e)
{
	struct tdx_state *st = m->state;

	bool same =
	    st->filled && st->memory == s->memory && st->cmdline == m->cmdline;
	const char *acpi = m->v[OPT_ACPI];

	if (acpi != NULL &&
	    tdx_inputs_read(&st->inputs, acpi, s, !tdx_from_disk(m), e) < 0)
		return -1;
	if ((!same || acpi != NULL) && measure_rtmrs(m, s, 0, 0, e) < 0)
		return -1;
	if (!same && measure_rtmrs(m, s, 1, REGISTERS_RTMRS - 1, e) < 0)
		return -1;
	st->filled = true;
	st->memory = s->memory;
	st->cmdline = m->cmdline;
	tdx_describe(m, s, ret_r);
	return 0;
}

static void
release(struct measure *m)
{
	struct tdx_state *st = m->state;

	tdx_inputs_release(&st->inputs);
	bootdisk_release(&st->boot_disk);
}

const struct tee tee_tdx = {
	.name = "tdx",
	.title = "TDX registers",
	.bit = TEE_TDX,
	.state_size = sizeof(struct tdx_state),
	.check = check,
	.prepare = prepare,
	.measure = measure,
	.release = release,
};
