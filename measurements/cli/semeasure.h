/*
 * measurements/semeasure -- `husk measure --target se`
 */
#ifndef MEASUREMENTS_SEMEASURE_H
#define MEASUREMENTS_SEMEASURE_H

/* As measure_main(), for IBM Secure Execution. */
int semeasure_main(int argc, char **argv);

#endif
