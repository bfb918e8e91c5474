/*
 * measurements/tdmeasure -- the verb `husk measure --target tdx`
 *
 * Options to inputs, inputs to registers, and those to a report on standard
 * output. A register whose inputs were not given, or that depends on something
 * not known here, is named as unsupported and the others are still told; an
 * input that is wrong is an error.
 */
#ifndef MEASUREMENTS_TDMEASURE_H
#define MEASUREMENTS_TDMEASURE_H

/* argv[0] is the verb. Returns as measure_main() (measurements/cli/measure.h).
 */
int tdmeasure_main(int argc, char **argv);

#endif
