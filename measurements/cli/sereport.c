#include <inttypes.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/sereport.h"
#include "measurements/out/json_out.h"

enum {
	FLAGS_TEXT = 1024
};

static void
text_hex(struct buf *out, const char *label, const uint8_t *p, size_t len)
{
	char hex[HEX_SIZE(SHA2_512_LEN)];

	hex_encode(p, len, hex);
	buf_printf(out, "  %-15s %s\n", label, hex);
}

static void
text_flags(struct buf *out, const char *label, uint64_t flags, bool secret)
{
	buf_printf(out, "  %-15s 0x%" PRIx64 " (", label, flags);
	if (flags == 0)
		buf_add_str(out, "none");
	sehdr_flag_names(flags, secret, out);
	buf_add_str(out, ")\n");
}

static void
write_text(const struct sereport *r, struct buf *out)
{
	const struct sehdr *h = &r->image->header;

	buf_add_str(out, "Secure Execution image (header version 0x100)\n");
	if (r->given != NULL) {
		buf_printf(out, "  %-15s %s, %" PRIu64 " bytes\n", "file",
		    STR_QUOTED(r->given->path), r->given->size);
		text_hex(out, "", r->given->sha256, SHA2_256_LEN);
	}
	text_hex(out, "tag", h->tag, sizeof(h->tag));
	for (uint64_t i = 0; i < h->n_slots; i++)
		text_hex(out, i == 0 ? "host keys" : "",
		    h->slots + i * SEHDR_SLOT, SEHDR_HASH);
	text_hex(out, "PLD (contents)", h->digests.pld, SHA2_512_LEN);
	text_hex(out, "ALD (addresses)", h->digests.ald, SHA2_512_LEN);
	text_hex(out, "TLD (tweaks)", h->digests.tld, SHA2_512_LEN);
	buf_printf(out, "  %-15s %" PRIu64 "%s\n", "pages", h->digests.nep,
	    r->image->n ? ", and they have these digests"
			: "; the digests were not computed again");
	text_flags(out, "plain flags", h->pcf, false);
	for (size_t i = 0; i < r->image->n; i++) {
		const struct seimage_component *c = &r->image->components[i];

		buf_printf(out,
		    "  %-15s 0x%" PRIx64 " bytes at 0x%" PRIx64 "%s\n",
		    secomp_kind_name(seimage_kind(c)), c->len, c->addr,
		    r->matches[i] ? ", is the given one" : "");
	}
	if (!r->opened) {
		buf_add_str(out, "  The header was not verified: no "
				 "--hdr-key.\n");
		return;
	}
	text_flags(out, "secret flags", r->conf.scf, true);
	buf_printf(out, "  %-15s 0x%" PRIx64 "\n", "starts at",
	    r->conf.psw_addr);
}

static void
json_flags(struct json_out *j, const char *key, const char *names_key,
    uint64_t flags, bool secret, bool known)
{
	struct buf names;

	buf_init(&names, FLAGS_TEXT);
	sehdr_flag_names(flags, secret, &names);
	if (known) {
		json_out_number(j, key, flags);
		json_out_string(j, names_key, buf_str(&names));
	} else {
		json_out_null(j, key);
		json_out_null(j, names_key);
	}
	buf_release(&names);
}

static void
json_hosts(struct json_out *j, const char *key, const struct sehdr *h)
{
	json_out_array(j, key);
	for (uint64_t i = 0; i < h->n_slots; i++)
		json_out_hex(j, NULL, h->slots + i * SEHDR_SLOT, SEHDR_HASH);
	json_out_end(j);
}

static void
json_components(struct json_out *j, const struct sereport *r)
{
	json_out_array(j, "components");
	for (size_t i = 0; i < r->image->n; i++) {
		const struct seimage_component *c = &r->image->components[i];
		uint8_t tweak[SEAES_BLOCK];

		secomp_tweak(c->prefix, tweak);
		json_out_object(j, NULL);
		json_out_string(j, "kind", secomp_kind_name(seimage_kind(c)));
		json_out_number(j, "address", c->addr);
		json_out_number(j, "size", c->len);
		json_out_hex(j, "tweak", tweak, 8);
		json_out_bool(j, "matches", r->matches[i]);
		json_out_end(j);
	}
	json_out_end(j);
}

static void
json_input(struct json_out *j, const char *key, const struct input *in)
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

/* As Trustee's verifier names its claims: "se." and one of these. */
static void
json_reference(struct json_out *j, const struct sehdr *h)
{
	json_out_object(j, "reference_values");
	json_out_array(j, "se.version");
	json_out_number(j, NULL, SEHDR_VERSION);
	json_out_end(j);
	json_out_array(j, "se.tag");
	json_out_hex(j, NULL, h->tag, sizeof(h->tag));
	json_out_end(j);
	json_hosts(j, "se.image_phkh", h);
	json_hosts(j, "se.attestation_phkh", h);
	json_out_end(j);
}

static void
write_json(const struct sereport *r, struct buf *out)
{
	const struct sehdr *h = &r->image->header;
	struct json_out j;

	json_out_init(&j, out);
	json_out_object(&j, NULL);
	json_out_string(&j, "target", "se");
	json_out_object(&j, "inputs");
	json_input(&j, "image", r->given);
	json_input(&j, "kernel", r->kernel);
	json_input(&j, "initrd", r->initrd);
	json_out_end(&j);
	json_out_number(&j, "version", SEHDR_VERSION);
	json_out_hex(&j, "tag", h->tag, sizeof(h->tag));
	json_hosts(&j, "image_phkh", h);
	json_out_hex(&j, "pld", h->digests.pld, SHA2_512_LEN);
	json_out_hex(&j, "ald", h->digests.ald, SHA2_512_LEN);
	json_out_hex(&j, "tld", h->digests.tld, SHA2_512_LEN);
	json_out_number(&j, "pages", h->digests.nep);
	json_flags(&j, "pcf", "pcf_flags", h->pcf, false, true);
	json_out_number(&j, "header_size", h->size);
	if (r->image->n > 0)
		json_out_number(&j, "header_offset", r->image->header_at);
	else
		json_out_null(&j, "header_offset");
	json_components(&j, r);
	json_out_bool(&j, "opened", r->opened);
	if (r->opened)
		json_out_number(&j, "psw_address", r->conf.psw_addr);
	else
		json_out_null(&j, "psw_address");
	json_flags(&j, "scf", "scf_flags", r->conf.scf, true, r->opened);
	json_reference(&j, h);
	json_out_end(&j);
}

void
sereport_write(const struct sereport *r, struct buf *out)
{
	const struct sehdr *h = &r->image->header;
	char tag[HEX_SIZE(SEAES_TAG_LEN)];

	switch (r->format) {
	case SEREPORT_TEXT:
		write_text(r, out);
		return;
	case SEREPORT_JSON:
		write_json(r, out);
		return;
	case SEREPORT_HEX:
		hex_encode(h->tag, sizeof(h->tag), tag);
		buf_printf(out, "%s\n", tag);
		return;
	}
}
