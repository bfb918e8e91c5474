#include <stdbool.h>
#include <string.h>

#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/format/initdata.h"

static const char key[] = "algorithm";

static void
skip_blanks(struct span *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
		s->p++;
}

/* The next line without its end; false after the last. */
static bool
next_line(struct span *s, struct span *ret_line)
{
	const uint8_t *end;
	size_t len;

	if (span_len(s) == 0)
		return false;
	end = memchr(s->p, '\n', span_len(s));
	len = end ? (size_t)(end - s->p) : span_len(s);
	*ret_line = span_take(s, len);
	span_skip(s, end ? 1 : 0);
	if (len > 0 && ret_line->end[-1] == '\r')
		ret_line->end--;
	skip_blanks(ret_line);
	return true;
}

/* Take the word off the line's front, when it is there. */
static bool
take_word(struct span *line, const char *word)
{
	size_t len = strlen(word);

	if (span_len(line) < len || memcmp(line->p, word, len) != 0)
		return false;
	line->p += len;
	skip_blanks(line);
	return true;
}

/* `= "sha384"`, and perhaps a comment. */
static int
read_value(struct span line, enum sha2_algorithm *ret_alg, struct err *e)
{
	static const enum sha2_algorithm all[] = { SHA2_256, SHA2_384,
		SHA2_512 };
	const uint8_t *end;
	struct span value;
	uint8_t quote;

	if (!take_word(&line, "="))
		return err_set(e, ERR_SYNTAX,
		    "initdata: 'algorithm' without =");
	quote = span_u8(&line);
	end = quote == '"' || quote == '\''
		  ? memchr(line.p, quote, span_len(&line))
		  : NULL;
	if (end == NULL)
		return err_set(e, ERR_SYNTAX,
		    "initdata: 'algorithm' is no string on one line");
	value = span_take(&line, (size_t)(end - line.p));
	span_skip(&line, 1);
	skip_blanks(&line);
	if (span_len(&line) > 0 && *line.p != '#')
		return err_set(e, ERR_SYNTAX,
		    "initdata: something after the value of 'algorithm'");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *name = sha2_name(all[i]);

		if (span_equals(&value, name, strlen(name))) {
			*ret_alg = all[i];
			return 0;
		}
	}
	return err_set(e, ERR_UNSUPPORTED,
	    "initdata: an algorithm other than sha256, sha384 and sha512");
}

static int
find_algorithm(struct span s, enum sha2_algorithm *ret_alg, struct err *e)
{
	struct span line;
	bool found = false;

	while (next_line(&s, &line) && !take_word(&line, "[")) {
		bool quoted = take_word(&line, "\"algorithm\"") ||
			      take_word(&line, "'algorithm'");

		if (!quoted && !take_word(&line, key))
			continue;
		/* "algorithms" is another key. */
		if (span_len(&line) > 0 && *line.p != '=')
			continue;
		if (found)
			return err_set(e, ERR_SYNTAX,
			    "initdata: 'algorithm' appears twice");
		if (read_value(line, ret_alg, e) < 0)
			return -1;
		found = true;
	}
	if (!found)
		return err_set(e, ERR_SYNTAX,
		    "initdata: no 'algorithm' before the first table");
	return 0;
}

int
initdata_field(const void *p, size_t len, uint8_t *ret_field, size_t size,
    struct err *e)
{
	uint8_t digest[SHA2_LEN_MAX] = { 0 };
	enum sha2_algorithm alg = SHA2_256;
	size_t n;

	if (find_algorithm(span_of(p, len), &alg, e) < 0)
		return -1;
	sha2_digest(alg, p, len, digest);
	n = sha2_len(alg) < size ? sha2_len(alg) : size;
	memset(ret_field, 0, size);
	memcpy(ret_field, digest, n);
	return 0;
}
