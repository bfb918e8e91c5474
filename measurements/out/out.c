#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/out/out.h"

static const struct out_format formats[] = {
	{ "text", "txt", "for people; a table of several shapes", true,
	    out_text },
	{ "json", "json", "everything, in a stable schema", true, out_json },
	{ "hex", NULL, "one register and nothing else", false, out_hex },
	{ "trustee", "trustee.json", "names and types of Trustee's policy",
	    true, out_trustee },
	{ "rvps-sample", "rvps-sample.json", "the same, to be registered", true,
	    out_rvps_sample },
	{ "rvps-store", "rvps-store.json", "the same, as RVPS's file", true,
	    out_rvps_store },
	{ "rvps-store-array", "rvps-store-array.json",
	    "the same, up to Trustee 0.18", true, out_rvps_store_array },
	{ "configmap", "configmap.yaml", "the same, for the operator", true,
	    out_configmap },
	{ "corim", "corim", "a CoRIM in CBOR", true, out_corim },
	{ "policy", "rego", "an attestation policy", true, out_policy },
	{ "kbs-client", "kbs-client.sh", "the commands that register them",
	    true, out_kbs_client },
};

enum {
	N_FORMATS = sizeof(formats) / sizeof(formats[0])
};

int
out_find(const char *name, const struct out_format **ret_f, struct err *e)
{
	char names[160] = "";
	size_t at = 0;

	for (int i = 0; i < N_FORMATS; i++) {
		if (str_eq(name, formats[i].name)) {
			*ret_f = &formats[i];
			return 0;
		}
		if (str_format(names + at, sizeof(names) - at, "%s%s",
			at ? ", " : "", formats[i].name) < 0)
			break;
		at += strlen(names + at);
	}
	return err_set(e, ERR_ARGUMENT, "format %s: not one of %s",
	    STR_QUOTED(name), names);
}

size_t
out_n_formats(void)
{
	return N_FORMATS;
}

const struct out_format *
out_format(size_t i)
{
	return &formats[i];
}

void
out_help(struct buf *b)
{
	for (int i = 0; i < N_FORMATS; i++)
		buf_printf(b, "  %-17s %s\n", formats[i].name, formats[i].help);
}

void
out_line(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s >= ' ' && *s <= '~' && *s != '\\')
			buf_u8(b, (uint8_t)*s);
		else
			buf_printf(b, "\\x%02x", (unsigned char)*s);
	}
	buf_u8(b, '\n');
}

void
out_comment(const struct out *o, const char *prefix, struct buf *b)
{
	const struct refset *r = o->sets;
	char sha256[HEX_SIZE(SHA2_256_LEN)];

	buf_printf(b, "%sReference values of the target %s, from\n", prefix,
	    r->target);
	for (size_t i = 0; i < r->n_inputs; i++) {
		hex_encode(r->inputs[i].sha256, SHA2_256_LEN, sha256);
		buf_printf(b, "%s  sha256 %s %s ", prefix, sha256,
		    r->inputs[i].role);
		out_line(b, r->inputs[i].path);
	}
	for (size_t i = 0; i < o->n; i++) {
		if (o->sets[i].cmdline == NULL ||
		    (i > 0 &&
			str_eq(o->sets[i].cmdline, o->sets[i - 1].cmdline)))
			continue;
		hex_encode(o->sets[i].cmdline_sha256, SHA2_256_LEN, sha256);
		buf_printf(b, "%s  sha256 %s cmdline ", prefix, sha256);
		out_line(b, o->sets[i].cmdline);
	}
}

static const struct refset_register *
chosen(const struct out *o, const struct refset *r, struct err *e)
{
	const char *name = o->reg ? o->reg : r->primary;
	const struct refset_register *reg;
	char names[128] = "";
	size_t at = 0;

	reg = name ? refset_register(r, name) : NULL;
	if (reg != NULL)
		return reg;
	for (size_t i = 0; i < r->n_registers; i++) {
		if (str_format(names + at, sizeof(names) - at, "%s%s",
			at ? ", " : "", r->registers[i].name) < 0)
			break;
		at += strlen(names + at);
	}
	if (name == NULL)
		err_set(e, ERR_ARGUMENT,
		    "--format hex and --register go together: %s has %s",
		    r->target, at ? names : "no registers");
	else
		err_set(e, ERR_ARGUMENT, "register %s: %s has %s",
		    STR_QUOTED(name), r->target, at ? names : "none");
	return NULL;
}

int
out_hex(const struct out *o, struct buf *b, struct err *e)
{
	char hex[HEX_SIZE(REFSET_LEN)];

	for (size_t i = 0; i < o->n; i++) {
		const struct refset_register *reg = chosen(o, &o->sets[i], e);

		if (reg == NULL)
			return -1;
		if (!reg->known)
			return err_set(e, ERR_UNSUPPORTED,
			    "unsupported: %s: %s", reg->name, reg->why);
		hex_encode(reg->value, reg->len, hex);
		buf_printf(b, "%s\n", hex);
	}
	return 0;
}
