#include <pty.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <termios.h>

#include "tests/unit/rpc/fixture.h"

/* linux/magic.h, since Linux 6.9 */
#ifndef PID_FS_MAGIC
#define PID_FS_MAGIC 0x50494446
#endif

static uint32_t
send_read_of(struct client *c, enum method_id m, char *exec_id, uint32_t len)
{
	Grpc__ReadStreamRequest q = GRPC__READ_STREAM_REQUEST__INIT;

	q.container_id = "c1";
	q.exec_id = exec_id;
	q.len = len;
	return send_message(c, m, &q.base);
}

static uint32_t
send_read(struct client *c, enum method_id m, uint32_t len)
{
	return send_read_of(c, m, "e1", len);
}

static uint32_t
send_write(struct client *c, const void *p, size_t len)
{
	Grpc__WriteStreamRequest q = GRPC__WRITE_STREAM_REQUEST__INIT;

	q.container_id = "c1";
	q.exec_id = "e1";
	q.data.data = (uint8_t *)p;
	q.data.len = len;
	return send_message(c, METHOD_WRITE_STDIN, &q.base);
}

/* Give the stream for the request that comes next. */
static void
give(int stream, int pidfd)
{
	EQ_INT(
	    call_send_stream(sandbox, next_id(CALL_REQUEST), stream, pidfd, &e),
	    0);
}

/* The reply to a read; its length. */
static size_t
receive_data(struct client *c, uint32_t id, char *ret, size_t size)
{
	Ttrpc__Response *r = receive(c);
	Grpc__ReadStreamResponse *m;
	size_t len;

	OK(r != NULL);
	EQ_STR(r->status->message, "");
	EQ_INT(r->status->code, 0);
	EQ_INT(c->stream_id, id);
	m = (Grpc__ReadStreamResponse *)message_unpack(
	    &grpc__read_stream_response__descriptor, r->payload.data,
	    r->payload.len, &c->a, &e);
	OK(m != NULL && m->data.len <= size);
	len = m->data.len;
	if (len > 0)
		memcpy(ret, m->data.data, len);
	return len;
}

static void
expect_data(struct client *c, uint32_t id, const char *text)
{
	char got[4096];
	size_t len = receive_data(c, id, got, sizeof(got) - 1);

	got[len] = '\0';
	EQ_STR(got, text);
}

static void
expect_written(struct client *c, uint32_t id, size_t len)
{
	Ttrpc__Response *r = receive(c);
	Grpc__WriteStreamResponse *m;

	OK(r != NULL);
	EQ_STR(r->status->message, "");
	EQ_INT(c->stream_id, id);
	m = (Grpc__WriteStreamResponse *)message_unpack(
	    &grpc__write_stream_response__descriptor, r->payload.data,
	    r->payload.len, &c->a, &e);
	OK(m != NULL);
	EQ_INT(m->len, len);
}

struct process {
	pid_t pid;
	int pidfd;
};

static struct process
process_start(void)
{
	struct process p;

	p.pid = fork();
	if (p.pid == 0) {
		pause();
		_exit(0);
	}
	p.pidfd = (int)syscall(SYS_pidfd_open, p.pid, 0);
	OK(p.pidfd >= 0);
	return p;
}

static void
process_end(struct process *p)
{
	int status;

	kill(p->pid, SIGKILL);
	EQ_INT(waitpid(p->pid, &status, 0), p->pid);
}

TEST(reads_what_is_there_and_waits_for_more)
{
	struct process p;
	struct client c;
	uint32_t id;
	int fds[2];

	start();
	p = process_start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	EQ_INT(write(fds[1], "hello", 5), 5);
	id = send_read(&c, METHOD_READ_STDOUT, 4096);
	give(fds[0], p.pidfd);
	expect_data(&c, id, "hello");
	id = send_read(&c, METHOD_READ_STDOUT, 3);
	give(fds[0], p.pidfd);
	usleep(50000);
	EQ_INT(write(fds[1], "world", 5), 5);
	expect_data(&c, id, "wor");
	id = send_read(&c, METHOD_READ_STDOUT, 3);
	give(fds[0], p.pidfd);
	expect_data(&c, id, "ld");
	id = send_read(&c, METHOD_READ_STDOUT, UINT32_MAX);
	give(fds[0], p.pidfd);
	close(fds[1]);
	expect_data(&c, id, "");
	process_end(&p);
	client_close(&c);
	stop();
}

TEST(gives_two_reads_of_one_stream_one_piece_each)
{
	struct client c;
	uint32_t id[2];
	int fds[2];

	start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	for (int i = 0; i < 2; i++) {
		id[i] = send_read(&c, METHOD_READ_STDERR, 3);
		give(fds[0], -1);
	}
	EQ_INT(write(fds[1], "abcdef", 6), 6);
	for (int i = 0; i < 2; i++) {
		Ttrpc__Response *r = receive(&c);

		OK(r != NULL);
		EQ_INT(r->payload.len, 5);
		EQ_MEM(r->payload.data + 2, i == 0 ? "abc" : "def", 3);
		OK(c.stream_id == id[0] || c.stream_id == id[1]);
	}
	client_close(&c);
	stop();
}

TEST(ends_half_a_second_after_the_exit_when_a_child_keeps_the_stream)
{
	int64_t before;
	struct process p;
	struct client c;
	uint32_t id;
	int fds[2];

	start();
	p = process_start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	id = send_read(&c, METHOD_READ_STDOUT, 4096);
	give(fds[0], p.pidfd);
	before = clock_now();
	process_end(&p);
	EQ_INT(write(fds[1], "late", 4), 4);
	expect_data(&c, id, "late");
	id = send_read(&c, METHOD_READ_STDOUT, 4096);
	give(fds[0], p.pidfd);
	expect_data(&c, id, "");
	OK(clock_now() - before >= STREAM_DRAIN_MS - 1);
	/* The end stays the end, at once. */
	before = clock_now();
	id = send_read(&c, METHOD_READ_STDOUT, 4096);
	give(fds[0], p.pidfd);
	expect_data(&c, id, "");
	OK(clock_now() - before < STREAM_DRAIN_MS / 2);
	client_close(&c);
	stop();
}

/* Many more than it remembers: none may begin anew again and again. */
TEST(ends_more_streams_that_children_keep_than_it_remembers)
{
	const struct timeval patience = { .tv_sec = 10 };
	struct process p[3 * STREAM_DRAINS_MAX];
	int64_t before = clock_now();
	struct client c;
	int fds[2];

	start();
	client_open(&c);
	EQ_INT(setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience)),
	    0);
	EQ_INT(pipe(fds), 0);
	for (int i = 0; i < 3 * STREAM_DRAINS_MAX; i++) {
		char id[16];

		p[i] = process_start();
		snprintf(id, sizeof(id), "e%d", i);
		send_read_of(&c, METHOD_READ_STDOUT, id, 4096);
		give(fds[0], p[i].pidfd);
	}
	/* One after the other, and so do their times end. */
	for (int i = 0; i < 3 * STREAM_DRAINS_MAX; i++) {
		process_end(&p[i]);
		usleep(1000);
	}
	for (int i = 0; i < 3 * STREAM_DRAINS_MAX; i++) {
		Ttrpc__Response *r = receive(&c);

		OK(r != NULL);
		EQ_INT(r->payload.len, 0);
	}
	OK(clock_now() - before < 20 * STREAM_DRAIN_MS);
	client_close(&c);
	stop();
}

TEST(gives_all_that_an_exited_process_left_to_a_slow_reader)
{
	static char bytes[40000], got[STREAM_READ_MAX];
	struct process p;
	struct client c;
	size_t total = 0;
	uint32_t id;
	int fds[2];

	start();
	p = process_start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	EQ_INT(write(fds[1], bytes, sizeof(bytes)), sizeof(bytes));
	process_end(&p);
	id = send_read(&c, METHOD_READ_STDOUT, 1000);
	give(fds[0], p.pidfd);
	total += receive_data(&c, id, got, sizeof(got));
	EQ_INT(total, 1000);
	usleep((STREAM_DRAIN_MS + 100) * 1000);
	for (size_t n = 1; n > 0; total += n) {
		id = send_read(&c, METHOD_READ_STDOUT, 7000);
		give(fds[0], p.pidfd);
		n = receive_data(&c, id, got, sizeof(got));
	}
	EQ_INT(total, sizeof(bytes));
	client_close(&c);
	stop();
}

TEST(cuts_off_a_child_that_writes_for_ever)
{
	static char got[STREAM_READ_MAX];
	int64_t before = clock_now();
	struct process p;
	struct client c;
	pid_t writer;
	uint32_t id;
	int fds[2];
	size_t n = 1;

	start();
	p = process_start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	writer = fork();
	if (writer == 0) {
		while (write(fds[1], got, 4096) > 0)
			;
		_exit(0);
	}
	process_end(&p);
	while (n > 0) {
		id = send_read(&c, METHOD_READ_STDOUT, 32768);
		give(fds[0], p.pidfd);
		n = receive_data(&c, id, got, sizeof(got));
	}
	OK(clock_now() - before >= STREAM_DRAIN_MS - 1);
	OK(clock_now() - before < 20 * STREAM_DRAIN_MS);
	kill(writer, SIGKILL);
	client_close(&c);
	stop();
}

/* Kubernetes starts a container again under another id; crictl need not. */
TEST(a_new_process_of_the_same_name_gets_all_its_output)
{
	static char got[STREAM_READ_MAX];
	struct process p;
	struct client c;
	pid_t writer;
	struct statfs fs;
	uint32_t id;
	int fds[2];
	size_t n = 1;

	p = process_start();
	if (fstatfs(p.pidfd, &fs) < 0 || fs.f_type != PID_FS_MAGIC)
		SKIP("Linux before 6.9: all pidfds look the same");
	start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	writer = fork();
	if (writer == 0) {
		while (write(fds[1], got, 4096) > 0)
			;
		_exit(0);
	}
	process_end(&p);
	while (n > 0) {
		id = send_read(&c, METHOD_READ_STDOUT, 32768);
		give(fds[0], p.pidfd);
		n = receive_data(&c, id, got, sizeof(got));
	}
	kill(writer, SIGKILL);
	/* It has ended as well before anybody reads. */
	p = process_start();
	EQ_INT(pipe(fds), 0);
	EQ_INT(write(fds[1], "new", 3), 3);
	process_end(&p);
	id = send_read(&c, METHOD_READ_STDOUT, 4096);
	give(fds[0], p.pidfd);
	expect_data(&c, id, "new");
	client_close(&c);
	stop();
}

TEST(takes_a_hung_up_terminal_for_the_end)
{
	int master, slave;
	struct client c;
	uint32_t id;

	start();
	client_open(&c);
	if (openpty(&master, &slave, NULL, NULL, NULL) < 0)
		SKIP("no terminals here");
	EQ_INT(write(slave, "hi", 2), 2);
	id = send_read(&c, METHOD_READ_STDOUT, 4096);
	give(master, -1);
	expect_data(&c, id, "hi");
	id = send_read(&c, METHOD_READ_STDOUT, 4096);
	give(master, -1);
	usleep(50000);
	close(slave);
	expect_data(&c, id, "");
	client_close(&c);
	stop();
}

TEST(writes_everything_in_the_order_asked_for)
{
	enum {
		LEN = 200000,
		N = 3
	};
	static char bytes[LEN], got[N * LEN];
	struct client c;
	uint32_t id[N];
	uint32_t calls[N];
	int fds[2];

	start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	for (int i = 0; i < N; i++) {
		memset(bytes, 'a' + i, LEN);
		id[i] = send_write(&c, bytes, LEN);
		calls[i] = next_id(CALL_REQUEST);
	}
	/* The sandbox may answer in another order. */
	for (int i = N - 1; i >= 0; i--)
		EQ_INT(call_send_stream(sandbox, calls[i], fds[1], -1, &e), 0);
	close(fds[1]);
	EQ_INT(fd_read_all(fds[0], got, sizeof(got)), 0);
	for (int i = 0; i < N; i++) {
		expect_written(&c, id[i], LEN);
		EQ_INT(got[i * LEN], 'a' + i);
		EQ_INT(got[(i + 1) * LEN - 1], 'a' + i);
	}
	EQ_INT(read(fds[0], got, 1), 0);
	client_close(&c);
	stop();
}

TEST(lets_the_next_write_go_on_when_one_is_given_up)
{
	static char bytes[200000];
	struct client c, d;
	uint32_t id;
	int fds[2];

	start();
	client_open(&c);
	client_open(&d);
	EQ_INT(pipe(fds), 0);
	send_write(&c, bytes, sizeof(bytes));
	give(fds[1], -1);
	id = send_write(&d, "end", 3);
	give(fds[1], -1);
	close(fds[1]);
	usleep(50000);
	client_close(&c);
	while (read(fds[0], bytes, sizeof(bytes)) > 0)
		;
	expect_written(&d, id, 3);
	client_close(&d);
	stop();
}

TEST(says_that_nobody_reads_the_input)
{
	struct client c;
	uint32_t id;
	int fds[2];

	start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	close(fds[0]);
	id = send_write(&c, "x", 1);
	give(fds[1], -1);
	expect(&c, id, 13, "write: Broken pipe");
	/* Nothing to write: nothing to fail. */
	id = send_write(&c, NULL, 0);
	give(fds[1], -1);
	expect_written(&c, id, 0);
	client_close(&c);
	stop();
}

TEST(stops_moving_bytes_for_a_client_that_does_not_read)
{
	enum {
		N = 64
	};
	static char got[STREAM_READ_MAX];
	struct client c;
	uint32_t first, calls[N];
	size_t total = 0;
	pid_t writer;
	int fds[2];

	start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	fcntl(fds[1], F_SETPIPE_SZ, STREAM_READ_MAX);
	writer = fork();
	if (writer == 0) {
		while (write(fds[1], got, sizeof(got)) > 0)
			;
		_exit(0);
	}
	first = c.next_id;
	for (int i = 0; i < N; i++) {
		send_read(&c, METHOD_READ_STDOUT, STREAM_READ_MAX);
		calls[i] = next_id(CALL_REQUEST);
	}
	for (int i = 0; i < N; i++)
		EQ_INT(call_send_stream(sandbox, calls[i], fds[0], -1, &e), 0);
	usleep(300000);
	check_alive();
	for (int i = 0; i < N; i++) {
		Ttrpc__Response *r = receive(&c);

		OK(r != NULL);
		EQ_INT(r->status->code, 0);
		OK(c.stream_id >= first);
		total += r->payload.len;
	}
	OK(total > N);
	kill(writer, SIGKILL);
	client_close(&c);
	stop();
}

TEST(refuses_a_stream_for_a_request_that_has_none)
{
	struct client c;
	uint32_t id;
	int fds[2];

	start();
	client_open(&c);
	EQ_INT(pipe(fds), 0);
	id = send_start(&c, "a");
	give(fds[0], -1);
	expect(&c, id, 13, "StartContainer: an answer of the wrong kind");
	client_close(&c);
	stop();
}

TEST(refuses_more_input_than_it_may_hold)
{
	enum {
		LEN = 4000000
	};
	static char bytes[LEN];
	struct client c;
	uint32_t id;
	int n = 0;

	start();
	client_open(&c);
	for (; (n + 1) * LEN <= RPC_HELD_MAX; n++) {
		send_write(&c, bytes, LEN);
		next_id(CALL_REQUEST);
	}
	id = send_write(&c, bytes, LEN);
	expect(&c, id, 8, "too much input is waiting");
	client_close(&c);
	for (; n > 0; n--)
		next_id(CALL_CANCEL);
	client_open(&c);
	send_write(&c, bytes, LEN);
	next_id(CALL_REQUEST);
	client_close(&c);
	stop();
}

TAP_MAIN
