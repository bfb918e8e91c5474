/*
 * codec/toml_scalar -- numbers, booleans and dates of TOML 1.0.0
 *
 * Used by codec/toml alone.
 */
#ifndef CODEC_TOML_SCALAR_H
#define CODEC_TOML_SCALAR_H

#include "codec/toml.h"

/*
 * The length of the unquoted value that the text at p begins with: up to what
 * no such value holds. A date and a time may be apart by one space.
 */
size_t toml_scalar_len(const char *p, const char *end);

/*
 * Read the len characters at s as one value into *ret: type and u only.
 * Returns NULL, or what is wrong, in words.
 */
const char *toml_scalar_read(const char *s, size_t len, struct toml_node *ret);

#endif
