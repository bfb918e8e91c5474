#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/tddisk.h"
#include "measurements/cli/tee.h"
#include "measurements/format/bzimage.h"
#include "measurements/format/initdata.h"
#include "measurements/format/limits.h"
#include "measurements/tdx/mrtd.h"
#include "measurements/tdx/tdboot.h"

enum reg {
	MRTD,
	RTMR0,
	RTMR1,
	RTMR2,
	RTMR3,
	MRCONFIGID,
	N_REGS
};

static const char *const reg_names[N_REGS] = { "mrtd", "rtmr0", "rtmr1",
	"rtmr2", "rtmr3", "mrconfigid" };

enum {
	MAX_DEPENDS = 8,
	XFAM_LEN = 8
};

/* What a register changes with; the list ends with NULL. */
static const char *const depends[N_REGS][MAX_DEPENDS] = {
	[MRTD] = { "firmware", "mrtd_order" },
	[RTMR0] = { "firmware", "ovmf_version", "memory", "vcpus", "devices",
	    "qemu_version" },
	[RTMR1] = { "kernel", "ovmf_version", "qemu_version" },
	[RTMR2] = { "cmdline", "initrd", "ovmf_version" },
	[RTMR3] = { "aael" },
	[MRCONFIGID] = { "initdata" },
};

/* And RTMR1 where QEMU writes into the kernel, or a td-shim has it. */
static const char *const depends_patched[MAX_DEPENDS] = { "kernel",
	"ovmf_version", "qemu_version", "cmdline", "initrd", "memory" };
static const char *const depends_shim[MAX_DEPENDS] = { "firmware", "kernel",
	"cmdline" };
/* And where firmware starts a UKI, by itself or from a disk. */
static const char *const depends_uki1[MAX_DEPENDS] = { "uki", "ovmf_version",
	"secure_boot" };
static const char *const depends_uki2[MAX_DEPENDS] = { "uki" };
static const char *const depends_disk1[MAX_DEPENDS] = { "disk", "ovmf_version",
	"secure_boot" };
static const char *const depends_disk2[MAX_DEPENDS] = { "disk" };

/* Which artefact an event is the digest of, by what tdboot calls it. */
static const struct {
	const char *what;
	const char *input;
} event_inputs[] = {
	{ "kernel", "kernel" },
	{ "kernel, as QEMU changes it", "kernel" },
	{ "td_payload", "kernel" },
	{ "td_payload_info", "cmdline" },
	{ "LOADED_IMAGE::LoadOptions", "cmdline" },
	{ "Linux initrd", "initrd" },
	{ "TD HOB", "memory" },
	{ "variable store", "firmware" },
	{ "ACPI etc/table-loader", "acpi_tables" },
	{ "ACPI etc/acpi/rsdp", "acpi_tables" },
	{ "ACPI etc/acpi/tables", "acpi_tables" },
	{ "SMBIOS", "smbios_digest" },
	{ "event of the guest", "aael" },
};

/* A register as it was worked out. */
struct value {
	bool known;
	uint8_t value[TDEVENT_LEN];
	char why[REFSET_TEXT];
};

struct tdx_state {
	struct tdprofile profile;
	bool orders[MRTD_N_ORDERS]; /* that are wanted */
	enum mrtd_order order;      /* the first of them */
	uint8_t mrtd[MRTD_N_ORDERS][MRTD_LEN];
	uint8_t smbios_sha384[TDEVENT_LEN];
	/* In lower case, as what they are compared with. */
	char xfam[HEX_SIZE(XFAM_LEN)];
	char smbios_digest[HEX_SIZE(TDEVENT_LEN)];
	struct tdvf tdvf;
	struct bootdisk boot_disk;
	/* What was worked out last, for these: shapes with other vCPUs share
	 * it. */
	bool filled;
	uint64_t memory;
	const char *cmdline;
	struct value values[N_REGS];
	struct tdevents events;
};

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

static int
check(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	const char *const *v = m->v;
	uint8_t xfam[XFAM_LEN] = { 0 };

	bootdisk_init(&st->boot_disk);
	if (!!v[OPT_KERNEL] + !!v[OPT_UKI] + !!v[OPT_DISK] > 1)
		return err_set(e, ERR_ARGUMENT,
		    "--kernel, --uki and --disk: only one of them is started");

	if (measure_need(m, OPT_FIRMWARE, e) < 0 || read_order(m, e) < 0)
		return -1;
	if (v[OPT_OVMF_VERSION] &&
	    tdprofile_ovmf_parse(v[OPT_OVMF_VERSION], &st->profile.ovmf, e) < 0)
		return err_wrap(e, "--ovmf-version");
	if (v[OPT_QEMU_VERSION] &&
	    tdprofile_qemu_parse(v[OPT_QEMU_VERSION], &st->profile.qemu, e) < 0)
		return err_wrap(e, "--qemu-version");
	if (v[OPT_XFAM] && options_hex(v, OPT_XFAM, xfam, XFAM_LEN, e) < 0)
		return -1;
	if (v[OPT_SMBIOS_DIGEST] && options_hex(v, OPT_SMBIOS_DIGEST,
					st->smbios_sha384, TDEVENT_LEN, e) < 0)
		return -1;
	hex_encode(xfam, XFAM_LEN, st->xfam);
	hex_encode(st->smbios_sha384, TDEVENT_LEN, st->smbios_digest);
	return 0;
}

/*
 * The verdict on a register: rc and e are what its computation said. What is
 * not given or not known leaves it unknown; anything else is an error.
 */
static int
conclude(struct tdx_state *st, enum reg reg, int rc, struct err *e)
{
	struct value *v = &st->values[reg];

	v->known = rc == 0;
	if (rc == 0)
		return 0;
	if (e->code != ERR_NOT_FOUND && e->code != ERR_UNSUPPORTED)
		return err_wrap(e, "%s", reg_names[reg]);
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
	memcpy(st->values[MRTD].value, st->mrtd[st->order], MRTD_LEN);
	return conclude(st, MRTD, rc, e);
}

static bool
from_disk(const struct measure *m)
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

static int
prepare(struct measure *m, struct err *e)
{
	struct tdx_state *st = m->state;
	const struct buf *initdata = &m->files[OPT_INITDATA].bytes;
	const struct buf *fw = &m->files[OPT_FIRMWARE].bytes;
	int rc = 0;

	if (tdvf_parse(fw->p, fw->len, &st->tdvf, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(m->v[OPT_FIRMWARE]));
	st->profile.intel_tdx = tdprofile_is_intel_tdx(&st->tdvf);
	/* MRTD first: patch_kernel() changes the bytes. */
	if (open_disk(m, e) < 0 || measure_mrtd(m, e) < 0)
		return -1;
	/* Without initdata the VMM leaves MRCONFIGID as zeros. */
	if (m->v[OPT_INITDATA] != NULL)
		rc = initdata_field(initdata->p, initdata->len,
		    st->values[MRCONFIGID].value, INITDATA_MRCONFIGID, e);
	return conclude(st, MRCONFIGID, rc, e);
}

/* QEMU's changes, made in our copy of the kernel; a second time, likewise. */
static int
patch_kernel(struct measure *m, const struct shape *s, struct err *e)
{
	const struct tdx_state *st = m->state;
	struct buf *kernel = &m->files[OPT_KERNEL].bytes;
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
need_version(const struct measure *m, enum option o, struct err *e)
{
	if (m->v[o] != NULL)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no --%s is given", options[o].name);
}

static int
rtmr0(struct measure *m, const struct tdboot *b, struct err *e)
{
	struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf))
		return err_set(e, ERR_UNSUPPORTED,
		    "the TD HOB that a VMM makes for a td-shim");
	if (from_disk(m))
		return err_set(e, ERR_UNSUPPORTED,
		    "the boot variables of a boot that is not a direct one");
	if (need_version(m, OPT_OVMF_VERSION, e) < 0)
		return -1;
	if (b->acpi_tables != NULL && m->shapes.n > 1)
		return err_set(e, ERR_NOT_FOUND,
		    "the ACPI tables that are given are those of one shape");
	return tdboot_rtmr0(b, &st->events, e);
}

static int
rtmr1(struct measure *m, const struct tdboot *b, struct err *e)
{
	const struct shape s = { .memory = b->memory };
	struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf))
		return tdboot_shim_rtmr1(b, &st->events, e);
	if (from_disk(m))
		return need_version(m, OPT_OVMF_VERSION, e) < 0
			   ? -1
			   : tddisk_rtmr1(&st->boot_disk, b, &st->events, e);
	if (need_version(m, OPT_OVMF_VERSION, e) < 0 ||
	    need_version(m, OPT_QEMU_VERSION, e) < 0 ||
	    patch_kernel(m, &s, e) < 0)
		return -1;
	return tdboot_rtmr1(b, &st->events, e);
}

static int
rtmr2(struct measure *m, const struct tdboot *b, struct err *e)
{
	struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf))
		return 0; /* left to the payload: zeros at its start */
	if (from_disk(m))
		return tddisk_rtmr2(&st->boot_disk, b, &st->events, e);
	if (need_version(m, OPT_OVMF_VERSION, e) < 0)
		return -1;
	return tdboot_rtmr2(b, &st->events, e);
}

/* RTMR3 is the guest's own: zeros, or what the log of its agent leads to. */
static int
rtmr3(struct measure *m, const struct tdboot *b, struct err *e)
{
	struct tdx_state *st = m->state;
	const struct buf *bytes = &m->files[OPT_AAEL].bytes;
	const char *path = m->v[OPT_AAEL];
	const struct event_digest *d;
	struct eventlog log;
	struct event ev;
	int rc;

	(void)b;
	if (path == NULL)
		return 0;
	if (eventlog_open(bytes->p, bytes->len, &log, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	if (log.kind != EVENTLOG_CC)
		return err_set(e, ERR_ARGUMENT, "%s: a TPM's log, not a TD's",
		    STR_QUOTED(path));
	while ((rc = eventlog_next(&log, &ev, e)) > 0) {
		if (ev.index != REGISTERS_RTMRS || ev.type == EVENT_NO_ACTION)
			continue;
		d = event_digest_find(&ev, EVENTLOG_SHA384);
		if (d == NULL)
			return err_set(e, ERR_SYNTAX,
			    "%s: the event at offset 0x%zx has no sha384 "
			    "digest",
			    STR_QUOTED(path), ev.offset);
		if (st->events.n == LIMIT_TD_EVENTS)
			return err_set(e, ERR_LIMIT,
			    "%s: too many events for RTMR3", STR_QUOTED(path));
		tdevents_add_digest(&st->events, 3, ev.type, d->bytes.p,
		    "event of the guest");
	}
	return rc;
}

static int
measure_rtmrs(struct measure *m, const struct shape *s, struct err *e)
{
	static int (*const fns[REGISTERS_RTMRS])(struct measure * m,
	    const struct tdboot *b,
	    struct err *e) = { rtmr0, rtmr1, rtmr2, rtmr3 };
	struct tdx_state *st = m->state;
	struct span kernel = measure_bytes(m, OPT_KERNEL);
	struct span tables = measure_bytes(m, OPT_ACPI_TABLES);
	struct span rsdp = measure_bytes(m, OPT_ACPI_RSDP);
	struct span loader = measure_bytes(m, OPT_ACPI_LOADER);
	const struct measure_file *initrd = &m->files[OPT_INITRD];
	const struct tdboot b = {
		.profile = st->profile,
		.firmware = &st->tdvf,
		.kernel = m->v[OPT_KERNEL] ? &kernel : NULL,
		.initrd_sha384 = initrd->in.size > 0 ? initrd->sha384 : NULL,
		.cmdline = m->cmdline,
		.memory = s->memory,
		.acpi_tables = m->v[OPT_ACPI_TABLES] ? &tables : NULL,
		.acpi_rsdp = m->v[OPT_ACPI_RSDP] ? &rsdp : NULL,
		.acpi_loader = m->v[OPT_ACPI_LOADER] ? &loader : NULL,
		.smbios_sha384 =
		    m->v[OPT_SMBIOS_DIGEST] ? st->smbios_sha384 : NULL,
		.secure_boot_build = m->v[OPT_SECURE_BOOT_BUILD] != NULL,
	};

	st->events.n = 0;
	for (int i = 0; i < REGISTERS_RTMRS; i++) {
		int rc = fns[i](m, &b, e);

		if (rc == 0)
			tdevents_rtmr(&st->events, i,
			    st->values[RTMR0 + i].value);
		if (conclude(st, (enum reg)(RTMR0 + i), rc, e) < 0)
			return -1;
	}
	return 0;
}

/* Known and true, known and false, or not known (-1). */
static int
is_patched(const struct measure *m)
{
	const struct tdx_state *st = m->state;

	if (tdvf_is_shim(&st->tdvf) || from_disk(m))
		return 0;
	if (!m->v[OPT_OVMF_VERSION] || !m->v[OPT_QEMU_VERSION])
		return -1;
	return tdprofile_patches_kernel(&st->profile);
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
	refset_add_string(r, "ovmf_version", m->v[OPT_OVMF_VERSION]);
	refset_add_string(r, "qemu_version", m->v[OPT_QEMU_VERSION]);
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
	if (m->v[OPT_XFAM] != NULL)
		refset_add_string(r, "xfam", st->xfam);
}

static void
add_depends(const struct measure *m, enum reg reg, struct refset_register *out)
{
	const struct tdx_state *st = m->state;
	const char *const *d = depends[reg];

	if (reg == RTMR1 && tdvf_is_shim(&st->tdvf))
		d = depends_shim;
	else if (reg == RTMR1 && is_patched(m) == 1)
		d = depends_patched;
	else if ((reg == RTMR1 || reg == RTMR2) && m->v[OPT_UKI])
		d = reg == RTMR1 ? depends_uki1 : depends_uki2;
	else if ((reg == RTMR1 || reg == RTMR2) && m->v[OPT_DISK])
		d = reg == RTMR1 ? depends_disk1 : depends_disk2;
	for (int i = 0; i < MAX_DEPENDS && d[i] != NULL; i++)
		refset_depend(out, d[i]);
}

static const char *
input_of(const char *what)
{
	for (size_t i = 0; i < sizeof(event_inputs) / sizeof(event_inputs[0]);
	     i++)
		if (str_eq(what, event_inputs[i].what))
			return event_inputs[i].input;
	return NULL;
}

static void
add_registers(const struct measure *m, struct refset *r)
{
	const struct tdx_state *st = m->state;
	struct refset_register *regs[N_REGS];

	for (int i = 0; i < N_REGS; i++) {
		regs[i] = refset_add_register(r, reg_names[i],
		    i == MRCONFIGID ? NULL : "sha384", TDEVENT_LEN);
		add_depends(m, (enum reg)i, regs[i]);
		if (st->values[i].known)
			refset_register_set(regs[i], st->values[i].value);
		else
			refset_register_unknown(regs[i], st->values[i].why);
	}
	for (int i = 0; i < MRTD_N_ORDERS; i++)
		if (st->orders[i] && i != (int)st->order &&
		    st->values[MRTD].known)
			refset_register_also(regs[MRTD],
			    mrtd_order_name((enum mrtd_order)i), st->mrtd[i]);
	for (int i = RTMR0; i <= RTMR3; i++) {
		for (size_t k = 0; k < st->events.n; k++) {
			const struct tdevent *ev = &st->events.e[k];

			if (ev->rtmr == i - RTMR0 && st->values[i].known)
				refset_add_event(r, regs[i],
				    eventlog_type_name(ev->type),
				    input_of(ev->what), ev->digest, ev->what);
		}
	}
}

static int
measure(struct measure *m, const struct shape *s, struct refset *ret_r,
    struct err *e)
{
	struct tdx_state *st = m->state;

	if (!st->filled || st->memory != s->memory ||
	    st->cmdline != m->cmdline) {
		if (measure_rtmrs(m, s, e) < 0)
			return -1;
		st->filled = true;
		st->memory = s->memory;
		st->cmdline = m->cmdline;
	}
	add_params(m, s, ret_r);
	add_registers(m, ret_r);
	return 0;
}

static void
release(struct measure *m)
{
	struct tdx_state *st = m->state;

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
