/*
 * oci/passwd -- one question to an image's /etc/passwd: a uid's home
 *
 * passwd(5). The file is the image's: lines that are not of its form are
 * passed over, and nothing but a plain absolute path is taken from it.
 */
#ifndef OCI_PASSWD_H
#define OCI_PASSWD_H

#include <limits.h>
#include <stdint.h>

#include "base/span.h"

/*
 * The home directory of the first line for uid. Returns 0, or -1 with ret
 * untouched when there is none.
 */
int passwd_home(struct span text, uint32_t uid, char ret[PATH_MAX]);

#endif
