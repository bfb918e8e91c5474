/*
 * A sandbox role of its own for each test: sandbox_main() in a child, in new
 * mount, pid, network, ipc and uts namespaces with a fresh /run, a /proc and
 * an empty cgroup, and this process as its pid1 and its rpc.
 *
 *	fixture_run(target, body) runs body(&f) as process 1 in there.
 */
#ifndef TESTS_UNIT_SANDBOX_FIXTURE_H
#define TESTS_UNIT_SANDBOX_FIXTURE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "proc/role.h"
#include "proc/spawn.h"
#include "proto/agent.pb-c.h"
#include "proto/call.h"
#include "proto/control.h"
#include "proto/message.h"
#include "sandbox/sandbox.h"
#include "tests/lib/tap.h"

#define FIXTURE_POLICY "/run/policy.rego"
#define FIXTURE_ROOT "/run/kata-containers/shared/containers/r"

enum {
	ANSWER_MS = 20000,
	ANSWERS = 32,
	TEXT = 64 * 1024
};

struct fixture {
	int control, peer;
	pid_t role;
	uint32_t next_id;
	struct call held[ANSWERS]; /* came while another was waited for */
	size_t n_held;
	struct arena arena;
};

struct fixture_config {
	const char *target;
	const char *timeout; /* "hotplug_timeout=N" */
	const char *policy;  /* its text; NULL: everything is allowed */
};

typedef void fixture_body(struct fixture *f);

static inline void
must(int rc, const char *what)
{
	if (rc < 0) {
		printf("# %s: %s\n", what, strerror(errno));
		tap_fail(__FILE__, __LINE__, "fixture");
	}
}

/* An empty cgroup under /sys/fs/cgroup, as if it were the root. */
static inline void
fixture_cgroup(const char *name)
{
	char path[128];

	must(mkdir("/run/cg", 0755), "mkdir");
	must(mount("cgroup2", "/run/cg", "cgroup2", 0, NULL), "cgroup2");
	snprintf(path, sizeof(path), "/run/cg/%s", name);
	must(mkdir(path, 0755), "mkdir cgroup");
	must(mount(path, "/sys/fs/cgroup", NULL, MS_BIND, NULL), "bind cgroup");
}

/* The default policy, and no disks: those of this machine have no initdata. */
static inline void
fixture_policy(const char *text)
{
	struct buf b;
	struct err e;
	int fd = open(FIXTURE_POLICY, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);

	must(fd, FIXTURE_POLICY);
	buf_init(&b, TEXT);
	if (text != NULL)
		buf_add_str(&b, text);
	else
		must(fd_read_file(AT_FDCWD, "guest/policies/allow-all.rego", &b,
			 &e),
		    "guest/policies");
	must(fd_write_all(fd, b.p, b.len), "write the policy");
	close(fd);
	buf_release(&b);
	must(mkdir("/run/none", 0755), "mkdir");
	must(mount("/run/none", "/sys/block", NULL, MS_BIND, NULL),
	    "bind /sys/block");
}

/* With the mount points of the containers' own mounts. */
static inline void
fixture_mounts(const char *name)
{
	static const char *const dirs[] = {
		"/run/kata-containers",
		"/run/kata-containers/shared",
		"/run/kata-containers/shared/containers",
		FIXTURE_ROOT,
		FIXTURE_ROOT "/proc",
		FIXTURE_ROOT "/dev",
		FIXTURE_ROOT "/usr",
	};

	must(mount("proc", "/proc", "proc", 0, NULL), "mount /proc");
	must(mount("tmpfs", "/run", "tmpfs", 0, "mode=755"), "mount /run");
	fixture_cgroup(name);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		must(mkdir(dirs[i], 0755), dirs[i]);
	must(symlink("usr/bin", FIXTURE_ROOT "/bin"), "symlink");
	must(symlink("usr/lib", FIXTURE_ROOT "/lib"), "symlink");
	must(symlink("usr/lib64", FIXTURE_ROOT "/lib64"), "symlink");
}

/* By path: /proc/self/exe leads to a mount of the namespace before this. */
static inline int
open_self(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	must((int)n, "readlink");
	self[n] = '\0';
	return fd_park(open(self, O_PATH | O_CLOEXEC));
}

static inline void
fixture_role(const struct fixture_config *c, int control, int peer)
{
	char target[64], timeout[64];
	char *argv[] = { (char *)"husk-sandbox", (char *)"sandbox", target,
		timeout, (char *)"log=error", (char *)"policy=" FIXTURE_POLICY,
		NULL };
	int binary = open_self();
	int up_control = fd_park(control), up_peer = fd_park(peer);

	snprintf(target, sizeof(target), "target=%s", c->target);
	snprintf(timeout, sizeof(timeout), "%s", c->timeout);
	alarm(TAP_SECONDS);
	dup2(up_control, ROLE_FD_PARENT);
	dup2(up_peer, ROLE_FD_PEER);
	dup2(binary, ROLE_FD_BINARY);
	for (int fd = ROLE_FD_END; fd < 64; fd++)
		close(fd);
	exit(sandbox_main(6, argv));
}

static inline struct call
fixture_receive(struct fixture *f)
{
	struct pollfd p = { .fd = f->peer, .events = POLLIN };
	static struct channel_msg m;
	struct call c;
	struct err e;

	if (poll(&p, 1, ANSWER_MS) != 1)
		tap_fail(__FILE__, __LINE__, "no answer");
	if (channel_recv(f->peer, &m, &e) != 1)
		tap_fail(__FILE__, __LINE__, "sandbox closed the channel");
	if (call_parse(&m, &c, &e) < 0)
		tap_fail(__FILE__, __LINE__, e.msg);
	return c;
}

/* Send a request without waiting for its answer. */
static inline uint32_t
fixture_send(struct fixture *f, enum method_id method, const void *msg)
{
	struct buf b;
	struct err e;
	uint32_t id = f->next_id++;

	buf_init(&b, CALL_PAYLOAD_MAX);
	message_pack(msg, &b);
	if (call_send_request(f->peer, id, method, b.p, b.len, &e) < 0)
		tap_fail(__FILE__, __LINE__, e.msg);
	buf_release(&b);
	return id;
}

static inline struct call
fixture_answer(struct fixture *f, uint32_t id)
{
	for (size_t i = 0; i < f->n_held; i++) {
		if (f->held[i].id == id) {
			struct call c = f->held[i];

			f->held[i] = f->held[--f->n_held];
			return c;
		}
	}
	for (;;) {
		struct call c = fixture_receive(f);

		if (c.id == id)
			return c;
		if (f->n_held == ANSWERS)
			tap_fail(__FILE__, __LINE__, "too many answers");
		f->held[f->n_held++] = c;
	}
}

/* The answer's code; its text (of an error) in text, when not NULL. */
static inline enum err_code
fixture_code(struct fixture *f, uint32_t id, char text[256])
{
	struct call c = fixture_answer(f, id);
	enum err_code code = c.code;

	if (text != NULL)
		snprintf(text, 256, "%.*s", (int)c.payload.len,
		    c.payload.len > 0 ? (char *)c.payload.p : "");
	if (code != ERR_NONE && getenv("HUSK_TEST_VERBOSE") != NULL)
		printf("# %.*s\n", (int)c.payload.len, (char *)c.payload.p);
	call_release(&c);
	return code;
}

static inline enum err_code
fixture_call(struct fixture *f, enum method_id method, const void *msg,
    char text[256])
{
	return fixture_code(f, fixture_send(f, method, msg), text);
}

/* A call that must succeed. */
static inline void
fixture_ok(struct fixture *f, enum method_id method, const void *msg)
{
	char text[256];

	if (fixture_call(f, method, msg, text) == ERR_NONE)
		return;
	printf("# %s: %s\n", method_row(method)->name, text);
	tap_fail(__FILE__, __LINE__, "call failed");
}

/* The decoded answer of a call that must succeed; lives in f->arena. */
static inline void *
fixture_get(struct fixture *f, uint32_t id, enum method_id method)
{
	struct call c = fixture_answer(f, id);
	struct err e;
	void *m;

	if (c.code != ERR_NONE) {
		printf("# %.*s\n", (int)c.payload.len, (char *)c.payload.p);
		tap_fail(__FILE__, __LINE__, "call failed");
	}
	m = message_unpack(method_row(method)->response, c.payload.p,
	    c.payload.len, &f->arena, &e);
	if (m == NULL)
		tap_fail(__FILE__, __LINE__, e.msg);
	call_release(&c);
	return m;
}

static inline void
fixture_control(struct fixture *f, enum control_type wanted)
{
	struct pollfd p = { .fd = f->control, .events = POLLIN };
	static struct channel_msg m;
	struct err e;

	if (poll(&p, 1, ANSWER_MS) != 1 ||
	    channel_recv(f->control, &m, &e) != 1)
		tap_fail(__FILE__, __LINE__, "no word of sandbox");
	EQ_INT(m.type, wanted);
}

/* Tell the role to stop; it must end with status 0 and without a leak. */
static inline void
fixture_stop(struct fixture *f)
{
	struct err e;
	int status;

	OK(channel_send(f->control, CONTROL_STOP, 0, NULL, 0, NULL, 0, &e) ==
	    0);
	while (waitpid(f->role, &status, 0) < 0 && errno == EINTR)
		;
	OK(WIFEXITED(status));
	EQ_INT(WEXITSTATUS(status), 0);
}

static inline void
fixture_inner(const struct fixture_config *c, const char *name,
    fixture_body *body)
{
	static struct fixture f;
	int control[2], peer[2];
	struct err e;

	fixture_mounts(name);
	fixture_policy(c->policy);
	OK(channel_pair(control, &e) == 0 && channel_pair(peer, &e) == 0);
	f.role = fork();
	if (f.role == 0)
		fixture_role(c, control[1], peer[1]);
	close(control[1]);
	close(peer[1]);
	f.control = control[0];
	f.peer = peer[0];
	f.next_id = 1;
	arena_init(&f.arena, MESSAGE_ARENA_MAX);
	fixture_control(&f, CONTROL_READY);
	body(&f);
	fixture_stop(&f);
	while (f.n_held > 0)
		call_release(&f.held[--f.n_held]);
	arena_release(&f.arena);
	exit(0);
}

/* The cgroup outlives the namespaces: remove it from outside. */
static inline void
fixture_remove_cgroup(const char *name)
{
	char path[128];

	if (mkdir("/tmp/husk-cg", 0755) < 0 && errno != EEXIST)
		return;
	if (mount("cgroup2", "/tmp/husk-cg", "cgroup2", 0, NULL) == 0) {
		snprintf(path, sizeof(path), "/tmp/husk-cg/%s", name);
		for (int i = 0; i < 200 && rmdir(path) < 0; i++)
			usleep(10000);
		umount2("/tmp/husk-cg", MNT_DETACH);
	}
	rmdir("/tmp/husk-cg");
}

static inline void
fixture_run_as(struct fixture_config c, fixture_body *body)
{
	char name[64];
	int status;
	pid_t pid;

	if (geteuid() != 0)
		SKIP("not root");
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
		    CLONE_NEWUTS) < 0)
		SKIP("no new namespaces here");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	snprintf(name, sizeof(name), "husk-test-%d", getpid());
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		fixture_inner(&c, name, body);
	must(waitpid(pid, &status, 0) < 0 ? -1 : 0, "waitpid");
	fixture_remove_cgroup(name);
	if (WIFSIGNALED(status))
		printf("# inner process: signal %d\n", WTERMSIG(status));
	fflush(stdout);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static inline void
fixture_run(fixture_body *body)
{
	struct fixture_config c = { .target = "coco-dev",
		.timeout = "hotplug_timeout=1" };

	fixture_run_as(c, body);
}

#endif
