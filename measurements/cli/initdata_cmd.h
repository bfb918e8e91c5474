/*
 * measurements/cli/initdata_cmd -- the verb `husk initdata`
 *
 *	pack	files, or a finished document, to the TOML, the gzip, the
 *		annotation or the block image that Kata takes
 *	show	what any of these four holds
 *	digest	its digest, and the launch fields that would hold it
 *	check	whether a guest would take it, and what may surprise
 */
#ifndef MEASUREMENTS_INITDATA_CMD_H
#define MEASUREMENTS_INITDATA_CMD_H

/*
 * argv[0] is the verb. Returns EXIT_OK, EXIT_NO when check found a fault, or
 * EXIT_BAD after one line of error.
 */
int initdata_main(int argc, char **argv);

#endif
