#include <string.h>

#include "base/buf.h"
#include "measurements/format/limits.h"
#include "measurements/format/pe.h"
#include "measurements/tdx/tdboot.h"

enum {
	RTMR1 = 1,
	RTMR2 = 2
};

static const char calling[] = "Calling EFI Application from Boot Option";
static const char leaving[] = "Exit Boot Services Invocation";
static const char left[] = "Exit Boot Services Returned with Success";

static void
add_action(struct tdevents *t, const char *text)
{
	tdevents_add(t, RTMR1, EVENT_ACTION, text, strlen(text), text);
}

static int
need_kernel(const struct tdboot *b, struct err *e)
{
	if (b->kernel != NULL)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no kernel is given");
}

int
tdboot_rtmr1(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	uint8_t digest[TDEVENT_LEN];

	if (need_kernel(b, e) < 0)
		return -1;
	if (pe_hash(b->kernel->p, span_len(b->kernel), SHA2_384, digest, e) < 0)
		return err_wrap(e, "kernel");
	tdevents_add_digest(t, RTMR1, EVENT_BOOT_SERVICES_APPLICATION, digest,
	    tdprofile_patches_kernel(&b->profile) ? "kernel, as QEMU changes it"
						  : "kernel");
	add_action(t, calling);
	if (tdprofile_has(&b->profile, TDPROFILE_SEPARATOR_IN_RTMR1))
		tdevents_add(t, RTMR1, EVENT_SEPARATOR, "\0\0\0\0", 4,
		    "separator");
	add_action(t, leaving);
	add_action(t, left);
	return 0;
}

/* ASCII as UTF-16, byte by byte, which is what OVMF does. */
static void
add_wide(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		buf_le16(b, (unsigned char)*s);
}

int
tdboot_rtmr2(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	const char *cmdline = b->cmdline ? b->cmdline : "";
	struct buf options;
	bool bad;

	if (need_kernel(b, e) < 0)
		return -1;
	buf_init(&options, 2 * LIMIT_CMDLINE);
	if (b->initrd_sha384 == NULL) {
		add_wide(&options, cmdline);
	} else if (tdprofile_has(&b->profile, TDPROFILE_INITRD_FIRST)) {
		add_wide(&options, "initrd=initrd ");
		add_wide(&options, cmdline);
	} else {
		add_wide(&options, cmdline);
		add_wide(&options, " initrd=initrd");
	}
	if (options.len > 0)
		buf_le16(&options, 0);
	bad = buf_bad(&options);
	if (!bad && options.len > 0)
		tdevents_add(t, RTMR2, EVENT_TAG, options.p, options.len,
		    "LOADED_IMAGE::LoadOptions");
	buf_release(&options);
	if (bad)
		return err_set(e, ERR_LIMIT,
		    "the command line has more than %d bytes", LIMIT_CMDLINE);
	if (b->initrd_sha384 != NULL)
		tdevents_add_digest(t, RTMR2, EVENT_TAG, b->initrd_sha384,
		    "Linux initrd");
	return 0;
}

/* The digest of what a section of this size holds, which begins with data. */
static int
add_padded(struct tdevents *t, const struct tdvf_section *s, const void *p,
    size_t len, const char *what, struct err *e)
{
	static const uint8_t zeros[4096];
	uint8_t digest[TDEVENT_LEN];
	struct sha2 h;

	if (len > s->size)
		return err_set(e, ERR_ARGUMENT,
		    "%s: %zu bytes, and the firmware has room for %llu", what,
		    len, (unsigned long long)s->size);
	sha2_init(&h, SHA2_384);
	sha2_update(&h, p, len);
	for (uint64_t at = len; at < s->size;) {
		size_t n = s->size - at < sizeof(zeros) ? (size_t)(s->size - at)
							: sizeof(zeros);

		sha2_update(&h, zeros, n);
		at += n;
	}
	sha2_final(&h, digest);
	tdevents_add_digest(t, RTMR1, EVENT_PLATFORM_FIRMWARE_BLOB2, digest,
	    what);
	return 0;
}

int
tdboot_shim_rtmr1(const struct tdboot *b, struct tdevents *t, struct err *e)
{
	const struct tdvf_section *payload, *param;
	const char *cmdline = b->cmdline ? b->cmdline : "";

	payload = tdvf_find(b->firmware, TDVF_PAYLOAD);
	param = tdvf_find(b->firmware, TDVF_PAYLOAD_PARAM);
	if (payload == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "td-shim without a Payload section");
	tdevents_add(t, RTMR1, EVENT_SEPARATOR, "\0\0\0\0", 4, "separator");
	/* A payload that MRTD holds is not measured once more. */
	if ((payload->attributes & TDVF_MR_EXTEND) == 0) {
		if (span_len(&payload->data) == 0 && need_kernel(b, e) < 0)
			return -1;
		if (add_padded(t, payload,
			span_len(&payload->data) ? payload->data.p
						 : b->kernel->p,
			span_len(&payload->data) ? span_len(&payload->data)
						 : span_len(b->kernel),
			"td_payload", e) < 0)
			return -1;
	}
	if (param == NULL)
		return 0;
	return add_padded(t, param, cmdline, strlen(cmdline), "td_payload_info",
	    e);
}
