/*
 * container_main() of oci/container.h: the child's side.
 *
 * What happens in which order is the table at the end; each step says why it
 * stands where it stands.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/capability.h"
#include "oci/config.h"
#include "oci/container.h"
#include "oci/device.h"
#include "oci/exec.h"
#include "oci/limits.h"
#include "oci/masked.h"
#include "oci/mount.h"
#include "oci/namespace.h"
#include "oci/path.h"
#include "oci/rlimit.h"
#include "oci/rootfs.h"
#include "oci/sys.h"
#include "oci/sysctl.h"
#include "oci/tty.h"
#include "oci/user.h"
#include "proc/role.h"

enum {
	UMASK_CONTAINER = 022,
	OOM_TEXT_MAX = 16
};

struct child {
	struct config config;
	const Grpc__Process *process;
	const Grpc__Linux *linux; /* never NULL */
	Grpc__Linux no_linux;
	int rootfd;
	struct mount_late late;
	struct tty tty;
	char home[PATH_MAX];
	char program[PATH_MAX];
};

static uid_t
uid_of(const Grpc__Process *p)
{
	return p->user != NULL ? p->user->uid : 0;
}

static const char *
cwd_of(const Grpc__Process *p)
{
	return p->cwd[0] != '\0' ? p->cwd : "/";
}

static int
set_oom_score(struct child *c, struct err *e)
{
	char text[OOM_TEXT_MAX];

	if (str_format(text, sizeof(text), "%lld",
		(long long)c->process->oomscoreadj) < 0)
		return err_set(e, ERR_ARGUMENT, "OOMScoreAdj");
	return fd_write_file(AT_FDCWD, "/proc/self/oom_score_adj", text, e);
}

static int
join_namespaces(struct child *c, struct err *e)
{
	return namespace_join(c->config.ns, c->config.n_ns, e);
}

/* The descriptors must not be there when foreign paths are walked. */
static int
close_namespaces(struct child *c, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < c->config.n_ns; i++)
		fd_close(&c->config.ns[i].fd);
	return 0;
}

static int
new_cgroup_namespace(struct child *c, struct err *e)
{
	(void)c;
	if (unshare(CLONE_NEWCGROUP) < 0)
		return err_sys(e, "new cgroup namespace");
	return 0;
}

static int
set_hostname(struct child *c, struct err *e)
{
	const char *name = c->config.spec->hostname;

	for (size_t i = 0; i < c->config.n_ns; i++) {
		if (c->config.ns[i].flag == CLONE_NEWUTS)
			return 0;
	}
	if (name[0] != '\0' && sethostname(name, strlen(name)) < 0)
		return err_sys(e, "host name %s", STR_QUOTED(name));
	return 0;
}

static int
set_sysctls(struct child *c, struct err *e)
{
	return sysctl_set(c->linux->sysctl, c->linux->n_sysctl, e);
}

static int
bind_root(struct child *c, struct err *e)
{
	c->rootfd = rootfs_bind(c->config.spec->root->path,
	    c->linux->rootfspropagation, e);
	return c->rootfd < 0 ? -1 : 0;
}

static int
make_mounts(struct child *c, struct err *e)
{
	const Grpc__Spec *s = c->config.spec;

	for (size_t i = 0; i < s->n_mounts; i++) {
		if (mount_make(c->rootfd, s->mounts[i], &c->late, e) < 0)
			return -1;
	}
	return 0;
}

static int
make_devices(struct child *c, struct err *e)
{
	return device_make_all(c->rootfd, c->linux->devices,
	    c->linux->n_devices, e);
}

static int
open_root(struct child *c, struct err *e)
{
	c->rootfd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return c->rootfd < 0 ? err_sys(e, "root") : 0;
}

static int
open_terminal(struct child *c, struct err *e)
{
	const Grpc__Process *p = c->process;

	if (!p->terminal)
		return 0;
	return tty_open(c->rootfd, p->consolesize, uid_of(p), &c->tty, e);
}

static int
make_console(struct child *c, struct err *e)
{
	return c->tty.slave < 0 ? 0 : tty_console(c->rootfd, c->tty.slave, e);
}

static int
make_cwd(struct child *c, struct err *e)
{
	char resolved[PATH_MAX];
	AUTO_FD int fd = path_make(c->rootfd, cwd_of(c->process),
	    PATH_DIRECTORY, resolved, e);

	return fd < 0 ? err_wrap(e, "cwd") : 0;
}

static int
hide_paths(struct child *c, struct err *e)
{
	return masked_hide(c->rootfd, c->linux->maskedpaths,
	    c->linux->n_maskedpaths, e);
}

static int
protect_paths(struct child *c, struct err *e)
{
	return masked_readonly(c->rootfd, c->linux->readonlypaths,
	    c->linux->n_readonlypaths, e);
}

static int
finish_mounts(struct child *c, struct err *e)
{
	return mount_late(&c->late, e);
}

static int
enter_root(struct child *c, struct err *e)
{
	return rootfs_enter(c->rootfd, c->linux->rootfspropagation,
	    c->config.spec->root->readonly, e);
}

static int
close_root(struct child *c, struct err *e)
{
	(void)e;
	fd_close(&c->rootfd);
	return 0;
}

static int
new_session(struct child *c, struct err *e)
{
	(void)c;
	if (setsid() < 0)
		return err_sys(e, "new session");
	if (sys_new_session_keyring() < 0 && errno != ENOSYS)
		return err_sys(e, "new session keyring");
	return 0;
}

/*
 * A user who is not root must be able to open /dev/stdout again; the pipes
 * are the sandbox's until then.
 */
static int
give_stdio(struct child *c, struct err *e)
{
	uid_t uid = uid_of(c->process);

	if (c->tty.slave >= 0) {
		if (tty_take(c->tty.slave, e) < 0)
			return -1;
		fd_close(&c->tty.slave);
		return 0;
	}
	for (int fd = 0; uid != 0 && fd <= 2; fd++) {
		struct stat st;

		if (fstat(fd, &st) < 0)
			return err_sys(e, "stdio");
		if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode))
			continue;
		if (fchown(fd, uid, (gid_t)-1) < 0)
			return err_sys(e, "stdio");
	}
	return 0;
}

/* A link may lead out of what is mounted here: then it has no name. */
static int
enter_cwd(struct child *c, struct err *e)
{
	const char *cwd = cwd_of(c->process);
	char name[PATH_MAX];

	if (chdir(cwd) < 0)
		return err_sys(e, "cwd %s", STR_QUOTED(cwd));
	if (syscall(SYS_getcwd, name, sizeof(name)) < 0 || name[0] != '/')
		return err_set(e, ERR_DENIED, "cwd %s is outside the root",
		    STR_QUOTED(cwd));
	return 0;
}

static int
set_rlimits(struct child *c, struct err *e)
{
	/* With more, programs that use select(), or close all, suffer. */
	if (rlimit_files(OCI_FILES_SOFT, e) < 0)
		return -1;
	return rlimit_set(c->process->rlimits, c->process->n_rlimits, e);
}

static int
become_user(struct child *c, struct err *e)
{
	struct capability_sets caps;

	if (capability_parse(c->process->capabilities, &caps, e) < 0)
		return -1;
	return user_become(c->process->user, &caps, e);
}

static int
set_no_new_privs(struct child *c, struct err *e)
{
	if (c->process->nonewprivileges &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) < 0)
		return err_sys(e, "no_new_privs");
	return 0;
}

static int
find_program(struct child *c, struct err *e)
{
	const Grpc__Process *p = c->process;

	user_home(uid_of(p), c->home);
	return exec_find(p->args[0], exec_getenv(p->env, p->n_env, "PATH"),
	    c->program, e);
}

struct step {
	int (*run)(struct child *c, struct err *e);
	bool first; /* of a container's first process */
	bool exec;  /* of an exec */
};

static const struct step steps[] = {
	/* With the guest's /proc, so before any mount namespace changes. */
	{ set_oom_score, true, true },
	{ join_namespaces, true, true },
	{ close_namespaces, true, true },
	{ new_cgroup_namespace, true, false },
	{ set_hostname, true, false },
	{ set_sysctls, true, false },
	/* The root and all in it, from outside by descriptor. */
	{ bind_root, true, false },
	{ open_root, false, true },
	{ make_mounts, true, false },
	{ make_devices, true, false },
	/* After devpts; before /dev may become read-only. */
	{ open_terminal, true, true },
	{ make_console, true, false },
	{ make_cwd, true, false },
	/* Over everything that mounts and devices put there. */
	{ hide_paths, true, false },
	{ protect_paths, true, false },
	{ finish_mounts, true, false },
	{ enter_root, true, false },
	{ close_root, true, true },
	/* A session before its controlling terminal. */
	{ new_session, true, true },
	{ give_stdio, true, true },
	{ enter_cwd, true, true },
	/* All that needs privilege is done. */
	{ set_rlimits, true, true },
	{ become_user, true, true },
	{ set_no_new_privs, true, true },
	/* With the user's own rights. */
	{ find_program, true, true },
};

static int
run_steps(struct child *c, struct err *e)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		bool mine = c->config.first ? steps[i].first : steps[i].exec;

		if (mine && steps[i].run(c, e) < 0)
			return -1;
	}
	return 0;
}

/*
 * Not dumpable: others in a shared pid namespace must not look into a half
 * finished process. execve() sets it again.
 */
static int
prepare(struct err *e)
{
	if (prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) < 0)
		return err_sys(e, "PR_SET_DUMPABLE");
	if (fcntl(ROLE_FD_PARENT, F_SETFD, FD_CLOEXEC) < 0)
		return err_sys(e, "channel");
	/* Modes of what is made for the container are meant as they stand. */
	umask(0);
	return 0;
}

/* 1 to go on, 0 when nobody wants us any more. */
static int
wait_for_start(struct child *c, struct err *e)
{
	struct channel_msg m;
	size_t n_fds = c->tty.master >= 0 ? 1 : 0;
	int rc;

	if (channel_send(ROLE_FD_PARENT, CONTAINER_READY, 0, NULL, 0,
		&c->tty.master, n_fds, e) < 0)
		return e->code == ERR_UNAVAILABLE ? 0 : -1;
	fd_close(&c->tty.master);
	rc = channel_recv(ROLE_FD_PARENT, &m, e);
	if (rc <= 0)
		return rc;
	channel_msg_close(&m);
	if (m.type != CONTAINER_START)
		return err_set(e, ERR_INTERNAL, "message %u", m.type);
	return 1;
}

static int
run(struct child *c, struct err *e)
{
	int rc;

	if (prepare(e) < 0 || config_recv(ROLE_FD_PARENT, &c->config, e) < 0)
		return -1;
	c->process = c->config.spec->process;
	c->linux = c->config.spec->linux != NULL ? c->config.spec->linux
						 : &c->no_linux;
	if (run_steps(c, e) < 0)
		return -1;
	rc = wait_for_start(c, e);
	if (rc <= 0)
		return rc;
	umask(UMASK_CONTAINER);
	/* Nothing of ours gets into the container, whatever was forgotten. */
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return err_sys(e, "close_range");
	return exec_run(c->program, c->process, c->home, e);
}

static void
report(const struct err *e)
{
	uint8_t body[sizeof(uint32_t) + sizeof(e->msg)];
	uint32_t code = (uint32_t)e->code;
	size_t n = strlen(e->msg);
	struct err ignored;

	memcpy(body, &code, sizeof(code));
	memcpy(body + sizeof(code), e->msg, n);
	channel_send(ROLE_FD_PARENT, CONTAINER_FAILED, 0, body,
	    sizeof(code) + n, NULL, 0, &ignored);
}

int
container_main(int argc, char **argv)
{
	struct child c = {
		.no_linux = GRPC__LINUX__INIT,
		.rootfd = -1,
		.tty = { -1, -1 },
	};
	struct err e;

	(void)argc;
	(void)argv;
	if (run(&c, &e) < 0) {
		report(&e);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
