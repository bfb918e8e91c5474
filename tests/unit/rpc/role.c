#include "tests/unit/rpc/fixture.h"

TEST(answers_health)
{
	struct client c;
	Ttrpc__Response *r;

	start();
	client_open(&c);
	send_raw(&c, HEALTH, "Check", NULL, 0, 0);
	r = receive(&c);
	EQ_INT(r->payload.len, 2);
	EQ_MEM(r->payload.data, "\x08\x01", 2);
	send_raw(&c, HEALTH, "Version", "\x0a\x01x", 3, 0);
	r = receive(&c);
	EQ_INT(r->payload.len, 14);
	EQ_MEM(r->payload.data,
	    "\x0a\x05"
	    "0.0.1\x12\x05"
	    "4.1.0",
	    14);
	client_close(&c);
	stop();
}

TEST(refuses_what_is_not_a_request)
{
	static const struct {
		const char *service, *method, *payload;
		int code;
		const char *text;
	} rows[] = {
		{ "grpc.AgentService", "Nope", "", 12,
		    "/grpc.AgentService/Nope is not supported" },
		{ "grpc.Nope", "Check", "", 12,
		    "/grpc.Nope/Check is not supported" },
		{ "", "", "", 12, "// is not supported" },
		{ "a\nb", "\xc3\xa9", "", 12, "/a\nb/?? is not supported" },
		{ HEALTH, "Check", "\x08\x01", 3,
		    "grpc.CheckRequest: field service is malformed" },
		{ AGENT, "StartContainer", "\x0a\x05x", 3,
		    "grpc.StartContainerRequest: field container_id is "
		    "malformed" },
		{ AGENT, "ReadStdout", "\x0a\x01x", 3, "a read of no bytes" },
	};
	struct client c;

	start();
	client_open(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(&c,
		    send_raw(&c, rows[i].service, rows[i].method,
			rows[i].payload, strlen(rows[i].payload), 0),
		    rows[i].code, rows[i].text);
	client_close(&c);
	check_alive();
	stop();
}

static void
send_frame(struct client *c, uint32_t len, uint32_t id, uint8_t type,
    uint8_t flags)
{
	struct buf b;

	buf_init(&b, 6 << 20);
	buf_be32(&b, len);
	buf_be32(&b, id);
	buf_u8(&b, type);
	buf_u8(&b, flags);
	buf_add_zero(&b, len);
	send_bytes(c, &b);
	buf_release(&b);
}

TEST(refuses_frames_and_goes_on)
{
	struct client c;
	uint32_t id;

	start();
	client_open(&c);
	id = send_start(&c, "a");
	send_frame(&c, 0, id, TTRPC_REQUEST, 0);
	expect(&c, id, 3, "stream id 1: in use already");
	send_frame(&c, 0, 2, TTRPC_REQUEST, 0);
	expect(&c, 2, 3, "stream id 2: a client's must be odd");
	send_frame(&c, 3, 99, TTRPC_DATA, 0);
	expect(&c, 99, 3, "stream id 99: no such stream");
	send_frame(&c, 3, id, TTRPC_DATA, 0);
	send_frame(&c, 3, 99, TTRPC_RESPONSE, 0);
	send_frame(&c, 3, 99, 77, 0);
	send_frame(&c, 0, 99, TTRPC_REQUEST, TTRPC_REMOTE_OPEN);
	expect(&c, 99, 12, "streaming requests are not supported");
	send_frame(&c, 3, 99, TTRPC_REQUEST, 0);
	expect(&c, 99, 3,
	    "ttrpc.Request: field of unknown number is malformed");
	send_frame(&c, TTRPC_PAYLOAD_MAX + 1, 99, TTRPC_REQUEST, 0);
	expect(&c, 99, 8,
	    "message of 4194305 bytes, at most 4194304 are allowed");
	EQ_INT(call_send_ok(sandbox, next_id(CALL_REQUEST), NULL, 0, &e), 0);
	expect(&c, id, 0, "");
	client_close(&c);
	stop();
}

TEST(lives_on_after_a_connection_that_ends_inside_a_frame)
{
	struct client c;

	start();
	for (size_t len = 1; len < 14; len++) {
		client_open(&c);
		EQ_INT(
		    fd_write_all(c.fd, "\0\0\0\x08\0\0\0\1\1\0\x0a\1x\0", len),
		    0);
		client_close(&c);
	}
	check_alive();
	stop();
}

TEST(answers_in_any_order)
{
	enum {
		N = 200
	};
	struct client c;
	uint32_t ids[N], streams[N];
	char name[16];

	start();
	client_open(&c);
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		streams[i] = send_start(&c, name);
	}
	for (int i = 0; i < N; i++) {
		struct call a = next_call();

		EQ_INT(a.method, METHOD_START_CONTAINER);
		snprintf(name, sizeof(name), "c%d", i);
		EQ_MEM(a.payload.p + 2, name, strlen(name));
		ids[i] = a.id;
		call_release(&a);
	}
	expect(&c, send_raw(&c, HEALTH, "Check", NULL, 0, 0), 0, "");
	for (int i = 0; i < N; i++) {
		/* 77 and 200 have no common factor: every place once. */
		int k = (i * 77 + 5) % N;
		struct err no;

		err_set(&no, ERR_NOT_FOUND, "container 'c%d'", k);
		EQ_INT(call_send_error(sandbox, ids[k], &no, &e), 0);
		expect(&c, streams[k], 5, no.msg);
	}
	client_close(&c);
	stop();
}

TEST(forwards_big_payloads_whole)
{
	Grpc__CopyFileRequest q = GRPC__COPY_FILE_REQUEST__INIT;
	Ttrpc__Response *r;
	struct client c;
	struct call a;
	struct buf b;

	start();
	client_open(&c);
	q.data.len = 3 << 20;
	q.data.data = malloc(q.data.len);
	for (size_t i = 0; i < q.data.len; i++)
		q.data.data[i] = (uint8_t)(i * 7 >> 3);
	buf_init(&b, 5 << 20);
	message_pack(&q.base, &b);
	send_message(&c, METHOD_COPY_FILE, &q.base);
	a = next_call();
	EQ_INT(a.payload.len, b.len);
	EQ_MEM(a.payload.p, b.p, b.len);
	EQ_INT(call_send_ok(sandbox, a.id, b.p, b.len, &e), 0);
	r = receive(&c);
	EQ_INT(r->payload.len, b.len);
	EQ_MEM(r->payload.data, b.p, b.len);
	/* A reply that no frame can hold becomes an error. */
	buf_add_zero(&b, CALL_PAYLOAD_MAX - b.len);
	send_start(&c, "a");
	EQ_INT(call_send_ok(sandbox, next_id(CALL_REQUEST), b.p, b.len, &e), 0);
	r = receive(&c);
	EQ_INT(r->status->code, 8);
	call_release(&a);
	buf_release(&b);
	free(q.data.data);
	client_close(&c);
	stop();
}

TEST(ends_a_request_at_its_deadline_and_cancels_it)
{
	struct client c;
	uint32_t stream, id;
	int64_t before = clock_now();

	start();
	client_open(&c);
	stream = send_raw(&c, AGENT, "GetOOMEvent", NULL, 0, 200);
	id = next_id(CALL_REQUEST);
	expect(&c, stream, 4, "GetOOMEvent: the request's time is over");
	OK(clock_now() - before >= 200);
	EQ_INT(next_id(CALL_CANCEL), id);
	/* The late answer is nobody's. */
	EQ_INT(call_send_ok(sandbox, id, NULL, 0, &e), 0);
	stream = send_raw(&c, AGENT, "GetOOMEvent", NULL, 0, -5);
	expect(&c, stream, 4, "GetOOMEvent: the request's time is over");
	client_close(&c);
	check_alive();
	stop();
}

TEST(cancels_the_requests_of_a_connection_that_ends)
{
	struct client c, d;
	uint32_t ids[3], stream;

	start();
	client_open(&c);
	client_open(&d);
	for (int i = 0; i < 3; i++) {
		send_start(&c, "a");
		ids[i] = next_id(CALL_REQUEST);
	}
	stream = send_start(&d, "b");
	next_id(CALL_REQUEST);
	client_close(&c);
	for (int i = 0; i < 3; i++)
		EQ_INT(next_id(CALL_CANCEL), ids[i]);
	EQ_INT(call_send_ok(sandbox, ids[0], NULL, 0, &e), 0);
	EQ_INT(call_send_ok(sandbox, ids[2] + 1, NULL, 0, &e), 0);
	expect(&d, stream, 0, "");
	client_close(&d);
	stop();
}

TEST(refuses_one_request_more_than_the_limit)
{
	struct client c;
	uint32_t stream;

	start();
	client_open(&c);
	for (int i = 0; i < CONNECTION_REQUESTS_MAX; i++) {
		send_start(&c, "a");
		next_id(CALL_REQUEST);
	}
	stream = send_start(&c, "a");
	expect(&c, stream, 8, "too many requests in flight");
	client_close(&c);
	for (int i = 0; i < CONNECTION_REQUESTS_MAX; i++)
		next_id(CALL_CANCEL);
	check_alive();
	stop();
}

TEST(closes_one_connection_more_than_the_limit)
{
	struct client c[RPC_CONNECTIONS_MAX + 1];

	start();
	for (int i = 0; i <= RPC_CONNECTIONS_MAX; i++)
		client_open(&c[i]);
	for (int i = 0; i < RPC_CONNECTIONS_MAX; i++)
		expect(&c[i], send_raw(&c[i], HEALTH, "Check", NULL, 0, 0), 0,
		    "");
	OK(receive(&c[RPC_CONNECTIONS_MAX]) == NULL);
	for (int i = 0; i <= RPC_CONNECTIONS_MAX; i++)
		client_close(&c[i]);
	check_alive();
	stop();
}

/* Send what the role takes until it has taken nothing for a while. */
static size_t
send_until_full(struct client *c, const struct buf *b, size_t most)
{
	struct pollfd p = { .fd = c->fd, .events = POLLOUT };
	size_t sent = 0;

	while (sent < most && poll(&p, 1, 300) == 1) {
		size_t at = sent % b->len;
		ssize_t n = send(c->fd, b->p + at, b->len - at, MSG_DONTWAIT);

		sent += n > 0 ? (size_t)n : 0;
	}
	return sent;
}

TEST(stops_reading_from_a_client_that_does_not_read)
{
	const size_t most = 64 << 20;
	struct client c;
	struct buf b;
	size_t sent, n;

	start();
	client_open(&c);
	buf_init(&b, 4096);
	EQ_INT(ttrpc_put_request(&b, 1, HEALTH, "Version", NULL, 0, 0, &e), 0);
	sent = send_until_full(&c, &b, most);
	OK(sent < most);
	check_alive();
	n = sent / b.len;
	for (size_t i = 0; i < n; i++)
		expect(&c, 1, 0, "");
	/* Complete the request that was cut. */
	EQ_INT(fd_write_all(c.fd, b.p + sent % b.len, b.len - sent % b.len), 0);
	expect(&c, 1, 0, "");
	client_close(&c);
	buf_release(&b);
	stop();
}

TEST(stops_reading_while_the_sandbox_does_not)
{
	enum {
		N = 400
	};
	Grpc__CopyFileRequest q = GRPC__COPY_FILE_REQUEST__INIT;
	struct client c;
	pid_t sender;
	int status;

	start();
	client_open(&c);
	q.data.len = 40000;
	q.data.data = calloc(1, q.data.len);
	sender = fork();
	if (sender == 0) {
		for (int i = 0; i < N; i++)
			send_message(&c, METHOD_COPY_FILE, &q.base);
		_exit(0);
	}
	/* 16 MB do not fit the buffers on the way. */
	usleep(300000);
	EQ_INT(waitpid(sender, &status, WNOHANG), 0);
	for (int i = 0; i < N; i++)
		EQ_INT(
		    call_send_ok(sandbox, next_id(CALL_REQUEST), NULL, 0, &e),
		    0);
	EQ_INT(waitpid(sender, &status, 0), sender);
	EQ_INT(status, 0);
	for (int i = 0; i < N; i++)
		expect(&c, 1 + 2 * (uint32_t)i, 0, "");
	free(q.data.data);
	client_close(&c);
	check_alive();
	stop();
}

TEST(ends_when_the_sandbox_does)
{
	int status;

	start();
	check_alive();
	fd_close(&sandbox);
	EQ_INT(waitpid(role, &status, 0), role);
	EQ_INT(WEXITSTATUS(status), 1);
}

TEST(writes_out_its_replies_before_it_stops)
{
	enum {
		N = 100
	};
	static uint8_t zeros[40000];
	struct client c;
	uint32_t calls[N];
	int status;

	start();
	client_open(&c);
	for (int i = 0; i < N; i++) {
		send_start(&c, "a");
		calls[i] = next_id(CALL_REQUEST);
	}
	for (int i = 0; i < N; i++)
		EQ_INT(
		    call_send_ok(sandbox, calls[i], zeros, sizeof(zeros), &e),
		    0);
	EQ_INT(channel_send(pid1, CONTROL_STOP, 0, NULL, 0, NULL, 0, &e), 0);
	usleep(50000);
	for (int i = 0; i < N; i++)
		OK(receive(&c) != NULL);
	OK(receive(&c) == NULL);
	EQ_INT(waitpid(role, &status, 0), role);
	EQ_INT(status, 0);
	client_close(&c);
}

TEST(does_not_wait_for_ever_when_it_stops)
{
	static uint8_t zeros[1 << 20];
	struct client c;
	int status;

	start();
	client_open(&c);
	send_start(&c, "a");
	EQ_INT(call_send_ok(sandbox, next_id(CALL_REQUEST), zeros,
		   sizeof(zeros), &e),
	    0);
	EQ_INT(channel_send(pid1, CONTROL_STOP, 0, NULL, 0, NULL, 0, &e), 0);
	EQ_INT(waitpid(role, &status, 0), role);
	EQ_INT(status, 0);
	client_close(&c);
}

TEST(ends_when_pid1_says_something_unknown)
{
	int status;

	start();
	EQ_INT(channel_send(pid1, CONTROL_PEER, 0, NULL, 0, NULL, 0, &e), 0);
	EQ_INT(waitpid(role, &status, 0), role);
	EQ_INT(WEXITSTATUS(status), 1);
}

static uint32_t
random_next(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* Answer what has reached the sandbox. */
static void
answer_all(void)
{
	while (channel_recv(sandbox, &msg, &e) == 1) {
		struct call a;

		EQ_INT(call_parse(&msg, &a, &e), 0);
		if (a.type == CALL_REQUEST)
			call_send_ok(sandbox, a.id, NULL, 0, &e);
		call_release(&a);
	}
	EQ_INT(e.code, ERR_UNAVAILABLE);
}

TEST(lives_through_a_thousand_mutated_requests)
{
	static const uint8_t payload[] = "\x0a\x02"
					 "c1\x12\x02"
					 "e1\x18\x10"
					 "\x22\x04\x0a\x02"
					 "c2\x32\x06\x12\x04\x22\x02ls";
	uint32_t x = 20260101;

	start();
	fd_nonblock(sandbox, 1);
	for (int i = 0; i < 1000; i++) {
		const struct method *m = method_row(i % METHOD_END);
		struct client c;
		struct buf b;
		/* The first half keeps the header, so is a whole frame. */
		size_t from = i < 500 ? TTRPC_HEADER_LEN : 0;

		client_open(&c);
		buf_init(&b, 1 << 16);
		EQ_INT(ttrpc_put_request(&b, 1, m->service, m->name, payload,
			   random_next(&x) % sizeof(payload), 0, &e),
		    0);
		for (uint32_t n = random_next(&x) % 4; n > 0; n--)
			b.p[from + random_next(&x) % (b.len - from)] =
			    (uint8_t)random_next(&x);
		send_bytes(&c, &b);
		if (i % 16 == 0)
			check_alive();
		answer_all();
		buf_release(&b);
		client_close(&c);
	}
	check_alive();
	answer_all();
	stop();
}

TAP_MAIN
