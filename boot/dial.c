#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/fd.h"
#include "boot/dial.h"
#include "net/vsock.h"

enum {
	HEADER_LEN = 10,
	REPLY_MAX = 4096,
	TYPE_REQUEST = 1,
	TYPE_RESPONSE = 2
};

static const char hybrid_scheme[] = "hvsock://";

/* The handshake's answer, "OK <port>\n", byte by byte: data may follow. */
static int
read_hybrid_answer(int fd, struct err *e)
{
	char line[32];
	size_t n = 0;

	do {
		if (n == sizeof line - 1)
			return err_set(e, ERR_SYNTAX,
			    "hybrid vsock: long line");
		if (fd_read_all(fd, line + n, 1) < 0)
			return err_set(e, ERR_UNAVAILABLE,
			    "hybrid vsock: nobody listens in the guest");
	} while (line[n++] != '\n');
	if (strncmp(line, "OK ", 3) != 0)
		return err_set(e, ERR_UNAVAILABLE, "hybrid vsock: refused");
	return 0;
}

static int
set_timeouts(int fd, int seconds, struct err *e)
{
	struct timeval tv = { .tv_sec = seconds };

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv) < 0)
		return err_sys(e, "setsockopt");
	return 0;
}

static int
connect_hybrid(const char *path_port, int seconds, struct err *e)
{
	struct vsock_address a = { .family = VSOCK_FAMILY_UNIX };
	const char *colon = strrchr(path_port, ':');
	AUTO_FD int fd = -1;
	char hello[32];
	size_t len;

	if (colon == NULL || strlen(colon) < 2 || strlen(colon) > 11 ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return err_set(e, ERR_SYNTAX, "hvsock address without a port");
	len = (size_t)(colon - path_port);
	if (len == 0 || len >= sizeof a.path)
		return err_set(e, ERR_LIMIT, "hvsock address: bad path length");
	memcpy(a.path, path_port, len);
	fd = vsock_connect(&a, e);
	if (fd < 0 || set_timeouts(fd, seconds, e) < 0)
		return -1;
	len = (size_t)snprintf(hello, sizeof hello, "CONNECT %s\n", colon + 1);
	if (fd_write_all(fd, hello, len) < 0)
		return err_sys(e, "hybrid vsock");
	if (read_hybrid_answer(fd, e) < 0)
		return -1;
	return take_fd(&fd);
}

int
dial_connect(const char *address, int seconds, struct err *e)
{
	struct vsock_address a;
	AUTO_FD int fd = -1;

	if (strncmp(address, hybrid_scheme, strlen(hybrid_scheme)) == 0)
		return connect_hybrid(address + strlen(hybrid_scheme), seconds,
		    e);
	if (vsock_parse(address, &a, e) < 0)
		return -1;
	fd = vsock_connect(&a, e);
	if (fd < 0 || set_timeouts(fd, seconds, e) < 0)
		return -1;
	return take_fd(&fd);
}

/*
 * The two places of Response that decide: status 1 (with code 1) and payload
 * 2. All lengths here are below 128 or the answer is not the one we want.
 */
static int
is_serving(const unsigned char *p, size_t len)
{
	static const unsigned char serving[] = { 0x08, 0x01 };
	int yes = 0;

	for (size_t at = 0, n; at + 2 <= len; at += 2 + n) {
		n = p[at + 1];
		if (n >= 0x80 || at + 2 + n > len)
			return 0;
		if (p[at] == 0x0a && n > 0 && memcmp(p + at + 2, "\x08\0", n))
			return 0;
		if (p[at] == 0x12)
			yes = n == 2 && memcmp(p + at + 2, serving, 2) == 0;
	}
	return yes;
}

int
dial_check(int fd, unsigned id, struct err *e)
{
	static const unsigned char payload[] =
	    "\x0a\013grpc.Health\022\005Check";
	unsigned char frame[HEADER_LEN + sizeof payload - 1] = { 0 };
	unsigned char reply[REPLY_MAX];
	size_t len;

	frame[3] = sizeof payload - 1;
	frame[6] = (unsigned char)(id >> 8);
	frame[7] = (unsigned char)id;
	frame[8] = TYPE_REQUEST;
	memcpy(frame + HEADER_LEN, payload, sizeof payload - 1);
	if (fd_write_all(fd, frame, sizeof frame) < 0)
		return err_sys(e, "Check: write");
	if (fd_read_all(fd, reply, HEADER_LEN) < 0)
		return err_sys(e, "Check: no answer");
	len = (size_t)reply[2] << 8 | reply[3];
	if (reply[0] != 0 || reply[1] != 0 || len > sizeof reply ||
	    memcmp(reply + 4, frame + 4, 4) != 0 || reply[8] != TYPE_RESPONSE)
		return err_set(e, ERR_SYNTAX, "Check: not the answer's header");
	if (fd_read_all(fd, reply, len) < 0)
		return err_sys(e, "Check: answer cut short");
	if (!is_serving(reply, len))
		return err_set(e, ERR_UNAVAILABLE, "Check: not serving");
	return 0;
}
