#include <inttypes.h>
#include <string.h>

#include "codec/hex.h"
#include "measurements/cli/report.h"

void
report_hex(const struct report *r, struct buf *out)
{
	char digest[HEX_SIZE(SHA2_LEN_MAX)];

	hex_encode(r->digest, sha2_len(r->alg), digest);
	buf_printf(out, "%s\n", digest);
}

static void
text_label(struct buf *out, const char *label)
{
	buf_printf(out, "  %-15s ", label);
}

/* A foreign string in full, on one line and without ambiguity. */
void
report_text_string(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s >= ' ' && *s <= '~' && *s != '\\')
			buf_u8(out, (uint8_t)*s);
		else
			buf_printf(out, "\\x%02x", (unsigned char)*s);
	}
	buf_u8(out, '\n');
}

void
report_text_input(struct buf *out, const char *label, const struct input *in,
    const char *absent)
{
	char sha256[HEX_SIZE(SHA2_256_LEN)];

	text_label(out, label);
	if (in == NULL) {
		buf_printf(out, "%s\n", absent);
		return;
	}
	hex_encode(in->sha256, sizeof(in->sha256), sha256);
	report_text_string(out, in->path);
	text_label(out, "");
	buf_printf(out, "%" PRIu64 " bytes, sha256 %s\n", in->size, sha256);
}

static void
text_cmdline(struct buf *out, const struct report *r)
{
	char sha256[HEX_SIZE(SHA2_256_LEN)];

	text_label(out, "command line");
	if (r->cmdline == NULL) {
		buf_add_str(out, "not measured: no kernel given\n");
		return;
	}
	report_text_string(out, r->cmdline[0] ? r->cmdline : "(empty)");
	hex_encode(r->cmdline_sha256, SHA2_256_LEN, sha256);
	text_label(out, "");
	buf_printf(out, "%zu bytes with the NUL, sha256 %s\n",
	    strlen(r->cmdline) + 1, sha256);
}

static void
text_vcpus(struct buf *out, const struct report *r)
{
	text_label(out, "vCPUs");
	if (r->vcpus == NULL)
		buf_add_str(out, "not measured\n");
	else
		buf_printf(out, "%" PRIu32 "\n", *r->vcpus);
	text_label(out, "vCPU signature");
	if (r->vcpu_sig == NULL)
		buf_add_str(out, "not measured\n");
	else
		buf_printf(out, "0x%" PRIx32 "%s%s%s\n", *r->vcpu_sig,
		    r->vcpu_type ? " (" : "", r->vcpu_type ? r->vcpu_type : "",
		    r->vcpu_type ? ")" : "");
	text_label(out, "guest features");
	if (r->guest_features == NULL)
		buf_add_str(out, "not measured\n");
	else
		buf_printf(out, "0x%" PRIx64 "\n", *r->guest_features);
	text_label(out, "VMM");
	buf_printf(out, "%s\n", r->vmm ? r->vmm : "not measured");
}

void
report_text(const struct report *r, struct buf *out)
{
	char hex[HEX_SIZE(SHA2_LEN_MAX)];

	buf_printf(out, "%s (%s)\n  ", r->title, sha2_name(r->alg));
	report_hex(r, out);
	buf_add_str(out, "It depends on\n");
	report_text_input(out, "firmware", r->firmware, "");
	if (r->firmware_digest != NULL) {
		hex_encode(r->firmware_digest, sha2_len(r->alg), hex);
		text_label(out, "");
		buf_printf(out,
		    "only its tables count; its bytes as digest %s\n", hex);
	}
	if (r->svsm != NULL) {
		report_text_input(out, "SVSM", r->svsm, "");
		text_label(out, "");
		buf_printf(out, "below %" PRIu32 " bytes of variables\n",
		    *r->svsm_vars_size);
	}
	report_text_input(out, "kernel", r->kernel, "not measured: none given");
	report_text_input(out, "initrd", r->initrd,
	    r->kernel ? "none, measured as no bytes"
		      : "not measured: no kernel given");
	text_cmdline(out, r);
	text_vcpus(out, r);
}

void
report_json_input(struct json_out *j, const char *key, const struct input *in)
{
	if (in == NULL) {
		json_out_null(j, key);
		return;
	}
	json_out_object(j, key);
	json_out_string(j, "path", in->path);
	json_out_number(j, "size", in->size);
	json_out_hex(j, "sha256", in->sha256, sizeof(in->sha256));
	json_out_end(j);
}

void
report_json_cmdline(struct json_out *j, const char *cmdline,
    const uint8_t *sha256)
{
	if (cmdline == NULL) {
		json_out_null(j, "cmdline");
		return;
	}
	json_out_object(j, "cmdline");
	json_out_string(j, "text", cmdline);
	json_out_number(j, "size", strlen(cmdline) + 1);
	json_out_hex(j, "sha256", sha256, SHA2_256_LEN);
	json_out_end(j);
}

static void
json_inputs(struct json_out *j, const struct report *r)
{
	json_out_object(j, "inputs");
	report_json_input(j, "firmware", r->firmware);
	report_json_input(j, "kernel", r->kernel);
	report_json_input(j, "initrd", r->initrd);
	report_json_input(j, "svsm", r->svsm);
	report_json_cmdline(j, r->cmdline, r->cmdline_sha256);
	json_out_end(j);
}

static void
json_u32(struct json_out *j, const char *key, const uint32_t *v)
{
	if (v == NULL)
		json_out_null(j, key);
	else
		json_out_number(j, key, *v);
}

void
report_json(const struct report *r, struct buf *out)
{
	struct json_out j;

	json_out_init(&j, out);
	json_out_object(&j, NULL);
	json_out_string(&j, "target", r->target);
	json_out_hex(&j, "digest", r->digest, sha2_len(r->alg));
	json_out_string(&j, "algorithm", sha2_name(r->alg));
	json_inputs(&j, r);
	if (r->firmware_digest == NULL)
		json_out_null(&j, "firmware_digest");
	else
		json_out_hex(&j, "firmware_digest", r->firmware_digest,
		    sha2_len(r->alg));
	json_u32(&j, "vcpus", r->vcpus);
	json_out_string(&j, "vcpu_type", r->vcpu_type);
	json_u32(&j, "vcpu_sig", r->vcpu_sig);
	if (r->guest_features == NULL)
		json_out_null(&j, "guest_features");
	else
		json_out_number(&j, "guest_features", *r->guest_features);
	json_out_string(&j, "vmm", r->vmm);
	json_u32(&j, "svsm_vars_size", r->svsm_vars_size);
	json_out_end(&j);
}
