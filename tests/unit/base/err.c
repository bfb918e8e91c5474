#include <errno.h>

#include "base/err.h"
#include "tests/lib/tap.h"

static struct err e;

TEST(sets_code_and_text)
{
	EQ_INT(err_set(&e, ERR_DENIED, "no %s %d", "x", 5), -1);
	EQ_INT(e.code, ERR_DENIED);
	EQ_STR(e.msg, "no x 5");
}

TEST(turns_errno_into_a_code)
{
	static const struct {
		int num;
		enum err_code code;
	} rows[] = {
		{ ENOENT, ERR_NOT_FOUND },
		{ ENOMEM, ERR_LIMIT },
		{ EPERM, ERR_SYSTEM },
		{ EINVAL, ERR_SYSTEM },
	};
	char want[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		errno = rows[i].num;
		EQ_INT(err_sys(&e, "open '%s'", "f"), -1);
		EQ_INT(errno, rows[i].num);
		EQ_INT(e.code, rows[i].code);
		snprintf(want, sizeof(want), "open 'f': %s",
		    strerror(rows[i].num));
		EQ_STR(e.msg, want);
	}
}

TEST(puts_words_in_front)
{
	err_set(&e, ERR_STATE, "inner");
	EQ_INT(err_wrap(&e, "outer '%s'", "x"), -1);
	EQ_STR(e.msg, "outer 'x': inner");
	EQ_INT(e.code, ERR_STATE);
}

TEST(cuts_texts_that_are_too_long)
{
	char big[2 * sizeof(e.msg)];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	err_set(&e, ERR_SYNTAX, "%s", big);
	EQ_INT(strlen(e.msg), sizeof(e.msg) - 1);
	err_wrap(&e, "%s", big);
	EQ_INT(strlen(e.msg), sizeof(e.msg) - 1);
	errno = EPERM;
	err_sys(&e, "%s", big);
	EQ_INT(strlen(e.msg), sizeof(e.msg) - 1);
	err_set(&e, ERR_SYNTAX, "%s", big);
	err_wrap(&e, "w");
	EQ_INT(strlen(e.msg), sizeof(e.msg) - 1);
	EQ_MEM(e.msg, "w: xxx", 6);
}

TEST(names_every_code)
{
	for (int c = ERR_NONE; c <= ERR_INTERNAL; c++) {
		OK(err_name((enum err_code)c) != NULL);
		for (int d = ERR_NONE; d < c; d++)
			OK(strcmp(err_name((enum err_code)c),
			       err_name((enum err_code)d)) != 0);
	}
	EQ_STR(err_name((enum err_code)99), "error");
	EQ_STR(err_name((enum err_code) - 1), "error");
}

TAP_MAIN
