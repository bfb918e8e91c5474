#include <sys/mman.h>

#include "base/fd.h"
#include "proto/call.h"
#include "tests/lib/tap.h"

static struct channel_msg msg;
static struct err e;
static int ends[2];

static struct call
pass(void)
{
	struct call c;

	EQ_INT(channel_recv(ends[1], &msg, &e), 1);
	EQ_INT(call_parse(&msg, &c, &e), 0);
	channel_msg_close(&msg);
	return c;
}

TEST(carries_requests_of_every_size)
{
	static const size_t sizes[] = { 0, 1, CALL_INLINE_MAX,
		CALL_INLINE_MAX + 1, CALL_PAYLOAD_MAX };
	uint8_t *big = malloc(CALL_PAYLOAD_MAX + 1);

	for (size_t i = 0; i <= CALL_PAYLOAD_MAX; i++)
		big[i] = (uint8_t)(i * 13 >> 2);
	EQ_INT(channel_pair(ends, &e), 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct call c;

		EQ_INT(call_send_request(ends[0], 7, METHOD_COPY_FILE, big,
			   sizes[i], &e),
		    0);
		c = pass();
		EQ_INT(c.type, CALL_REQUEST);
		EQ_INT(c.id, 7);
		EQ_INT(c.method, METHOD_COPY_FILE);
		EQ_INT(c.payload.len, sizes[i]);
		EQ_MEM(big, c.payload.len > 0 ? c.payload.p : big, sizes[i]);
		call_release(&c);
	}
	EQ_INT(call_send_request(ends[0], 7, METHOD_COPY_FILE, big,
		   CALL_PAYLOAD_MAX + 1, &e),
	    -1);
	EQ_INT(e.code, ERR_LIMIT);
	free(big);
}

TEST(carries_answers)
{
	struct err cause;
	struct call c;
	int fds[2];

	EQ_INT(channel_pair(ends, &e), 0);
	EQ_INT(call_send_ok(ends[0], 1, "x", 1, &e), 0);
	c = pass();
	EQ_INT(c.type, CALL_RESPONSE);
	EQ_INT(c.code, ERR_NONE);
	EQ_INT(c.payload.len, 1);
	call_release(&c);
	err_set(&cause, ERR_STATE, "not now");
	EQ_INT(call_send_error(ends[0], 2, &cause, &e), 0);
	c = pass();
	EQ_INT(c.code, ERR_STATE);
	EQ_STR(buf_str(&c.payload), "not now");
	call_release(&c);
	EQ_INT(call_send_cancel(ends[0], 3, &e), 0);
	c = pass();
	EQ_INT(c.type, CALL_CANCEL);
	EQ_INT(c.id, 3);
	call_release(&c);
	EQ_INT(pipe(fds), 0);
	EQ_INT(call_send_stream(ends[0], 4, fds[1], -1, &e), 0);
	c = pass();
	EQ_INT(c.type, CALL_STREAM);
	OK(c.stream >= 0);
	EQ_INT(c.pidfd, -1);
	call_release(&c);
	EQ_INT(call_send_stream(ends[0], 4, fds[1], fds[0], &e), 0);
	c = pass();
	OK(c.pidfd >= 0);
	call_release(&c);
}

/* A message of a peer that does not keep to proto/call. */
static void
refused(uint32_t type, const void *body, size_t len, int fd)
{
	struct call c;

	EQ_INT(channel_send(ends[0], type, 1, body, len, &fd, fd >= 0, &e), 0);
	EQ_INT(channel_recv(ends[1], &msg, &e), 1);
	e.code = ERR_NONE;
	EQ_INT(call_parse(&msg, &c, &e), -1);
	OK(e.code == ERR_SYNTAX || e.code == ERR_LIMIT);
	channel_msg_close(&msg);
}

TEST(refuses_what_is_malformed)
{
	int open_memory = memfd_create("open", MFD_CLOEXEC);
	int sealed = fd_memfd("sealed", "abc", 3, &e);

	EQ_INT(write(open_memory, "abc", 3), 3);
	EQ_INT(channel_pair(ends, &e), 0);
	refused(0, "", 0, -1);
	refused(9, "", 0, -1);
	refused(CALL_REQUEST, "", 0, -1);
	refused(CALL_REQUEST, "\0\0\0\0\0\0\0", 7, -1);
	/* a method, and an error code, beyond the table */
	refused(CALL_REQUEST, "\x2c\0\0\0\0\0\0\0", 8, -1);
	refused(CALL_RESPONSE, "\xff\0\0\0\0\0\0\0", 8, -1);
	/* a length that is not that of what follows */
	refused(CALL_REQUEST, "\0\0\0\0\2\0\0\0x", 9, -1);
	refused(CALL_REQUEST, "\0\0\0\0\0\0\0\0x", 9, -1);
	refused(CALL_REQUEST, "\0\0\0\0\xff\xff\xff\xff", 8, -1);
	/* memory that is not sealed, shorter or longer than said */
	refused(CALL_REQUEST, "\0\0\0\0\3\0\0\0", 8, open_memory);
	refused(CALL_REQUEST, "\0\0\0\0\2\0\0\0", 8, sealed);
	refused(CALL_REQUEST, "\0\0\0\0\4\0\0\0", 8, sealed);
	refused(CALL_REQUEST, "\0\0\0\0\3\0\0\0", 8, 0);
	refused(CALL_STREAM, "", 0, -1);
}

TAP_MAIN
