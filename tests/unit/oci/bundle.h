/*
 * tests/unit/oci/bundle -- a container for tests, made of this program
 *
 * bundle_start() takes a private mount namespace, a tmpfs for everything, and
 * a root file system in it; the spec binds the host's libraries read-only and
 * this program as /bin/probe, so that the checks from inside are C like those
 * from outside. What a probe prints is the test's output; a failed check in
 * it is a failed test.
 *
 *	PROBE(root_is_read_only) { OK(mkdir("/x", 0755) < 0); }
 *	TEST(...) { struct bundle b; bundle_start(&b);
 *	            bundle_probe(&b, "root_is_read_only"); }
 */
#ifndef TESTS_UNIT_OCI_BUNDLE_H
#define TESTS_UNIT_OCI_BUNDLE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include "oci/cgroup.h"
#include "oci/container.h"
#include "proc/spawn.h"
#include "tests/lib/tap.h"

#define BUNDLE_DIR "/mnt"
#define BUNDLE_ROOT BUNDLE_DIR "/rootfs"

enum {
	BUNDLE_MOUNTS_MAX = 24,
	BUNDLE_ARGS_MAX = 8,
	BUNDLE_OUTPUT_MAX = 64 * 1024
};

struct bundle_mount {
	Grpc__Mount m;
	char *options[8];
};

struct bundle {
	Grpc__Spec spec;
	Grpc__Process process;
	Grpc__User user;
	Grpc__LinuxCapabilities caps;
	Grpc__Root root;
	Grpc__Linux linux;
	struct bundle_mount mount[BUNDLE_MOUNTS_MAX];
	Grpc__Mount *mounts[BUNDLE_MOUNTS_MAX];
	char *args[BUNDLE_ARGS_MAX];
	char self[PATH_MAX];
	char libs[3][PATH_MAX];
	struct cgroup cgroup;
	struct container_request request;
	struct container_child child;
	int out; /* read end of the child's 1 and 2 */
	int tty; /* master, or -1 */
	struct err e;
};

struct bundle_probe {
	const char *name;
	void (*fn)(void);
	struct bundle_probe *next;
};

static struct bundle_probe *bundle_probes;

#define PROBE(id)                                                              \
	static void probe_##id(void);                                          \
	__attribute__((constructor)) static void bundle_add_##id(void)         \
	{                                                                      \
		static struct bundle_probe p = { #id, probe_##id, NULL };      \
		p.next = bundle_probes;                                        \
		bundle_probes = &p;                                            \
	}                                                                      \
	static void probe_##id(void)

/* Add a mount; options end with NULL. */
static inline void
bundle_mount(struct bundle *b, const char *to, const char *type,
    const char *from, const char *const *options)
{
	size_t n = b->spec.n_mounts;
	struct bundle_mount *m = &b->mount[n];

	OK(n < BUNDLE_MOUNTS_MAX);
	grpc__mount__init(&m->m);
	m->m.destination = (char *)to;
	m->m.type = (char *)type;
	m->m.source = (char *)from;
	m->m.options = m->options;
	while (options[m->m.n_options] != NULL) {
		m->options[m->m.n_options] = (char *)options[m->m.n_options];
		m->m.n_options++;
	}
	b->mounts[n] = &m->m;
	b->spec.n_mounts++;
}

#define MOUNT(b, to, type, from, ...)                                          \
	bundle_mount(b, to, type, from,                                        \
	    (const char *const[]){ __VA_ARGS__, NULL })

static inline void
bundle_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	OK(fd >= 0);
	OK(fd_write_all(fd, text, strlen(text)) == 0);
	close(fd);
}

static inline void
bundle_world(void)
{
	struct statfs s;

	if (geteuid() != 0)
		SKIP("needs root");
	if (unshare(CLONE_NEWNS) < 0)
		SKIP("needs a mount namespace");
	OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	OK(statfs("/sys/fs/cgroup", &s) == 0);
	if (s.f_type != CGROUP2_SUPER_MAGIC &&
	    mount("none", "/sys/fs/cgroup", "cgroup2", 0, NULL) < 0)
		SKIP("needs cgroup v2");
	OK(mount("none", BUNDLE_DIR, "tmpfs", 0, "mode=0755") == 0);
	OK(mkdir(BUNDLE_ROOT, 0755) == 0);
	OK(mkdir(BUNDLE_ROOT "/etc", 0755) == 0);
	bundle_file(BUNDLE_ROOT "/etc/passwd",
	    "root:x:0:0:root:/root:/bin/sh\n"
	    "user:x:1000:1001::/home/user:/bin/sh\n");
}

/* By path: /proc/self/exe leads to the mount in the namespace of before. */
static inline void
bundle_self(char self[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", self, PATH_MAX - 1);

	OK(n > 0);
	self[n] = '\0';
}

static inline void
bundle_mounts(struct bundle *b)
{
	static const char *const libs[] = { "/lib", "/lib64", "/usr" };

	MOUNT(b, "/proc", "proc", "proc", "nosuid", "noexec", "nodev");
	MOUNT(b, "/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755",
	    "size=65536k");
	MOUNT(b, "/dev/pts", "devpts", "devpts", "nosuid", "noexec",
	    "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
	MOUNT(b, "/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec",
	    "nodev");
	MOUNT(b, "/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
	MOUNT(b, "/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec",
	    "nodev", "relatime", "ro");
	for (size_t i = 0; i < 3; i++) {
		/* /lib may be a link; the source of a bind must not be. */
		OK(realpath(libs[i], b->libs[i]) != NULL);
		MOUNT(b, libs[i], "bind", b->libs[i], "rbind", "ro");
	}
	MOUNT(b, "/bin/probe", "bind", b->self, "bind", "ro");
}

static inline void
bundle_init(struct bundle *b)
{
	static char *env[] = { "PATH=/sbin:/bin",
		"ASAN_OPTIONS=detect_leaks=0" };

	memset(b, 0, sizeof(*b));
	grpc__spec__init(&b->spec);
	grpc__process__init(&b->process);
	grpc__user__init(&b->user);
	grpc__linux_capabilities__init(&b->caps);
	grpc__root__init(&b->root);
	grpc__linux__init(&b->linux);
	b->root.path = BUNDLE_ROOT;
	b->process.user = &b->user;
	b->process.capabilities = &b->caps;
	b->process.args = b->args;
	b->process.env = env;
	b->process.n_env = 2;
	b->process.cwd = "/";
	b->spec.process = &b->process;
	b->spec.root = &b->root;
	b->spec.linux = &b->linux;
	b->spec.mounts = b->mounts;
	b->cgroup.fd = -1;
	b->request.spec = &b->spec;
	b->request.cgroup_fd = -1;
	b->out = b->tty = -1;
}

static inline void
bundle_args(struct bundle *b, const char *a0, const char *a1)
{
	b->args[0] = (char *)a0;
	b->args[1] = (char *)a1;
	b->process.n_args = a1 != NULL ? 2 : 1;
}

static inline void
bundle_start(struct bundle *b)
{
	char name[64];

	bundle_world();
	bundle_init(b);
	bundle_self(b->self);
	bundle_mounts(b);
	OK(str_format(name, sizeof(name), "husk-test:%d", getpid()) == 0);
	if (cgroup_create(name, "x", &b->linux, &b->cgroup, &b->e) < 0) {
		printf("# %s\n", b->e.msg);
		OK(!"cgroup");
	}
	b->request.cgroup_fd = b->cgroup.fd;
	b->request.binary_fd = open(b->self, O_PATH | O_CLOEXEC);
	OK(b->request.binary_fd >= 0);
}

/* Spawn with fresh pipes; the child's state is not looked at. */
static inline int
bundle_spawn(struct bundle *b)
{
	int out[2];
	int rc;

	OK(pipe2(out, O_CLOEXEC) == 0);
	b->request.stdio[0] = -1;
	b->request.stdio[1] = b->request.stdio[2] = out[1];
	rc = container_spawn(&b->request, &b->child, &b->e);
	close(out[1]);
	fd_close(&b->out);
	b->out = out[0];
	return rc;
}

/* Wait for the child's next message; 0 at the end. */
static inline int
bundle_event(struct bundle *b)
{
	struct pollfd p = { .fd = b->child.channel, .events = POLLIN };

	OK(poll(&p, 1, 20000) == 1);
	return container_event(&b->child, &b->tty, &b->e);
}

/* Spawn and expect a refusal with this code and this in its text. */
static inline void
bundle_refused(struct bundle *b, enum err_code code, const char *text)
{
	int rc = bundle_spawn(b);

	if (rc == 0) {
		EQ_INT(bundle_event(b), CONTAINER_FAILED);
		close(b->child.channel);
		OK(waitpid(b->child.pid, NULL, 0) == b->child.pid);
		close(b->child.pidfd);
	}
	if (b->e.code != code || strstr(b->e.msg, text) == NULL)
		printf("# %s: %s\n", err_name(b->e.code), b->e.msg);
	EQ_INT(b->e.code, code);
	OK(strstr(b->e.msg, text) != NULL);
}

static inline void
bundle_ready(struct bundle *b)
{
	int rc = bundle_spawn(b);

	if (rc == 0)
		rc = bundle_event(b);
	if (rc != CONTAINER_READY)
		printf("# %s\n", b->e.msg);
	EQ_INT(rc, CONTAINER_READY);
}

static inline void
bundle_go(struct bundle *b)
{
	OK(container_start(&b->child, &b->e) == 0);
	if (bundle_event(b) != 0) {
		printf("# %s\n", b->e.msg);
		OK(!"started");
	}
	close(b->child.channel);
}

/* Copy the output, wait, and return the wait status. */
static inline int
bundle_finish(struct bundle *b)
{
	int from = b->tty >= 0 ? b->tty : b->out;
	char text[4096];
	int status;
	ssize_t n;

	while ((n = fd_read(from, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)n, stdout);
	fflush(stdout);
	OK(waitpid(b->child.pid, &status, 0) == b->child.pid);
	close(b->child.pidfd);
	fd_close(&b->tty);
	fd_close(&b->out);
	return status;
}

static inline void
bundle_probe(struct bundle *b, const char *name)
{
	bundle_args(b, "probe", name);
	bundle_ready(b);
	bundle_go(b);
	EQ_INT(bundle_finish(b), 0);
}

static inline void
bundle_end(struct bundle *b)
{
	int rc = cgroup_remove(&b->cgroup, &b->e);

	if (rc < 0)
		printf("# %s\n", b->e.msg);
	EQ_INT(rc, 0);
}

/* In main(): run as the role, or as a probe; else return. */
static inline void
bundle_main(int argc, char **argv)
{
	if (str_starts(argv[0], "husk-"))
		_exit(container_main(argc, argv));
	if (!str_eq(argv[0], "probe"))
		return;
	for (struct bundle_probe *p = bundle_probes; p != NULL; p = p->next) {
		if (argc == 2 && str_eq(p->name, argv[1])) {
			p->fn();
			fflush(stdout);
			_exit(0);
		}
	}
	_exit(99);
}

#endif
