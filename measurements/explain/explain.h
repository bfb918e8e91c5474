/*
 * measurements/explain -- the verb `husk explain`
 *
 * Reference values as the chain they are: register from events from files and
 * parameters. They come from a saved file (load.h), or from `husk measure`
 * with the same options, which runs in a child process and hands over its
 * JSON, so that every TEE can be explained that can be measured.
 */
#ifndef MEASUREMENTS_EXPLAIN_H
#define MEASUREMENTS_EXPLAIN_H

#include "base/buf.h"
#include "measurements/out/refset.h"

/* The sets as a tree, for a terminal. */
void explain_tree(const struct refset *sets, size_t n, struct buf *b);

/* The sets as one page of HTML that needs nothing else. */
void explain_page(const struct refset *sets, size_t n, struct buf *b);

/* EXIT_OK, or EXIT_BAD after one line of error. */
int explain_main(int argc, char **argv);

#endif
