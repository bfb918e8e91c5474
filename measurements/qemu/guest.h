/*
 * measurements/guest -- the command line of a QEMU that is only looked at
 *
 * A template of words in which "@VCPUS@", "@MEMORY@" (MiB) and "@ACCEL@" and
 * so on stand for what differs; then what makes it a machine that does not run.
 * The templates of Kata's TDX class, of both runtimes, are here: the same
 * devices in the same order, so at the same addresses. What needs privileges,
 * or a file of the host, is replaced by what QEMU's tables cannot tell from it:
 * vsock and network by another virtio device, a disk by an empty one.
 *
 * Memory: the words are in the caller's arena.
 */
#ifndef MEASUREMENTS_GUEST_H
#define MEASUREMENTS_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	GUEST_WORDS = 512,
	GUEST_DISKS = 16
};

enum guest_template {
	GUEST_GIVEN, /* words holds it */
	GUEST_BARE,  /* q35 and nothing else */
	GUEST_KATA_GO,
	GUEST_KATA_RS
};

struct guest {
	enum guest_template template;
	const char *const *words; /* a whole command line, NULL at its end */
	/* The rest is for the other templates. */
	const char *qemu;
	const char *machine; /* "q35" and options of it */
	const char *accel;
	const char *cpu;
	const char *kernel; /* NULL: none, and then no boot order either */
	unsigned disks;     /* image and extensions of the guest */
	bool initdata;
};

/*
 * The command line for that many vCPUs and bytes of memory. Returns 0, or -1:
 *	ERR_ARGUMENT	memory that is not whole MiB
 *	ERR_LIMIT	more than GUEST_WORDS, or the arena is full
 */
int guest_argv(const struct guest *g, uint32_t vcpus, uint64_t memory,
    struct arena *a, const char *const **ret_argv, struct err *e);

#endif
