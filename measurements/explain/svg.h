/*
 * measurements/svg -- the chain of one refset as a diagram
 *
 * Three columns: what is given, the events that are digests of it, and the
 * registers that they extend. A dashed line is a dependence without an event
 * of its own. Colours and fonts are classes of the page (page.c).
 *
 * Memory: heap inside the call.
 */
#ifndef MEASUREMENTS_SVG_H
#define MEASUREMENTS_SVG_H

#include "base/buf.h"
#include "measurements/out/refset.h"

/* Append one svg element. */
void svg_chain(const struct refset *r, struct buf *b);

#endif
