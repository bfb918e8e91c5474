#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "measurements/cli/ed25519.h"

extern char **environ;

enum {
	FIRST = 3, /* the child's descriptors: key, bytes, signature */
	N_FDS = 3,
	ANSWER = 4096
};

/* The child's side: out to its standard output, fds to 3, 4, ... */
static int
spawn(const char *const *argv, const int *fds, size_t n, int out, pid_t *ret)
{
	posix_spawn_file_actions_t a;
	int rc;

	if (posix_spawn_file_actions_init(&a) != 0)
		die("posix_spawn_file_actions_init");
	rc = posix_spawn_file_actions_addopen(&a, 0, "/dev/null", O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&a, out, 1);
	if (rc == 0)
		rc = posix_spawn_file_actions_addopen(&a, 2, "/dev/null",
		    O_WRONLY, 0);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = posix_spawn_file_actions_adddup2(&a, fds[i],
		    FIRST + (int)i);
	if (rc == 0)
		/* It does not write to the strings. */
		rc = posix_spawnp(ret, argv[0], &a, NULL,
		    (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&a);
	return rc;
}

/* Run argv; its output goes to out. Returns its exit code, or -1. */
static int
run(const char *const *argv, const int *fds, size_t n, struct buf *out,
    struct err *e)
{
	int ends[2], status, rc;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(e, "make a pipe to openssl");
	errno = spawn(argv, fds, n, ends[1], &pid);
	rc = errno == 0 ? 0 : err_sys(e, "start openssl, for Ed25519");
	fd_close(&ends[1]);
	if (rc == 0) {
		rc = fd_slurp(ends[0], out, e);
		fd_close(&ends[0]);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (rc == 0)
			rc = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	}
	fd_close(&ends[0]);
	return rc;
}

/* s as a descriptor that is out of the way of the child's own numbers. */
static int
hand_over(struct span s, struct err *e)
{
	AUTO_FD int fd = fd_memfd("openssl", s.p, span_len(&s), e);
	int parked;

	if (fd < 0)
		return -1;
	parked = fd_park(fd);
	return parked < 0 ? err_sys(e, "duplicate a descriptor") : parked;
}

static int
run_with(const char *const *argv, const struct span *files, size_t n,
    struct buf *out, struct err *e)
{
	int fds[N_FDS] = { -1, -1, -1 }, rc = 0;

	for (size_t i = 0; rc >= 0 && i < n; i++)
		rc = fds[i] = hand_over(files[i], e);
	if (rc >= 0)
		rc = run(argv, fds, n, out, e);
	for (size_t i = 0; i < n; i++)
		fd_close(&fds[i]);
	return rc;
}

int
ed25519_sign(struct span key, struct span bytes, struct buf *sig, struct err *e)
{
	static const char *const argv[] = { "openssl", "pkeyutl", "-sign",
		"-rawin", "-inkey", "/dev/fd/3", "-in", "/dev/fd/4", NULL };
	struct span files[] = { key, bytes };
	struct buf out;
	int rc;

	buf_init(&out, ANSWER);
	rc = run_with(argv, files, 2, &out, e);
	if (rc > 0 || (rc == 0 && out.len != ED25519_SIG))
		rc = err_set(e, ERR_SYSTEM,
		    "openssl pkeyutl does not sign with this Ed25519 key");
	if (rc == 0)
		buf_add(sig, out.p, out.len);
	buf_release(&out);
	return rc;
}

int
ed25519_verify(struct span key, struct span bytes, struct span sig,
    struct err *e)
{
	static const char *const argv[] = { "openssl", "pkeyutl", "-verify",
		"-rawin", "-pubin", "-inkey", "/dev/fd/3", "-in", "/dev/fd/4",
		"-sigfile", "/dev/fd/5", NULL };
	struct span files[] = { key, bytes, sig };
	struct buf out;
	int rc;

	if (span_len(&sig) != ED25519_SIG)
		return err_set(e, ERR_DENIED, "the signature is not right");
	buf_init(&out, ANSWER);
	rc = run_with(argv, files, 3, &out, e);
	buf_release(&out);
	if (rc > 0)
		return err_set(e, ERR_DENIED, "the signature is not right");
	return rc;
}
