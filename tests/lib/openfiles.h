/*
 * tests/lib/openfiles -- descriptors that a process has open
 */
#ifndef TESTS_LIB_OPENFILES_H
#define TESTS_LIB_OPENFILES_H

#include <dirent.h>
#include <stdio.h>
#include <sys/types.h>

#include "tests/lib/tap.h"

/* How many those of a process are, and two more. */
static inline int
openfiles_of(pid_t pid)
{
	char path[32];
	int n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	d = opendir(path);
	OK(d != NULL);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

#endif
