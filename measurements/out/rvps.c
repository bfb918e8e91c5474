#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "codec/base64.h"
#include "measurements/out/trustee.h"

/* Versions of RVPS's message and of a stored value. */
static const char version[] = "0.1.0";

enum {
	PAYLOAD_MAX = 16 * 1024 * 1024
};

static void
put_payload(const struct out *o, struct buf *b)
{
	const struct trustee_row *row = NULL;
	struct json_out j;

	json_out_init(&j, b);
	json_out_object(&j, NULL);
	while ((row = trustee_next(o, row)) != NULL)
		trustee_json_value(&j, row->name, o, row);
	trustee_json_provenance(&j, OUT_PROVENANCE, o);
	json_out_end(&j);
}

int
out_trustee(const struct out *o, struct buf *b, struct err *e)
{
	if (trustee_check(o, e) < 0)
		return -1;
	put_payload(o, b);
	return 0;
}

/* The bytes of text in base64 as a member of an object. */
static void
put_base64(struct json_out *j, const char *key, enum base64_form form,
    const struct buf *text, struct buf *scratch)
{
	uint8_t *dst;

	buf_clear(scratch);
	dst = buf_reserve(scratch, BASE64_SIZE(text->len));
	if (dst != NULL && !buf_bad(text))
		buf_commit(scratch,
		    base64_encode(form, text->p, text->len, (char *)dst));
	/* RVPS's URL alphabet is padded. */
	while (scratch->len % 4 != 0 && !buf_bad(scratch))
		buf_u8(scratch, '=');
	json_out_string(j, key, buf_str(scratch));
}

/* A value too large for a form would be wrong, not short. */
static int
check_scratch(const struct buf *text, const struct buf *scratch, struct err *e)
{
	if (!buf_bad(text) && !buf_bad(scratch))
		return 0;
	return err_set(e, ERR_LIMIT, "the values have more than %d bytes",
	    PAYLOAD_MAX);
}

int
out_rvps_sample(const struct out *o, struct buf *b, struct err *e)
{
	struct buf payload, scratch;
	struct json_out j;
	int rc;

	if (trustee_check(o, e) < 0)
		return -1;
	buf_init(&payload, PAYLOAD_MAX);
	buf_init(&scratch, PAYLOAD_MAX);
	put_payload(o, &payload);
	json_out_init(&j, b);
	json_out_object(&j, NULL);
	json_out_string(&j, "version", version);
	json_out_string(&j, "type", "sample");
	put_base64(&j, "payload", BASE64_STANDARD, &payload, &scratch);
	json_out_end(&j);
	rc = check_scratch(&payload, &scratch, e);
	buf_release(&payload);
	buf_release(&scratch);
	return rc;
}

/* A stored value: of a row, or where all come from when row is NULL. */
static void
put_stored(struct json_out *j, const struct out *o,
    const struct trustee_row *row)
{
	json_out_object(j, NULL);
	json_out_string(j, "version", version);
	json_out_string(j, "name", row ? row->name : OUT_PROVENANCE);
	json_out_string(j, "expiration", o->expires);
	if (row != NULL)
		trustee_json_value(j, "value", o, row);
	else
		trustee_json_provenance(j, "value", o);
	json_out_end(j);
}

int
out_rvps_store_array(const struct out *o, struct buf *b, struct err *e)
{
	const struct trustee_row *row = NULL;
	struct json_out j;

	if (trustee_check(o, e) < 0)
		return -1;
	json_out_init(&j, b);
	json_out_array(&j, NULL);
	while ((row = trustee_next(o, row)) != NULL)
		put_stored(&j, o, row);
	put_stored(&j, o, NULL);
	json_out_end(&j);
	return 0;
}

int
out_rvps_store(const struct out *o, struct buf *b, struct err *e)
{
	const struct trustee_row *row = NULL;
	struct buf value, scratch;
	struct json_out j, stored;
	int rc;

	if (trustee_check(o, e) < 0)
		return -1;
	buf_init(&value, PAYLOAD_MAX);
	buf_init(&scratch, PAYLOAD_MAX);
	json_out_init(&j, b);
	json_out_object(&j, NULL);
	do {
		row = trustee_next(o, row);
		buf_clear(&value);
		json_out_init(&stored, &value);
		put_stored(&stored, o, row);
		put_base64(&j, row ? row->name : OUT_PROVENANCE, BASE64_URL,
		    &value, &scratch);
		rc = check_scratch(&value, &scratch, e);
	} while (rc == 0 && row != NULL);
	json_out_end(&j);
	buf_release(&value);
	buf_release(&scratch);
	return rc;
}

int
out_configmap(const struct out *o, struct buf *b, struct err *e)
{
	struct buf array;
	const char *line;

	if (trustee_check(o, e) < 0)
		return -1;
	buf_init(&array, PAYLOAD_MAX);
	out_rvps_store_array(o, &array, e);
	out_comment(o, "# ", b);
	buf_add_str(b, "apiVersion: v1\n"
		       "kind: ConfigMap\n"
		       "metadata:\n"
		       "  name: rvps-reference-values\n"
		       "data:\n"
		       "  reference-values.json: |\n");
	/* A literal block of YAML: every line of the JSON, indented. */
	for (line = buf_str(&array); *line != '\0';) {
		size_t len = strcspn(line, "\n");

		buf_add_str(b, "    ");
		buf_add(b, line, len);
		buf_u8(b, '\n');
		line += len + (line[len] == '\n');
	}
	buf_release(&array);
	return 0;
}

static void
put_quoted(struct buf *b, const char *s)
{
	buf_u8(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_add_str(b, "'\\''");
		else
			buf_u8(b, (uint8_t)*s);
	}
	buf_u8(b, '\'');
}

/* One command, or a comment for a value that kbs-client cannot say. */
static void
put_command(const struct out *o, const struct trustee_row *row, struct buf *b)
{
	struct trustee_item item, more;
	size_t at = 0;

	trustee_item(o, row, &at, &item);
	if (trustee_item(o, row, &at, &more)) {
		buf_printf(b,
		    "# %s has several values, and kbs-client replaces a value "
		    "by the next:\n# register the output of --format "
		    "rvps-sample with `rvps-tool register --path`.\n",
		    row->name);
		return;
	}
	buf_printf(b, "kbs set-sample-reference-value %s ", row->name);
	if (item.type == REFSET_STRING)
		put_quoted(b, item.text);
	else if (item.type == REFSET_BOOL)
		buf_printf(b, "%s --as-bool", item.number ? "true" : "false");
	else
		buf_printf(b, "%llu --as-integer",
		    (unsigned long long)item.number);
	buf_printf(b, "%s\n", row->single ? " --as-single-value" : "");
}

int
out_kbs_client(const struct out *o, struct buf *b, struct err *e)
{
	const struct trustee_row *row = NULL;
	char why[REFSET_TEXT];

	if (trustee_check(o, e) < 0)
		return -1;
	buf_add_str(b, "#!/bin/sh\n");
	out_comment(o, "# ", b);
	buf_add_str(b,
	    "# KBS_URL is the service, KBS_ADMIN_TOKEN a file.\n"
	    "set -eu\n\n"
	    "kbs()\n"
	    "{\n"
	    "\tkbs-client --url \"$KBS_URL\" config --admin-token-file "
	    "\"$KBS_ADMIN_TOKEN\" \"$@\"\n"
	    "}\n\n");
	while ((row = trustee_next(o, row)) != NULL)
		put_command(o, row, b);
	while ((row = trustee_left_out(o, row, why)) != NULL)
		buf_printf(b, "# %s is left out: %s\n", row->name, why);
	return 0;
}
