#include <string.h>

#include "policy/builtin_impl.h"
#include "policy/cidr.h"

static bool
read_cidr(struct value v, struct cidr *ret)
{
	return v.type == VALUE_STRING && cidr_parse(v.u.s->s, v.u.s->len, ret);
}

static enum builtin_result
invalid(struct bctx *ctx, struct value v)
{
	return builtin_fail(ctx, "invalid CIDR address: %.100s", v.u.s->s);
}

BUILTIN(cidr_is_valid)
{
	struct cidr net;

	return builtin_bool(ctx, read_cidr(args[0], &net), ret);
}

BUILTIN(cidr_intersects)
{
	struct cidr a, b;
	struct cidr_ip first;

	for (int i = 0; i < 2; i++)
		if (!read_cidr(args[i], i == 0 ? &a : &b))
			return invalid(ctx, args[i]);
	first = cidr_first(&b);
	if (cidr_contains(&a, &first))
		return builtin_bool(ctx, true, ret);
	first = cidr_first(&a);
	return builtin_bool(ctx, cidr_contains(&b, &first), ret);
}

/* 1, 0, or -1 with the error set: does network a contain address or net b? */
static int
contains(struct bctx *ctx, struct value a, struct value b)
{
	struct cidr_ip first, last;
	struct cidr net, part;

	if (budget_charge(ctx->budget, 4) != 0)
		return -1;
	if (a.type != VALUE_STRING || b.type != VALUE_STRING) {
		builtin_type(ctx, 1, a.type != VALUE_STRING ? a : b, "string");
		return -1;
	}
	if (!read_cidr(a, &net)) {
		invalid(ctx, a);
		return -1;
	}
	if (cidr_parse_ip(b.u.s->s, b.u.s->len, &first))
		return cidr_contains(&net, &first);
	if (!read_cidr(b, &part)) {
		builtin_fail(ctx,
		    "not a valid textual representation of an IP address or "
		    "CIDR: %.100s",
		    b.u.s->s);
		return -1;
	}
	first = cidr_first(&part);
	last = cidr_last(&part);
	return cidr_contains(&net, &first) && cidr_contains(&net, &last);
}

static enum builtin_result
failed(const struct bctx *ctx)
{
	return budget_hit(ctx->budget) == BUDGET_OK ? BUILTIN_ERROR
						    : BUILTIN_LIMIT;
}

BUILTIN(cidr_contains)
{
	int rc = contains(ctx, args[0], args[1]);

	return rc < 0 ? failed(ctx) : builtin_bool(ctx, rc == 1, ret);
}

/* Member i of an operand: its name, and the text that it has or begins with. */
static bool
operand_at(struct value of, size_t i, struct value *name, struct value *text)
{
	if (of.type == VALUE_STRING) {
		*name = *text = of;
		return true;
	}
	if (of.type == VALUE_OBJECT) {
		*name = of.u.object->p[i].key;
		*text = of.u.object->p[i].val;
	} else {
		*text = of.u.list->v[i];
		*name = of.type == VALUE_SET ? *text : value_int((int64_t)i);
	}
	if (text->type == VALUE_ARRAY && text->u.list->n > 0) {
		*text = text->u.list->v[0];
		return true;
	}
	return text->type == VALUE_STRING;
}

static size_t
operands(struct value of)
{
	if (of.type == VALUE_STRING)
		return 1;
	return of.type >= VALUE_ARRAY ? value_count(of) : 0;
}

static enum builtin_result
bad_element(struct bctx *ctx, int pos)
{
	return builtin_fail(ctx,
	    "operand %d: element must be string or non-empty array", pos);
}

BUILTIN(cidr_contains_matches)
{
	struct list_builder b;
	struct value name[2], text[2];

	list_init(&b, ctx->heap);
	for (size_t i = 0; i < operands(args[0]); i++) {
		if (!operand_at(args[0], i, &name[0], &text[0]))
			return bad_element(ctx, 1);
		for (size_t k = 0; k < operands(args[1]); k++) {
			int rc;

			if (!operand_at(args[1], k, &name[1], &text[1]))
				return bad_element(ctx, 2);
			rc = contains(ctx, text[0], text[1]);
			if (rc < 0 ||
			    (rc == 1 &&
				list_add(&b, value_array(ctx->heap, name, 2))))
				return failed(ctx);
		}
	}
	return builtin_return(ctx, list_set(&b), ret);
}

BUILTIN(cidr_expand)
{
	struct list_builder b;
	struct cidr_ip ip;
	struct cidr net;

	if (!read_cidr(args[0], &net))
		return invalid(ctx, args[0]);
	list_init(&b, ctx->heap);
	ip = cidr_first(&net);
	do {
		char text[CIDR_SIZE];
		size_t n = cidr_write_ip(&ip, text);

		if (budget_charge(ctx->budget, 4) != 0 ||
		    list_add(&b, value_string(ctx->heap, text, n)) != 0)
			return BUILTIN_LIMIT;
	} while (cidr_next(&ip) && cidr_contains(&net, &ip));
	return builtin_return(ctx, list_set(&b), ret);
}

/* A range of addresses; net says how it was given, if as a network. */
struct block {
	struct cidr_ip first;
	struct cidr_ip last;
	struct cidr net;
	bool merged;
};

static enum builtin_result
read_block(struct bctx *ctx, struct value v, struct block *ret)
{
	struct cidr_ip ip;
	uint8_t b;

	if (v.type != VALUE_STRING)
		return builtin_fail(ctx, "element must be string");
	ret->merged = false;
	if (cidr_parse_ip(v.u.s->s, v.u.s->len, &ip)) {
		/* The classes of old times are the prefix of an address. */
		if (!ip.v4)
			return builtin_fail(ctx,
			    "IPv6 invalid: needs prefix length");
		b = ip.b[12];
		ret->net.ip = ip;
		ret->net.prefix = b < 0x80 ? 8 : b < 0xc0 ? 16 : 24;
	} else if (!read_cidr(v, &ret->net)) {
		return invalid(ctx, v);
	} else {
		ret->net.ip = cidr_first(&ret->net);
	}
	ret->first = cidr_first(&ret->net);
	ret->last = cidr_last(&ret->net);
	return BUILTIN_OK;
}

/* By last address, then by first. Insertion keeps the sort simple. */
static bool
goes_before(const struct block *a, const struct block *b)
{
	int c = cidr_compare(&a->last, &b->last);

	return c != 0 ? c < 0 : cidr_compare(&a->first, &b->first) < 0;
}

static enum builtin_result
sort_blocks(struct bctx *ctx, struct block *b, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct block t = b[i];
		size_t k = i;

		for (; k > 0 && goes_before(&t, &b[k - 1]); k--)
			b[k] = b[k - 1];
		b[k] = t;
		if (budget_charge(ctx->budget, 1 + i - k) != 0)
			return BUILTIN_LIMIT;
	}
	return BUILTIN_OK;
}

/* Does b begin at or before the address behind a's last? */
static bool
touches(const struct block *a, const struct block *b)
{
	struct cidr_ip next = a->last;

	/* IPv4 is the part ::ffff:0:0/96 of IPv6, which may be in b. */
	if (a->first.v4 != b->first.v4)
		return a->first.v4 &&
		       memcmp(b->first.b, a->first.b, sizeof(next.b)) <= 0 &&
		       memcmp(a->last.b, b->last.b, sizeof(next.b)) <= 0;
	return !cidr_next(&next) || cidr_compare(&b->first, &next) <= 0;
}

/* From the last to the first; returns how many are left. */
static size_t
merge_blocks(struct block *b, size_t n)
{
	for (size_t i = n; i-- > 1;) {
		if (!touches(&b[i - 1], &b[i]))
			continue;
		if (cidr_compare(&b[i].first, &b[i - 1].first) < 0)
			b[i - 1].first = b[i].first;
		b[i - 1].last = b[i].last;
		b[i - 1].merged = true;
		memmove(&b[i], &b[i + 1], (n - i - 1) * sizeof(*b));
		n--;
	}
	return n;
}

static int
add_network(struct bctx *ctx, struct list_builder *out, const struct cidr *net)
{
	char text[CIDR_SIZE];
	size_t n = cidr_write(net, text);

	if (budget_charge(ctx->budget, 4) != 0)
		return -1;
	return list_add(out, value_string(ctx->heap, text, n));
}

/* The fewest networks that make up a range: always the largest that fits. */
static int
add_range(struct bctx *ctx, struct list_builder *out, const struct block *b)
{
	struct cidr_ip at = b->first;

	for (;;) {
		struct cidr net = { at, cidr_bits(&at) };
		struct cidr_ip last = at;

		while (net.prefix > 0) {
			struct cidr wider = { at, net.prefix - 1 };
			struct cidr_ip first = cidr_first(&wider);
			struct cidr_ip end = cidr_last(&wider);

			if (cidr_compare(&first, &at) != 0 ||
			    cidr_compare(&end, &b->last) > 0)
				break;
			net = wider;
			last = end;
		}
		if (add_network(ctx, out, &net) != 0)
			return -1;
		if (cidr_compare(&last, &b->last) >= 0)
			return 0;
		at = last;
		cidr_next(&at);
	}
}

BUILTIN(cidr_merge)
{
	const struct list *l = args[0].u.list;
	struct list_builder out;
	struct block *b;
	size_t n;
	enum builtin_result rc = BUILTIN_OK;

	if (args[0].type != VALUE_ARRAY && args[0].type != VALUE_SET)
		return builtin_fail(ctx, "operand must be an array");
	b = heap_array(ctx->heap, l->n + 1, sizeof(*b));
	if (b == NULL)
		return BUILTIN_LIMIT;
	for (size_t i = 0; i < l->n && rc == BUILTIN_OK; i++)
		rc = read_block(ctx, l->v[i], &b[i]);
	if (rc == BUILTIN_OK)
		rc = sort_blocks(ctx, b, l->n);
	if (rc != BUILTIN_OK)
		return rc;
	n = merge_blocks(b, l->n);
	list_init(&out, ctx->heap);
	for (size_t i = 0; i < n; i++)
		if ((b[i].merged ? add_range(ctx, &out, &b[i])
				 : add_network(ctx, &out, &b[i].net)) != 0)
			return BUILTIN_LIMIT;
	return builtin_return(ctx, list_set(&out), ret);
}
