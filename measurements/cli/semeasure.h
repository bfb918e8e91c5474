/*
 * measurements/semeasure -- `husk measure --target se`
 */
#ifndef MEASUREMENTS_SEMEASURE_H
#define MEASUREMENTS_SEMEASURE_H

#include <stdbool.h>

/* True when argv (NULL at its end) names the target se. */
bool semeasure_wanted(char **argv);

/* As measure_main(), for IBM Secure Execution. */
int semeasure_main(int argc, char **argv);

#endif
