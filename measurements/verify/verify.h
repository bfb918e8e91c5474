/*
 * measurements/verify -- the verb `husk verify`
 *
 * Evidence, reference values and what to check signatures with become findings
 * on standard output, as text or JSON. Nothing is fetched.
 *
 * JSON: one object {schema: VERIFY_SCHEMA, evidence, tee, references, verdict:
 * "match" or "mismatch", shape: {vcpus, memory} or null, findings: [{name,
 * result: "passed", "failed" or "not checked", text}], facts: {name: value}},
 * where a fact is what the evidence says, whether or not it was compared.
 */
#ifndef MEASUREMENTS_VERIFY_H
#define MEASUREMENTS_VERIFY_H

#define VERIFY_SCHEMA "husk-verification-1"

/* EXIT_OK: it matches; EXIT_NO: it does not; EXIT_BAD: usage, bad input. */
int verify_main(int argc, char **argv);

#endif
