/*
 * codec/toml_string -- the four kinds of strings of TOML 1.0.0
 *
 * Used by codec/toml alone.
 */
#ifndef CODEC_TOML_STRING_H
#define CODEC_TOML_STRING_H

#include "codec/toml.h"

/*
 * Read the string that starts with the quote at *p; the text ends at end and
 * is UTF-8. Moves *p behind it and counts its newlines in *line. keys are on
 * one line. Returns NULL, or what is wrong, in words.
 */
const char *toml_string_read(const char **p, const char *end, bool is_key,
    uint32_t *line, struct arena *a, struct toml_text *ret);

/* True for a byte that may stand in a comment or a string as it is. */
bool toml_string_byte_ok(char c);

#endif
