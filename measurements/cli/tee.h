/*
 * measurements/tee -- the seam between `husk measure` and the TEEs
 *
 * A TEE is a row of one table: its name, and the functions that turn what was
 * asked for into refsets. Options, files, shapes and outputs are common
 * (measure.c, options.c, shape.c, out/). To add one: a bit and the rows of its
 * options in options.h and options.c, a file tee_NAME.c that fills a refset,
 * a row in tee.c, and in out/trustee.c the names by which Trustee knows its
 * registers. IBM SE has options of its own: semeasure.c fills refsets for the
 * forms of out/ by itself.
 *
 * Memory: the state is zeroed at first, owned by the caller, and freed by it
 * after release().
 */
#ifndef MEASUREMENTS_TEE_H
#define MEASUREMENTS_TEE_H

#include "base/span.h"
#include "measurements/cli/input.h"
#include "measurements/cli/options.h"
#include "measurements/cli/shape.h"
#include "measurements/out/refset.h"

/*
 * A file that an option named. Its hashes are taken while prepare() runs: they
 * are there for measure() only.
 */
struct measure_file {
	struct input in;
	struct input_map bytes;
	bool wants_sha384;
	uint8_t sha384[SHA2_384_LEN]; /* of what a TD's registers hash whole */
};

struct kata_files;

/* What was asked for: read, checked, and the same for every shape. */
struct measure {
	const struct tee *tee;
	const char *v[N_OPTIONS]; /* NULL: not given */
	struct measure_file files[N_OPTIONS];
	struct shapes shapes;
	/* For the shape at hand; NULL without a kernel. The same pointer means
	 * the same text. */
	const char *cmdline;
	struct kata_files *kata; /* with --kata-config; else NULL */
	bool shows_inputs;       /* else nobody will see their SHA-256 */
	void *state;             /* of the TEE */
};

struct tee {
	const char *name;  /* Trustee's, and the argument of --target */
	const char *title; /* for people */
	enum tee_bit bit;
	size_t state_size;
	/* The options into the state, before any file is read. */
	int (*check)(struct measure *m, struct err *e);
	/* The files likewise, and what all shapes share. */
	int (*prepare)(struct measure *m, struct err *e);
	/*
	 * One shape into ret_r, which holds inputs and command line already.
	 * What cannot be known leaves a register unknown; an error is for
	 * what is wrong.
	 */
	int (*measure)(struct measure *m, const struct shape *s,
	    struct refset *ret_r, struct err *e);
	/* What the state owns besides itself; may be NULL. */
	void (*release)(struct measure *m);
	/*
	 * A target whose options are its own, since it measures no guest that
	 * QEMU starts, has a verb of its own in place of all the above.
	 */
	int (*main)(int argc, char **argv);
};

extern const struct tee tee_snp, tee_sev_es, tee_sev, tee_tdx, tee_vtpm,
    tee_sample;

/* The target that argv (NULL at its end) names, as far as there is one. */
const struct tee *tee_wanted(char **argv);

/* The target of that name. ERR_ARGUMENT, with the names there are. */
int tee_parse(const char *name, const struct tee **ret_tee, struct err *e);

/* The names of the targets in a mask: "snp", "snp, sev-es, sev". */
void tee_names(unsigned mask, char *ret_names, size_t size);

/* The file of option o as it was read. */
struct span measure_bytes(const struct measure *m, enum option o);

/* ERR_ARGUMENT when the option is not given. */
int measure_need(const struct measure *m, enum option o, struct err *e);

#endif
