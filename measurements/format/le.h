/*
 * measurements/le -- little-endian fields at fixed places of a structure
 *
 * For structures whose layout a specification gives by offset; those that are
 * written one field after the other use base/buf.
 */
#ifndef MEASUREMENTS_LE_H
#define MEASUREMENTS_LE_H

#include <stdint.h>

/* The field of 16 or 32 bits at p. */
static inline uint16_t
le_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
le_get32(const uint8_t *p)
{
	return le_get16(p) | (uint32_t)le_get16(p + 2) << 16;
}

/* Store the low 16, 32 or all 64 bits of v at p. */
static inline void
le_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void
le_put32(uint8_t *p, uint32_t v)
{
	le_put16(p, (uint16_t)v);
	le_put16(p + 2, (uint16_t)(v >> 16));
}

static inline void
le_put64(uint8_t *p, uint64_t v)
{
	le_put32(p, (uint32_t)v);
	le_put32(p + 4, (uint32_t)(v >> 32));
}

#endif
