#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/explain/names.h"

/* What a dependence is called, and what about it changes a value. */
static const struct {
	const char *name, *title, *change;
} dependences[] = {
	{ "cmdline", "kernel command line",
	    "any character of it, spaces and order included" },
	{ "vcpus", "number of vCPUs", "another number at launch" },
	{ "memory", "size of memory", "another size" },
	{ "vcpu_type", "vCPU model", "another -cpu of the VMM" },
	{ "vcpu_sig", "vCPU signature", "another family, model or stepping" },
	{ "guest_features", "SEV features",
	    "another version of host kernel or VMM that sets other features" },
	{ "vmm", "VMM", "another VMM: each sets guests up in its own way" },
	{ "policy", "guest policy", "another policy at launch" },
	{ "mrtd_order", "order of page measurement",
	    "a host kernel that adds and measures pages in another order" },
	{ "ovmf_version", "version of edk2",
	    "a version that logs other events, or in another order" },
	{ "qemu_version", "version of QEMU",
	    "a version with other ACPI tables, or that changes the kernel's "
	    "header" },
	{ "processor", "processor",
	    "another model, or another width of addresses" },
	{ "ovmf_hash", "digest after the firmware", "another firmware" },
	{ "svsm_vars_size", "room for variables", "another size" },
	{ "devices", "devices of the machine",
	    "a device more, less, or elsewhere" },
	{ "initdata", "initdata", "any byte of the document" },
	{ "agent_policy", "agent's policy", "any byte of its text" },
	{ "smbios_digest", "SMBIOS tables", "other tables of the VMM" },
	{ "secure_boot", "Secure Boot", "its state, or its keys" },
	{ "aael", "events of the guest at run time", "another event" },
	{ "firmware", "firmware", NULL },
	{ "kernel", "kernel", NULL },
	{ "initrd", "initrd", NULL },
	{ "svsm", "SVSM", NULL },
	{ "acpi_tables", "ACPI tables", NULL },
	{ "acpi_rsdp", "ACPI root pointer", NULL },
	{ "acpi_loader", "ACPI loader's commands", NULL },
	{ "smbios", "SMBIOS tables", NULL },
	{ "extra_pci_roots", "fw_cfg: extra PCI roots", NULL },
	{ "boot_menu", "fw_cfg: boot menu", NULL },
	{ "boot_menu_wait", "fw_cfg: wait of the boot menu", NULL },
	{ "reserved_memory_end", "fw_cfg: end of reserved memory", NULL },
	{ "mmio64_mb", "fw_cfg: size of the 64-bit window", NULL },
	{ "bootorder", "fw_cfg: boot order", NULL },
	{ "td_hob", "TD HOB", NULL },
	{ "uki", "unified kernel image", NULL },
	{ "disk", "disk", NULL },
	{ "vars", "variable store", NULL },
};

static const struct {
	const char *name, *title;
} registers[] = {
	{ "measurement",
	    "all that was in memory before the first instruction" },
	{ "host_data",
	    "what the host bound to the guest: initdata or a policy" },
	{ "mrtd", "the firmware, as it was put into memory" },
	{ "rtmr0", "the firmware's configuration: memory, ACPI, variables" },
	{ "rtmr1", "what was started: kernel or boot loader" },
	{ "rtmr2", "what the kernel was given: command line, initrd" },
	{ "rtmr3", "what the guest itself adds while it runs" },
	{ "mrconfigid", "what the host bound to the guest: initdata" },
	{ "pcr0", "the firmware" },
	{ "pcr1", "the firmware's configuration" },
	{ "pcr2", "option ROMs" },
	{ "pcr3", "configuration of option ROMs" },
	{ "pcr4", "boot loader and kernel" },
	{ "pcr5", "partition table, and the way into the kernel" },
	{ "pcr6", "platform events" },
	{ "pcr7", "Secure Boot: its state and keys" },
	{ "pcr8", "initdata, or a boot loader's commands" },
	{ "pcr9", "what the kernel was given: command line, initrd" },
	{ "pcr11", "the sections of the unified kernel image" },
	{ "pcr12", "what was added to the unified kernel image" },
	{ "pld", "the pages of the image" },
	{ "ald", "the addresses of the pages" },
	{ "tld", "the tweaks of the pages" },
	{ "tag", "the header of the image" },
};

const char *
names_title(const char *name)
{
	for (size_t i = 0; i < sizeof(dependences) / sizeof(dependences[0]);
	     i++)
		if (str_eq(dependences[i].name, name))
			return dependences[i].title;
	return name;
}

static const char any_byte[] = "any byte of the file";

const char *
names_change(const struct refset *r, const char *name)
{
	for (size_t i = 0; i < sizeof(dependences) / sizeof(dependences[0]);
	     i++)
		if (str_eq(dependences[i].name, name))
			return dependences[i].change ? dependences[i].change
						     : any_byte;
	return refset_input(r, name) ? any_byte : "another value";
}

bool
names_other_bank(const struct refset *r, const char *name)
{
	size_t len = strcspn(name, "_");

	for (size_t i = 0; name[len] != '\0' && i < r->n_registers; i++)
		if (strlen(r->registers[i].name) == len &&
		    memcmp(r->registers[i].name, name, len) == 0)
			return true;
	return false;
}

const char *
names_register(const char *name)
{
	/* Without its bank, but "host_data" is a name whole. */
	size_t len =
	    str_starts(name, "pcr") ? strcspn(name, "_") : strlen(name);

	for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
		if (strlen(registers[i].name) == len &&
		    memcmp(registers[i].name, name, len) == 0)
			return registers[i].title;
	return NULL;
}

void
names_text(const char *s, struct buf *b)
{
	for (; *s != '\0'; s++) {
		if (*s >= ' ' && *s <= '~' && *s != '\\')
			buf_u8(b, (uint8_t)*s);
		else
			buf_printf(b, "\\x%02x", (unsigned char)*s);
	}
}

static void
put_param(const struct refset_param *p, struct buf *b)
{
	switch (p->type) {
	case REFSET_NUMBER:
		buf_printf(b, "%" PRIu64, p->number);
		return;
	case REFSET_BITS:
		buf_printf(b, "0x%" PRIx64, p->number);
		return;
	case REFSET_BOOL:
		buf_add_str(b, p->number ? "yes" : "no");
		return;
	case REFSET_STRING:
		names_text(p->string, b);
		return;
	}
}

void
names_memory(uint64_t bytes, struct buf *b)
{
	uint64_t mib = bytes >> 20;

	if (bytes % (1 << 20) != 0)
		buf_printf(b, "%" PRIu64 " bytes", bytes);
	else if (mib % 1024 == 0)
		buf_printf(b, "%" PRIu64 " GiB", mib / 1024);
	else
		buf_printf(b, "%" PRIu64 " MiB", mib);
}

void
names_value(const struct refset *r, const char *name, struct buf *b)
{
	const struct refset_input *in = refset_input(r, name);
	const struct refset_param *p = refset_param(r, name);
	char hex[HEX_SIZE(SHA2_256_LEN)];

	if (in != NULL) {
		hex_encode(in->sha256, sizeof(in->sha256), hex);
		buf_printf(b, "sha256 %s", hex);
	} else if (p != NULL && str_eq(name, "memory") &&
		   p->type != REFSET_STRING) {
		names_memory(p->number, b);
	} else if (p != NULL) {
		put_param(p, b);
	} else if (str_eq(name, "cmdline") && r->cmdline != NULL) {
		hex_encode(r->cmdline_sha256, SHA2_256_LEN, hex);
		buf_printf(b, "sha256 %s", hex);
	} else if (str_eq(name, "vcpus") && r->shape[REFSET_VCPUS] != 0) {
		buf_printf(b, "%" PRIu64, r->shape[REFSET_VCPUS]);
	} else if (str_eq(name, "memory") && r->shape[REFSET_MEMORY] != 0) {
		names_memory(r->shape[REFSET_MEMORY], b);
	}
}

void
names_shape(const struct refset *r, struct buf *b)
{
	uint64_t n = r->shape[REFSET_VCPUS];

	buf_add_str(b, r->target);
	if (n != 0)
		buf_printf(b, ", %" PRIu64 " vCPU%s", n, n == 1 ? "" : "s");
	if (r->shape[REFSET_MEMORY] != 0) {
		buf_add_str(b, ", ");
		names_memory(r->shape[REFSET_MEMORY], b);
	}
}
