/*
 * measurements/kata_check -- `husk kata-check`: options that Kata does not know
 */
#ifndef MEASUREMENTS_KATA_CHECK_H
#define MEASUREMENTS_KATA_CHECK_H

/*
 * The verb: files of Kata's configuration, each a line of text for an option
 * that Kata 4.1 does not know. Returns 0, 1 when there is such an option, or 2.
 */
int kata_check_main(int argc, char **argv);

#endif
