/*
 * base/fd -- descriptors: ownership, whole reads and writes, small files
 *
 * EINTR is retried here and nowhere else. All descriptors that these
 * functions open are close-on-exec.
 *
 *	AUTO_FD int fd = -1;		closed when it goes out of scope
 *	return take_fd(&fd);		... unless it is handed over
 */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

void fd_auto_close(int *fd);
#define AUTO_FD __attribute__((cleanup(fd_auto_close)))

/* *fd, and *fd becomes -1. */
int take_fd(int *fd);

/* Close *fd when it is open (>= 0) and set it to -1. errno is kept. */
void fd_close(int *fd);

/* A close-on-exec duplicate at FD_PARK or above; -1 with errno. */
enum {
	FD_PARK = 10
};
int fd_park(int fd);

/* Set or clear O_NONBLOCK; -1 with errno. */
int fd_nonblock(int fd, int on);

/* read() and write() with EINTR retried; as those return. */
ssize_t fd_read(int fd, void *p, size_t len);
ssize_t fd_write(int fd, const void *p, size_t len);

/* Exactly len bytes, or -1 with errno (EPIPE for an early end of file). */
int fd_read_all(int fd, void *p, size_t len);
int fd_write_all(int fd, const void *p, size_t len);

/* Append all that is left to read to b; ERR_LIMIT beyond b's limit. */
int fd_slurp(int fd, struct buf *b, struct err *e);

/* The file at path (relative to dirfd) appended to b. */
int fd_read_file(int dirfd, const char *path, struct buf *b, struct err *e);

/* The string s written to the existing file at path in one write(). */
int fd_write_file(int dirfd, const char *path, const char *s, struct err *e);

/* A sealed memfd that holds the len bytes at p; -1 with *e. */
int fd_memfd(const char *name, const void *p, size_t len, struct err *e);

#endif
