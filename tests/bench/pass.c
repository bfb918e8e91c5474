/*
 * bench/pass -- how long one SHA-256 pass over a file takes
 *
 *	pass ROUNDS FILE
 *
 * Prints microseconds: the least time of ROUNDS passes over the file's bytes,
 * which are at hand, by what the host tool hashes with. No measurement that has
 * the file's SHA-256 in it is done before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/die.h"
#include "measurements/cli/input.h"
#include "measurements/format/fast_sha2.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int
main(int argc, char **argv)
{
	unsigned paths = fast_sha2_paths(FAST_SHA2_ALL);
	int rounds = argc == 3 ? atoi(argv[1]) : 0;
	uint8_t digest[SHA2_256_LEN];
	struct input_map m;
	struct input in;
	struct err e;
	double best = 0;

	if (rounds <= 0)
		die("usage: pass ROUNDS FILE");
	if (input_map(argv[2], SIZE_MAX, true, &m, &in, &e) < 0)
		die("%s", e.msg);
	for (int i = 0; i < rounds; i++) {
		double start = now(), took;

		fast_sha2_digest(SHA2_256, paths, m.p, m.len, digest);
		took = now() - start;
		if (i == 0 || took < best)
			best = took;
	}
	printf("%.0f\n", best);
	input_unmap(&m);
	return 0;
}
