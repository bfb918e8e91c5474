#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "init/cmdline.h"
#include "init/mounts.h"
#include "init/pid1.h"
#include "init/report.h"
#include "init/roles.h"
#include "init/supervise.h"
#include "net/vsock.h"
#include "proc/spawn.h"

enum {
	WORD_MAX = 64, /* first word of a small file */
	SMALL_FILE_MAX = 4096,
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
	bool reports; /* husk.report is asked for and allowed */
	int report_fd;
	char arg_target[WORD_MAX + 8];
	char arg_hotplug[40];
	char arg_pipe[40];
};

/* The target whose guests are for development: it protects nothing. */
static const char open_target[] = "coco-dev";

/* The first word of the file, as text. */
static int
read_word(const char *path, char ret[WORD_MAX], struct err *e)
{
	static const char spaces[] = " \t\r\n";
	struct buf b;
	const char *s;
	size_t len;
	int rc = 0;

	buf_init(&b, SMALL_FILE_MAX);
	if (fd_read_file(AT_FDCWD, path, &b, e) < 0) {
		buf_release(&b);
		return -1;
	}
	s = buf_str(&b);
	s += strspn(s, spaces);
	len = strcspn(s, spaces);
	if (len == 0 || len >= WORD_MAX) {
		rc = err_set(e, ERR_SYNTAX, "%s holds no word", path);
	} else {
		memcpy(ret, s, len);
		ret[len] = '\0';
	}
	buf_release(&b);
	return rc;
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
	umask(022);
	return mounts_all(e);
}

/* Standard descriptors first: later ones must not take their numbers. */
static int
step_descriptors(struct pid1 *p, struct err *e)
{
	struct rlimit files = { FILES_SOFT, FILES_HARD };
	AUTO_FD int null = -1;

	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		return err_sys(e, "limit of open files");
	while (fcntl(STDERR_FILENO, F_GETFD) < 0) {
		if (open("/dev/console", O_RDWR | O_NOCTTY) < 0)
			return err_sys(e, "open /dev/console");
	}
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return err_sys(e, "open /dev/null");
	p->null_fd = fd_park(null);
	if (p->null_fd < 0)
		return err_sys(e, "duplicate a descriptor");
	p->binary_fd = spawn_open_binary("/init", e);
	return p->binary_fd < 0 ? -1 : 0;
}

static int
step_target(struct pid1 *p, struct err *e)
{
	return read_word("/etc/husk/target", p->target, e);
}

static void
check_report(struct pid1 *p)
{
	if (*p->cmd.report == '\0')
		return;
	p->reports = str_eq(p->target, open_target) ||
		     access("/etc/husk/debug", F_OK) == 0;
	if (!p->reports)
		log_warn("husk.report is ignored: not a development guest");
}

/* The report port, opened when there is something to say: that takes time. */
static int
report_port(struct pid1 *p)
{
	if (p->reports && p->report_fd < 0) {
		p->report_fd = report_open(p->cmd.report);
		p->reports = p->report_fd >= 0;
		if (!p->reports)
			log_warn("husk.report: cannot open %s",
			    STR_QUOTED(p->cmd.report));
	}
	return p->report_fd;
}

static int
step_cmdline(struct pid1 *p, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, CMDLINE_MAX);
	rc = fd_read_file(AT_FDCWD, "/proc/cmdline", &b, e);
	if (rc == 0)
		rc = cmdline_parse((const char *)b.p, b.len, &p->cmd, e);
	buf_release(&b);
	log_init("pid1", (enum log_level)p->cmd.log);
	check_report(p);
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
	AUTO_FD int fd = vsock_listen(&p->cmd.server_addr, e);

	if (fd < 0)
		return -1;
	p->listen_fd = fd_park(fd);
	if (p->listen_fd < 0)
		return err_sys(e, "duplicate a descriptor");
	return 0;
}

static void
name_unsupported(const struct pid1 *p)
{
	const char *names[CMDLINE_UNSUPPORTED_MAX];
	size_t n = cmdline_unsupported(&p->cmd, names);

	for (size_t i = 0; i < n; i++)
		log_warn("unsupported: %s", names[i]);
}

static int
step_console(struct pid1 *p, struct err *e)
{
	struct spawn_child child;
	struct spawn_request r = {
		.role = "console",
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
	if (spawn_role(&r, &child, e) < 0)
		return -1;
	fd_close(&child.pidfd);
	return 0;
}

struct step {
	const char *name;
	int (*run)(struct pid1 *p, struct err *e);
};

/* What the roles need, in this order. */
static const struct step before_roles[] = {
	{ "root", step_root },
	{ "mounts", step_mounts },
	{ "descriptors", step_descriptors },
	{ "target", step_target },
	{ "command line", step_cmdline },
	{ "listener", step_listen },
	{ NULL, NULL },
};

/* What only containers need: done while the roles load. */
static const struct step beside_roles[] = {
	{ "host name", step_host },
	{ "debug console", step_console },
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
on_started(void *arg, struct err *e)
{
	return run_steps(arg, beside_roles, e);
}

static void
on_serving(void *arg)
{
	struct pid1 *p = arg;
	int64_t now = clock_boot_us();

	report_serving(report_port(p), p->start_us, now);
	log_info("ready: serving ttrpc after %" PRId64
		 " us (pid1 start %" PRId64 " us, serving %" PRId64 " us)",
	    now - p->start_us, p->start_us, now);
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
		.started = on_started,
		.serving = on_serving,
		.idle = p->reports ? on_idle : NULL,
		.arg = p,
	};

	/* None of the three can be longer than its array. */
	if (str_format(p->arg_target, sizeof(p->arg_target), "target=%s",
		p->target) < 0 ||
	    str_format(p->arg_hotplug, sizeof(p->arg_hotplug),
		"hotplug_timeout=%" PRId64, p->cmd.hotplug_timeout) < 0 ||
	    str_format(p->arg_pipe, sizeof(p->arg_pipe),
		"container_pipe_size=%" PRId64, p->cmd.container_pipe_size) < 0)
		abort();
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
	struct pid1 *p = calloc(1, sizeof(*p));
	struct err e;

	if (p == NULL)
		_exit(1);
	p->start_us = clock_boot_us();
	p->report_fd = -1;
	cmdline_init(&p->cmd);
	log_init("pid1", LOG_INFO);
	supervise_block_signals();
	if (run_steps(p, before_roles, &e) < 0) {
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
