/*
 * init/extension -- Kata's guest extensions: file systems beside the root
 *
 * The host attaches a virtio disk with the serial number "extension-NAME",
 * whose first partition is an EROFS file system and whose second the hash tree
 * of dm-verity; the measured command line has its root hash, in
 * kata.extension.NAME.verity_params (kata fact sheet 8.4). It is mounted on
 * EXTENSION_DIR/NAME, read-only.
 *
 * Disks and parameters must match one to one: a disk that the command line
 * does not tell, a parameter without its disk, a name that is there twice, or
 * one without words of verity ends the start. Nothing is ever mounted that is
 * not verified.
 *
 * Memory: none of these functions allocates beyond their own return.
 */
#ifndef INIT_EXTENSION_H
#define INIT_EXTENSION_H

#include "init/cmdline.h"
#include "init/verity.h"

#define EXTENSION_DIR "/run/kata-extensions"
#define EXTENSION_SERIAL "extension-"

enum {
	EXTENSION_NAME_MAX = 10, /* 20 bytes of a serial number, without it */
	EXTENSION_DISK_MAX = 31  /* a disk's name in /sys/block */
};

/* An extension with its disk. */
struct extension {
	const char *name;
	struct verity verity;
	char disk[EXTENSION_DISK_MAX + 1];
	char data[VERITY_DEV_MAX]; /* "MAJOR:MINOR" of the partitions */
	char hash[VERITY_DEV_MAX];
};

struct extension_set {
	struct extension x[CMDLINE_EXTENSIONS_MAX];
	size_t n;
};

/*
 * The extensions of the command line, with their disks below sys, which is
 * /sys/block. The names stay the command line's.
 * Returns 0, or -1:
 *	ERR_SYNTAX	a name or words of verity that cannot be
 *	ERR_EXISTS	a name that is there twice
 *	ERR_NOT_FOUND	no such disk, or it lacks a partition
 *	ERR_DENIED	a disk that the command line does not tell
 */
int extension_find(const struct cmdline *c, const char *sys,
    struct extension_set *ret, struct err *e);

/* Find, verify and mount all of them; log one line for each. */
int extension_mount_all(const struct cmdline *c, struct err *e);

#endif
