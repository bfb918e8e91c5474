/*
 * measurements/ctl -- the verb `husk ctl`: a client for a running guest
 */
#ifndef MEASUREMENTS_CTL_H
#define MEASUREMENTS_CTL_H

/*
 * argv[0] is the verb. Returns the exit code: 0 done, 1 the guest answered
 * with an error, 2 wrong usage; for `run` the container's own.
 */
int ctl_main(int argc, char **argv);

#endif
