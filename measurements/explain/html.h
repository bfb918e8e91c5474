/*
 * measurements/html -- writing HTML and SVG text
 *
 * Foreign text goes through html_text() and cannot become
 * markup; what is not well-formed UTF-8, and control characters, become
 * U+FFFD. Everything else is written as it stands.
 */
#ifndef MEASUREMENTS_HTML_H
#define MEASUREMENTS_HTML_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Foreign text between tags or in a quoted attribute. */
void html_text(struct buf *b, const char *s);

/* At most max characters of it, then an ellipsis. */
void html_cut(struct buf *b, const char *s, size_t max);

/* Bytes in hexadecimal. */
void html_hex(struct buf *b, const uint8_t *p, size_t len);

/* The same in groups of eight digits that a line may break between. */
void html_digest(struct buf *b, const uint8_t *p, size_t len);

#endif
