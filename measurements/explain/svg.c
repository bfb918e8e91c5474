#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "measurements/explain/html.h"
#include "measurements/explain/names.h"
#include "measurements/explain/svg.h"

enum {
	WIDTH = 1160,
	HEAD = 34, /* the columns' titles */
	BOX_W = 300,
	IN_X = 1,
	EVENT_X = 410,
	EVENT_W = 340,
	REG_X = WIDTH - BOX_W - 1,
	IN_H = 44,
	EVENT_H = 36,
	REG_H = 52,
	GAP = 10,
	SHOWN = 40, /* characters of a line */
	N_NODES = REFSET_REGISTERS * REFSET_DEPENDS + REFSET_EVENTS,
	TEXT_MAX = 128 * 1024
};

struct source {
	const char *name;
	size_t index; /* in the order of the set */
	long sum;     /* of the heights that its lines end at */
	long n;
	int y;
};

struct chain {
	const struct refset *r;
	struct source *in;
	size_t n_in;
	int event_y[REFSET_EVENTS]; /* tops */
	int reg_y[REFSET_REGISTERS];
	int height;
	bool has_events;
	bool skip[REFSET_REGISTERS]; /* another bank of one that is there */
};

static struct source *
source_of(struct chain *c, const char *name)
{
	for (size_t i = 0; i < c->n_in; i++)
		if (str_eq(c->in[i].name, name))
			return &c->in[i];
	c->in[c->n_in].name = name;
	c->in[c->n_in].index = c->n_in;
	return &c->in[c->n_in++];
}

/* True when one of the register's events is the digest of name. */
static bool
has_event_of(const struct refset *r, size_t reg, const char *name)
{
	for (size_t i = 0; i < r->n_events; i++)
		if (r->events[i].reg == reg && r->events[i].input != NULL &&
		    str_eq(r->events[i].input, name))
			return true;
	return false;
}

/* Registers from the top, each beside its events. */
static int
place_right(struct chain *c)
{
	const struct refset *r = c->r;
	int y = HEAD;

	for (size_t i = 0; i < r->n_registers; i++) {
		int top = y, h;

		if (c->skip[i])
			continue;
		for (size_t k = 0; k < r->n_events; k++) {
			if (r->events[k].reg != i)
				continue;
			c->has_events = true;
			c->event_y[k] = y;
			y += EVENT_H + GAP;
		}
		h = y - top - GAP;
		if (h < REG_H) {
			h = REG_H;
			y = top + REG_H + GAP;
		}
		/* A single event stands at its register's height. */
		c->reg_y[i] = top + (h - REG_H) / 2;
		y += GAP;
	}
	return y;
}

static int
by_target(const void *pa, const void *pb)
{
	const struct source *a = pa, *b = pb;
	long x = a->sum * b->n, y = b->sum * a->n;

	if (x != y)
		return x < y ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

/* What is given, ordered by where its lines go. */
static void
collect_sources(struct chain *c)
{
	const struct refset *r = c->r;
	struct source *s;

	for (size_t i = 0; i < r->n_events; i++) {
		if (r->events[i].input == NULL || c->skip[r->events[i].reg])
			continue;
		s = source_of(c, r->events[i].input);
		s->sum += c->event_y[i] + EVENT_H / 2;
		s->n++;
	}
	for (size_t i = 0; i < r->n_registers; i++) {
		for (size_t k = 0; k < r->registers[i].n_depends; k++) {
			const char *name = r->registers[i].depends[k];

			if (c->skip[i] || !r->registers[i].known ||
			    has_event_of(r, i, name))
				continue;
			s = source_of(c, name);
			s->sum += c->reg_y[i] + REG_H / 2;
			s->n++;
		}
	}
	if (c->n_in > 0)
		qsort(c->in, c->n_in, sizeof(*c->in), by_target);
}

/* Down by half of the room that is left below. */
static void
shift_right(struct chain *c, int by)
{
	for (size_t i = 0; i < c->r->n_events; i++)
		c->event_y[i] += by;
	for (size_t i = 0; i < c->r->n_registers; i++)
		c->reg_y[i] += by;
	for (size_t i = 0; i < c->n_in; i++)
		c->in[i].sum += by * c->in[i].n;
}

/* As near to where the lines go as there is room. */
static void
place_left(struct chain *c, int right)
{
	int need = HEAD + (int)c->n_in * (IN_H + GAP), y = HEAD;

	c->height = right > need ? right : need;
	if (need > right)
		shift_right(c, (need - right) / 2);
	for (size_t i = 0; i < c->n_in; i++) {
		struct source *s = &c->in[i];
		int want = (int)(s->sum / s->n) - IN_H / 2;
		int left = (int)(c->n_in - i) * (IN_H + GAP);
		int last = c->height - left;

		if (want > last)
			want = last;
		s->y = want > y ? want : y;
		y = s->y + IN_H + GAP;
	}
}

static void
put_line(struct buf *b, const char *class, int x1, int y1, int x2, int y2)
{
	int bend = (x2 - x1) / 2;

	buf_printf(b, "<path class=\"%s\" d=\"M%d %d C%d %d %d %d %d %d\"/>\n",
	    class, x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2);
}

static void
put_lines(const struct chain *c, struct buf *b)
{
	const struct refset *r = c->r;

	for (size_t k = 0; k < c->n_in; k++) {
		const struct source *s = &c->in[k];
		int y = s->y + IN_H / 2;

		for (size_t i = 0; i < r->n_events; i++)
			if (!c->skip[r->events[i].reg] &&
			    r->events[i].input != NULL &&
			    str_eq(r->events[i].input, s->name))
				put_line(b, "line", IN_X + BOX_W, y, EVENT_X,
				    c->event_y[i] + EVENT_H / 2);
		for (size_t i = 0; i < r->n_registers; i++) {
			const struct refset_register *reg = &r->registers[i];

			for (size_t d = 0;
			     reg->known && !c->skip[i] && d < reg->n_depends;
			     d++)
				if (str_eq(reg->depends[d], s->name) &&
				    !has_event_of(r, i, s->name))
					put_line(b,
					    c->has_events ? "line loose"
							  : "line",
					    IN_X + BOX_W, y, REG_X,
					    c->reg_y[i] + REG_H / 2);
		}
	}
	for (size_t i = 0; i < r->n_events; i++)
		if (!c->skip[r->events[i].reg])
			put_line(b, "line strong", EVENT_X + EVENT_W,
			    c->event_y[i] + EVENT_H / 2, REG_X,
			    c->reg_y[r->events[i].reg] + REG_H / 2);
}

static void
begin_box(struct buf *b, const char *class, int x, int y, int w, int h)
{
	buf_printf(b,
	    "<g class=\"%s\" transform=\"translate(%d %d)\">"
	    "<rect width=\"%d\" height=\"%d\" rx=\"6\"/>",
	    class, x, y, w, h);
}

/* What stands for a source that is neither a file nor a value of its own. */
static const char *
absent(const struct refset *r, const char *name)
{
	if ((str_eq(name, "devices") || str_eq(name, "processor")) &&
	    refset_input(r, "acpi_tables") != NULL)
		return "in the ACPI and SMBIOS tables";
	return "not given";
}

static void
put_sources(const struct chain *c, struct buf *b)
{
	struct buf value;

	buf_init(&value, TEXT_MAX);
	for (size_t i = 0; i < c->n_in; i++) {
		const struct source *s = &c->in[i];
		const struct refset_input *in = refset_input(c->r, s->name);
		bool cmdline = str_eq(s->name, "cmdline") && c->r->cmdline;

		buf_clear(&value);
		names_value(c->r, s->name, &value);
		begin_box(b, in || cmdline ? "given" : "given soft", IN_X, s->y,
		    BOX_W, IN_H);
		buf_add_str(b, "<text x=\"12\" y=\"18\" class=\"name\">");
		html_cut(b, names_title(s->name), SHOWN);
		buf_add_str(b, "</text><text x=\"12\" y=\"34\">");
		if (in != NULL)
			html_cut(b,
			    strrchr(in->path, '/') ? strrchr(in->path, '/') + 1
						   : in->path,
			    SHOWN);
		else if (cmdline)
			html_cut(b, c->r->cmdline, SHOWN);
		else
			html_cut(b,
			    value.len ? buf_str(&value) : absent(c->r, s->name),
			    SHOWN);
		buf_add_str(b, "</text></g>\n");
	}
	buf_release(&value);
}

static void
put_events(const struct chain *c, struct buf *b)
{
	for (size_t i = 0; i < c->r->n_events; i++) {
		const struct refset_event *ev = &c->r->events[i];

		if (c->skip[ev->reg])
			continue;
		begin_box(b, "event", EVENT_X, c->event_y[i], EVENT_W, EVENT_H);
		buf_add_str(b, "<text x=\"12\" y=\"15\" class=\"name\">");
		html_cut(b, ev->what, SHOWN);
		buf_add_str(b, "</text><text x=\"12\" y=\"29\" "
			       "class=\"mono\">");
		html_hex(b, ev->digest, 12);
		buf_add_str(b, "…</text></g>\n");
	}
}

static void
put_registers(const struct chain *c, struct buf *b)
{
	for (size_t i = 0; i < c->r->n_registers; i++) {
		const struct refset_register *reg = &c->r->registers[i];
		const char *title = names_register(reg->name);

		if (c->skip[i])
			continue;
		begin_box(b, reg->known ? "reg" : "reg unknown", REG_X,
		    c->reg_y[i], BOX_W, REG_H);
		buf_add_str(b, "<text x=\"12\" y=\"18\" class=\"name\">");
		html_cut(b, reg->name, SHOWN);
		buf_add_str(b, "</text><text x=\"12\" y=\"32\" "
			       "class=\"mono\">");
		if (reg->known) {
			html_hex(b, reg->value, reg->len < 16 ? reg->len : 16);
			buf_add_str(b, reg->len > 16 ? "…" : "");
		} else {
			buf_add_str(b, "not known");
		}
		buf_add_str(b, "</text><text x=\"12\" y=\"45\" "
			       "class=\"small\">");
		if (title != NULL)
			html_cut(b, title, SHOWN + 14);
		buf_add_str(b, "</text></g>\n");
	}
}

static void
put_heads(const struct chain *c, struct buf *b)
{
	static const char head[] =
	    "<text class=\"head\" x=\"%d\" y=\"16\">%s</text>\n";

	buf_printf(b, head, IN_X + 2, "Given");
	if (c->has_events)
		buf_printf(b, head, EVENT_X + 2, "Events, in order");
	buf_printf(b, head, REG_X + 2, "Registers");
}

void
svg_chain(const struct refset *r, struct buf *b)
{
	struct chain *c = must_alloc(1, sizeof(*c));

	c->r = r;
	c->in = must_alloc(N_NODES, sizeof(*c->in));
	for (size_t i = 0; i < r->n_registers; i++)
		c->skip[i] = names_other_bank(r, r->registers[i].name);
	/* Tops first; the sources' places follow from them. */
	c->height = place_right(c);
	collect_sources(c);
	place_left(c, c->height);
	buf_printf(b,
	    "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"What is "
	    "given, the events, and the registers\">\n",
	    WIDTH, c->height);
	put_heads(c, b);
	put_lines(c, b);
	put_sources(c, b);
	put_events(c, b);
	put_registers(c, b);
	buf_add_str(b, "</svg>\n");
	free(c->in);
	free(c);
}
