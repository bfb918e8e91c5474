#include <string.h>

#include "policy/lex.h"

static const struct {
	const char *word;
	uint8_t len;
	uint8_t keyword;
	enum token_kind kind;
} words[] = {
	{ "package", 7, 0, TOK_PACKAGE },
	{ "import", 6, 0, TOK_IMPORT },
	{ "default", 7, 0, TOK_DEFAULT },
	{ "not", 3, 0, TOK_NOT },
	{ "with", 4, 0, TOK_WITH },
	{ "as", 2, 0, TOK_AS },
	{ "else", 4, 0, TOK_ELSE },
	{ "some", 4, 0, TOK_SOME },
	{ "null", 4, 0, TOK_NULL },
	{ "true", 4, 0, TOK_TRUE },
	{ "false", 5, 0, TOK_FALSE },
	{ "in", 2, LEX_KW_IN, TOK_IN },
	{ "every", 5, LEX_KW_EVERY, TOK_EVERY },
	{ "if", 2, LEX_KW_IF, TOK_IF },
	{ "contains", 8, LEX_KW_CONTAINS, TOK_CONTAINS },
};

/* Tokens of one byte, and of that byte and '='. */
static const struct {
	enum token_kind kind;
	enum token_kind with_equals;
} marks[128] = {
	['('] = { TOK_LPAREN, TOK_EOF },
	[')'] = { TOK_RPAREN, TOK_EOF },
	['['] = { TOK_LBRACK, TOK_EOF },
	[']'] = { TOK_RBRACK, TOK_EOF },
	['{'] = { TOK_LBRACE, TOK_EOF },
	['}'] = { TOK_RBRACE, TOK_EOF },
	[','] = { TOK_COMMA, TOK_EOF },
	[';'] = { TOK_SEMI, TOK_EOF },
	['.'] = { TOK_DOT, TOK_EOF },
	[':'] = { TOK_COLON, TOK_ASSIGN },
	['='] = { TOK_UNIFY, TOK_EQ },
	['!'] = { TOK_EOF, TOK_NEQ },
	['<'] = { TOK_LT, TOK_LTE },
	['>'] = { TOK_GT, TOK_GTE },
	['|'] = { TOK_OR, TOK_EOF },
	['&'] = { TOK_AND, TOK_EOF },
	['+'] = { TOK_PLUS, TOK_EOF },
	['-'] = { TOK_MINUS, TOK_EOF },
	['*'] = { TOK_MUL, TOK_EOF },
	['/'] = { TOK_DIV, TOK_EOF },
	['%'] = { TOK_REM, TOK_EOF },
};

enum {
	N_WORDS = sizeof(words) / sizeof(words[0])
};

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

void
lex_init(struct lex *l, const char *src, size_t len, uint8_t keywords)
{
	memset(l, 0, sizeof(*l));
	l->src = src;
	l->len = (uint32_t)len;
	l->line = 1;
	l->keywords = keywords;
}

static unsigned char
peek(const struct lex *l, uint32_t ahead)
{
	if (l->len - l->pos <= ahead)
		return 0;
	return (unsigned char)l->src[l->pos + ahead];
}

static void
next_line(struct lex *l)
{
	l->line++;
	l->line_start = l->pos;
}

static void
skip_space(struct lex *l, struct token *t)
{
	while (l->pos < l->len) {
		unsigned char c = peek(l, 0);

		if (c == '#') {
			while (l->pos < l->len && peek(l, 0) != '\n')
				l->pos++;
		} else if (c == '\n') {
			l->pos++;
			next_line(l);
			t->newline = true;
		} else if (c == ' ' || c == '\t' || c == '\r') {
			l->pos++;
		} else {
			return;
		}
		t->space = true;
	}
}

static enum token_kind
bad(struct lex *l, const char *why)
{
	l->error = why;
	return TOK_BAD;
}

static enum token_kind
lex_word(struct lex *l)
{
	uint32_t start = l->pos, len, i;

	while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
		l->pos++;
	len = l->pos - start;
	for (i = 0; i < N_WORDS; i++) {
		if (words[i].len == len &&
		    memcmp(words[i].word, l->src + start, len) == 0 &&
		    (words[i].keyword == 0 ||
			(words[i].keyword & l->keywords) != 0))
			return words[i].kind;
	}
	return TOK_IDENT;
}

static enum token_kind
lex_number(struct lex *l)
{
	if (peek(l, 0) == '0' && is_digit(peek(l, 1)))
		return bad(l, "a number with a leading zero");
	while (is_digit(peek(l, 0)))
		l->pos++;
	if (peek(l, 0) == '.') {
		l->pos++;
		if (!is_digit(peek(l, 0)))
			return bad(l, "a digit must follow the decimal point");
		while (is_digit(peek(l, 0)))
			l->pos++;
	}
	if (peek(l, 0) == 'e' || peek(l, 0) == 'E') {
		l->pos++;
		if (peek(l, 0) == '+' || peek(l, 0) == '-')
			l->pos++;
		if (!is_digit(peek(l, 0)))
			return bad(l, "an exponent without digits");
		while (is_digit(peek(l, 0)))
			l->pos++;
	}
	if (is_letter(peek(l, 0)))
		return bad(l, "a letter directly after a number");
	return TOK_NUMBER;
}

static enum token_kind
lex_quoted(struct lex *l)
{
	l->pos++;
	while (l->pos < l->len) {
		unsigned char c = peek(l, 0);

		if (c == '"') {
			l->pos++;
			return TOK_STRING;
		}
		if (c < 0x20)
			return bad(l, "a control character in a string");
		l->pos += c == '\\' && l->len - l->pos > 1 ? 2 : 1;
	}
	return bad(l, "a string without an end");
}

static enum token_kind
lex_raw(struct lex *l)
{
	l->pos++;
	while (l->pos < l->len) {
		unsigned char c = peek(l, 0);

		l->pos++;
		if (c == '`')
			return TOK_RAW;
		if (c == '\n')
			next_line(l);
	}
	return bad(l, "a raw string without an end");
}

static enum token_kind
lex_mark(struct lex *l)
{
	unsigned char c = peek(l, 0), next = peek(l, 1);

	l->pos++;
	if (c == '$' && (next == '"' || next == '`')) {
		l->pos++;
		return next == '"' ? TOK_TEMPLATE : TOK_TEMPLATE_RAW;
	}
	if (c < 128 && next == '=' && marks[c].with_equals != TOK_EOF) {
		l->pos++;
		return marks[c].with_equals;
	}
	if (c < 128 && marks[c].kind != TOK_EOF)
		return marks[c].kind;
	return bad(l, "a character that Rego does not know");
}

struct token
lex_next(struct lex *l)
{
	struct token t;
	unsigned char c;

	memset(&t, 0, sizeof(t));
	skip_space(l, &t);
	t.start = l->pos;
	t.line = l->line;
	t.col = l->pos - l->line_start + 1;
	if (l->pos == l->len) {
		t.kind = TOK_EOF;
		return t;
	}
	if (l->line > LEX_LINES) {
		t.kind = bad(l, "too many lines");
		return t;
	}
	c = peek(l, 0);
	if (is_letter(c))
		t.kind = lex_word(l);
	else if (is_digit(c))
		t.kind = lex_number(l);
	else if (c == '"')
		t.kind = lex_quoted(l);
	else if (c == '`')
		t.kind = lex_raw(l);
	else
		t.kind = lex_mark(l);
	t.len = l->pos - t.start;
	if (t.len > LEX_TOKEN)
		t.kind = bad(l, "a token longer than 4 MiB");
	return t;
}

static int
hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The four digits at p, or -1. */
static long
hex4(const char *p, const char *end)
{
	long v = 0;
	int i;

	if (end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		int d = hex_value((unsigned char)p[i]);

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

static void
add_rune(struct buf *b, unsigned long r)
{
	if (r < 0x80) {
		buf_u8(b, (uint8_t)r);
	} else if (r < 0x800) {
		buf_u8(b, (uint8_t)(0xc0 | r >> 6));
		buf_u8(b, (uint8_t)(0x80 | (r & 63)));
	} else if (r < 0x10000) {
		buf_u8(b, (uint8_t)(0xe0 | r >> 12));
		buf_u8(b, (uint8_t)(0x80 | (r >> 6 & 63)));
		buf_u8(b, (uint8_t)(0x80 | (r & 63)));
	} else {
		buf_u8(b, (uint8_t)(0xf0 | r >> 18));
		buf_u8(b, (uint8_t)(0x80 | (r >> 12 & 63)));
		buf_u8(b, (uint8_t)(0x80 | (r >> 6 & 63)));
		buf_u8(b, (uint8_t)(0x80 | (r & 63)));
	}
}

/* Four digits at *pp, behind \u; a lone surrogate reads as U+FFFD. */
static const char *
unescape_rune(const char **pp, const char *end, struct buf *b)
{
	const char *p = *pp;
	long v = hex4(p, end), low;

	if (v < 0)
		return "\\u needs four hexadecimal digits";
	p += 4;
	if (v >= 0xd800 && v < 0xdc00 && end - p >= 6 && p[0] == '\\' &&
	    p[1] == 'u') {
		low = hex4(p + 2, end);
		if (low >= 0xdc00 && low < 0xe000) {
			v = 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
			p += 6;
		}
	}
	if (v >= 0xd800 && v < 0xe000)
		v = 0xfffd;
	add_rune(b, (unsigned long)v);
	*pp = p;
	return NULL;
}

/* One escape at *pp (behind the backslash). */
static const char *
unescape(const char **pp, const char *end, bool template, struct buf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	char c;

	if (*pp == end)
		return "an escape without its character";
	c = *(*pp)++;
	if (c == 'u')
		return unescape_rune(pp, end, b);
	at = c == 0 ? NULL : strchr(from, c);
	if (at != NULL)
		buf_u8(b, (uint8_t)to[at - from]);
	else if (template && c == '{')
		buf_u8(b, '{');
	else
		return "an escape that JSON does not know";
	return NULL;
}

const char *
lex_string(const struct lex *l, const struct token *t, struct buf *b)
{
	const char *p = l->src + t->start + 1;
	const char *end = l->src + t->start + t->len - 1;

	if (t->kind == TOK_RAW) {
		buf_add(b, p, (size_t)(end - p));
		return NULL;
	}
	while (p < end) {
		const char *stop = memchr(p, '\\', (size_t)(end - p));
		const char *why;

		if (stop == NULL)
			stop = end;
		buf_add(b, p, (size_t)(stop - p));
		if (stop == end)
			break;
		p = stop + 1;
		why = unescape(&p, end, false, b);
		if (why != NULL)
			return why;
	}
	return NULL;
}

const char *
lex_template(struct lex *l, bool raw, struct buf *b, char *ret_end)
{
	char quote = raw ? '`' : '"';

	while (l->pos < l->len) {
		char c = l->src[l->pos++];
		const char *p = l->src + l->pos, *why;

		if (c == quote || c == '{') {
			*ret_end = c;
			return NULL;
		}
		if (c == '\n' && !raw)
			return "a line ends in a template string";
		if (c == '\n')
			next_line(l);
		if (c != '\\' || (raw && peek(l, 0) != '{')) {
			buf_u8(b, (uint8_t)c);
			continue;
		}
		why = unescape(&p, l->src + l->len, true, b);
		if (why != NULL)
			return why;
		l->pos = (uint32_t)(p - l->src);
	}
	return "a template string without an end";
}

const char *
lex_token_name(enum token_kind kind)
{
	static const char *const fixed[] = { "end of text", "bad token",
		"identifier", "number", "string", "string", "template string",
		"template string" };
	static const char marks_text[][5] = { "'('", "')'", "'['", "']'", "'{'",
		"'}'", "','", "';'", "'.'", "':'", "':='", "'='", "'=='",
		"'!='", "'<'", "'<='", "'>'", "'>='", "'|'", "'&'", "'+'",
		"'-'", "'*'", "'/'", "'%'" };
	int i;

	if (kind < TOK_LPAREN)
		return fixed[kind];
	if (kind < TOK_PACKAGE)
		return marks_text[kind - TOK_LPAREN];
	for (i = 0; i < N_WORDS; i++) {
		if (words[i].kind == kind)
			return words[i].word;
	}
	return "token";
}
