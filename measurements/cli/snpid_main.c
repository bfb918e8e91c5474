#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/snpid.h"
#include "measurements/format/limits.h"

enum option {
	OPT_DIGEST,
	OPT_SNPID,
	OPT_ID_BLOCK = OPT_SNPID + SNPID_N_OPTIONS,
	OPT_ID_AUTH,
	OPT_FORMAT,
	OPT_HELP,
	N_OPTIONS
};

enum {
	OUT_MAX = 64 * 1024
};

static const struct opt options[N_OPTIONS] = {
	[OPT_DIGEST] = { "digest", "HEX",
	    "launch digest, as husk measure prints it" },
	SNPID_OPTIONS(OPT_SNPID),
	[OPT_ID_BLOCK] = { "id-block", "BASE64",
	    "verify this ID block; @FILE reads it from a file" },
	[OPT_ID_AUTH] = { "id-auth", "BASE64", "with this ID auth" },
	[OPT_FORMAT] = { "format", "text|json", "of the output (text)" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

static void
help(struct buf *out)
{
	buf_add_str(out,
	    "usage: husk snp-id-block --digest HEX --id-key FILE "
	    "[option ...]\n"
	    "       husk snp-id-block --id-block BASE64 --id-auth BASE64\n"
	    "       husk snp-id-block --initdata FILE | --agent-policy FILE\n\n"
	    "Make the ID block and ID auth structure of an SNP guest, or check "
	    "that a pair\nis as the security processor wants it, or print "
	    "HOST_DATA. (Defaults in\nparentheses.)\n\n");
	opt_help(options, N_OPTIONS, out);
	buf_add_str(out,
	    "\nExit codes: 0 done, 1 a signature is not right, 2 wrong usage "
	    "or input.\n");
}

/* The structure of len bytes that an option's value is, or its file. */
static int
read_base64(const char *const *v, enum option o, uint8_t *ret_p, size_t len,
    struct err *e)
{
	const char *text = v[o];
	struct input in;
	struct buf b;
	size_t n = 0;
	int rc = 0;

	buf_init(&b, LIMIT_KEY_FILE);
	if (text[0] == '@') {
		rc = input_read(text + 1, &b, &in, e);
		while (b.len > 0 && b.p[b.len - 1] == '\n')
			b.len--;
		text = buf_str(&b);
	}
	if (rc == 0 && (base64_decode(BASE64_STANDARD, text, strlen(text),
			    ret_p, len, &n) < 0 ||
			   n != len))
		rc = err_set(e, ERR_SYNTAX,
		    "--%s: not the base64 text of %zu bytes", options[o].name,
		    len);
	buf_release(&b);
	return rc;
}

static int
verify(const char *const *v, bool json, struct buf *out, struct err *e)
{
	uint8_t block[IDBLOCK_LEN], auth[IDAUTH_LEN];
	struct snpid id = { .has_id_key = true };
	struct idauth a;
	struct json_out j;
	char hex[HEX_SIZE(GCTX_LD_LEN)];

	if (read_base64(v, OPT_ID_BLOCK, block, sizeof(block), e) < 0 ||
	    read_base64(v, OPT_ID_AUTH, auth, sizeof(auth), e) < 0 ||
	    idblock_read(block, sizeof(block), &id.block, e) < 0 ||
	    idblock_check_policy(id.block.policy, e) < 0 ||
	    idauth_verify(block, auth, sizeof(auth), &a, e) < 0)
		return -1;
	if (!json) {
		hex_encode(id.block.ld, GCTX_LD_LEN, hex);
		buf_printf(out,
		    "The signatures are right.\n  digest     %s\n"
		    "  policy     0x%llx\n  guest SVN  %u\n",
		    hex, (unsigned long long)id.block.policy,
		    (unsigned)id.block.guest_svn);
		hex_encode(a.id_key_digest, IDKEY_DIGEST_LEN, hex);
		buf_printf(out, "  ID key     %s\n", hex);
		hex_encode(a.author_key_digest, IDKEY_DIGEST_LEN, hex);
		buf_printf(out, "  author key %s\n",
		    a.has_author ? hex : "none");
		return 0;
	}
	json_out_init(&j, out);
	json_out_object(&j, NULL);
	json_out_hex(&j, "digest", id.block.ld, GCTX_LD_LEN);
	json_out_number(&j, "policy", id.block.policy);
	json_out_hex(&j, "family_id", id.block.family_id, IDBLOCK_NAME_LEN);
	json_out_hex(&j, "image_id", id.block.image_id, IDBLOCK_NAME_LEN);
	json_out_number(&j, "guest_svn", id.block.guest_svn);
	json_out_hex(&j, "id_key_digest", a.id_key_digest, IDKEY_DIGEST_LEN);
	if (a.has_author)
		json_out_hex(&j, "author_key_digest", a.author_key_digest,
		    IDKEY_DIGEST_LEN);
	else
		json_out_null(&j, "author_key_digest");
	json_out_end(&j);
	return 0;
}

static int
make(const char *const *v, bool json, struct buf *out, struct err *e)
{
	uint8_t ld[GCTX_LD_LEN] = { 0 };
	struct json_out j;
	struct snpid id;

	if (!v[OPT_DIGEST] != !v[OPT_SNPID + SNPID_ID_KEY])
		return err_set(e, ERR_ARGUMENT,
		    "--digest and --id-key go together");
	if (!snpid_given(v + OPT_SNPID))
		return err_set(e, ERR_ARGUMENT,
		    "--digest and --id-key are needed, or --id-block and "
		    "--id-auth, or what makes HOST_DATA");
	if (v[OPT_DIGEST] && hex_decode(v[OPT_DIGEST], strlen(v[OPT_DIGEST]),
				 ld, sizeof(ld)) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--digest %s: not %zu hexadecimal digits",
		    STR_QUOTED(v[OPT_DIGEST]), 2 * sizeof(ld));
	if (snpid_read(v + OPT_SNPID, &id, e) < 0)
		return -1;
	snpid_sign(&id, ld);
	if (json) {
		json_out_init(&j, out);
		snpid_json(&id, NULL, &j);
	} else {
		snpid_text(&id, out);
	}
	snpid_release(&id);
	return 0;
}

static int
run(const char *const *v, struct buf *out, struct err *e)
{
	bool json = v[OPT_FORMAT] != NULL && str_eq(v[OPT_FORMAT], "json");
	bool have = v[OPT_ID_BLOCK] || v[OPT_ID_AUTH];

	if (v[OPT_FORMAT] && !json && !str_eq(v[OPT_FORMAT], "text"))
		return err_set(e, ERR_ARGUMENT,
		    "format %s: not one of text, json",
		    STR_QUOTED(v[OPT_FORMAT]));
	if (!have)
		return make(v, json, out, e);
	if (!v[OPT_ID_BLOCK] || !v[OPT_ID_AUTH])
		return err_set(e, ERR_ARGUMENT,
		    "--id-block and --id-auth go together");
	if (v[OPT_DIGEST] || snpid_given(v + OPT_SNPID))
		return err_set(e, ERR_ARGUMENT,
		    "--id-block is to be verified: it takes no other option");
	return verify(v, json, out, e);
}

int
snpid_main(int argc, char **argv)
{
	const char *v[N_OPTIONS];
	struct buf out;
	struct err e;
	int rc;

	(void)argc;
	buf_init(&out, OUT_MAX);
	rc = opt_parse(options, N_OPTIONS, argv + 1, v, &e);
	if (rc == 0 && v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		rc = run(v, &out, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk snp-id-block: %s\n", e.msg);
	buf_release(&out);
	return rc == 0 ? EXIT_OK : e.code == ERR_DENIED ? EXIT_NO : EXIT_BAD;
}
