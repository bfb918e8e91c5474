#include <inttypes.h>
#include <stdio.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/sereport.h"

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

void
sereport_text(const struct sereport *r, struct buf *out)
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
add_input(struct refset *r, const char *role, const struct input *in)
{
	if (in != NULL)
		refset_add_input(r, role, in->path, in->size, in->sha256);
}

/* Each host's key by its hash: any of them is good. */
static void
add_hosts(struct refset *r, const char *name, const struct sehdr *h)
{
	struct refset_register *reg =
	    refset_add_register(r, name, "sha256", SEHDR_HASH);
	char when[24];

	refset_depend(reg, "image");
	for (uint64_t i = 0; i < h->n_slots && i <= REFSET_ALSO / 2; i++) {
		const uint8_t *hash = h->slots + i * SEHDR_SLOT;

		snprintf(when, sizeof(when), "host %u", (unsigned)i + 1);
		if (i == 0)
			refset_register_set(reg, hash);
		else
			refset_add_also(r, reg, when, hash);
	}
}

static void
add_digest(struct refset *r, const char *name, const char *alg,
    const uint8_t *value, size_t len)
{
	struct refset_register *reg = refset_add_register(r, name, alg, len);

	refset_depend(reg, "image");
	refset_register_set(reg, value);
}

static void
add_params(const struct sereport *s, struct refset *r)
{
	const struct sehdr *h = &s->image->header;

	refset_add_number(r, "version", SEHDR_VERSION);
	refset_add_number(r, "pages", h->digests.nep);
	refset_add_bits(r, "pcf", h->pcf);
	refset_add_number(r, "header_size", h->size);
	refset_add_bool(r, "opened", s->opened);
	if (s->opened) {
		refset_add_bits(r, "scf", s->conf.scf);
		refset_add_bits(r, "psw_address", s->conf.psw_addr);
	}
	for (size_t i = 0; i < s->image->n; i++) {
		const char *kind =
		    secomp_kind_name(seimage_kind(&s->image->components[i]));

		if (s->matches[i] && refset_param(r, kind) == NULL)
			refset_add_string(r, kind, "is the given one");
	}
	if (h->n_slots > 1 + REFSET_ALSO / 2)
		refset_warn(r, "%u host keys: only the first %d are named",
		    (unsigned)h->n_slots, 1 + REFSET_ALSO / 2);
}

void
sereport_refset(const struct sereport *s, struct refset *ret_r)
{
	const struct sehdr *h = &s->image->header;

	refset_init(ret_r, "se", "Secure Execution image");
	add_input(ret_r, "image", s->given);
	add_input(ret_r, "kernel", s->kernel);
	add_input(ret_r, "initrd", s->initrd);
	add_params(s, ret_r);
	add_digest(ret_r, "tag", NULL, h->tag, sizeof(h->tag));
	ret_r->primary = "tag";
	add_hosts(ret_r, "image_phkh", h);
	add_hosts(ret_r, "attestation_phkh", h);
	add_digest(ret_r, "pld", "sha512", h->digests.pld, SHA2_512_LEN);
	add_digest(ret_r, "ald", "sha512", h->digests.ald, SHA2_512_LEN);
	add_digest(ret_r, "tld", "sha512", h->digests.tld, SHA2_512_LEN);
}
