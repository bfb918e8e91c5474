#include "measurements/format/guid.h"
#include "tests/lib/tap.h"
#include "tests/unit/measurements/fw.h"

TEST(first_three_fields_are_little_endian)
{
	static const uint8_t footer[] = { 0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f,
		0xf7, 0x45, 0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d };

	(void)fw_amdsev;
	(void)fw_svsm;
	EQ_MEM(fw_footer.b, footer, GUID_LEN);
}

TEST(formats_as_written)
{
	char text[GUID_TEXT_SIZE];

	guid_format(&fw_footer, text);
	EQ_STR(text, "96b582de-1fb2-45f7-baea-a366c55a082d");
	guid_format(&fw_reset, text);
	EQ_STR(text, "00f771de-1a7e-4fcb-890e-68c77e2fb44e");
}

TAP_MAIN
