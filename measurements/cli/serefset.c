#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "measurements/cli/serefset.h"

enum {
	FLAGS_TEXT = 1024
};

void
serefset_init(struct serefset *s)
{
	memset(s, 0, sizeof(*s));
	buf_init(&s->pcf_names, FLAGS_TEXT);
	buf_init(&s->scf_names, FLAGS_TEXT);
}

void
serefset_release(struct serefset *s)
{
	explicit_bzero(&s->conf, sizeof(s->conf));
	buf_release(&s->pcf_names);
	buf_release(&s->scf_names);
}

size_t
serefset_count(const struct serefset *s)
{
	return (size_t)(s->image->header.n_slots + SEREFSET_HOSTS - 1) /
	       SEREFSET_HOSTS;
}

static bool
is_finished(const struct refset *r)
{
	return refset_input(r, "image") || refset_input(r, "header");
}

/* A finished image is all that counts; else what it was built of does. */
static void
depend(struct refset *r, struct refset_register *reg)
{
	for (size_t i = 0; i < r->n_inputs; i++)
		if (refset_input(r, "image") == NULL ||
		    str_eq(r->inputs[i].role, "image"))
			refset_depend(reg, r->inputs[i].role);
	if (r->cmdline != NULL)
		refset_depend(reg, "cmdline");
}

static void
add_register(struct refset *r, const char *name, const char *alg,
    const uint8_t *value, size_t len)
{
	struct refset_register *reg = refset_add_register(r, name, alg, len);

	refset_register_set(reg, value);
	depend(r, reg);
}

/* The keys from slot first on. */
static void
add_hosts(struct refset *r, const char *name, const struct sehdr *h,
    uint64_t first)
{
	struct refset_register *reg =
	    refset_add_register(r, name, "sha256", SEHDR_HASH);

	char when[24];

	refset_register_set(reg, h->slots + first * SEHDR_SLOT);
	for (uint64_t i = first + 1;
	     i < h->n_slots && i < first + SEREFSET_HOSTS; i++) {
		snprintf(when, sizeof(when), "host %u", (unsigned)i + 1);
		refset_add_also(r, reg, when, h->slots + i * SEHDR_SLOT);
	}
	/* Of parts none: the host key documents alone. */
	if (is_finished(r))
		depend(r, reg);
}

static void
add_components(struct serefset *s, struct refset *r)
{
	for (size_t i = 0; i < s->image->n; i++) {
		const struct seimage_component *c = &s->image->components[i];
		const char *name = secomp_kind_name(seimage_kind(c));
		bool again = refset_param(r, name) != NULL;

		if (again || str_format(s->components[i], SEREFSET_TEXT,
				 "0x%" PRIx64 " bytes at 0x%" PRIx64
				 ", tweak 0x%016" PRIx64 "%s",
				 c->len, c->addr, c->prefix,
				 s->matches[i] ? ", is the given one" : "") < 0)
			continue;
		refset_add_string(r, name, s->components[i]);
	}
}

static void
add_flags(struct refset *r, const char *name, const char *names_name,
    uint64_t flags, bool secret, struct buf *names)
{
	buf_clear(names);
	sehdr_flag_names(flags, secret, names);
	refset_add_bits(r, name, flags);
	refset_add_string(r, names_name, buf_str(names));
}

void
serefset_fill(struct serefset *s, size_t i, struct refset *r)
{
	const struct sehdr *h = &s->image->header;
	uint64_t first = i * SEREFSET_HOSTS;

	r->primary = "tag";
	add_register(r, "tag", NULL, h->tag, sizeof(h->tag));
	add_hosts(r, "image_phkh", h, first);
	add_hosts(r, "attestation_phkh", h, first);
	add_register(r, "pld", "sha512", h->digests.pld, SHA2_512_LEN);
	add_register(r, "ald", "sha512", h->digests.ald, SHA2_512_LEN);
	add_register(r, "tld", "sha512", h->digests.tld, SHA2_512_LEN);
	refset_add_number(r, "version", SEHDR_VERSION);
	refset_add_number(r, "pages", h->digests.nep);
	refset_add_number(r, "header_size", h->size);
	if (s->image->n > 0)
		refset_add_bits(r, "header_offset", s->image->header_at);
	add_flags(r, "pcf", "pcf_flags", h->pcf, false, &s->pcf_names);
	add_components(s, r);
	if (s->opened) {
		refset_add_bits(r, "psw_address", s->conf.psw_addr);
		add_flags(r, "scf", "scf_flags", s->conf.scf, true,
		    &s->scf_names);
	} else {
		refset_warn(r, "the header was not verified: no --hdr-key");
	}
}
