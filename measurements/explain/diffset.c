#include <string.h>

#include "base/str.h"
#include "measurements/explain/diffset.h"
#include "measurements/explain/names.h"
#include "measurements/explain/words.h"

enum {
	VALUE_MAX = 128 * 1024
};

enum diff_result
diffset_register(const struct refset *a, const struct refset *b,
    const char *name)
{
	const struct refset_register *x = refset_register(a, name);
	const struct refset_register *y = refset_register(b, name);
	bool in_a = x != NULL && x->known, in_b = y != NULL && y->known;

	if (!in_a || !in_b)
		return in_a ? DIFF_ONLY_A : in_b ? DIFF_ONLY_B : DIFF_UNKNOWN;
	return x->len == y->len && memcmp(x->value, y->value, x->len) == 0
		   ? DIFF_SAME
		   : DIFF_DIFFERS;
}

static void
put_file(const struct refset_input *in, struct buf *out)
{
	if (in == NULL) {
		buf_add_str(out, "none");
		return;
	}
	buf_u8(out, '`');
	names_text(in->path, out);
	buf_printf(out, "` (%llu bytes, sha256 ", (unsigned long long)in->size);
	for (int i = 0; i < 8; i++)
		buf_printf(out, "%02x", in->sha256[i]);
	buf_add_str(out, "…)");
}

static bool
diff_files(const struct refset_input *x, const struct refset_input *y,
    const char *name, struct buf *out)
{
	if (x == NULL && y == NULL)
		return false;
	if (x != NULL && y != NULL &&
	    memcmp(x->sha256, y->sha256, sizeof(x->sha256)) == 0)
		return false;
	buf_printf(out, "%s: ", names_title(name));
	put_file(x, out);
	buf_add_str(out, " → ");
	put_file(y, out);
	return true;
}

static bool
diff_cmdline(const struct refset *a, const struct refset *b, struct buf *out)
{
	if (a->cmdline == NULL && b->cmdline == NULL)
		return false;
	if (a->cmdline != NULL && b->cmdline != NULL &&
	    str_eq(a->cmdline, b->cmdline))
		return false;
	buf_printf(out, "%s: ", names_title("cmdline"));
	if (a->cmdline == NULL || b->cmdline == NULL)
		buf_add_str(out, a->cmdline ? "there → none" : "none → there");
	else
		words_diff(a->cmdline, b->cmdline, out);
	return true;
}

bool
diffset_input(const struct refset *a, const struct refset *b, const char *name,
    struct buf *out)
{
	const struct refset_input *x = refset_input(a, name);
	const struct refset_input *y = refset_input(b, name);
	struct buf va, vb;
	bool differs;

	if (x != NULL || y != NULL)
		return diff_files(x, y, name, out);
	if (str_eq(name, "cmdline"))
		return diff_cmdline(a, b, out);
	buf_init(&va, VALUE_MAX);
	buf_init(&vb, VALUE_MAX);
	names_value(a, name, &va);
	names_value(b, name, &vb);
	differs = !str_eq(buf_str(&va), buf_str(&vb));
	if (differs) {
		buf_printf(out, "%s: `", names_title(name));
		buf_add_str(out, va.len ? buf_str(&va) : "none");
		buf_add_str(out, "` → `");
		buf_add_str(out, vb.len ? buf_str(&vb) : "none");
		buf_u8(out, '`');
	}
	buf_release(&va);
	buf_release(&vb);
	return differs;
}

static bool
depends_on(const struct refset_register *reg, const char *name)
{
	for (size_t i = 0; i < reg->n_depends; i++)
		if (str_eq(reg->depends[i], name))
			return true;
	return false;
}

/* What differs of reg's dependences, but for those of skip. */
static size_t
put_changes(const struct refset *a, const struct refset *b,
    const struct refset_register *reg, const struct refset_register *skip,
    size_t start, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < reg->n_depends; i++) {
		size_t before = out->len;

		if (skip != NULL && depends_on(skip, reg->depends[i]))
			continue;
		if (before > start)
			buf_add_str(out, "; ");
		if (diffset_input(a, b, reg->depends[i], out))
			n++;
		else if (!buf_bad(out))
			out->len = before;
	}
	return n;
}

/* "initrd, firmware unchanged": what is there, and the same. */
static void
put_unchanged(const struct refset *a, const struct refset *b,
    const struct refset_register *reg, struct buf *out)
{
	struct buf scratch;
	size_t n = 0;

	buf_init(&scratch, VALUE_MAX);
	for (size_t i = 0; i < reg->n_depends; i++) {
		const char *name = reg->depends[i];

		buf_clear(&scratch);
		names_value(a, name, &scratch);
		if (scratch.len == 0 || diffset_input(a, b, name, &scratch))
			continue;
		buf_printf(out, "%s%s", n++ ? ", " : "; ", names_title(name));
	}
	if (n > 0)
		buf_add_str(out, " unchanged");
	buf_release(&scratch);
}

void
diffset_why(const struct refset *a, const struct refset *b, const char *name,
    struct buf *out)
{
	const struct refset_register *x = refset_register(a, name);
	const struct refset_register *y = refset_register(b, name);
	size_t n, start = out->len;

	n = put_changes(a, b, x, NULL, start, out);
	n += put_changes(a, b, y, x, start, out);
	if (n == 0)
		buf_add_str(out,
		    "nothing that it depends on differs: the values were made "
		    "by different rules, or one was edited");
	put_unchanged(a, b, x, out);
}

bool
diffset_differs(const struct refset *a, const struct refset *b)
{
	const struct refset *sets[2] = { a, b };

	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < sets[k]->n_registers; i++)
			if (diffset_register(a, b,
				sets[k]->registers[i].name) >= DIFF_DIFFERS)
				return true;
	return false;
}
