/*
 * measurements/cli/manifest_cmd -- the verb `husk manifest`
 *
 *	make	the manifest of files and folders (format/manifest.h)
 *	show	what is in one, as text or JSON
 *	sign	a detached signature of one (signature.h)
 *	verify	the signature, and that every file is what was signed
 */
#ifndef MEASUREMENTS_MANIFEST_CMD_H
#define MEASUREMENTS_MANIFEST_CMD_H

/*
 * argv[0] is the verb. Returns EXIT_OK; EXIT_NO when verify found a signature
 * or file that is not right; or EXIT_BAD after one line of error.
 */
int manifest_main(int argc, char **argv);

#endif
