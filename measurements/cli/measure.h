/*
 * measurements/measure -- the verb `husk measure`
 *
 * Options to inputs, inputs to one refset for each shape (tee.h), the refsets
 * to a form on standard output (out/out.h). Warnings and errors are single
 * lines on standard error.
 */
#ifndef MEASUREMENTS_MEASURE_H
#define MEASUREMENTS_MEASURE_H

/* Exit codes of every verb. */
enum {
	EXIT_OK = 0,
	EXIT_NO = 1,
	EXIT_BAD = 2
};

/* argv[0] is the verb. Returns EXIT_OK, or EXIT_BAD after one line of error. */
int measure_main(int argc, char **argv);

#endif
