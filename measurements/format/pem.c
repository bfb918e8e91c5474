#include <string.h>

#include "base/str.h"
#include "codec/base64.h"
#include "measurements/format/pem.h"

static const char begin[] = "-----BEGIN ", end[] = "-----END ",
		  dashes[] = "-----";

static bool
starts(struct span s, const char *word)
{
	return span_len(&s) >= strlen(word) &&
	       memcmp(s.p, word, strlen(word)) == 0;
}

/* The next line without its end (LF or CR LF); false at the end of s. */
static bool
next_line(struct span *s, struct span *ret_line)
{
	const uint8_t *lf;
	size_t len;

	if (span_len(s) == 0)
		return false;
	lf = memchr(s->p, '\n', span_len(s));
	len = lf ? (size_t)(lf - s->p) : span_len(s);
	*ret_line = span_take(s, len);
	span_skip(s, lf ? 1 : 0);
	while (span_len(ret_line) > 0 &&
	       (ret_line->end[-1] == '\r' || ret_line->end[-1] == ' '))
		ret_line->end--;
	return true;
}

bool
pem_is(struct span s)
{
	struct span line;

	while (next_line(&s, &line))
		if (starts(line, begin))
			return true;
	return false;
}

/* The label of a line "-----BEGIN label-----" after the word. */
static int
take_label(struct span line, const char *word, char ret_label[PEM_LABEL])
{
	size_t len;

	if (!starts(line, word))
		return -1;
	span_skip(&line, strlen(word));
	len = span_len(&line);
	if (len <= strlen(dashes) || len - strlen(dashes) >= PEM_LABEL ||
	    memcmp(line.end - strlen(dashes), dashes, strlen(dashes)) != 0)
		return -1;
	len -= strlen(dashes);
	memcpy(ret_label, line.p, len);
	ret_label[len] = '\0';
	return strlen(ret_label) == len ? 0 : -1;
}

/* Decode the base64 text in der in place. */
static int
decode(struct buf *der)
{
	size_t len = 0;

	/* The bytes are fewer than the characters that they overwrite. */
	if (buf_bad(der) || base64_decode(BASE64_STANDARD, (const char *)der->p,
				der->len, der->p, der->len, &len) < 0)
		return -1;
	der->len = len;
	return 0;
}

int
pem_next(struct span *s, char ret_label[PEM_LABEL], struct buf *der,
    struct err *e)
{
	struct span line;
	char label[PEM_LABEL];

	do {
		if (!next_line(s, &line))
			return 0;
	} while (!starts(line, begin));
	if (take_label(line, begin, label) < 0)
		return err_set(e, ERR_SYNTAX, "PEM: malformed BEGIN line");
	buf_clear(der);
	while (next_line(s, &line) && !starts(line, end)) {
		if (memchr(line.p, ':', span_len(&line)) != NULL)
			return err_set(e, ERR_UNSUPPORTED,
			    "PEM: %s has headers: an encrypted key",
			    STR_QUOTED(label));
		buf_add(der, line.p, span_len(&line));
	}
	if (take_label(line, end, ret_label) < 0 || !str_eq(label, ret_label))
		return err_set(e, ERR_SYNTAX, "PEM: %s has no END line",
		    STR_QUOTED(label));
	if (decode(der) < 0)
		return err_set(e, ERR_SYNTAX, "PEM: %s is not base64",
		    STR_QUOTED(label));
	return 1;
}
