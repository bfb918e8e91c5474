/*
 * measurements/policy -- husk policy: check, ask and explain agent policies
 */
#ifndef MEASUREMENTS_POLICY_H
#define MEASUREMENTS_POLICY_H

/* husk policy VERB ...; the exit code. */
int policy_main(int argc, char **argv);

/* The verbs, each with argv[0] its own name. */
int policy_check_main(int argc, char **argv);
int policy_eval_main(int argc, char **argv);
int policy_explain_main(int argc, char **argv);
int policy_suite_main(int argc, char **argv);
int policy_replay_main(int argc, char **argv);
int policy_bench_main(int argc, char **argv);

#endif
