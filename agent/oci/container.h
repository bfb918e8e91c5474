/*
 * oci/container -- the processes of a container, from both sides
 *
 * sandbox calls container_spawn() for a container's first process and for
 * every later exec. The child executes the program again as role `container`
 * in its new namespaces and cgroup, receives its configuration, makes itself
 * what the OCI runtime specification (1.1, "config.md", "config-linux.md")
 * asks for, and stops before execve():
 *
 *	parent				child
 *	container_spawn()	-->	sets up mounts, ids, limits, ...
 *	CONTAINER_READY		<--	(with the pty's master when Terminal)
 *	container_start()	-->	execve()
 *	end of channel		<--	running; or
 *	CONTAINER_FAILED	<--	(at any time) code, text of struct err
 *
 * The channel is close-on-exec, so its end without CONTAINER_FAILED means
 * that the user's program runs. A killed child shows on its pidfd.
 *
 * The namespaces of a container are complete at CONTAINER_READY, not before:
 * descriptors for later execs (/proc/PID/ns/...) are taken then. Resource
 * limits that the spec does not name are those of the caller, but for open
 * files, of which its soft limit is OCI_FILES_SOFT.
 *
 * Everything in a spec is either done or refused by name: Seccomp, SELinux
 * labels, IntelRdt, user namespaces, time namespaces, and hooks are
 * ERR_UNSUPPORTED. One exception: an AppArmor profile is ignored, as Kata's
 * own agent does. containerd names one on every host that has AppArmor; it
 * is a word of the host's kernel, and the guest is the stronger wall.
 */
#ifndef OCI_CONTAINER_H
#define OCI_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "proc/channel.h"
#include "proto/oci.pb-c.h"

enum container_msg {
	CONTAINER_CONFIG = 1, /* parent to child: memfd and descriptors */
	CONTAINER_READY,      /* child to parent: fds[0] = pty master, if any */
	CONTAINER_START,      /* parent to child */
	CONTAINER_FAILED      /* child to parent: u32 err_code, text */
};

/* A namespace to join instead of getting a new one. */
struct container_ns {
	int flag; /* CLONE_NEWPID, CLONE_NEWNS, ... */
	int fd;
};

enum {
	CONTAINER_NS_MAX = 8
};

struct container_request {
	/* O_PATH of this program, on a mount of the caller's namespace */
	int binary_fd;
	/*
	 * The first process: the whole spec, Root.Path being the mounted root
	 * file system in the guest. An exec: NULL, with process set.
	 */
	const Grpc__Spec *spec;
	const Grpc__Process *process;
	/* exec: all namespaces of the container; else those shared */
	struct container_ns ns[CONTAINER_NS_MAX];
	size_t n_ns;
	int cgroup_fd; /* directory of the cgroup to start in */
	/* The child's ends; -1 reads as /dev/null. Unused when Terminal. */
	int stdio[3];
};

struct container_child {
	pid_t pid;
	int pidfd;   /* owned by the caller */
	int channel; /* owned by the caller, nonblocking */
};

/*
 * Refuse what we do not do, before anything is created. ERR_UNSUPPORTED or
 * ERR_ARGUMENT naming the field. spec may be NULL (exec).
 */
int container_check(const Grpc__Spec *spec, const Grpc__Process *process,
    struct err *e);

/* Start the child and send it its configuration; nothing of r is kept. */
int container_spawn(const struct container_request *r,
    struct container_child *ret, struct err *e);

/* Let a ready child execute its program. */
int container_start(const struct container_child *c, struct err *e);

/*
 * Read the child's next message. Returns CONTAINER_READY with *ret_tty (the
 * pty's master, owned by the caller, or -1), CONTAINER_FAILED with *e set,
 * 0 at the end of the channel, or -1 when nothing is there yet.
 */
int container_event(const struct container_child *c, int *ret_tty,
    struct err *e);

/* The role's main function (proc/role.h). */
int container_main(int argc, char **argv);

#endif
