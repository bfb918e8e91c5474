#include <string.h>

#include "base/buf.h"
#include "measurements/format/sbpass.h"
#include "measurements/vtpm/pcrboot.h"

enum {
	UKI_MAX = 256 * 1024 * 1024
};

static const char calling[] = "Calling EFI Application from Boot Option";
static const char leaving[] = "Exit Boot Services Invocation";
static const char left[] = "Exit Boot Services Returned with Success";

static int
need_uki(const struct pcrboot *b, struct err *e)
{
	if (b->uki != NULL)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no --uki or --disk is given");
}

/* Whether Secure Boot is on decides how a stub starts the kernel. */
static int
secure_boot(const struct pcrboot *b, bool *ret_on, struct err *e)
{
	if (b->vars == NULL && b->secure_boot == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "neither a variable store nor --secure-boot is given");
	*ret_on = b->vars ? b->vars->on : *b->secure_boot;
	return 0;
}

static int
add_image(struct pcrevents *t, const struct span *image, const char *what,
    struct err *e)
{
	struct pcrdigest d;

	for (int i = 0; i < PCREVENTS_BANKS; i++)
		if (pe_hash(image->p, span_len(image),
			pcrevents_alg((enum pcrevents_bank)i), d.b[i], e) < 0)
			return err_wrap(e, "%s", what);
	pcrevents_add_digest(t, 4, EVENT_BOOT_SERVICES_APPLICATION, &d, what);
	return 0;
}

static int
images(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	const struct pe_section *linux;
	struct span entry;
	bool on = false;

	if (need_uki(b, e) < 0)
		return -1;
	/* Only an older stub's way depends on it. */
	if (uki_loads_kernel(b->uki, false) && secure_boot(b, &on, e) < 0)
		return -1;
	/* An image that may not start is not measured at all. */
	if (b->vars != NULL && b->vars->on &&
	    sbpass_find(b->vars, &b->uki->image, &entry, e) < 0)
		return -1;
	t->stage = STAGE_READY;
	pcrevents_add_text(t, 4, EVENT_ACTION, calling);
	t->stage = STAGE_SEPARATOR;
	pcrevents_add_separator(t, 4);
	t->stage = STAGE_IMAGE;
	if (add_image(t, &b->uki->image, b->uki->stub ? "UKI" : "kernel", e) <
	    0)
		return -1;
	linux = pe_section_find(&b->uki->pe, ".linux");
	if (!uki_loads_kernel(b->uki, on))
		return 0;
	return add_image(t, &linux->data, "kernel in .linux", e);
}

static int
disk(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	struct pcrdigest d;

	if (b->gpt == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "no --disk is given, whose partition table is measured");
	t->stage = STAGE_SEPARATOR;
	pcrevents_add_separator(t, 5);
	t->stage = STAGE_DISK;
	for (int i = 0; i < PCREVENTS_BANKS; i++)
		gpt_digest(b->gpt, pcrevents_alg((enum pcrevents_bank)i),
		    d.b[i]);
	pcrevents_add_digest(t, 5, EVENT_GPT, &d, "partition table");
	t->stage = STAGE_LEAVE;
	pcrevents_add_text(t, 5, EVENT_ACTION, leaving);
	pcrevents_add_text(t, 5, EVENT_ACTION, left);
	return 0;
}

static int
no_extras(const struct pcrboot *b, struct err *e)
{
	if (need_uki(b, e) < 0)
		return -1;
	if (b->extras && b->uki->stub != 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "the ESP has files that the UKI's stub may pick up");
	return 0;
}

static int
kernel(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	struct buf options, initrd;
	int rc;

	if (no_extras(b, e) < 0)
		return -1;
	if (b->uki->stub == 0)
		return 0; /* no options, and its initrd is within */
	buf_init(&options, 2 * LIMIT_CMDLINE);
	buf_init(&initrd, UKI_MAX);
	rc = uki_options(b->uki, &options, e) < 0 ||
		     uki_initrd(b->uki, &initrd, e) < 0
		 ? -1
		 : 0;
	if (rc == 0 && buf_bad(&options))
		rc = err_set(e, ERR_LIMIT,
		    "the command line has more than %d bytes", LIMIT_CMDLINE);
	if (rc == 0) {
		pcrevents_add(t, 9, EVENT_TAG, options.p, options.len,
		    "LOADED_IMAGE::LoadOptions");
		if (initrd.len > 0)
			pcrevents_add(t, 9, EVENT_TAG, initrd.p, initrd.len,
			    "Linux initrd");
	}
	buf_release(&options);
	buf_release(&initrd);
	return rc;
}

static int
sections(const struct pcrboot *b, struct pcrevents *t, struct err *e)
{
	struct pcrdigest d;
	struct sha2 h;

	if (need_uki(b, e) < 0)
		return -1;
	for (size_t i = 0; i < b->uki->n; i++) {
		const struct pe_section *s = b->uki->measured[i];

		pcrevents_add(t, 11, EVENT_IPL, s->name, strlen(s->name) + 1,
		    s->name);
		for (int k = 0; k < PCREVENTS_BANKS; k++) {
			sha2_init(&h, pcrevents_alg((enum pcrevents_bank)k));
			uki_section_hash(s, &h);
			sha2_final(&h, d.b[k]);
		}
		pcrevents_add_digest(t, 11, EVENT_IPL, &d, "its contents");
	}
	return 0;
}

/* The guest extends it in the bank for SHA-256 alone. */
static int
initdata(const struct pcrboot *b, struct pcrevents *t)
{
	struct pcrdigest d = { { { 0 } } };

	if (b->initdata == NULL)
		return 0;
	memcpy(d.b[PCREVENTS_SHA256], b->initdata, SHA2_256_LEN);
	pcrevents_add_digest(t, 8, EVENT_IPL, &d, "initdata");
	t->e[t->n - 1].sha256_only = true;
	return 0;
}

int
pcrboot_events(const struct pcrboot *b, int pcr, struct pcrevents *t,
    struct err *e)
{
	if (!pcrplatform_knows(b->platform, pcr))
		return err_set(e, ERR_UNSUPPORTED,
		    "what the firmware of %s measures into it",
		    pcrplatform_name(b->platform));
	t->stage = STAGE_PLATFORM;
	switch (pcr) {
	case 0:
		return pcrplat_firmware(b, t, e);
	case 1:
		return pcrplat_config(b, t, e);
	case 2:
	case 3:
	case 6:
		pcrevents_add_separator(t, pcr);
		return 0;
	case 4:
		return images(b, t, e);
	case 5:
		return disk(b, t, e);
	case 7:
		return pcrplat_secure_boot(b, t, e);
	case 8:
		return initdata(b, t);
	case 9:
		return kernel(b, t, e);
	case 11:
		return sections(b, t, e);
	case 12:
	case 13:
		return no_extras(b, e);
	}
	return 0;
}
