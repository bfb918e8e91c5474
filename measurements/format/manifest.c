#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/format/manifest.h"

static const char first_line[] = "husk-manifest 1\n";

void
manifest_init(struct manifest *m)
{
	*m = (struct manifest){ .files = NULL };
	arena_init(&m->names, (size_t)2 * MANIFEST_SIZE);
}

void
manifest_release(struct manifest *m)
{
	free(m->files);
	arena_release(&m->names);
	manifest_init(m);
}

bool
manifest_path_ok(const char *path)
{
	const char *c = path; /* start of a component */

	if (*path == '\0' || strlen(path) >= MANIFEST_PATH)
		return false;
	for (const char *p = path;; p++) {
		size_t len = (size_t)(p - c);

		if (*p != '/' && *p != '\0') {
			if (*p < 0x20 || *p > 0x7e)
				return false;
			continue;
		}
		if (len == 0 || (len == 1 && c[0] == '.') ||
		    (len == 2 && c[0] == '.' && c[1] == '.'))
			return false;
		if (*p == '\0')
			return true;
		c = p + 1;
	}
}

static const char *
copy_path(struct manifest *m, const char *path, struct err *e)
{
	const char *copy = arena_strndup(&m->names, path, strlen(path));

	if (copy == NULL)
		err_set(e, ERR_LIMIT, "more than %d bytes of paths",
		    2 * MANIFEST_SIZE);
	return copy;
}

static int
bad_path(const char *path, struct err *e)
{
	return err_set(e, ERR_ARGUMENT,
	    "path %s is not relative, plain and of printable ASCII",
	    STR_QUOTED(path));
}

static void
grow(struct manifest *m)
{
	m->room = m->room == 0 ? 64 : 2 * m->room;
	m->files = realloc(m->files, m->room * sizeof(*m->files));
	if (m->files == NULL)
		die("out of memory");
}

int
manifest_add(struct manifest *m, const struct manifest_file *f, struct err *e)
{
	const char *path;

	if (!manifest_path_ok(f->path))
		return bad_path(f->path, e);
	if (m->n_files == MANIFEST_FILES)
		return err_set(e, ERR_LIMIT, "more than %d files",
		    MANIFEST_FILES);
	path = copy_path(m, f->path, e);
	if (path == NULL)
		return -1;
	if (m->n_files == m->room)
		grow(m);
	m->files[m->n_files] = *f;
	m->files[m->n_files++].path = path;
	return 0;
}

int
manifest_add_tree(struct manifest *m, const char *path, struct err *e)
{
	const char *copy;

	if (!str_eq(path, ".") && !manifest_path_ok(path))
		return bad_path(path, e);
	if (m->n_trees == MANIFEST_TREES)
		return err_set(e, ERR_LIMIT, "more than %d trees",
		    MANIFEST_TREES);
	copy = copy_path(m, path, e);
	if (copy == NULL)
		return -1;
	m->trees[m->n_trees++] = copy;
	return 0;
}

bool
manifest_in_tree(const struct manifest *m, const char *path)
{
	for (size_t i = 0; i < m->n_trees; i++) {
		size_t len = strlen(m->trees[i]);

		if (str_eq(m->trees[i], ".") ||
		    (str_starts(path, m->trees[i]) && path[len] == '/'))
			return true;
	}
	return false;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path,
	    ((const struct manifest_file *)b)->path);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
manifest_sort(struct manifest *m, struct err *e)
{
	if (m->n_files > 0)
		qsort(m->files, m->n_files, sizeof(m->files[0]), by_path);
	qsort(m->trees, m->n_trees, sizeof(m->trees[0]), by_text);
	for (size_t i = 1; i < m->n_files; i++)
		if (str_eq(m->files[i - 1].path, m->files[i].path))
			return err_set(e, ERR_EXISTS, "%s is there twice",
			    STR_QUOTED(m->files[i].path));
	for (size_t i = 1; i < m->n_trees; i++)
		if (str_eq(m->trees[i - 1], m->trees[i]))
			return err_set(e, ERR_EXISTS, "%s is there twice",
			    STR_QUOTED(m->trees[i]));
	return 0;
}

void
manifest_write(const struct manifest *m, struct buf *out)
{
	char hex[HEX_SIZE(SHA2_256_LEN)];

	buf_add_str(out, first_line);
	for (size_t i = 0; i < m->n_trees; i++)
		buf_printf(out, "tree %s\n", m->trees[i]);
	for (size_t i = 0; i < m->n_files; i++) {
		const struct manifest_file *f = &m->files[i];

		hex_encode(f->sha256, sizeof(f->sha256), hex);
		buf_printf(out, "file %s %llu %s\n", hex,
		    (unsigned long long)f->size, f->path);
	}
}

/* Cut *text at the next space; what stood before it, or NULL without one. */
static char *
word(char **text)
{
	char *start = *text, *space = strchr(start, ' ');

	if (space == NULL)
		return NULL;
	*space = '\0';
	*text = space + 1;
	return start;
}

/* One line without its line feed, which is cut up. */
static int
parse_line(char *line, struct manifest *m, struct err *e)
{
	struct manifest_file f = { .regular = true };
	const char *kind = word(&line), *digits, *size;

	if (kind != NULL && str_eq(kind, "tree"))
		return manifest_add_tree(m, line, e);
	if (kind == NULL || !str_eq(kind, "file"))
		return err_set(e, ERR_SYNTAX, "neither a tree nor a file");
	digits = word(&line);
	size = digits == NULL ? NULL : word(&line);
	f.path = line;
	if (size == NULL || str_u64(size, UINT64_MAX, &f.size) < 0 ||
	    hex_decode(digits, strlen(digits), f.sha256, sizeof(f.sha256)) < 0)
		return err_set(e, ERR_SYNTAX, "not SHA-256, size and path");
	return manifest_add(m, &f, e);
}

/* The lines of s; the numbers and order are the caller's to check. */
static int
parse_lines(struct span s, struct manifest *m, struct err *e)
{
	char line[MANIFEST_PATH + 128];

	for (unsigned number = 2; span_len(&s) > 0; number++) {
		const uint8_t *end = memchr(s.p, '\n', span_len(&s));
		size_t len = end == NULL ? sizeof(line) : (size_t)(end - s.p);

		if (len >= sizeof(line) || memchr(s.p, '\0', len) != NULL)
			return err_set(e, ERR_SYNTAX,
			    "line %u: too long, without an end, or not text",
			    number);
		span_copy(&s, line, len);
		line[len] = '\0';
		span_skip(&s, 1);
		if (parse_line(line, m, e) < 0)
			return err_wrap(e, "line %u", number);
	}
	return 0;
}

int
manifest_parse(struct span s, struct manifest *m, struct err *e)
{
	struct span first, rest = s;
	struct buf again;
	bool same;

	if (span_len(&s) > MANIFEST_SIZE)
		return err_set(e, ERR_LIMIT, "more than %d bytes",
		    MANIFEST_SIZE);
	first = span_take(&rest, sizeof(first_line) - 1);
	if (span_bad(&rest) ||
	    !span_equals(&first, first_line, sizeof(first_line) - 1))
		return err_set(e, ERR_SYNTAX,
		    "line 1: not \"husk-manifest 1\"");
	if (parse_lines(rest, m, e) < 0 || manifest_sort(m, e) < 0) {
		e->code = e->code == ERR_LIMIT ? ERR_LIMIT : ERR_SYNTAX;
		return -1;
	}
	/* Capital digits, leading zeros, another order: one form only. */
	buf_init(&again, (size_t)2 * MANIFEST_SIZE);
	manifest_write(m, &again);
	same = !buf_bad(&again) && span_equals(&s, again.p, again.len);
	buf_release(&again);
	return same ? 0
		    : err_set(e, ERR_SYNTAX,
			  "not in the one form that a manifest has");
}

size_t
manifest_compare(const struct manifest *wanted, const struct manifest *found,
    manifest_report *report, void *ctx)
{
	size_t i = 0, j = 0, n = 0;

	while (i < wanted->n_files || j < found->n_files) {
		const struct manifest_file *w = NULL, *f = NULL;
		int order = i == wanted->n_files ? 1
			    : j == found->n_files
				? -1
				: by_path(&wanted->files[i], &found->files[j]);

		if (order <= 0)
			w = &wanted->files[i++];
		if (order >= 0)
			f = &found->files[j++];
		if (order == 0 && f->regular && w->size == f->size &&
		    memcmp(w->sha256, f->sha256, sizeof(w->sha256)) == 0)
			continue;
		report(ctx,
		    order < 0   ? MANIFEST_MISSING
		    : order > 0 ? MANIFEST_EXTRA
				: MANIFEST_DIFFERS,
		    w, f);
		n++;
	}
	return n;
}
