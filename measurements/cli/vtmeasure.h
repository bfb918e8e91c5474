/*
 * measurements/vtmeasure -- the verb `husk measure --target vtpm`
 *
 * Options to inputs, inputs to PCRs, and those to a report on standard output.
 * A register whose inputs were not given, or that depends on something not
 * known here, is named as unsupported and the others are still told; an input
 * that is wrong is an error.
 */
#ifndef MEASUREMENTS_VTMEASURE_H
#define MEASUREMENTS_VTMEASURE_H

/* argv[0] is the verb. Returns as measure_main() (measurements/cli/measure.h).
 */
int vtmeasure_main(int argc, char **argv);

#endif
