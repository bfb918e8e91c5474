/*
 * measurements/be -- big-endian fields at fixed places of a structure
 *
 * As measurements/le, for what mainframes and TPMs write.
 */
#ifndef MEASUREMENTS_BE_H
#define MEASUREMENTS_BE_H

#include <stdint.h>

/* Store the low 16, 32 or all 64 bits of v at p. */
static inline void
be_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
be_put32(uint8_t *p, uint32_t v)
{
	be_put16(p, (uint16_t)(v >> 16));
	be_put16(p + 2, (uint16_t)v);
}

static inline void
be_put64(uint8_t *p, uint64_t v)
{
	be_put32(p, (uint32_t)(v >> 32));
	be_put32(p + 4, (uint32_t)v);
}

#endif
