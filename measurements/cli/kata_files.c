#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "measurements/cli/kata_files.h"
#include "measurements/format/limits.h"
#include "measurements/kata/cmdline.h"
#include "measurements/kata/known.h"

enum {
	ARENA_MAX = 16 * 1024 * 1024
};

static const char drop_ins[] = "config.d";

/* What Kata ships (versions.yaml). */
static const char qemu_version[] = "11.0";
static const char ovmf_version_tdx[] = "202511";

static int
full(struct err *e)
{
	return err_set(e, ERR_LIMIT, "Kata's configuration is too large");
}

/* One file as a document. */
static int
read_doc(struct kata_files *f, const char *path, struct kata_doc *ret_doc,
    struct err *e)
{
	struct buf *b = &f->bytes[f->n];

	f->roles[f->n] = f->n == 0 ? "kata_config"
				   : arena_printf(&f->arena, "kata_config.d/%s",
					 strrchr(path, '/') + 1);
	if (f->roles[f->n] == NULL)
		return full(e);
	buf_init(b, LIMIT_KATA_CONFIG);
	if (input_read(path, b, &f->inputs[f->n++], e) < 0)
		return -1;
	ret_doc->path = path;
	if (toml_parse(buf_str(b), b->len, &f->arena, &ret_doc->root, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	return 0;
}

static int
is_entry(const struct dirent *d)
{
	return !str_eq(d->d_name, ".") && !str_eq(d->d_name, "..");
}

/* strcmp() of bytes, whatever the locale. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
read_drop_ins(struct kata_files *f, const char *dir, struct kata_doc *docs,
    struct err *e)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_entry, by_name), rc = 0;

	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0)
		return err_sys(e, "read %s", STR_QUOTED(dir));
	if (n > KATA_FILES_MAX - 1)
		rc = err_set(e, ERR_LIMIT, "%s: more than %d files",
		    STR_QUOTED(dir), KATA_FILES_MAX - 1);
	for (int i = 0; i < n; i++) {
		const char *path =
		    arena_printf(&f->arena, "%s/%s", dir, list[i]->d_name);

		if (rc == 0)
			rc = path ? read_doc(f, path, &docs[f->n], e) : full(e);
		free(list[i]);
	}
	free(list);
	return rc;
}

static int
read_docs(struct kata_files *f, const char *path, struct kata_doc *docs,
    struct err *e)
{
	char *real = realpath(path, NULL), *slash;
	const char *main_path, *dir;

	if (real == NULL)
		return err_sys(e, "open %s", STR_QUOTED(path));
	main_path = arena_printf(&f->arena, "%s", real);
	slash = strrchr(real, '/');
	*slash = '\0';
	dir = arena_printf(&f->arena, "%s/%s", real, drop_ins);
	free(real);
	if (main_path == NULL || dir == NULL)
		return full(e);
	if (read_doc(f, main_path, &docs[0], e) < 0)
		return -1;
	return read_drop_ins(f, dir, docs, e);
}

/* The option, unless it was given. A text of NULL is a full arena. */
static int
set(struct measure *m, enum option o, const char *text, struct err *e)
{
	if (text == NULL)
		return full(e);
	if (m->v[o] == NULL && *text != '\0')
		m->v[o] = text;
	return 0;
}

static int
set_shape(struct measure *m, struct kata_files *f, struct err *e)
{
	const struct kata_config *c = &f->config;

	if (c->vcpus == 0 && m->v[OPT_VCPUS] == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "default_vcpus is as many as the host has: say by --vcpus");
	if (set(m, OPT_VCPUS,
		arena_printf(&f->arena, "%llu", (unsigned long long)c->vcpus),
		e) < 0)
		return -1;
	return set(m, OPT_MEMORY,
	    arena_printf(&f->arena, "%lluM", (unsigned long long)c->memory), e);
}

/* The TEE by the configuration must be the one that is asked for. */
static int
check_target(const struct measure *m, const struct kata_config *c,
    struct err *e)
{
	if (!c->confidential)
		return err_set(e, ERR_ARGUMENT,
		    "%s is for guests without TEE (confidential_guest is not "
		    "true)",
		    STR_QUOTED(m->v[OPT_KATA_CONFIG]));
	if (c->snp && m->tee->bit != TEE_SNP)
		return err_set(e, ERR_ARGUMENT,
		    "%s is for snp (sev_snp_guest), and the target is %s",
		    STR_QUOTED(m->v[OPT_KATA_CONFIG]), m->tee->name);
	if (m->v[OPT_CMDLINE] != NULL)
		return err_set(e, ERR_ARGUMENT,
		    "--cmdline and --kata-config exclude each other");
	return 0;
}

static int
set_options(struct measure *m, struct kata_files *f, struct err *e)
{
	const struct kata_config *c = &f->config;
	bool tdx = m->tee->bit == TEE_TDX;

	if (set(m, OPT_FIRMWARE, c->firmware, e) < 0 ||
	    set(m, OPT_KERNEL, c->kernel, e) < 0 ||
	    set(m, OPT_INITRD, c->initrd, e) < 0 || set_shape(m, f, e) < 0)
		return -1;
	if (tdx && (set(m, OPT_OVMF_VERSION, ovmf_version_tdx, e) < 0 ||
		       set(m, OPT_QEMU_VERSION, qemu_version, e) < 0))
		return -1;
	if (m->tee->bit == TEE_SNP && c->has_snp_policy)
		return set(m, OPT_POLICY,
		    arena_printf(&f->arena, "%llu",
			(unsigned long long)c->snp_policy),
		    e);
	return 0;
}

static void
keep_unknown(void *ctx, const char *text)
{
	struct kata_files *f = ctx;
	const char *copy;

	if (f->n_unknown == KATA_FILES_UNKNOWN_MAX)
		return;
	copy = arena_printf(&f->arena, "%s", text);
	if (copy != NULL)
		f->unknown[f->n_unknown++] = copy;
}

int
kata_files_read(struct measure *m, struct kata_files *ret_f, struct err *e)
{
	struct kata_doc docs[KATA_FILES_MAX];
	enum kata_runtime runtime = KATA_GUESS;
	struct kata_files *f = ret_f;

	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, ARENA_MAX);
	if (m->v[OPT_RUNTIME] != NULL &&
	    kata_runtime_parse(m->v[OPT_RUNTIME], &runtime, e) < 0)
		return -1;
	if (read_docs(f, m->v[OPT_KATA_CONFIG], docs, e) < 0)
		return -1;
	if (kata_config_read(docs, f->n, runtime, &f->arena, &f->config, e) <
		0 ||
	    check_target(m, &f->config, e) < 0)
		return -1;
	for (size_t i = 0; i < f->n; i++)
		kata_known_check(&docs[i], f->config.runtime, keep_unknown, f);
	return set_options(m, f, e);
}

int
kata_files_cmdline(struct kata_files *f, const struct shape *s,
    const char **ret_cmdline, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, LIMIT_CMDLINE);
	rc = kata_cmdline(&f->config, s->vcpus, &b, e);
	if (rc == 0 && buf_bad(&b))
		rc = err_set(e, ERR_LIMIT,
		    "the command line has %d bytes or more", LIMIT_CMDLINE);
	if (rc == 0 &&
	    (f->cmdline == NULL || !str_eq(f->cmdline, buf_str(&b)))) {
		f->cmdline = arena_strndup(&f->arena, buf_str(&b), b.len);
		if (f->cmdline == NULL)
			rc = full(e);
	}
	if (rc == 0)
		*ret_cmdline = f->cmdline;
	buf_release(&b);
	return rc;
}

void
kata_files_describe(const struct kata_files *f, struct refset *r)
{
	const struct kata_config *c = &f->config;

	for (size_t i = 0; i < f->n; i++)
		refset_add_input(r, f->roles[i], f->inputs[i].path,
		    f->inputs[i].size, f->inputs[i].sha256);
	refset_add_string(r, "kata_runtime", kata_runtime_name(c->runtime));
	refset_add_string(r, "kata_version", KATA_FILES_VERSION);
	if (c->image[0] != '\0')
		refset_add_string(r, "image", c->image);
	for (size_t i = 0; i < f->n_unknown; i++)
		refset_warn(r, "%s", f->unknown[i]);
	if (c->image[0] != '\0' && c->verity[0] == '\0')
		refset_warn(r,
		    "the image has no kernel_verity_params: nothing that is "
		    "measured depends on what is in it");
}

void
kata_files_release(struct kata_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		buf_release(&f->bytes[i]);
	arena_release(&f->arena);
}
