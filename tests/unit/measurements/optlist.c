#include "measurements/cli/optlist.h"
#include "tests/lib/tap.h"

static struct err e;

TEST(repeated_options_are_taken_out_in_their_order)
{
	char *argv[] = { "--crl", "a", "--other", "x", "--crl=b", "--crlx",
		"--crl", "--crl", NULL };
	const char *v[4];
	size_t n;

	EQ_INT(optlist_take(argv, "crl", v, 4, &n, &e), 0);
	EQ_INT(n, 3);
	EQ_STR(v[0], "a");
	EQ_STR(v[1], "b");
	EQ_STR(v[2], "--crl");
	EQ_STR(argv[0], "--other");
	EQ_STR(argv[1], "x");
	EQ_STR(argv[2], "--crlx");
	OK(argv[3] == NULL);
}

TEST(too_many_or_no_value_is_refused)
{
	char *many[] = { "--crl=a", "--crl=b", NULL };
	char *none[] = { "--crl", NULL };
	const char *v[2];
	size_t n;

	EQ_INT(optlist_take(many, "crl", v, 2, &n, &e), 0);
	EQ_INT(n, 2);
	many[0] = "--crl=a";
	many[1] = "--crl=b";
	EQ_INT(optlist_take(many, "crl", v, 1, &n, &e), -1);
	EQ_STR(e.msg, "--crl is given more than 1 times");
	EQ_INT(optlist_take(none, "crl", v, 2, &n, &e), -1);
	EQ_STR(e.msg, "--crl needs a value");
}

TAP_MAIN
