#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/json_out.h"
#include "measurements/cli/report.h"
#include "measurements/cli/tdreport.h"

static const char *const register_names[TDREPORT_N_REGISTERS] = { "mrtd",
	"rtmr0", "rtmr1", "rtmr2", "rtmr3", "mrconfigid" };

static const struct {
	const char *key;
	const char *label;
} input_names[TDREPORT_N_INPUTS] = {
	[TDREPORT_FIRMWARE] = { "firmware", "firmware" },
	[TDREPORT_KERNEL] = { "kernel", "kernel" },
	[TDREPORT_INITRD] = { "initrd", "initrd" },
	[TDREPORT_ACPI_TABLES] = { "acpi_tables", "ACPI tables" },
	[TDREPORT_ACPI_RSDP] = { "acpi_rsdp", "ACPI RSDP" },
	[TDREPORT_ACPI_LOADER] = { "acpi_loader", "ACPI loader" },
	[TDREPORT_INITDATA] = { "initdata", "initdata" },
	[TDREPORT_AAEL] = { "aael", "event log" },
};

/* What a register changes with; the list ends with NULL. */
enum {
	MAX_DEPENDS = 8
};

static const char *const depends[TDREPORT_N_REGISTERS][MAX_DEPENDS] = {
	[TDREPORT_MRTD] = { "firmware", "mrtd_order" },
	[TDREPORT_RTMR0] = { "firmware", "ovmf_version", "memory", "vcpus",
	    "devices", "qemu_version" },
	[TDREPORT_RTMR1] = { "kernel", "ovmf_version", "qemu_version" },
	[TDREPORT_RTMR2] = { "cmdline", "initrd", "ovmf_version" },
	[TDREPORT_RTMR3] = { "aael" },
	[TDREPORT_MRCONFIGID] = { "initdata" },
};

/* And RTMR1 where QEMU writes into the kernel, or a td-shim has it. */
static const char *const depends_patched[MAX_DEPENDS] = { "kernel",
	"ovmf_version", "qemu_version", "cmdline", "initrd", "memory" };
static const char *const depends_shim[MAX_DEPENDS] = { "firmware", "kernel",
	"cmdline" };

static bool
patched(const struct tdreport *r)
{
	return !r->shim && r->ovmf_version && r->qemu_version &&
	       tdprofile_patches_kernel(r->profile);
}

static const char *const *
depends_of(const struct tdreport *r, int i)
{
	if (i == TDREPORT_RTMR1 && r->shim)
		return depends_shim;
	if (i == TDREPORT_RTMR1 && patched(r))
		return depends_patched;
	return depends[i];
}

static const char *
build_name(const struct tdreport *r)
{
	if (r->shim)
		return NULL;
	return r->profile->intel_tdx ? "IntelTdxX64" : "OvmfPkgX64";
}

const char *
tdreport_register_name(enum tdreport_register r)
{
	return register_names[r];
}

int
tdreport_register_parse(const char *name, enum tdreport_register *ret_r,
    struct err *e)
{
	for (int i = 0; i < TDREPORT_N_REGISTERS; i++) {
		if (str_eq(name, register_names[i])) {
			*ret_r = (enum tdreport_register)i;
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT,
	    "register %s: not one of mrtd, rtmr0 to rtmr3, mrconfigid",
	    STR_QUOTED(name));
}

static void
put_hex(struct buf *out, const uint8_t *p)
{
	char hex[HEX_SIZE(TDEVENT_LEN)];

	hex_encode(p, TDEVENT_LEN, hex);
	buf_printf(out, "%s\n", hex);
}

int
tdreport_hex(const struct tdreport *r, enum tdreport_register reg,
    struct buf *out, struct err *e)
{
	if (!r->registers[reg].known)
		return err_set(e, ERR_UNSUPPORTED, "unsupported: %s: %s",
		    register_names[reg], r->registers[reg].why);
	put_hex(out, r->registers[reg].value);
	return 0;
}

static void
text_events(const struct tdreport *r, struct buf *out)
{
	buf_add_str(out, "Events\n");
	for (int i = 0; i < REGISTERS_RTMRS; i++) {
		for (size_t k = 0; k < r->events->n; k++) {
			const struct tdevent *ev = &r->events->e[k];

			if (ev->rtmr != i || !r->registers[i + 1].known)
				continue;
			buf_printf(out, "  rtmr%d %s\n    ", i, ev->what);
			put_hex(out, ev->digest);
		}
	}
}

static void
text_value(struct buf *out, const char *label, const char *value)
{
	buf_printf(out, "  %-15s %s\n", label, value ? value : "not given");
}

void
tdreport_text(const struct tdreport *r, struct buf *out)
{
	buf_add_str(out, "TDX registers (sha384)\n");
	for (int i = 0; i < TDREPORT_N_REGISTERS; i++) {
		const char *const *d = depends_of(r, i);

		buf_printf(out, "  %s\n    ", register_names[i]);
		if (!r->registers[i].known) {
			buf_printf(out, "unsupported: %s\n",
			    r->registers[i].why);
			continue;
		}
		put_hex(out, r->registers[i].value);
		buf_add_str(out, "    by");
		for (int k = 0; k < MAX_DEPENDS && d[k]; k++)
			buf_printf(out, "%s %s", k ? "," : "", d[k]);
		buf_u8(out, '\n');
	}
	text_events(r, out);
	buf_add_str(out, "They depend on\n");
	for (int i = 0; i < TDREPORT_N_INPUTS; i++)
		report_text_input(out, input_names[i].label, r->inputs[i],
		    "not given");
	buf_printf(out, "  %-15s ", "command line");
	report_text_string(out, r->cmdline ? r->cmdline : "not given");
	text_value(out, "firmware is", r->shim ? "td-shim" : build_name(r));
	text_value(out, "OVMF version", r->ovmf_version);
	text_value(out, "QEMU version", r->qemu_version);
	text_value(out, "MRTD order", mrtd_order_name(r->order));
	buf_printf(out, "  %-15s ", "SMBIOS digest");
	if (r->smbios_sha384 == NULL)
		buf_add_str(out, "not given\n");
	else
		put_hex(out, r->smbios_sha384);
	buf_printf(out, "  %-15s ", "memory");
	if (r->memory == 0)
		buf_add_str(out, "not given\n");
	else
		buf_printf(out, "%" PRIu64 " bytes\n", r->memory);
}

static void
json_registers(const struct tdreport *r, struct json_out *j)
{
	json_out_object(j, "registers");
	for (int i = 0; i < TDREPORT_N_REGISTERS; i++) {
		if (r->registers[i].known)
			json_out_hex(j, register_names[i],
			    r->registers[i].value, TDEVENT_LEN);
		else
			json_out_null(j, register_names[i]);
	}
	json_out_end(j);
	json_out_object(j, "unsupported");
	for (int i = 0; i < TDREPORT_N_REGISTERS; i++)
		if (!r->registers[i].known)
			json_out_string(j, register_names[i],
			    r->registers[i].why);
	json_out_end(j);
	json_out_object(j, "depends");
	for (int i = 0; i < TDREPORT_N_REGISTERS; i++) {
		const char *const *d = depends_of(r, i);

		json_out_array(j, register_names[i]);
		for (int k = 0; k < MAX_DEPENDS && d[k]; k++)
			json_out_string(j, NULL, d[k]);
		json_out_end(j);
	}
	json_out_end(j);
}

static void
json_profile(const struct tdreport *r, struct json_out *j)
{
	json_out_object(j, "profile");
	json_out_string(j, "firmware", r->shim ? "td-shim" : "ovmf");
	json_out_string(j, "build", build_name(r));
	json_out_string(j, "ovmf_version", r->ovmf_version);
	json_out_string(j, "qemu_version", r->qemu_version);
	json_out_string(j, "mrtd_order", mrtd_order_name(r->order));
	if (!r->shim && (!r->ovmf_version || !r->qemu_version))
		json_out_null(j, "kernel_patched");
	else
		json_out_bool(j, "kernel_patched", patched(r));
	json_out_end(j);
}

static void
json_events(const struct tdreport *r, struct json_out *j)
{
	json_out_array(j, "events");
	for (int i = 0; i < REGISTERS_RTMRS; i++) {
		for (size_t k = 0; k < r->events->n; k++) {
			const struct tdevent *ev = &r->events->e[k];

			if (ev->rtmr != i || !r->registers[i + 1].known)
				continue;
			json_out_object(j, NULL);
			json_out_string(j, "register", register_names[i + 1]);
			json_out_string(j, "type",
			    eventlog_type_name(ev->type));
			json_out_hex(j, "digest", ev->digest, TDEVENT_LEN);
			json_out_string(j, "what", ev->what);
			json_out_end(j);
		}
	}
	json_out_end(j);
}

void
tdreport_json(const struct tdreport *r, struct buf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_out_object(&j, NULL);
	json_out_string(&j, "target", "tdx");
	json_out_string(&j, "algorithm", "sha384");
	json_registers(r, &j);
	json_out_object(&j, "mrtd_orders");
	for (int i = 0; i < MRTD_N_ORDERS; i++)
		json_out_hex(&j, mrtd_order_name((enum mrtd_order)i),
		    r->mrtd[i], MRTD_LEN);
	json_out_end(&j);
	json_out_object(&j, "inputs");
	for (int i = 0; i < TDREPORT_N_INPUTS; i++)
		report_json_input(&j, input_names[i].key, r->inputs[i]);
	report_json_cmdline(&j, r->cmdline, r->cmdline_sha256);
	json_out_end(&j);
	json_profile(r, &j);
	if (r->memory == 0)
		json_out_null(&j, "memory");
	else
		json_out_number(&j, "memory", r->memory);
	json_events(r, &j);
	if (r->smbios_sha384 == NULL)
		json_out_null(&j, "smbios_digest");
	else
		json_out_hex(&j, "smbios_digest", r->smbios_sha384,
		    TDEVENT_LEN);
	json_out_end(&j);
}
