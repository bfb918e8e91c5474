#include <math.h>
#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/format.h"
#include "policy/utf8.h"

/*
 * The loop over the format string: what Go's fmt.Sprintf does with arguments
 * that are int, *big.Int, float64 or string.
 */
struct sprintf {
	struct bctx *ctx;
	struct buf b;
	const struct string *s;
	size_t at;
	const struct list *args;
	size_t arg;
	bool reordered; /* an argument was chosen by number */
	bool good_index;
	struct format f;
};

static bool
limited(struct sprintf *p, int64_t n)
{
	if (n <= FORMAT_WIDTH_MAX && n >= -FORMAT_WIDTH_MAX)
		return false;
	budget_fail(p->ctx->budget, BUDGET_FORMAT);
	p->b.bad = true;
	return true;
}

static bool
digit(const struct sprintf *p)
{
	return p->at < p->s->len && p->s->s[p->at] >= '0' &&
	       p->s->s[p->at] <= '9';
}

static bool
read_number(struct sprintf *p, int64_t *ret)
{
	bool found = digit(p);

	for (*ret = 0; digit(p); p->at++)
		if (*ret <= FORMAT_WIDTH_MAX)
			*ret = *ret * 10 + (p->s->s[p->at] - '0');
	return found && !limited(p, *ret);
}

static char
peek(const struct sprintf *p)
{
	return p->at < p->s->len ? p->s->s[p->at] : '\0';
}

/* [n] before a verb or a star: the number of the argument. */
static bool
arg_number(struct sprintf *p)
{
	const char *close;
	int64_t n;
	size_t start = p->at;

	if (peek(p) != '[')
		return false;
	p->reordered = true;
	close = memchr(p->s->s + p->at, ']', p->s->len - p->at);
	if (close == NULL) {
		p->good_index = false;
		p->at++;
		return false;
	}
	p->at++;
	if (read_number(p, &n) && p->s->s + p->at == close && n >= 1 &&
	    (size_t)n <= p->args->n)
		p->arg = (size_t)n - 1;
	else
		p->good_index = false;
	p->at = (size_t)(close - p->s->s) + 1;
	(void)start;
	return p->good_index;
}

/* A star's argument: a number that is not too large. */
static bool
star(struct sprintf *p, int64_t *ret)
{
	struct value v;
	int64_t i;

	p->at++;
	if (p->arg >= p->args->n)
		return false;
	v = p->args->v[p->arg++];
	if (!number_as_i64(v, &i) || limited(p, i))
		return false;
	*ret = i;
	return true;
}

static void
read_flags(struct sprintf *p)
{
	for (;; p->at++) {
		switch (peek(p)) {
		case '#':
			p->f.sharp = true;
			break;
		case '0':
			p->f.zero = true;
			break;
		case '+':
			p->f.plus = true;
			break;
		case '-':
			p->f.minus = true;
			break;
		case ' ':
			p->f.space = true;
			break;
		default:
			return;
		}
	}
}

static void
read_width(struct sprintf *p, bool *after_index)
{
	if (peek(p) == '*') {
		p->f.has_width = star(p, &p->f.width);
		if (!p->f.has_width)
			buf_add_str(&p->b, "%!(BADWIDTH)");
		if (p->f.has_width && p->f.width < 0) {
			p->f.width = -p->f.width;
			p->f.minus = true;
			p->f.zero = false;
		}
		*after_index = false;
		return;
	}
	p->f.has_width = read_number(p, &p->f.width);
	/* "%[3]2d" is wrong. */
	if (*after_index && p->f.has_width)
		p->good_index = false;
}

static void
read_precision(struct sprintf *p, bool *after_index)
{
	if (peek(p) != '.')
		return;
	p->at++;
	if (*after_index)
		p->good_index = false;
	*after_index = arg_number(p);
	if (peek(p) == '*') {
		p->f.has_prec = star(p, &p->f.prec) && p->f.prec >= 0;
		if (!p->f.has_prec)
			buf_add_str(&p->b, "%!(BADPREC)");
		*after_index = false;
		return;
	}
	if (!read_number(p, &p->f.prec))
		p->f.prec = 0;
	p->f.has_prec = true;
}

/* The next argument; a number beyond Go's float64 counts as its text. */
static struct value
next_arg(struct sprintf *p)
{
	struct value v = p->args->v[p->arg++];
	char small[NUMBER_INT_SIZE];
	const char *text;
	int64_t i;
	size_t len;

	if (number_as_i64(v, &i))
		return value_int(i);
	if (v.type != VALUE_NUMBER || number_is_plain(v) ||
	    !isinf(number_to_double(v)))
		return v;
	text = number_text(v, small, &len);
	v = value_string(p->ctx->heap, text, len);
	if (!value_defined(v))
		p->b.bad = true;
	return v;
}

/* What stands behind a percent sign. */
static void
conversion(struct sprintf *p)
{
	bool after_index;
	uint32_t verb;
	size_t n;

	p->f = (struct format){ .b = &p->b };
	p->good_index = true;
	read_flags(p);
	after_index = arg_number(p);
	read_width(p, &after_index);
	read_precision(p, &after_index);
	if (!after_index)
		arg_number(p);
	if (p->at >= p->s->len) {
		buf_add_str(&p->b, "%!(NOVERB)");
		return;
	}
	verb = utf8_decode(p->s->s + p->at, &n);
	p->f.verb = p->s->s + p->at;
	p->f.verb_len = n;
	p->at += n;
	if (verb == '%') {
		buf_u8(&p->b, '%');
	} else if (!p->good_index) {
		buf_printf(&p->b, "%%!%.*s(BADINDEX)", (int)n, p->f.verb);
	} else if (p->arg >= p->args->n) {
		buf_printf(&p->b, "%%!%.*s(MISSING)", (int)n, p->f.verb);
	} else {
		format_value(&p->f, p->ctx->heap, next_arg(p), verb);
	}
}

static void
extra(struct sprintf *p)
{
	const char *before = "%!(EXTRA ";

	for (; p->arg < p->args->n && !buf_bad(&p->b); before = ", ") {
		buf_add_str(&p->b, before);
		format_with_type(&p->b, p->ctx->heap, next_arg(p));
	}
	buf_u8(&p->b, ')');
}

BUILTIN(sprintf)
{
	struct sprintf p = { .ctx = ctx,
		.s = args[0].u.s,
		.args = args[1].u.list };

	if (budget_charge(ctx->budget, 1 + p.s->len / 8) != 0)
		return BUILTIN_LIMIT;
	builtin_text_init(&p.b);
	while (p.at < p.s->len && !buf_bad(&p.b)) {
		const char *s = p.s->s + p.at;
		const char *percent = memchr(s, '%', p.s->len - p.at);
		size_t n =
		    percent == NULL ? p.s->len - p.at : (size_t)(percent - s);

		buf_add(&p.b, s, n);
		p.at += n;
		if (percent == NULL)
			break;
		p.at++;
		conversion(&p);
		if (budget_charge(ctx->budget, 1) != 0)
			p.b.bad = true;
	}
	if (!p.reordered && p.arg < p.args->n)
		extra(&p);
	budget_charge(ctx->budget, p.b.len / 8);
	return builtin_text(ctx, &p.b, ret);
}

/* One part of a template string; false: a set of more than one. */
static bool
add_part(struct buf *b, struct value v)
{
	if (v.type == VALUE_SET) {
		if (v.u.list->n == 0)
			buf_add_str(b, "<undefined>");
		if (v.u.list->n != 1)
			return v.u.list->n == 0;
		v = v.u.list->v[0];
	}
	if (v.type == VALUE_STRING)
		buf_add(b, v.u.s->s, v.u.s->len);
	else
		json_write_term(b, v);
	return true;
}

BUILTIN(template_string)
{
	const struct list *l = args[0].u.list;
	enum builtin_result rc;
	struct buf b;

	builtin_text_init(&b);
	for (size_t i = 0; i < l->n; i++) {
		if (add_part(&b, l->v[i]))
			continue;
		buf_release(&b);
		rc = builtin_fail(ctx,
		    "template-strings must not produce multiple outputs");
		ctx->error.code = BUILTIN_CONFLICT_ERROR;
		ctx->error.halt = true;
		return rc;
	}
	budget_charge(ctx->budget, b.len / 8);
	return builtin_text(ctx, &b, ret);
}
