/*
 * supervise -- run QEMU, and tell from its report channel how the guest does
 *
 *	supervise [-v] [-q] -r DIR -a ADDRESS -t SECONDS [-s SOCKET DAEMON...]
 *	    -- QEMU...
 *
 * With -s the words up to "--" are a vhost-user daemon: it is started first,
 * and QEMU when SOCKET is there. QEMU finds the write ends of three pipes as
 * /dev/fd/20 (report: the guest's second serial port), /dev/fd/21 (console) and
 * /dev/fd/22 (the firmware's debug port). In DIR appear
 *
 *	console		what the guest printed, the first 16 MiB
 *	report		the report lines, JSON, by PID 1
 *	timeline	when the first Check was answered: lines name=us since
 *			the start (firmware, kernel, pid1, ready, check: when
 *			each stage ended or began), guest_pid1 and guest_ready
 *			by the guest's own clock, and address
 *
 * The appearance of timeline means "up". In it firmware is when the firmware
 * wrote for the last time; kernel is the guest clock's zero, so the difference
 * is what unpacking the kernel takes. -v copies the console to stdout. The
 * verdict is never read from the console.
 *
 * With -q the guest reports nothing, as a release does: from PID 1's first word
 * on the console it is asked until it answers. All other times are 0, and its
 * end after that is taken for a shutdown. (It is not asked before: a vhost-user
 * daemon that was asked while firmware runs never answers.)
 *
 * All children die with this process; SIGTERM, SIGINT and SIGHUP end them in
 * order. Exit: 0 the guest served and ended as it was asked to; 1 it never
 * served; 2 usage; 3 it served and then ended without a shutdown report.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cJSON.h>

#include "base/buf.h"
#include "base/fd.h"
#include "boot/dial.h"

enum {
	QEMU_FD_FIRST = 20,
	CONSOLE_MAX = 16 << 20,
	LINE_MAX_LEN = 4096,
	DAEMON_MS = 5000,
	STOP_MS = 2000,
	CHECK_SECONDS = 10
};

enum pipe_name {
	PIPE_REPORT,
	PIPE_CONSOLE,
	PIPE_FIRMWARE,
	PIPE_N
};

/* Microseconds since start, by the wall; 0 is "not yet". */
struct times {
	int64_t firmware, kernel, pid1, ready, check;
	int64_t guest_pid1, guest_ready;
};

struct boot {
	const char *dir, *address, *socket;
	char **daemon_argv, **qemu_argv;
	bool verbose, quiet;
	int64_t limit_us, start_us;
	int pipes[PIPE_N]; /* read ends */
	int console_fd, report_fd, signal_fd, qemu_fd, probe_fd;
	pid_t daemon, qemu, probe;
	size_t console_len;
	size_t spoken; /* how much of first_word the console ended with */
	struct buf line;
	struct times at;
	bool stopped, shutdown;
	char fatal[160];
};

static const char first_word[] = "pid1: ";

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t
elapsed(const struct boot *b)
{
	return now_us() - b->start_us;
}

static int
open_log(const struct boot *b, const char *name, struct err *e)
{
	char path[PATH_MAX];
	int fd;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", b->dir, name) >=
	    sizeof path)
		return err_set(e, ERR_LIMIT, "'%s' is too long", b->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return fd < 0 ? err_sys(e, "'%s'", path) : fd;
}

static void
write_timeline(const struct boot *b)
{
	char tmp[PATH_MAX], path[PATH_MAX];
	const struct times *t = &b->at;
	FILE *f;

	snprintf(tmp, sizeof tmp, "%s/timeline.tmp", b->dir);
	snprintf(path, sizeof path, "%s/timeline", b->dir);
	f = fopen(tmp, "we");
	if (f == NULL)
		return;
	fprintf(f, "firmware=%" PRId64 "\nkernel=%" PRId64 "\n", t->firmware,
	    t->kernel);
	fprintf(f, "pid1=%" PRId64 "\nready=%" PRId64 "\ncheck=%" PRId64 "\n",
	    t->pid1, t->ready, t->check);
	fprintf(f, "guest_pid1=%" PRId64 "\nguest_ready=%" PRId64 "\n",
	    t->guest_pid1, t->guest_ready);
	fprintf(f, "address=%s\n", b->address);
	if (fclose(f) == 0)
		rename(tmp, path);
}

static int64_t
json_us(const cJSON *o, const char *name)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

	return cJSON_IsNumber(v) && v->valuedouble > 0 && v->valuedouble < 1e12
		   ? (int64_t)v->valuedouble
		   : 0;
}

static void
on_answer(struct boot *b)
{
	b->at.check = elapsed(b);
	write_timeline(b);
	printf("serving at %s, first Check after %" PRId64 " ms\n", b->address,
	    b->at.check / 1000);
	fflush(stdout);
}

static void
on_serving(struct boot *b, const cJSON *o)
{
	struct err e = { 0 };
	AUTO_FD int fd = -1;
	struct times *t = &b->at;

	t->ready = elapsed(b);
	t->guest_pid1 = json_us(o, "pid1_us");
	t->guest_ready = json_us(o, "ready_us");
	/* A guest clock that was calibrated on a busy host may run fast. */
	t->kernel = t->ready - t->guest_ready;
	if (t->kernel < t->firmware)
		t->kernel = t->firmware;
	t->pid1 = t->kernel + t->guest_pid1;
	fd = dial_connect(b->address, CHECK_SECONDS, &e);
	if (fd < 0 || dial_check(fd, 1, &e) < 0) {
		snprintf(b->fatal, sizeof b->fatal, "%s: %.100s", b->address,
		    e.msg);
		return;
	}
	on_answer(b);
}

static void
on_report(struct boot *b, const char *line)
{
	/* UEFI firmware uses the port before, and ends without a new line. */
	const char *start = strstr(line, "{\"event\":");
	cJSON *o = cJSON_Parse(start ? start : line);
	const char *event =
	    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "event"));
	const char *reason =
	    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "reason"));

	if (event == NULL) {
		snprintf(b->fatal, sizeof b->fatal, "not a report: %.100s",
		    line);
	} else if (strcmp(event, "serving") == 0) {
		on_serving(b, o);
	} else if (strcmp(event, "shutdown") == 0) {
		b->shutdown = true;
	} else if (strcmp(event, "fatal") == 0) {
		snprintf(b->fatal, sizeof b->fatal, "guest: %s",
		    reason != NULL ? reason : "no reason given");
	}
	cJSON_Delete(o);
}

static void
take_report(struct boot *b, const char *p, size_t len)
{
	(void)fd_write_all(b->report_fd, p, len);
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '\r' || p[i] == '\0')
			continue;
		if (p[i] != '\n') {
			buf_add(&b->line, p + i, 1);
			continue;
		}
		if (!buf_bad(&b->line) && b->line.len > 0)
			on_report(b, buf_str(&b->line));
		buf_clear(&b->line);
	}
}

static void
listen_to(struct boot *b, const char *p, size_t len)
{
	for (size_t i = 0; i < len && b->spoken < sizeof first_word - 1; i++)
		b->spoken = p[i] == first_word[b->spoken]
				? b->spoken + 1
				: p[i] == first_word[0];
}

/* Returns false at the end of the pipe. */
static bool
take_output(struct boot *b, enum pipe_name which)
{
	char p[4096];
	ssize_t n = fd_read(b->pipes[which], p, sizeof p);

	if (n <= 0)
		return false;
	if (which == PIPE_REPORT) {
		take_report(b, p, (size_t)n);
	} else if (which == PIPE_FIRMWARE) {
		b->at.firmware = elapsed(b);
	} else {
		listen_to(b, p, (size_t)n);
		if (b->console_len < CONSOLE_MAX)
			(void)fd_write_all(b->console_fd, p, (size_t)n);
		b->console_len += (size_t)n;
		if (b->verbose)
			(void)fd_write_all(STDOUT_FILENO, p, (size_t)n);
	}
	return true;
}

/* A child that dies with us; fds, when given, become 20 and up in it. */
static pid_t
spawn(char **argv, const int *fds, struct err *e)
{
	pid_t parent = getpid(), pid = fork();
	sigset_t none;

	if (pid < 0)
		return err_sys(e, "fork");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; fds != NULL && i < PIPE_N; i++)
		if (dup2(fds[i], QEMU_FD_FIRST + i) < 0)
			_exit(127);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void
nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static int
start_daemon(struct boot *b, struct err *e)
{
	int64_t give_up = now_us() + DAEMON_MS * 1000;

	b->daemon = spawn(b->daemon_argv, NULL, e);
	if (b->daemon < 0)
		return -1;
	while (access(b->socket, F_OK) < 0) {
		if (waitpid(b->daemon, NULL, WNOHANG) == b->daemon) {
			b->daemon = 0;
			return err_set(e, ERR_UNAVAILABLE, "'%s' ended",
			    b->daemon_argv[0]);
		}
		if (now_us() > give_up)
			return err_set(e, ERR_TIMEOUT, "no socket '%s'",
			    b->socket);
		nap();
	}
	return 0;
}

static int
start_qemu(struct boot *b, struct err *e)
{
	int ends[PIPE_N], both[2];

	for (int i = 0; i < PIPE_N; i++) {
		if (pipe2(both, O_CLOEXEC) < 0)
			return err_sys(e, "pipe");
		b->pipes[i] = both[0];
		/* Above the numbers that the child moves them to. */
		ends[i] =
		    fcntl(both[1], F_DUPFD_CLOEXEC, QEMU_FD_FIRST + PIPE_N);
		close(both[1]);
		if (ends[i] < 0)
			return err_sys(e, "dup");
	}
	b->qemu = spawn(b->qemu_argv, ends, e);
	for (int i = 0; i < PIPE_N; i++)
		close(ends[i]);
	if (b->qemu < 0)
		return -1;
	b->qemu_fd = pidfd_open(b->qemu, 0);
	return b->qemu_fd < 0 ? err_sys(e, "pidfd_open") : 0;
}

static void
stop_child(pid_t pid)
{
	int64_t kill_at = now_us() + STOP_MS * 1000;

	if (pid <= 0)
		return;
	kill(pid, SIGTERM);
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (now_us() > kill_at)
			kill(pid, SIGKILL);
		nap();
	}
}

/* A child that asks the guest until it answers, and then ends with 0. */
static int
start_probe(struct boot *b, struct err *e)
{
	pid_t parent = getpid();
	sigset_t none;

	b->probe = fork();
	if (b->probe < 0)
		return err_sys(e, "fork");
	if (b->probe > 0) {
		b->probe_fd = pidfd_open(b->probe, 0);
		return b->probe_fd < 0 ? err_sys(e, "pidfd_open") : 0;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	while (getppid() == parent) {
		int fd = dial_connect(b->address, CHECK_SECONDS, e);

		if (fd >= 0 && dial_check(fd, 1, e) == 0)
			_exit(0);
		fd_close(&fd);
		nap();
	}
	_exit(1);
}

static void
on_probe(struct boot *b)
{
	int status = 0;

	fd_close(&b->probe_fd);
	if (waitpid(b->probe, &status, 0) == b->probe && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0)
		on_answer(b);
	else
		snprintf(b->fatal, sizeof b->fatal, "who asks it has ended");
	b->probe = 0;
}

/* Everything that is left in the pipes of a QEMU that has ended. */
static void
drain(struct boot *b)
{
	for (int i = 0; i < PIPE_N; i++)
		while (b->pipes[i] >= 0 && take_output(b, (enum pipe_name)i))
			continue;
}

/* Until QEMU ends, a signal comes, or the guest fails. */
static void
watch(struct boot *b)
{
	struct pollfd p[PIPE_N + 3];
	struct err e;
	int64_t left;

	for (;;) {
		if (b->quiet && b->spoken == sizeof first_word - 1 &&
		    b->probe == 0 && !b->at.check && start_probe(b, &e) < 0)
			return;
		for (int i = 0; i < PIPE_N; i++)
			p[i] = (struct pollfd){ b->pipes[i], POLLIN, 0 };
		p[PIPE_N] = (struct pollfd){ b->signal_fd, POLLIN, 0 };
		p[PIPE_N + 1] = (struct pollfd){ b->qemu_fd, POLLIN, 0 };
		p[PIPE_N + 2] = (struct pollfd){ b->probe_fd, POLLIN, 0 };
		left = b->at.check ? -1 : (b->limit_us - elapsed(b)) / 1000 + 1;
		if (!b->at.check && left <= 0) {
			snprintf(b->fatal, sizeof b->fatal,
			    "not serving after %" PRId64 " s",
			    b->limit_us / 1000000);
			return;
		}
		if (poll(p, PIPE_N + 3, (int)left) < 0 && errno != EINTR)
			return;
		for (int i = 0; i < PIPE_N; i++)
			if (p[i].revents != 0 &&
			    !take_output(b, (enum pipe_name)i))
				fd_close(&b->pipes[i]);
		if (p[PIPE_N + 2].revents != 0)
			on_probe(b);
		if (p[PIPE_N].revents != 0)
			b->stopped = true;
		if (p[PIPE_N + 1].revents != 0 || b->stopped)
			return;
		if (b->fatal[0] != '\0' && !b->at.check)
			return;
	}
}

static int
verdict(const struct boot *b, int status)
{
	if (b->at.check == 0) {
		if (b->fatal[0] != '\0')
			fprintf(stderr, "not booted: %s\n", b->fatal);
		else if (b->stopped)
			fprintf(stderr, "not booted: interrupted\n");
		else if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
			fprintf(stderr, "not booted: QEMU ended with %d\n",
			    WEXITSTATUS(status));
		else
			fprintf(stderr,
			    "not booted: power off or reset before "
			    "serving; see %s/console\n",
			    b->dir);
		return 1;
	}
	if (b->stopped || ((b->shutdown || b->quiet) && b->fatal[0] == '\0'))
		return 0;
	fprintf(stderr, "guest ended without being asked: %s\n",
	    b->fatal[0] != '\0' ? b->fatal : "no reason reported");
	return 3;
}

static int
run(struct boot *b, struct err *e)
{
	int status = 0;

	b->console_fd = open_log(b, "console", e);
	b->report_fd = b->console_fd < 0 ? -1 : open_log(b, "report", e);
	if (b->report_fd < 0)
		return -1;
	b->start_us = now_us();
	if ((b->socket != NULL && start_daemon(b, e) < 0) ||
	    start_qemu(b, e) < 0)
		return -1;
	watch(b);
	/* A guest that reports a failure powers off; it gets time to. */
	if (b->fatal[0] != '\0' && !b->stopped)
		poll(&(struct pollfd){ b->qemu_fd, POLLIN, 0 }, 1, STOP_MS);
	if (waitpid(b->qemu, &status, WNOHANG) == 0)
		stop_child(b->qemu);
	b->qemu = 0;
	drain(b);
	return verdict(b, status);
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: supervise [-v] [-q] -r DIR -a ADDRESS -t SECONDS "
	    "[-s SOCKET DAEMON...] -- QEMU...\n");
	return 2;
}

static int
parse(struct boot *b, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+vqr:a:t:s:")) != -1) {
		if (c == 'v')
			b->verbose = true;
		else if (c == 'q')
			b->quiet = true;
		else if (c == 'r')
			b->dir = optarg;
		else if (c == 'a')
			b->address = optarg;
		else if (c == 't')
			b->limit_us = strtol(optarg, NULL, 10) * 1000000;
		else if (c == 's')
			b->socket = optarg;
		else
			return -1;
	}
	if (b->dir == NULL || b->address == NULL || b->limit_us <= 0)
		return -1;
	/* getopt has eaten the "--" when it is the first word. */
	if (b->socket != NULL) {
		b->daemon_argv = argv + optind;
		while (argv[optind] != NULL && strcmp(argv[optind], "--") != 0)
			optind++;
		if (argv[optind] == NULL || argv + optind == b->daemon_argv)
			return -1;
		argv[optind++] = NULL;
	}
	b->qemu_argv = argv + optind;
	return argv[optind] == NULL ? -1 : 0;
}

int
main(int argc, char **argv)
{
	struct boot b = { .pipes = { -1, -1, -1 },
		.qemu_fd = -1,
		.probe_fd = -1 };
	struct err e = { 0 };
	sigset_t set;
	int code;

	if (parse(&b, argc, argv) < 0)
		return usage();
	buf_init(&b.line, LINE_MAX_LEN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	b.signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	code = run(&b, &e);
	if (code < 0) {
		fprintf(stderr, "not booted: %s\n", e.msg);
		code = 1;
	}
	stop_child(b.qemu);
	stop_child(b.probe);
	stop_child(b.daemon);
	buf_release(&b.line);
	return code;
}
