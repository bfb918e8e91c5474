#include <stdio.h>
#include <string.h>

#include "policy/cidr.h"

static const uint8_t v4_prefix[12] = { [10] = 0xff, [11] = 0xff };

/* Decimal up to max, no leading zeros, no sign. */
static bool
read_decimal(const char *s, size_t len, unsigned int max, unsigned int *ret)
{
	unsigned int n = 0;

	if (len == 0 || len > 3 || (len > 1 && s[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		n = n * 10 + (unsigned int)(s[i] - '0');
	}
	*ret = n;
	return n <= max;
}

static bool
parse_v4(const char *s, size_t len, uint8_t ret[4])
{
	for (int i = 0; i < 4; i++) {
		const char *dot = memchr(s, '.', len);
		size_t n = dot == NULL ? len : (size_t)(dot - s);
		unsigned int v;

		if ((dot == NULL) != (i == 3) || !read_decimal(s, n, 255, &v))
			return false;
		ret[i] = (uint8_t)v;
		s += n + 1;
		len -= dot == NULL ? n : n + 1;
	}
	return true;
}

static bool
read_group(const char *s, size_t len, size_t *n, unsigned int *ret)
{
	*ret = 0;
	for (*n = 0; *n < len && *n < 5; ++*n) {
		char c = s[*n];
		unsigned int d;

		if (c >= '0' && c <= '9')
			d = (unsigned int)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			d = (unsigned int)((c | 32) - 'a' + 10);
		else
			break;
		*ret = *ret << 4 | d;
	}
	return *n > 0 && *n <= 4;
}

static bool
parse_v6(const char *s, size_t len, uint8_t ret[16])
{
	size_t at = 0, gap = 17, n;
	unsigned int v;

	memset(ret, 0, 16);
	if (len >= 2 && s[0] == ':' && s[1] == ':') {
		gap = 0;
		s += 2;
		len -= 2;
	}
	while (len > 0 && at < 16) {
		if (!read_group(s, len, &n, &v))
			return false;
		if (n < len && s[n] == '.') {
			if (at > 12 || (gap == 17 && at != 12) ||
			    !parse_v4(s, len, ret + at))
				return false;
			at += 4;
			len = 0;
			break;
		}
		ret[at++] = (uint8_t)(v >> 8);
		ret[at++] = (uint8_t)v;
		s += n;
		len -= n;
		if (len == 0)
			break;
		/* A colon, and something behind it. */
		if (*s != ':' || len == 1)
			return false;
		s++;
		len--;
		if (*s != ':')
			continue;
		if (gap < 17)
			return false;
		gap = at;
		s++;
		len--;
	}
	if (len > 0 || (at < 16 && gap == 17) || (at == 16 && gap < 17))
		return false;
	if (gap < 17) {
		memmove(ret + gap + 16 - at, ret + gap, at - gap);
		memset(ret + gap, 0, 16 - at);
	}
	return true;
}

bool
cidr_parse_ip(const char *s, size_t len, struct cidr_ip *ret)
{
	memcpy(ret->b, v4_prefix, sizeof(v4_prefix));
	if (memchr(s, ':', len) == NULL) {
		ret->v4 = true;
		return parse_v4(s, len, ret->b + 12);
	}
	if (!parse_v6(s, len, ret->b))
		return false;
	ret->v4 = memcmp(ret->b, v4_prefix, sizeof(v4_prefix)) == 0;
	return true;
}

bool
cidr_parse(const char *s, size_t len, struct cidr *ret)
{
	const char *slash = memchr(s, '/', len);
	size_t n = slash == NULL ? 0 : (size_t)(slash - s);
	bool v6_text;

	if (slash == NULL || !cidr_parse_ip(s, n, &ret->ip))
		return false;
	v6_text = memchr(s, ':', n) != NULL;
	if (!read_decimal(slash + 1, len - n - 1, v6_text ? 128 : 32,
		&ret->prefix))
		return false;
	/* ::ffff:1.2.3.4/120 is a network of IPv6. */
	if (v6_text)
		ret->ip.v4 = false;
	return true;
}

unsigned int
cidr_bits(const struct cidr_ip *ip)
{
	return ip->v4 ? 32 : 128;
}

/* The network's address with the bits behind the prefix set or cleared. */
static struct cidr_ip
fill(const struct cidr *net, bool ones)
{
	struct cidr_ip ip = net->ip;
	unsigned int from = 128 - cidr_bits(&ip) + net->prefix;

	for (unsigned int i = from; i < 128; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		if (ones)
			ip.b[i / 8] |= bit;
		else
			ip.b[i / 8] &= (uint8_t)~bit;
	}
	return ip;
}

struct cidr_ip
cidr_first(const struct cidr *net)
{
	return fill(net, false);
}

struct cidr_ip
cidr_last(const struct cidr *net)
{
	return fill(net, true);
}

bool
cidr_contains(const struct cidr *net, const struct cidr_ip *ip)
{
	struct cidr_ip first = cidr_first(net), last = cidr_last(net);

	return net->ip.v4 == ip->v4 && cidr_compare(&first, ip) <= 0 &&
	       cidr_compare(ip, &last) <= 0;
}

int
cidr_compare(const struct cidr_ip *a, const struct cidr_ip *b)
{
	if (a->v4 != b->v4)
		return a->v4 ? -1 : 1;
	return memcmp(a->b, b->b, sizeof(a->b));
}

bool
cidr_next(struct cidr_ip *ip)
{
	for (size_t i = 16; i-- > (ip->v4 ? 12 : 0);)
		if (++ip->b[i] != 0)
			return true;
	return false;
}

/* The longest row of zero groups, two at least (RFC 5952, 4.2). */
static int
find_gap(const uint8_t b[16], int *ret_len)
{
	int best = -1, best_len = 1;

	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (
		    i + n < 8 && b[2 * (i + n)] == 0 && b[2 * (i + n) + 1] == 0)
			n++;
		if (n > best_len) {
			best = i;
			best_len = n;
		}
		i += n;
	}
	*ret_len = best_len;
	return best;
}

size_t
cidr_write_ip(const struct cidr_ip *ip, char dst[CIDR_SIZE])
{
	const uint8_t *b = ip->b;
	int gap, gap_len;
	size_t n = 0;

	if (ip->v4 || memcmp(b, v4_prefix, sizeof(v4_prefix)) == 0)
		return (size_t)snprintf(dst, CIDR_SIZE, "%u.%u.%u.%u", b[12],
		    b[13], b[14], b[15]);
	gap = find_gap(b, &gap_len);
	dst[0] = '\0';
	for (int i = 0; i < 8; i++) {
		if (i == gap) {
			n += (size_t)snprintf(dst + n, CIDR_SIZE - n, "::");
			i += gap_len - 1;
			continue;
		}
		n += (size_t)snprintf(dst + n, CIDR_SIZE - n, "%s%x",
		    n > 0 && dst[n - 1] != ':' ? ":" : "",
		    (unsigned int)(b[2 * i] << 8 | b[2 * i + 1]));
	}
	return n;
}

size_t
cidr_write(const struct cidr *net, char dst[CIDR_SIZE])
{
	size_t n = cidr_write_ip(&net->ip, dst);

	return n + (size_t)snprintf(dst + n, CIDR_SIZE - n, "/%u", net->prefix);
}
