#include <string.h>

#include "base/str.h"
#include "codec/gzip.h"
#include "initdata/initdata.h"

static const char version[] = "0.1.0";

static const struct toml_node *
need(const struct toml_node *root, const char *key, enum toml_type type,
    struct err *e)
{
	const struct toml_node *n = toml_get(root, key);

	if (n == NULL) {
		err_set(e, ERR_SYNTAX, "'%s' is missing", key);
		return NULL;
	}
	if (n->type != type) {
		err_set(e, ERR_SYNTAX, "line %u: '%s' is %s, not %s",
		    (unsigned)n->line, key, toml_type_name(n->type),
		    toml_type_name(type));
		return NULL;
	}
	return n;
}

static int
check_version(const struct toml_node *root, struct err *e)
{
	const struct toml_node *n = need(root, "version", TOML_STRING, e);

	if (n == NULL)
		return -1;
	if (!toml_is(n, version))
		return err_set(e, ERR_UNSUPPORTED,
		    "line %u: a version other than %s", (unsigned)n->line,
		    version);
	return 0;
}

static int
read_algorithm(const struct toml_node *root, enum sha2_algorithm *ret,
    struct err *e)
{
	static const enum sha2_algorithm all[] = { SHA2_256, SHA2_384,
		SHA2_512 };
	const struct toml_node *n = need(root, "algorithm", TOML_STRING, e);

	if (n == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (toml_is(n, sha2_name(all[i]))) {
			*ret = all[i];
			return 0;
		}
	}
	return err_set(e, ERR_UNSUPPORTED,
	    "line %u: an algorithm other than sha256, sha384 and sha512",
	    (unsigned)n->line);
}

static int
read_data(const struct toml_node *root, const struct toml_node **ret,
    struct err *e)
{
	const struct toml_node *data = need(root, "data", TOML_TABLE, e);

	if (data == NULL)
		return -1;
	for (const struct toml_node *n = data->u.list.first; n != NULL;
	     n = n->next) {
		if (n->type != TOML_STRING)
			return err_set(e, ERR_SYNTAX,
			    "line %u: a file in 'data' is %s, not a string",
			    (unsigned)n->line, toml_type_name(n->type));
	}
	*ret = data;
	return 0;
}

/* Read the document that d->toml holds. */
static int
read_document(struct initdata *d, struct err *e)
{
	const struct toml_node *root;
	const char *s = buf_str(&d->toml);

	arena_init(&d->arena, INITDATA_ARENA_MAX);
	if (toml_parse(s, d->toml.len, &d->arena, &root, e) < 0 ||
	    check_version(root, e) < 0 ||
	    read_algorithm(root, &d->algorithm, e) < 0 ||
	    read_data(root, &d->data, e) < 0)
		return -1;
	sha2_digest(d->algorithm, s, d->toml.len, d->digest);
	return 0;
}

static int
finish(struct initdata *d, struct initdata *ret, struct err *e)
{
	if (read_document(d, e) < 0) {
		initdata_release(d);
		return -1;
	}
	*ret = *d;
	return 0;
}

int
initdata_read(const void *p, size_t len, struct initdata *ret, struct err *e)
{
	struct initdata d = { .data = NULL };

	buf_init(&d.toml, INITDATA_MAX);
	if (len > INITDATA_MAX)
		return err_set(e, ERR_LIMIT, "more than %d bytes",
		    INITDATA_MAX);
	buf_add(&d.toml, p, len);
	return finish(&d, ret, e);
}

int
initdata_unpack(const void *p, size_t len, struct initdata *ret, struct err *e)
{
	struct initdata d = { .data = NULL };

	buf_init(&d.toml, INITDATA_MAX);
	if (len > INITDATA_GZIP_MAX)
		return err_set(e, ERR_LIMIT, "more than %d bytes of gzip data",
		    INITDATA_GZIP_MAX);
	if (gzip_read(p, len, &d.toml, e) < 0) {
		buf_release(&d.toml);
		return -1;
	}
	return finish(&d, ret, e);
}

void
initdata_release(struct initdata *d)
{
	arena_release(&d->arena);
	buf_release(&d->toml);
	d->data = NULL;
}

const struct toml_text *
initdata_file(const struct initdata *d, const char *name)
{
	const struct toml_node *n = toml_get(d->data, name);

	return n == NULL ? NULL : &n->u.text;
}

void
initdata_launch_field(const struct initdata *d, uint8_t *ret_field, size_t size)
{
	size_t len = sha2_len(d->algorithm);

	memset(ret_field, 0, size);
	memcpy(ret_field, d->digest, len < size ? len : size);
}
