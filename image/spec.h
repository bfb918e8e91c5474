/*
 * image/spec -- the list of files that an image is made of
 *
 * A spec is text, one line a file, in the words of the kernel's
 * gen_init_cpio; empty lines and lines that start with '#' say nothing:
 *
 *	dir PATH MODE UID GID
 *	file PATH SOURCE MODE UID GID
 *	slink PATH TARGET MODE UID GID
 *	nod PATH MODE UID GID c|b MAJOR MINOR
 *
 * PATH is absolute, without "." or "..", empty components or a slash at the
 * end; its parent is an earlier "dir" line, and no path occurs twice. MODE is
 * octal, permission bits only. SOURCE is a path on this machine; "@NAME" stands
 * for what the caller binds to NAME, so that no build folder stands in a spec.
 * Nothing else of the host gets into an image: no owner, mode, time or order.
 *
 * Memory: spec_load() allocates, spec_release() frees; an image program lives
 * as long as one image takes, and out of memory ends it.
 * Limits: SPEC_ENTRIES entries, SPEC_LINE bytes a line, SPEC_FILE_SIZE a file.
 */
#ifndef IMAGE_SPEC_H
#define IMAGE_SPEC_H

#include <stddef.h>
#include <stdint.h>

enum {
	SPEC_ENTRIES = 4096,
	SPEC_LINE = 1024,
	SPEC_BINDINGS = 16,
	SPEC_FILE_SIZE = 1 << 30,
};

enum spec_kind {
	SPEC_DIR,
	SPEC_FILE,
	SPEC_SLINK,
	SPEC_CHAR,
	SPEC_BLOCK,
};

struct spec_entry {
	enum spec_kind kind;
	char *path;   /* as written: "/dev/console" */
	char *target; /* SPEC_SLINK: where it points to; else NULL */
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
	uint32_t major;
	uint32_t minor;
	unsigned char
	    *data; /* SPEC_FILE: its bytes, NULL when there are none */
	size_t size;
};

struct spec {
	struct spec_entry *entries;
	size_t n;
};

/* What "@name" stands for in SOURCE. */
struct spec_binding {
	const char *name;
	const char *path;
};

/* What the command line of an image program says; zero it before use. */
struct spec_options {
	struct spec_binding bindings[SPEC_BINDINGS];
	size_t n_bindings;
	uint32_t mtime; /* of every entry, in seconds since 1970 */
};

/*
 * Read option 's' ("NAME=PATH", which binds NAME and is changed and kept) or
 * 't' (SECONDS). Returns 0, or -1 when it is not well formed.
 */
int spec_option(int option, char *arg, struct spec_options *o);

/*
 * Add to *s, which is zeroed before the first time, the entries of the spec in
 * the named file with the contents of the files that it names. Returns 0, or
 * -1 with a line "file:line: reason" on stderr; release *s in both cases.
 */
int spec_load(const char *file, const struct spec_options *o, struct spec *s);

/* Free what spec_load() added. */
void spec_release(struct spec *s);

/* Write the image of s to the file output. 0, or -1 with a line on stderr. */
typedef int spec_write(const char *output, const struct spec *s,
    uint32_t mtime);

/*
 * main() of a program with the command line
 *	name [-t SECONDS] [-s NAME=PATH]... OUTPUT SPEC...
 */
int spec_main(int argc, char **argv, const char *name, spec_write *write);

#endif
