#include "measurements/format/lzma.h"

/* Names are those of the specification. */
enum {
	PROB_HALF = 1024,
	PROB_BITS = 11,
	MOVE_BITS = 5,
	STATES = 12,
	POS_STATES = 16,
	LEN_STATES = 4,
	LITERAL = 0x300,
	LCLP_MAX = 4,
	FULL_DISTANCES = 128,
	END_POS_MODEL = 14,
	ALIGN_BITS = 4,
	MATCH_MIN_LEN = 2
};

#define TOP (UINT32_C(1) << 24)

struct len_coder {
	uint16_t choice, choice2;
	uint16_t low[POS_STATES][8];
	uint16_t mid[POS_STATES][8];
	uint16_t high[256];
};

struct probs {
	uint16_t literal[LITERAL << LCLP_MAX];
	uint16_t is_match[STATES][POS_STATES];
	uint16_t is_rep[STATES], is_rep_g0[STATES], is_rep_g1[STATES],
	    is_rep_g2[STATES];
	uint16_t is_rep0_long[STATES][POS_STATES];
	uint16_t slot[LEN_STATES][64];
	uint16_t special[1 + FULL_DISTANCES - END_POS_MODEL];
	uint16_t align[1 << ALIGN_BITS];
	struct len_coder len, rep_len;
};

struct decoder {
	struct span in;
	uint32_t range, code;
	unsigned lc, lp_mask, pb_mask;
	uint8_t *out;
	size_t at, size;
	unsigned state;
	uint32_t rep[4];
	struct probs p;
};

static unsigned
bit(struct decoder *d, uint16_t *prob)
{
	uint32_t bound = (d->range >> PROB_BITS) * *prob;
	unsigned v = d->code >= bound;

	if (v) {
		d->range -= bound;
		d->code -= bound;
		*prob = (uint16_t)(*prob - (*prob >> MOVE_BITS));
	} else {
		d->range = bound;
		*prob = (uint16_t)(*prob +
				   (((1 << PROB_BITS) - *prob) >> MOVE_BITS));
	}
	if (d->range < TOP) {
		d->range <<= 8;
		d->code = d->code << 8 | span_u8(&d->in);
	}
	return v;
}

static uint32_t
direct_bits(struct decoder *d, unsigned n)
{
	uint32_t v = 0;

	while (n-- > 0) {
		uint32_t one;

		d->range >>= 1;
		one = d->code >= d->range;
		d->code -= one ? d->range : 0;
		v = v << 1 | one;
		if (d->range < TOP) {
			d->range <<= 8;
			d->code = d->code << 8 | span_u8(&d->in);
		}
	}
	return v;
}

static unsigned
tree(struct decoder *d, uint16_t *probs, unsigned n_bits)
{
	unsigned m = 1;

	for (unsigned i = 0; i < n_bits; i++)
		m = m << 1 | bit(d, &probs[m]);
	return m - (1U << n_bits);
}

static unsigned
reverse_tree(struct decoder *d, uint16_t *probs, unsigned n_bits)
{
	unsigned m = 1, v = 0;

	for (unsigned i = 0; i < n_bits; i++) {
		unsigned b = bit(d, &probs[m]);

		m = m << 1 | b;
		v |= b << i;
	}
	return v;
}

static unsigned
match_len(struct decoder *d, struct len_coder *c, unsigned pos_state)
{
	if (!bit(d, &c->choice))
		return MATCH_MIN_LEN + tree(d, c->low[pos_state], 3);
	if (!bit(d, &c->choice2))
		return MATCH_MIN_LEN + 8 + tree(d, c->mid[pos_state], 3);
	return MATCH_MIN_LEN + 16 + tree(d, c->high, 8);
}

static uint32_t
distance(struct decoder *d, unsigned len)
{
	unsigned len_state = len - MATCH_MIN_LEN;
	unsigned slot, n_bits;
	uint32_t v;

	if (len_state >= LEN_STATES)
		len_state = LEN_STATES - 1;
	slot = tree(d, d->p.slot[len_state], 6);
	if (slot < 4)
		return slot;
	n_bits = (slot >> 1) - 1;
	v = (2 | (slot & 1)) << n_bits;
	if (slot < END_POS_MODEL)
		return v + reverse_tree(d, d->p.special + v - slot, n_bits);
	v += direct_bits(d, n_bits - ALIGN_BITS) << ALIGN_BITS;
	return v + reverse_tree(d, d->p.align, ALIGN_BITS);
}

static void
literal(struct decoder *d)
{
	unsigned prev = d->at ? d->out[d->at - 1] : 0, m = 1;
	unsigned context =
	    (unsigned)((d->at & d->lp_mask) << d->lc) + (prev >> (8 - d->lc));
	uint16_t *probs = d->p.literal + (size_t)LITERAL * context;

	if (d->state >= 7) {
		unsigned match = d->out[d->at - d->rep[0] - 1];

		while (m < 0x100) {
			unsigned match_bit = match >> 7 & 1, b;

			match <<= 1;
			b = bit(d, &probs[((1 + match_bit) << 8) + m]);
			m = m << 1 | b;
			if (b != match_bit)
				break;
		}
	}
	while (m < 0x100)
		m = m << 1 | bit(d, &probs[m]);
	d->out[d->at++] = (uint8_t)m;
	d->state = d->state < 4 ? 0 : d->state - (d->state < 10 ? 3 : 6);
}

/* A match at an earlier distance; its length, 1 for a single byte. */
static unsigned
rep_match(struct decoder *d, unsigned pos_state)
{
	uint32_t dist = d->rep[0];

	if (!bit(d, &d->p.is_rep_g0[d->state])) {
		if (!bit(d, &d->p.is_rep0_long[d->state][pos_state])) {
			d->state = d->state < 7 ? 9 : 11;
			return 1;
		}
	} else {
		if (!bit(d, &d->p.is_rep_g1[d->state])) {
			dist = d->rep[1];
		} else {
			if (!bit(d, &d->p.is_rep_g2[d->state])) {
				dist = d->rep[2];
			} else {
				dist = d->rep[3];
				d->rep[3] = d->rep[2];
			}
			d->rep[2] = d->rep[1];
		}
		d->rep[1] = d->rep[0];
		d->rep[0] = dist;
	}
	d->state = d->state < 7 ? 8 : 11;
	return match_len(d, &d->p.rep_len, pos_state);
}

static unsigned
new_match(struct decoder *d, unsigned pos_state)
{
	unsigned len;

	d->rep[3] = d->rep[2];
	d->rep[2] = d->rep[1];
	d->rep[1] = d->rep[0];
	len = match_len(d, &d->p.len, pos_state);
	d->rep[0] = distance(d, len);
	d->state = d->state < 7 ? 7 : 10;
	return len;
}

/* Everything up to the size; -1 for a distance or length that is not there. */
static int
run(struct decoder *d)
{
	while (d->at < d->size && !span_bad(&d->in)) {
		unsigned pos_state = (unsigned)d->at & d->pb_mask, len;

		if (!bit(d, &d->p.is_match[d->state][pos_state])) {
			literal(d);
			continue;
		}
		len = bit(d, &d->p.is_rep[d->state]) ? rep_match(d, pos_state)
						     : new_match(d, pos_state);
		if (d->rep[0] >= d->at || len > d->size - d->at)
			return -1;
		for (; len > 0; len--, d->at++)
			d->out[d->at] = d->out[d->at - d->rep[0] - 1];
	}
	return span_bad(&d->in) ? -1 : 0;
}

static void
init_probs(struct probs *p)
{
	uint16_t *at = (uint16_t *)p;

	for (size_t i = 0; i < sizeof(*p) / sizeof(*at); i++)
		at[i] = PROB_HALF;
}

int
lzma_decode(const struct span *in, struct buf *out, struct err *e)
{
	struct decoder d = { .in = *in, .range = UINT32_MAX };
	uint8_t props = span_u8(&d.in);
	uint64_t size;

	span_skip(&d.in, 4);
	size = span_le64(&d.in);
	if (span_u8(&d.in) != 0 || span_bad(&d.in))
		return err_set(e, ERR_SYNTAX, "LZMA: no stream");
	d.lc = props % 9;
	d.lp_mask = (1U << (props / 9 % 5)) - 1;
	d.pb_mask = (1U << (props / 45 % 5)) - 1;
	if (props >= 9 * 5 * 5 || d.lc + props / 9 % 5 > LCLP_MAX ||
	    size == UINT64_MAX)
		return err_set(e, ERR_UNSUPPORTED,
		    "LZMA: properties 0x%02x, or no size", props);
	d.out = size > SIZE_MAX ? NULL : buf_reserve(out, (size_t)size);
	if (d.out == NULL)
		return err_set(e, ERR_LIMIT,
		    "LZMA: unpacks to %llu bytes, more than is taken",
		    (unsigned long long)size);
	d.size = (size_t)size;
	d.code = span_be32(&d.in);
	init_probs(&d.p);
	if (run(&d) < 0)
		return err_set(e, ERR_SYNTAX, "LZMA: the stream is damaged");
	buf_commit(out, d.size);
	return 0;
}
