#include "measurements/cli/opt.h"
#include "tests/lib/tap.h"

static const struct opt opts[] = {
	{ .name = "file", .meta = "FILE", .help = "a file" },
	{ .name = "file-size", .meta = "N", .help = "its size" },
	{ .name = "help", .meta = NULL, .help = "this text" },
};

enum {
	N = 3
};

static const char *v[N];
static struct err e;

#define ARGS(...) ((char *[]){ __VA_ARGS__, NULL })

static void
expect_refused(char **argv, const char *reason)
{
	EQ_INT(opt_parse(opts, N, argv, v, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	EQ_STR(e.msg, reason);
}

TEST(reads_both_spellings)
{
	EQ_INT(opt_parse(opts, N, ARGS("--file", "x", "--file-size=7"), v, &e),
	    0);
	EQ_STR(v[0], "x");
	EQ_STR(v[1], "7");
	OK(v[2] == NULL);
}

TEST(a_value_may_look_like_anything)
{
	EQ_INT(opt_parse(opts, N, ARGS("--file", "--help"), v, &e), 0);
	EQ_STR(v[0], "--help");
	OK(v[2] == NULL);
	EQ_INT(opt_parse(opts, N, ARGS("--file=a=b"), v, &e), 0);
	EQ_STR(v[0], "a=b");
	EQ_INT(opt_parse(opts, N, ARGS("--file", ""), v, &e), 0);
	EQ_STR(v[0], "");
	EQ_INT(opt_parse(opts, N, ARGS("--file="), v, &e), 0);
	EQ_STR(v[0], "");
}

TEST(reads_flags)
{
	EQ_INT(opt_parse(opts, N, ARGS("--help"), v, &e), 0);
	EQ_STR(v[2], "");
	EQ_INT(opt_parse(opts, N, ARGS("-h"), v, &e), 0);
	EQ_STR(v[2], "");
	EQ_INT(opt_parse(opts, N, ARGS(NULL), v, &e), 0);
	OK(v[0] == NULL && v[1] == NULL && v[2] == NULL);
}

TEST(refuses_with_one_clear_line)
{
	expect_refused(ARGS("--bla"), "unknown option '--bla' (see --help)");
	expect_refused(ARGS("--fil"), "unknown option '--fil' (see --help)");
	expect_refused(ARGS("--files=1"),
	    "unknown option '--files=1' (see --help)");
	expect_refused(ARGS("-f"), "unknown option '-f' (see --help)");
	expect_refused(ARGS("--"), "unknown option '--' (see --help)");
	expect_refused(ARGS("--=x"), "unknown option '--=x' (see --help)");
	expect_refused(ARGS("file"), "unknown argument 'file' (see --help)");
	expect_refused(ARGS(""), "unknown argument '' (see --help)");
	expect_refused(ARGS("--file"), "--file needs a value (FILE)");
	expect_refused(ARGS("--help=1"), "--help takes no value");
	expect_refused(ARGS("--file=a", "--file", "b"),
	    "--file is given twice");
	expect_refused(ARGS("-h", "--help"), "--help is given twice");
	expect_refused(ARGS("--x\n\x1b"),
	    "unknown option '--x\\x0a\\x1b' (see --help)");
}

TEST(help_is_the_table)
{
	struct buf b;

	buf_init(&b, 4096);
	opt_help(opts, N, &b);
	EQ_STR(buf_str(&b), "  --file FILE            a file\n"
			    "  --file-size N          its size\n"
			    "  --help                 this text\n");
	buf_release(&b);
}

TAP_MAIN
