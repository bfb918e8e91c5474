#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/out/out.h"

static void
put_hex(struct buf *b, const uint8_t *p, size_t len)
{
	char hex[HEX_SIZE(REFSET_LEN)];

	hex_encode(p, len, hex);
	buf_add_str(b, hex);
}

static void
put_depends(struct buf *b, const struct refset_register *reg)
{
	for (size_t i = 0; i < reg->n_depends; i++)
		buf_printf(b, "%s%s", i ? ", " : "", reg->depends[i]);
	if (reg->n_depends == 0)
		buf_add_str(b, "nothing that is given");
}

static void
put_register(struct buf *b, const struct refset *r,
    const struct refset_register *reg)
{
	const uint8_t *value;
	const char *when;

	buf_printf(b, "  %s%s%s%s\n    ", reg->name, reg->alg ? " (" : "",
	    reg->alg ? reg->alg : "", reg->alg ? ")" : "");
	if (!reg->known) {
		buf_printf(b, "unsupported: %s\n", reg->why);
		return;
	}
	put_hex(b, reg->value, reg->len);
	buf_add_str(b, "\n    by ");
	put_depends(b, reg);
	buf_u8(b, '\n');
	for (size_t k = 1; (value = refset_value(r, reg, k, &when)) != NULL;
	     k++) {
		buf_add_str(b, "    or ");
		put_hex(b, value, reg->len);
		buf_printf(b, " (%s)\n", when);
	}
}

static void
put_events(struct buf *b, const struct refset *r)
{
	if (r->n_events > 0)
		buf_add_str(b, "Events\n");
	for (size_t i = 0; i < r->n_events; i++) {
		const struct refset_event *ev = &r->events[i];
		const struct refset_register *reg = &r->registers[ev->reg];

		buf_printf(b, "  %s %s\n    ", reg->name, ev->what);
		put_hex(b, ev->digest, reg->len);
		buf_u8(b, '\n');
	}
}

/* Has every set this file? */
static bool
is_common(const struct out *o, const struct refset_input *in)
{
	for (size_t i = 1; i < o->n; i++) {
		const struct refset_input *other =
		    refset_input(&o->sets[i], in->role);

		if (other == NULL || !str_eq(other->path, in->path))
			return false;
	}
	return true;
}

/* The files of the first set; of several sets, all that they share. */
static void
put_inputs(struct buf *b, const struct out *o)
{
	const struct refset *r = o->sets;

	if (r->n_inputs > 0)
		buf_add_str(b, "Files\n");
	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct refset_input *in = &r->inputs[i];

		if (!is_common(o, in)) {
			buf_printf(b,
			    "  %-16s one for each shape (--format json names "
			    "them)\n",
			    in->role);
			continue;
		}
		buf_printf(b, "  %-16s ", in->role);
		out_line(b, in->path);
		buf_printf(b, "  %-16s %" PRIu64 " bytes, sha256 ", "",
		    in->size);
		put_hex(b, in->sha256, SHA2_256_LEN);
		buf_u8(b, '\n');
	}
}

static void
put_param(struct buf *b, const struct refset_param *p)
{
	buf_printf(b, "  %-16s ", p->name);
	switch (p->type) {
	case REFSET_NUMBER:
		buf_printf(b, "%" PRIu64 "\n", p->number);
		return;
	case REFSET_BITS:
		buf_printf(b, "0x%" PRIx64 "\n", p->number);
		return;
	case REFSET_BOOL:
		buf_printf(b, "%s\n", p->number ? "yes" : "no");
		return;
	case REFSET_STRING:
		out_line(b, p->string);
		return;
	}
}

static void
put_cmdline(struct buf *b, const struct refset *r)
{
	if (r->cmdline == NULL)
		return;
	buf_printf(b, "  %-16s ", "cmdline");
	out_line(b, r->cmdline[0] ? r->cmdline : "(empty)");
	buf_printf(b, "  %-16s %zu bytes with the NUL, sha256 ", "",
	    strlen(r->cmdline) + 1);
	put_hex(b, r->cmdline_sha256, SHA2_256_LEN);
	buf_u8(b, '\n');
}

static bool
has_param(const struct refset *r, const struct refset_param *p)
{
	const struct refset_param *q = refset_param(r, p->name);

	return q != NULL && q->type == p->type &&
	       (p->type == REFSET_STRING ? str_eq(p->string, q->string)
					 : p->number == q->number);
}

/* The parameters that all sets have. */
static void
put_params(struct buf *b, const struct out *o)
{
	const struct refset *r = o->sets;

	if (r->n_params > 0)
		buf_add_str(b, "Parameters\n");
	for (size_t i = 0; i < r->n_params; i++) {
		bool same = true;

		for (size_t k = 1; same && k < o->n; k++)
			same = has_param(&o->sets[k], &r->params[i]);
		if (same)
			put_param(b, &r->params[i]);
	}
}

static void
put_set(struct buf *b, const struct out *o)
{
	const struct refset *r = o->sets;

	buf_printf(b, "%s\n", r->title);
	for (size_t i = 0; i < r->n_registers; i++)
		put_register(b, r, &r->registers[i]);
	put_events(b, r);
	put_inputs(b, o);
	put_cmdline(b, r);
	put_params(b, o);
}

static bool
same_value(const struct refset_register *x, const struct refset_register *y)
{
	return x->known == y->known &&
	       (!x->known || memcmp(x->value, y->value, x->len) == 0);
}

/* Has a set another value than the first that differs along this axis only? */
static bool
varies(const struct out *o, size_t reg, enum refset_axis a)
{
	enum refset_axis other =
	    a == REFSET_VCPUS ? REFSET_MEMORY : REFSET_VCPUS;

	for (size_t i = 0; i < o->n; i++) {
		size_t k = 0;

		while (o->sets[k].shape[other] != o->sets[i].shape[other])
			k++;
		if (!same_value(&o->sets[i].registers[reg],
			&o->sets[k].registers[reg]))
			return true;
	}
	return false;
}

static void
put_coordinate(struct buf *b, uint64_t v, enum refset_axis a, bool shown)
{
	static const char units[] = "\0KMGT";
	size_t at = b->len, unit = 0;

	while (a == REFSET_MEMORY && v != 0 && v % 1024 == 0 && unit < 4) {
		v /= 1024;
		unit++;
	}
	if (!shown)
		buf_add_str(b, "any");
	else if (v == 0)
		buf_add_str(b, "-");
	else
		buf_printf(b, "%" PRIu64 "%.1s", v, &units[unit]);
	buf_printf(b, "%*s", at + 8 > b->len ? (int)(at + 8 - b->len) : 1, "");
}

/* The rows of one register; what an axis does not change stands once. */
static void
put_rows(struct buf *b, const struct out *o, size_t i)
{
	bool shown[REFSET_AXES] = { varies(o, i, REFSET_VCPUS),
		varies(o, i, REFSET_MEMORY) };

	for (size_t k = 0; k < o->n; k++) {
		const struct refset *r = &o->sets[k];
		const struct refset_register *reg = &r->registers[i];
		bool repeated = false;

		for (int a = 0; a < REFSET_AXES; a++)
			repeated =
			    repeated ||
			    (!shown[a] && r->shape[a] != o->sets->shape[a]);
		if (repeated)
			continue;
		for (int a = 0; a < REFSET_AXES; a++)
			put_coordinate(b, r->shape[a], (enum refset_axis)a,
			    shown[a]);
		buf_printf(b, "%-12s ", reg->name);
		if (reg->known)
			put_hex(b, reg->value, reg->len);
		else
			buf_printf(b, "unsupported: %s", reg->why);
		buf_add_str(b, "  ");
		put_depends(b, reg);
		buf_u8(b, '\n');
	}
}

static void
put_table(struct buf *b, const struct out *o)
{
	buf_printf(b, "%s of %zu shapes\n", o->sets->title, o->n);
	buf_printf(b, "%-8s%-8s%-12s %s\n", "vcpus", "memory", "register",
	    "value, what it depends on (any: the same for all shapes)");
	for (size_t i = 0; i < o->sets->n_registers; i++)
		put_rows(b, o, i);
	put_inputs(b, o);
	for (size_t i = 0; i < o->n; i++)
		if (i == 0 ||
		    (o->sets[i].cmdline != NULL &&
			!str_eq(o->sets[i].cmdline, o->sets[i - 1].cmdline)))
			put_cmdline(b, &o->sets[i]);
	put_params(b, o);
}

int
out_text(const struct out *o, struct buf *b, struct err *e)
{
	(void)e;
	if (o->n == 1)
		put_set(b, o);
	else
		put_table(b, o);
	return 0;
}
