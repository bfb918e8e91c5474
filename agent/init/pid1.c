#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "init/cmdline.h"
#include "init/extension.h"
#include "init/mounts.h"
#include "init/pid1.h"
#include "init/report.h"
#include "init/roles.h"
#include "init/supervise.h"
#include "net/vsock.h"
#include "proc/spawn.h"

enum {
	WORD_MAX = 64, /* first word of a small file */
	SMALL_FILE_MAX = 512,
	KILL_MS = 500,       /* for the last processes to be gone */
	FILES_SOFT = 1024,   /* what programs expect ... */
	FILES_HARD = 1 << 20 /* ... and what they may ask for */
};

struct pid1 {
	int64_t start_us;
	struct cmdline cmd;
	char target[WORD_MAX];
	int binary_fd;
	int listen_fd;
	int null_fd;
	bool report_tried;
	int report_fd; /* -1: nobody asked, or it is not allowed */
	char arg_target[WORD_MAX + 8];
	char arg_hotplug[40];
	char arg_pipe[40];
};

/* The target whose guests are for development: it protects nothing. */
static const char open_target[] = "coco-dev";

/* Those whose guests a cloud starts begin so. */
static const char remote_targets[] = "remote-";

/*
 * Up to size bytes of a small file; more is an error. Returns how many, or -1.
 * Nothing is allocated: giving memory back takes longer than the reading.
 */
static ssize_t
read_small(const char *path, char *dst, size_t size, struct err *e)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return err_sys(e, "open %s", path);
	while (n > 0 && len < size) {
		n = fd_read(fd, dst + len, size - len);
		if (n < 0)
			return err_sys(e, "read %s", path);
		len += (size_t)n;
	}
	if (len == size)
		return err_set(e, ERR_LIMIT, "%s has %zu bytes or more", path,
		    size);
	return (ssize_t)len;
}

/* The first word of the file, as text. */
static int
read_word(const char *path, char ret[WORD_MAX], struct err *e)
{
	static const char spaces[] = " \t\r\n";
	char text[SMALL_FILE_MAX + 1];
	ssize_t n = read_small(path, text, SMALL_FILE_MAX, e);
	const char *s;
	size_t len;

	if (n < 0)
		return -1;
	text[n] = '\0';
	s = text + strspn(text, spaces);
	len = strcspn(s, spaces);
	if (len == 0 || len >= WORD_MAX)
		return err_set(e, ERR_SYNTAX, "%s holds no word", path);
	memcpy(ret, s, len);
	ret[len] = '\0';
	return 0;
}

static int
step_first_mounts(struct pid1 *p, struct err *e)
{
	(void)p;
	umask(022);
	return mounts_first(e);
}

static int
step_root(struct pid1 *p, struct err *e)
{
	(void)p;
	return mounts_move_root(e);
}

static int
step_mounts(struct pid1 *p, struct err *e)
{
	(void)p;
	return mounts_rest(e);
}

static int
step_extensions(struct pid1 *p, struct err *e)
{
	return extension_mount_all(&p->cmd, e);
}

/* Standard descriptors first: later ones must not take their numbers. */
static int
step_descriptors(struct pid1 *p, struct err *e)
{
	while (fcntl(STDERR_FILENO, F_GETFD) < 0) {
		/* There may be no console: Kata gives a TD of Cloud
		 * Hypervisor none. */
		if (open("/dev/console", O_RDWR | O_NOCTTY) < 0 &&
		    open("/dev/null", O_RDWR) < 0)
			return err_sys(e, "open /dev/null");
	}
	p->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (p->null_fd < 0)
		return err_sys(e, "open /dev/null");
	p->binary_fd = spawn_open_binary((const char *)getauxval(AT_EXECFN), e);
	return p->binary_fd < 0 ? -1 : 0;
}

/* rpc has its own limit. */
static int
step_limits(struct pid1 *p, struct err *e)
{
	struct rlimit files = { FILES_SOFT, FILES_HARD };

	(void)p;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		return err_sys(e, "limit of open files");
	return 0;
}

static int
step_target(struct pid1 *p, struct err *e)
{
	return read_word("/etc/husk/target", p->target, e);
}

static bool
may_report(struct pid1 *p)
{
	struct err e;

	if (*p->cmd.report == '\0')
		return false;
	if ((*p->target != '\0' || step_target(p, &e) == 0) &&
	    str_eq(p->target, open_target))
		return true;
	if (access("/etc/husk/debug", F_OK) == 0)
		return true;
	log_warn("husk.report is ignored: not a development guest");
	return false;
}

/* The report port, opened when there is something to say: that takes time. */
static int
report_port(struct pid1 *p)
{
	if (p->report_tried)
		return p->report_fd;
	p->report_tried = true;
	if (may_report(p)) {
		p->report_fd = report_open(p->cmd.report);
		if (p->report_fd < 0)
			log_warn("husk.report: cannot open %s",
			    STR_QUOTED(p->cmd.report));
	}
	return p->report_fd;
}

static int
step_cmdline(struct pid1 *p, struct err *e)
{
	__attribute__((uninitialized)) char text[CMDLINE_MAX];
	ssize_t n = read_small("/proc/cmdline", text, sizeof(text), e);
	int rc;

	if (n < 0)
		return -1;
	rc = cmdline_parse(text, (size_t)n, &p->cmd, e);
	/* The more talkative of the two names of the same thing. */
	if (p->cmd.nvrc_log > p->cmd.log)
		p->cmd.log = p->cmd.nvrc_log;
	log_init("pid1", (enum log_level)p->cmd.log);
	if (rc == 0 && *p->cmd.config_file != '\0')
		rc = err_set(e, ERR_UNSUPPORTED,
		    "agent.config_file is not supported");
	return rc;
}

static int
step_host(struct pid1 *p, struct err *e)
{
	char name[WORD_MAX] = "localhost";
	struct err none;

	(void)p;
	/* Untouched when there is no such file. */
	read_word("/etc/hostname", name, &none);
	if (sethostname(name, strlen(name)) < 0)
		return err_sys(e, "sethostname");
	return 0;
}

static int
step_listen(struct pid1 *p, struct err *e)
{
	p->listen_fd = vsock_listen(&p->cmd.server_addr, e);
	return p->listen_fd < 0 ? -1 : 0;
}

static void
name_unsupported(const struct pid1 *p)
{
	const char *names[CMDLINE_UNSUPPORTED_MAX];
	size_t n = cmdline_unsupported(&p->cmd, names);

	for (size_t i = 0; i < n; i++)
		log_warn("unsupported: %s", names[i]);
	for (size_t i = 0; i < p->cmd.n_extensions; i++)
		log_warn("unsupported: extension %s is mounted, and nothing in "
			 "it is loaded or started",
		    p->cmd.extensions[i].name);
	if (str_starts(p->target, remote_targets))
		log_warn("unsupported: peer pods (the cloud's user data, TLS "
			 "on TCP port 15150)");
}

static int
step_console(struct pid1 *p, struct err *e)
{
	struct spawn_child child;
	struct spawn_request r = {
		.role = "console",
		.no_pidfd = true,
		.binary_fd = p->binary_fd,
		.cgroup_fd = -1,
		.pidns_fd = -1,
	};

	name_unsupported(p);
	if (!p->cmd.debug_console)
		return 0;
	if (access("/bin/sh", X_OK) < 0) {
		log_warn("unsupported: agent.debug_console (this rootfs has "
			 "no /bin/sh)");
		return 0;
	}
	return spawn_role(&r, &child, e);
}

/* What sandbox is told. None of the three can be longer than its array. */
static int
step_arguments(struct pid1 *p, struct err *e)
{
	if (str_format(p->arg_target, sizeof(p->arg_target), "target=%s",
		p->target) < 0 ||
	    str_format(p->arg_hotplug, sizeof(p->arg_hotplug),
		"hotplug_timeout=%" PRId64, p->cmd.hotplug_timeout) < 0 ||
	    str_format(p->arg_pipe, sizeof(p->arg_pipe),
		"container_pipe_size=%" PRId64, p->cmd.container_pipe_size) < 0)
		return err_set(e, ERR_INTERNAL, "too long");
	return 0;
}

struct step {
	const char *name;
	int (*run)(struct pid1 *p, struct err *e);
};

/*
 * What rpc needs, in this order, and nothing else: until it serves, the host
 * waits.
 */
static const struct step before_rpc[] = {
	{ "first mounts", step_first_mounts },
	{ "descriptors", step_descriptors },
	{ "command line", step_cmdline },
	{ "listener", step_listen },
	{ NULL, NULL },
};

/* What sandbox and its containers need. */
static const struct step before_sandbox[] = {
	{ "target", step_target },
	{ "root", step_root },
	{ "mounts", step_mounts },
	{ "extension", step_extensions },
	{ "limits", step_limits },
	{ "host name", step_host },
	{ "debug console", step_console },
	{ "arguments", step_arguments },
	{ NULL, NULL },
};

static int
run_steps(struct pid1 *p, const struct step *step, struct err *e)
{
	for (; step->name != NULL; step++) {
		if (step->run(p, e) < 0)
			return err_wrap(e, "%s", step->name);
		log_debug("%s done (%" PRId64 " us)", step->name,
		    clock_boot_us() - p->start_us);
	}
	return 0;
}

static int
on_serving(void *arg, int64_t at_us, struct err *e)
{
	struct pid1 *p = arg;

	report_serving(report_port(p), p->start_us, at_us);
	log_info("ready: serving ttrpc after %" PRId64
		 " us (pid1 start %" PRId64 " us, serving %" PRId64 " us)",
	    at_us - p->start_us, p->start_us, at_us);
	return run_steps(p, before_sandbox, e);
}

static void
on_idle(void *arg, const struct supervise_role *roles, size_t n)
{
	struct pid1 *p = arg;

	report_idle(report_port(p), roles, n);
}

static enum supervise_end
supervise(struct pid1 *p, char reason[SUPERVISE_REASON_MAX])
{
	const char *level = roles_log_arg((enum log_level)p->cmd.log);
	struct supervise s = {
		.binary_fd = p->binary_fd,
		.listen_fd = p->listen_fd,
		.null_fd = p->null_fd,
		.sandbox_args = { level, p->arg_target, p->arg_hotplug,
		    p->arg_pipe },
		.rpc_args = { level },
		.serving = on_serving,
		.idle = on_idle,
		.arg = p,
	};

	return supervise_run(&s, reason);
}

static void
kill_all(void)
{
	const struct timespec step = { .tv_nsec = 1000000 };
	int64_t deadline = clock_after(KILL_MS);

	kill(-1, SIGKILL);
	while (clock_left(deadline) > 0) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0 && errno == ECHILD)
			break;
		if (pid == 0)
			nanosleep(&step, NULL);
	}
}

static void
power_off(struct pid1 *p, const char *event, const char *reason)
{
	report_end(report_port(p), event, reason);
	kill_all();
	mounts_undo();
	report_drain(STDERR_FILENO);
	reboot(RB_POWER_OFF);
	/* The end of PID 1 stops the kernel, which is the next best thing. */
	_exit(1);
}

void
pid1_main(void)
{
	char reason[SUPERVISE_REASON_MAX];
	struct pid1 *p = must_map(sizeof(*p));
	struct err e;

	p->start_us = clock_boot_us();
	p->report_fd = -1;
	cmdline_init(&p->cmd);
	log_init("pid1", LOG_INFO);
	supervise_block_signals();
	if (run_steps(p, before_rpc, &e) < 0) {
		log_error("boot failed: %s; powering off", e.msg);
		power_off(p, "fatal", e.msg);
	}
	if (supervise(p, reason) == SUPERVISE_FAILED) {
		log_error("%s; powering off", reason);
		power_off(p, "fatal", reason);
	}
	log_info("shutdown: %s; powering off", reason);
	power_off(p, "shutdown", reason);
	_exit(1);
}
