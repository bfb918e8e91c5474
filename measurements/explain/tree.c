#include <inttypes.h>

#include "base/str.h"
#include "measurements/explain/explain.h"
#include "measurements/explain/names.h"

static void
put_hex(const uint8_t *p, size_t len, struct buf *b)
{
	for (size_t i = 0; i < len; i++)
		buf_printf(b, "%02x", p[i]);
}

static size_t
count_events(const struct refset *r, size_t reg)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_events; i++)
		n += r->events[i].reg == reg;
	return n;
}

/* "kernel, file 'vmlinuz', 8 MiB" */
static void
put_artefact(const struct refset *r, const char *name, struct buf *b)
{
	const struct refset_input *in = refset_input(r, name);
	size_t at;

	buf_add_str(b, names_title(name));
	if (in != NULL) {
		buf_add_str(b, " ");
		names_text(in->path, b);
		buf_printf(b, " (%" PRIu64 " bytes)", in->size);
	}
	at = b->len;
	buf_add_str(b, ": ");
	names_value(r, name, b);
	if (!buf_bad(b) && b->len == at + 2)
		b->len = at; /* the set has no value for it */
}

static void
put_events(const struct refset *r, size_t reg, struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_events; i++) {
		const struct refset_event *ev = &r->events[i];

		if (ev->reg != reg)
			continue;
		n++;
		buf_printf(b, "│  ├─ %zu. ", n);
		names_text(ev->what, b);
		if (ev->type != NULL)
			buf_printf(b, " (%s)", ev->type);
		buf_add_str(b, "\n│  │     ");
		put_hex(ev->digest, r->registers[reg].len, b);
		buf_u8(b, '\n');
		if (ev->input == NULL)
			continue;
		buf_add_str(b, "│  │     from ");
		put_artefact(r, ev->input, b);
		buf_u8(b, '\n');
	}
}

static void
put_depends(const struct refset *r, const struct refset_register *reg,
    struct buf *b)
{
	for (size_t i = 0; i < reg->n_depends; i++) {
		const char *name = reg->depends[i];

		buf_printf(b, "│  %s changes with ",
		    i + 1 < reg->n_depends ? "├─" : "└─");
		put_artefact(r, name, b);
		buf_printf(b, " (%s)\n", names_change(r, name));
	}
}

static void
put_register(const struct refset *r, size_t i, struct buf *b)
{
	const struct refset_register *reg = &r->registers[i];
	const char *title = names_register(reg->name);
	const uint8_t *value;
	const char *when;

	buf_printf(b, "├─ %s", reg->name);
	if (title != NULL)
		buf_printf(b, ": %s", title);
	buf_add_str(b, "\n│  ");
	if (reg->known) {
		put_hex(reg->value, reg->len, b);
	} else {
		buf_add_str(b, "not known: ");
		names_text(reg->why, b);
	}
	buf_u8(b, '\n');
	for (size_t k = 1; (value = refset_value(r, reg, k, &when)) != NULL;
	     k++) {
		buf_add_str(b, "│  or ");
		put_hex(value, reg->len, b);
		buf_add_str(b, " (");
		names_text(when, b);
		buf_add_str(b, ")\n");
	}
	if (count_events(r, i) > 0)
		put_events(r, i, b);
	put_depends(r, reg, b);
}

static void
put_set(const struct refset *r, struct buf *b)
{
	names_shape(r, b);
	buf_u8(b, '\n');
	for (size_t i = 0; i < r->n_registers; i++)
		put_register(r, i, b);
	if (r->cmdline != NULL) {
		buf_add_str(b, "├─ kernel command line\n│  ");
		names_text(r->cmdline, b);
		buf_u8(b, '\n');
	}
	for (size_t i = 0; i < r->n_warnings; i++) {
		buf_add_str(b, "├─ warning: ");
		names_text(r->warnings[i], b);
		buf_u8(b, '\n');
	}
	buf_add_str(b, "└─ a register is H(before ‖ digest) for each event in "
		       "turn, from zeros\n");
}

void
explain_tree(const struct refset *sets, size_t n, struct buf *b)
{
	for (size_t i = 0; i < n; i++)
		put_set(&sets[i], b);
}
