/*
 * measurements/findings -- what was checked, and how it came out
 *
 * A finding passed, failed, or was not checked; the last is said as plainly
 * as the others. The verdict is good when nothing failed and something passed.
 *
 * Memory: nothing is allocated.
 */
#ifndef MEASUREMENTS_FINDINGS_H
#define MEASUREMENTS_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	FINDINGS_MAX = 224,
	FINDINGS_NAME = 32,
	FINDINGS_TEXT = 640
};

enum finding_result {
	FINDING_PASSED,
	FINDING_FAILED,
	FINDING_UNCHECKED
};

struct finding {
	enum finding_result result;
	char name[FINDINGS_NAME];
	char text[FINDINGS_TEXT];
};

struct findings {
	struct finding f[FINDINGS_MAX];
	size_t n;
};

/* Add one; name and text are cut to fit. */
void findings_add(struct findings *fs, enum finding_result result,
    const char *name, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* PASSED when ok, else FAILED, with the text for each. */
void findings_check(struct findings *fs, bool ok, const char *name,
    const char *passed, const char *failed);

/* How many have that result. */
size_t findings_count(const struct findings *fs, enum finding_result result);

bool findings_good(const struct findings *fs);

#endif
