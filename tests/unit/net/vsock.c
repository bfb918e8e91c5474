#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "net/vsock.h"
#include "tests/lib/tap.h"

static struct err e;

TEST(reads_vsock_addresses)
{
	static const struct {
		const char *s;
		uint32_t cid, port;
	} rows[] = {
		{ "vsock://-1:1024", UINT32_MAX, 1024 },
		{ "vsock://0:0", 0, 0 },
		{ "vsock://3:1024", 3, 1024 },
		{ "vsock://4294967295:4294967294", UINT32_MAX, 4294967294 },
	};
	struct vsock_address a;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(vsock_parse(rows[i].s, &a, &e), 0);
		EQ_INT(a.family, VSOCK_FAMILY_VSOCK);
		EQ_INT(a.cid, rows[i].cid);
		EQ_INT(a.port, rows[i].port);
	}
}

TEST(refuses_what_is_not_an_address)
{
	static const char *const rows[] = { "", "vsock", "vsock://",
		"vsock://:", "vsock://1", "vsock://1:", "vsock://:1",
		"vsock://-2:1", "vsock://4294967296:1", "vsock://1:-1",
		"vsock://1:4294967295", "vsock://1:2:3", "vsock://1:2 ",
		"vsock://1/2", "vsock://11111111111111:1", "unix://",
		"unix:", "/run/x", "tcp://1:2", "VSOCK://1:2" };
	struct vsock_address a = { .port = 42 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(vsock_parse(rows[i], &a, &e), -1);
		EQ_INT(e.code, ERR_SYNTAX);
	}
	EQ_INT(a.port, 42);
}

TEST(takes_a_path_of_the_limit_and_refuses_one_more)
{
	char s[7 + VSOCK_PATH_MAX + 1] = "unix://";
	struct vsock_address a;

	memset(s + 7, 'p', VSOCK_PATH_MAX - 1);
	EQ_INT(vsock_parse(s, &a, &e), 0);
	EQ_STR(a.path, s + 7);
	s[7 + VSOCK_PATH_MAX - 1] = 'p';
	EQ_INT(vsock_parse(s, &a, &e), -1);
}

static void
in_temporary(char *path)
{
	snprintf(path, 64, "/tmp/husk-vsock-%d", (int)getpid());
	EQ_INT(mkdir(path, 0700), 0);
	strcat(path, "/s");
}

static void
clean(char *path)
{
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
}

TEST(listens_and_connects_on_a_unix_address_and_replaces_a_stale_one)
{
	struct vsock_address a = { .family = VSOCK_FAMILY_UNIX };
	int l, c, s;
	char byte;

	in_temporary(a.path);
	l = vsock_listen(&a, &e);
	OK(l >= 0);
	EQ_INT(fcntl(l, F_GETFD), FD_CLOEXEC);
	OK((fcntl(l, F_GETFL) & O_NONBLOCK) != 0);
	close(l);
	EQ_INT(vsock_connect(&a, &e), -1);
	l = vsock_listen(&a, &e);
	OK(l >= 0);
	c = vsock_connect(&a, &e);
	OK(c >= 0);
	EQ_INT(fcntl(c, F_GETFD), FD_CLOEXEC);
	s = accept(l, NULL, NULL);
	OK(s >= 0);
	EQ_INT(write(c, "x", 1), 1);
	EQ_INT(read(s, &byte, 1), 1);
	EQ_INT(byte, 'x');
	clean(a.path);
}

TEST(does_not_remove_what_is_not_a_socket)
{
	struct vsock_address a = { .family = VSOCK_FAMILY_UNIX };
	int fd;

	in_temporary(a.path);
	fd = open(a.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	OK(fd >= 0);
	EQ_INT(vsock_listen(&a, &e), -1);
	EQ_INT(e.code, ERR_EXISTS);
	EQ_INT(access(a.path, F_OK), 0);
	clean(a.path);
}

TAP_MAIN
