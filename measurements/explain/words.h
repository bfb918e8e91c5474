/*
 * measurements/words -- how two command lines differ, word by word
 *
 * Words are what spaces separate, but not inside double quotes, as Linux has
 * it. The longest common subsequence stays; of the rest, words with the same
 * key ("nr_cpus=") are one change, and a word that is only elsewhere moved.
 *
 * Memory: heap inside the call; the text goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_WORDS_H
#define MEASUREMENTS_WORDS_H

#include "base/buf.h"

enum {
	WORDS_MAX = 1024 /* that differ; beyond it, all of them do */
};

/*
 * Append "`a=1` → `a=2`; `b` removed; `c` added; `d` moved", or "only white
 * space" when the words are the same and the text is not. Equal texts append
 * nothing. Everything but printable characters is escaped.
 */
void words_diff(const char *a, const char *b, struct buf *out);

#endif
