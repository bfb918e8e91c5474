/*
 * measurements/guid -- EFI GUIDs as the bytes that firmware holds
 *
 * The first three fields are little-endian and the rest is in written order
 * (UEFI 2.10, appendix A). GUID() takes the five groups of the written form:
 *	96b582de-1fb2-45f7-baea-a366c55a082d
 *	GUID(0x96b582de, 0x1fb2, 0x45f7, 0xbaea, 0xa366c55a082d)
 */
#ifndef MEASUREMENTS_GUID_H
#define MEASUREMENTS_GUID_H

#include <stdint.h>

enum {
	GUID_LEN = 16,
	GUID_TEXT_SIZE = 37
};

struct guid {
	uint8_t b[GUID_LEN];
};

#define GUID_BYTE(v, shift) (uint8_t)((uint64_t)(v) >> (shift))

#define GUID(a, b, c, d, e)                                                    \
	{                                                                      \
		{                                                              \
			GUID_BYTE(a, 0), GUID_BYTE(a, 8), GUID_BYTE(a, 16),    \
			    GUID_BYTE(a, 24), GUID_BYTE(b, 0),                 \
			    GUID_BYTE(b, 8), GUID_BYTE(c, 0), GUID_BYTE(c, 8), \
			    GUID_BYTE(d, 8), GUID_BYTE(d, 0),                  \
			    GUID_BYTE(e, 40), GUID_BYTE(e, 32),                \
			    GUID_BYTE(e, 24), GUID_BYTE(e, 16),                \
			    GUID_BYTE(e, 8), GUID_BYTE(e, 0)                   \
		}                                                              \
	}

/* The GUID in its written form, lower case. */
void guid_format(const struct guid *g, char dst[static GUID_TEXT_SIZE]);

#endif
