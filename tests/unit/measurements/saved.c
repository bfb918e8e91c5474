/* Reference values written and read back: nothing is lost, nothing is added. */
#include "measurements/out/saved.h"
#include "base/str.h"
#include "measurements/out/out.h"
#include "tests/lib/tap.h"

enum {
	LIMIT = 1024 * 1024
};

static struct err e;
static struct refset r;
static struct saved s;

static struct buf
put(const struct refset *sets, size_t n)
{
	struct out o = { .sets = sets, .n = n };
	struct buf b;

	buf_init(&b, LIMIT);
	EQ_INT(out_json(&o, &b, &e), 0);
	OK(!buf_bad(&b));
	return b;
}

/* A set with something in every place. */
static void
fill(void)
{
	uint8_t value[64];
	struct refset_register *reg;

	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)i;
	refset_init(&r, "tdx", "title");
	r.shape[REFSET_VCPUS] = 4;
	r.shape[REFSET_MEMORY] = 1ULL << 40;
	refset_set_cmdline(&r, "a=\"b\" \\ \xc3\xa9");
	refset_add_input(&r, "kernel", "/x y/\"z\"", 12345678901, value);
	refset_add_bits(&r, "policy", 0x30000);
	refset_add_number(&r, "n", 7);
	refset_add_bool(&r, "yes", true);
	refset_add_bool(&r, "no", false);
	refset_add_string(&r, "text", "t\n");
	reg = refset_add_register(&r, "mrtd", "sha384", 48);
	refset_depend(reg, "kernel");
	refset_depend(reg, "devices");
	refset_register_set(reg, value);
	refset_add_also(&r, reg, "two-pass", value + 8);
	refset_add_event(&r, reg, "EV_SEPARATOR", "kernel", value + 3, "what");
	refset_add_event(&r, reg, NULL, NULL, value + 4, "<else>");
	reg = refset_add_register(&r, "rtmr0", "sha384", 48);
	refset_register_unknown(reg, "because");
	reg = refset_add_register(&r, "tag", NULL, 16);
	refset_register_set(reg, value);
	refset_warn(&r, "mind the %s", "gap");
}

TEST(what_was_written_is_read)
{
	struct buf before, after;

	fill();
	before = put(&r, 1);
	EQ_INT(saved_read(before.p, before.len, &s, &e), 0);
	EQ_INT(s.n, 1);
	after = put(s.sets, s.n);
	EQ_STR(buf_str(&after), buf_str(&before));
	EQ_INT(s.sets[0].params[0].type, REFSET_BITS);
	saved_release(&s);
	buf_release(&before);
	buf_release(&after);
}

TEST(an_array_is_several_sets)
{
	static struct refset two[2];
	struct buf before, after;

	fill();
	two[0] = two[1] = r;
	two[1].shape[REFSET_VCPUS] = 8;
	before = put(two, 2);
	EQ_INT(saved_read(before.p, before.len, &s, &e), 0);
	EQ_INT(s.n, 2);
	EQ_INT(s.sets[1].shape[REFSET_VCPUS], 8);
	after = put(s.sets, s.n);
	EQ_STR(buf_str(&after), buf_str(&before));
	saved_release(&s);
	buf_release(&before);
	buf_release(&after);
}

/* Replace a text in what was written, and read it: the error's code. */
static int
change(const char *from, const char *to)
{
	struct buf b, other;
	const char *at;
	int rc;

	fill();
	b = put(&r, 1);
	at = strstr(buf_str(&b), from);
	OK(at != NULL);
	buf_init(&other, LIMIT);
	buf_add(&other, b.p, (size_t)(at - (const char *)b.p));
	buf_add_str(&other, to);
	buf_add_str(&other, at + strlen(from));
	rc = saved_read(other.p, other.len, &s, &e);
	if (rc == 0)
		saved_release(&s);
	buf_release(&b);
	buf_release(&other);
	return rc == 0 ? 0 : (int)e.code;
}

TEST(refuses_what_is_not_of_the_schema)
{
	static const struct {
		const char *from, *to;
		int code;
	} rows[] = {
		{ "husk-reference-values-1", "husk-reference-values-2",
		    ERR_SYNTAX },
		{ "\"target\": \"tdx\"", "\"target\": 1", ERR_SYNTAX },
		{ "\"target\": \"tdx\"", "\"target\": \"t x\"", ERR_SYNTAX },
		{ "\"vcpus\": 4", "\"vcpus\": -4", ERR_SYNTAX },
		{ "\"vcpus\": 4", "\"vcpus\": \"4\"", ERR_SYNTAX },
		{ "\"000102", "\"00010", ERR_SYNTAX },
		{ "\"000102", "\"xx0102", ERR_SYNTAX },
		{ "\"030405", "\"0405", ERR_SYNTAX },
		{ "\"n\": 7", "\"n\": 7.5", ERR_SYNTAX },
		{ "\"n\": 7", "\"n\": [7]", ERR_SYNTAX },
		{ "\"n\": 7", "\"policy\": 7", ERR_SYNTAX },
		{ "\"n\": 7", "\"n n\": 7", ERR_SYNTAX },
		{ "\"register\": \"mrtd\"", "\"register\": \"mrtx\"",
		    ERR_SYNTAX },
		{ "\"depends\": [", "\"depends\": [1,", ERR_SYNTAX },
		{ "\"depends\": [",
		    "\"depends\": [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\","
		    "\"h\",\"i\",\"j\",\"k\",\"l\",\"m\",\"n\",\"o\",\"p\","
		    "\"q\",\"r\",\"s\",\"t\",\"u\",\"v\",\"w\",\"x\",",
		    ERR_SYNTAX },
		{ "\"two-pass\": \"", "\"two-pass\": \"00", ERR_SYNTAX },
		{ "\"warnings\": [", "\"warnings\": [2,", ERR_SYNTAX },
		{ "\"events\": [", "\"eventz\": [", ERR_SYNTAX },
		{ "\"inputs\": {", "\"inputz\": {", ERR_SYNTAX },
		{ "\"schema\"", "\"later\": {}, \"schema\"", 0 },
		{ "\"n\": 7", "\"n\": 8", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int code = change(rows[i].from, rows[i].to);

		if (code != rows[i].code)
			printf("# %s -> %s\n", rows[i].from, rows[i].to);
		EQ_INT(code, rows[i].code);
	}
	EQ_INT(saved_read("[]", 2, &s, &e), -1);
}

TAP_MAIN
