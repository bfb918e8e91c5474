#include <string.h>

#include "measurements/tdx/tdcpu.h"
#include "tests/lib/tap.h"

static struct err e;

TEST(xfam_of_processors)
{
	uint64_t xfam = 0;

	EQ_INT(tdcpu_xfam("sapphire-rapids", &xfam, &e), 0);
	EQ_INT(xfam, 0x602e7); /* quotes of it have e702060000000000 */
	EQ_INT(tdcpu_check_xfam(xfam, &e), 0);
	EQ_INT(tdcpu_xfam("sierra-forest", &xfam, &e), 0);
	EQ_INT(xfam, 0x207);
	EQ_INT(tdcpu_xfam("i486", &xfam, &e), -1);
	EQ_INT(e.code, ERR_ARGUMENT);
	OK(strstr(e.msg, "granite-rapids") != NULL);
	EQ_INT(xfam, 0x207);
}

TEST(xfam_that_no_td_has)
{
	static const uint64_t bad[] = { 0, 1, 0x207 | 0x20, 0x207 | 0x20000,
		0xe3 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_INT(tdcpu_check_xfam(bad[i], &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
	EQ_INT(tdcpu_check_xfam(3, &e), 0);
}

TEST(xfam_in_words)
{
	char text[TDCPU_TEXT];

	tdcpu_xfam_text(0x207, text);
	EQ_STR(text, "x87 sse avx pkru");
	tdcpu_xfam_text(UINT64_C(1) << 40, text);
	EQ_STR(text, "bit 40");
	tdcpu_xfam_text(0, text);
	EQ_STR(text, "");
	tdcpu_xfam_text(UINT64_MAX, text);
	EQ_STR(text, "many");
}

TEST(attributes_that_are_questionable)
{
	EQ_INT(tdcpu_warning(TDCPU_SEPT_VE_DISABLE, 0) == NULL, 1);
	OK(strstr(tdcpu_warning(TDCPU_SEPT_VE_DISABLE | TDCPU_DEBUG, 0),
	       "DEBUG") != NULL);
	OK(tdcpu_warning(TDCPU_SEPT_VE_DISABLE | TDCPU_DEBUG, 1) == NULL);
	OK(strstr(tdcpu_warning(0, 0), "SEPT_VE_DISABLE") != NULL);
	OK(tdcpu_warning(TDCPU_DEBUG, 1) != NULL);
	OK(strstr(tdcpu_warning(TDCPU_SEPT_VE_DISABLE | 2, 0), "not known") !=
	    NULL);
	OK(tdcpu_warning(TDCPU_SEPT_VE_DISABLE | 2, 1) == NULL);
}

TAP_MAIN
