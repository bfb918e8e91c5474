#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "oci/config.h"
#include "oci/container.h"
#include "oci/namespace.h"
#include "oci/sys.h"
#include "proc/role.h"
#include "proc/spawn.h"

/*
 * The program again, on a read-only mount of its own: whoever gets hold of
 * /proc/PID/exe of the child while it is still ours can't open it for
 * writing, and so can't replace the guest's program (CVE-2019-5736).
 */
static int
readonly_binary(int binary_fd, struct err *e)
{
	static const struct sys_mount_attr ro = { .set = SYS_ATTR_RDONLY };
	AUTO_FD int tree = sys_clone_tree(binary_fd, 0);

	if (tree < 0 || sys_mount_setattr(tree, 0, &ro) < 0)
		return err_sys(e, "read-only mount of the program");
	return take_fd(&tree);
}

/*
 * A container that manages cgroups itself moved its processes to a child
 * cgroup; then none can start in the container's own any more (cgroup v2's
 * rule of no inner processes), and "init" is the name in use for the child.
 */
static int
exec_cgroup(const struct container_request *r, struct err *e)
{
	int fd = sys_openat2(r->cgroup_fd, "init", O_PATH | O_DIRECTORY, 0,
	    SYS_RESOLVE_BENEATH | SYS_RESOLVE_NO_SYMLINKS);

	if (fd < 0 && errno == ENOENT)
		fd = fcntl(r->cgroup_fd, F_DUPFD_CLOEXEC, FD_PARK);
	if (fd < 0)
		return err_sys(e, "cgroup of the container");
	return fd;
}

static void
place_stdio(const struct container_request *r, int null,
    struct spawn_request *s)
{
	const Grpc__Process *p =
	    r->spec != NULL ? r->spec->process : r->process;

	for (int i = 0; i < 3; i++) {
		/* A terminal comes later and from inside. */
		int from = p->terminal || r->stdio[i] < 0 ? null : r->stdio[i];

		s->fds[s->n_fds++] = (struct spawn_fd){ from, i };
	}
}

/* The child is of no use: end it, and leave no zombie. */
static void
abandon(struct spawn_child *c)
{
	siginfo_t si;

	sys_pidfd_kill(c->pidfd, SIGKILL);
	while (
	    waitid(P_PIDFD, (id_t)c->pidfd, &si, WEXITED) < 0 && errno == EINTR)
		continue;
	fd_close(&c->pidfd);
}

static int
spawn(const struct container_request *r, int child_end, struct spawn_child *ret,
    struct err *e)
{
	AUTO_FD int binary = readonly_binary(r->binary_fd, e);
	AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	AUTO_FD int cgroup = -1;
	struct spawn_request s = {
		.role = "container",
		.binary_fd = binary,
		.cgroup_fd = r->cgroup_fd,
		.pidns_fd = namespace_joined(r, CLONE_NEWPID),
	};

	if (binary < 0)
		return -1;
	if (null < 0)
		return err_sys(e, "/dev/null");
	if (r->spec != NULL) {
		if (namespace_clone_flags(r, &s.clone_flags, e) < 0)
			return -1;
	} else if (r->cgroup_fd >= 0) {
		cgroup = exec_cgroup(r, e);
		if (cgroup < 0)
			return -1;
		s.cgroup_fd = cgroup;
	}
	place_stdio(r, null, &s);
	s.fds[s.n_fds++] = (struct spawn_fd){ child_end, ROLE_FD_PARENT };
	if (spawn_role(&s, ret, e) < 0) {
		/* What clone() says when the pid namespace's init is dead. */
		if (s.pidns_fd >= 0 && e->code == ERR_LIMIT)
			return err_set(e, ERR_STATE,
			    "the pid namespace has ended");
		return -1;
	}
	return 0;
}

int
container_spawn(const struct container_request *r, struct container_child *ret,
    struct err *e)
{
	struct spawn_child child;
	int pair[2];
	int rc;

	if (container_check(r->spec, r->process, e) < 0 ||
	    channel_pair(pair, e) < 0)
		return -1;
	rc = spawn(r, pair[1], &child, e);
	fd_close(&pair[1]);
	if (rc == 0) {
		rc = config_send(pair[0], r, e);
		if (rc == 0 && fd_nonblock(pair[0], 1) < 0)
			rc = err_sys(e, "channel");
		if (rc < 0)
			abandon(&child);
	}
	if (rc < 0) {
		fd_close(&pair[0]);
		return -1;
	}
	ret->pid = child.pid;
	ret->pidfd = child.pidfd;
	ret->channel = pair[0];
	return 0;
}

int
container_start(const struct container_child *c, struct err *e)
{
	return channel_send(c->channel, CONTAINER_START, 0, NULL, 0, NULL, 0,
	    e);
}

/* Body of CONTAINER_FAILED: u32 code, text without terminator. */
static int
read_failure(const struct channel_msg *m, struct err *e)
{
	uint32_t code;
	size_t n = m->len - sizeof(code);

	if (m->len < sizeof(code) || n >= sizeof(e->msg))
		return err_set(e, ERR_INTERNAL, "malformed failure");
	memcpy(&code, m->body, sizeof(code));
	e->code = code > ERR_NONE && code <= ERR_INTERNAL ? (enum err_code)code
							  : ERR_INTERNAL;
	memcpy(e->msg, m->body + sizeof(code), n);
	e->msg[n] = '\0';
	return -1;
}

int
container_event(const struct container_child *c, int *ret_tty, struct err *e)
{
	struct channel_msg m;
	struct err nothing;
	int rc = channel_recv(c->channel, &m, &nothing);

	if (rc == 0)
		return 0;
	if (rc < 0 && nothing.code == ERR_UNAVAILABLE)
		return -1;
	if (rc < 0) {
		*e = nothing;
		return CONTAINER_FAILED;
	}
	switch (m.type) {
	case CONTAINER_READY:
		*ret_tty = channel_msg_take_fd(&m, 0);
		rc = CONTAINER_READY;
		break;
	case CONTAINER_FAILED:
		read_failure(&m, e);
		rc = CONTAINER_FAILED;
		break;
	default:
		err_set(e, ERR_INTERNAL, "message %u of a child", m.type);
		rc = CONTAINER_FAILED;
	}
	channel_msg_close(&m);
	return rc;
}
