/*
 * measurements/kata_files -- configuration.toml as options of `husk measure`
 *
 * Reads the file and those in config.d beside it, as Kata does: links of the
 * file itself are followed first, then every file there in the order of its
 * name. What they say becomes options that were not given; the command line is
 * made for each shape. The versions of QEMU and OVMF, which a configuration
 * does not say, are those that Kata KATA_FILES_VERSION ships.
 *
 * Memory: everything lives until kata_files_release().
 */
#ifndef MEASUREMENTS_KATA_FILES_H
#define MEASUREMENTS_KATA_FILES_H

#include "measurements/cli/tee.h"
#include "measurements/kata/config.h"

#define KATA_FILES_VERSION "4.1.0"

enum {
	KATA_FILES_MAX = 16,
	KATA_FILES_UNKNOWN_MAX = 16
};

struct kata_files {
	struct kata_config config;
	struct arena arena;
	struct input inputs[KATA_FILES_MAX];
	const char *roles[KATA_FILES_MAX];
	struct buf bytes[KATA_FILES_MAX];
	size_t n;
	const char *cmdline; /* the last that was made */
	/* What is said of options that Kata does not know; the first ones. */
	const char *unknown[KATA_FILES_UNKNOWN_MAX];
	size_t n_unknown;
};

/*
 * Read what m->v[OPT_KATA_CONFIG] names and fill m->v. Returns 0, or -1 with
 * *e set, naming file and line; *ret_f is to be released either way.
 */
int kata_files_read(struct measure *m, struct kata_files *ret_f, struct err *e);

/* The command line for the shape: the same pointer when it is the same. */
int kata_files_cmdline(struct kata_files *f, const struct shape *s,
    const char **ret_cmdline, struct err *e);

/* The files and the runtime into a set. */
void kata_files_describe(const struct kata_files *f, struct refset *r);

void kata_files_release(struct kata_files *f);

#endif
