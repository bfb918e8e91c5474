/*
 * measurements/diff -- the verb `husk diff`
 *
 * Two files that husk measure --format json wrote, folders with one by the name
 * of DIFF_FILE, or images that are all of a guest (explain/load.h). Sets are
 * paired by target and shape; one of each side is a pair whatever its shape.
 *
 * JSON: one object {schema: DIFF_SCHEMA, same, pairs: [{a: {target, shape}, b:
 * likewise, registers: [{name, result: "same", "unknown", "differs", "only a"
 * or "only b", a, b, why}], inputs: [text]}], only_a: [shape], only_b:
 * [shape]}.
 */
#ifndef MEASUREMENTS_DIFF_H
#define MEASUREMENTS_DIFF_H

#define DIFF_SCHEMA "husk-diff-1"
#define DIFF_FILE "reference-values.json"

/* EXIT_OK: the same; EXIT_NO: they differ; EXIT_BAD: wrong usage or input. */
int diff_main(int argc, char **argv);

#endif
