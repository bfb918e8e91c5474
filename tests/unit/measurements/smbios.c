#include <string.h>

#include "measurements/format/smbios.h"
#include "tests/lib/tap.h"

/* Types 1 (with a wake-up type), 11, 200, 127, and a byte behind the end. */
static const uint8_t table[] = "\x01\x1b\0\1\1\2\3\2UUIDUUIDUUIDUUID\6\0\0"
			       "Maker\0Thing\0Version\0\0"
			       "\x0b\5\1\1\1Text\0\0"
			       "\xc8\6\2\2\7\7\0\0"
			       "\x7f\4\3\3\0\0X";
static struct err e;

TEST(walks_structures_and_their_strings)
{
	static const uint8_t types[] = { 1, 11, 200, 127 };
	struct span s = span_of(table, sizeof(table) - 2);
	struct smbios x;

	for (int i = 0; i < 4; i++) {
		EQ_INT(smbios_next(&s, &x, &e), 1);
		EQ_INT(x.type, types[i]);
	}
	EQ_INT(smbios_next(&s, &x, &e), 0);
}

TEST(clears_what_differs_from_machine_to_machine)
{
	uint8_t b[sizeof(table)];
	size_t len = 0;

	memcpy(b, table, sizeof(b));
	EQ_INT(smbios_filter(b, sizeof(b), &len, &e), 0);
	EQ_INT(len, sizeof(table) - 2);
	/* The serial number was string 2; its index goes, too. */
	EQ_MEM(b + 27, "Maker\0     \0Version\0\0", 21);
	EQ_INT(b[7], 0);
	for (int i = 8; i < 25; i++)
		EQ_INT(b[i], 0);
	EQ_MEM(b + 48, "\x0b\5\1\1\0\0\0\0\0\0\0", 11);
	EQ_MEM(b + 59, "\xc8\6\2\2\0\0\0\0", 8);
}

TEST(refuses_what_has_no_end)
{
	uint8_t b[sizeof(table)];
	size_t len = 0;

	for (size_t n = 0; n < sizeof(table) - 2; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, table, n);
		EQ_INT(smbios_filter(copy, n, &len, &e), -1);
		EQ_INT(e.code, ERR_SYNTAX);
		free(copy);
	}
	memcpy(b, table, sizeof(b));
	b[1] = 3;
	EQ_INT(smbios_filter(b, sizeof(b), &len, &e), -1);
	memcpy(b, table, sizeof(b));
	b[7] = 9; /* a string beyond the last: edk2 takes that */
	EQ_INT(smbios_filter(b, sizeof(b), &len, &e), 0);
	EQ_MEM(b + 27, "Maker\0Thing\0       \0\0", 21);
}

TAP_MAIN
