#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/fd.h"
#include "tests/lib/tap.h"

static struct err e;

static int
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int
in_scope(int hand_over)
{
	AUTO_FD int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return hand_over ? take_fd(&fd) : fd;
}

TEST(closes_at_the_end_of_the_scope_unless_handed_over)
{
	int fd = in_scope(0);

	OK(!is_open(fd));
	fd = in_scope(1);
	OK(is_open(fd));
	errno = 5;
	fd_close(&fd);
	EQ_INT(fd, -1);
	EQ_INT(errno, 5);
	fd_close(&fd);
}

TEST(parks_high_and_close_on_exec)
{
	int fd = fd_park(0);

	OK(fd >= FD_PARK);
	EQ_INT(fcntl(fd, F_GETFD), FD_CLOEXEC);
	EQ_INT(fd_park(1000), -1);
}

TEST(switches_blocking)
{
	int fds[2];
	char c;

	EQ_INT(pipe(fds), 0);
	EQ_INT(fd_nonblock(fds[0], 1), 0);
	EQ_INT(fd_read(fds[0], &c, 1), -1);
	EQ_INT(errno, EAGAIN);
	EQ_INT(fd_nonblock(fds[0], 0), 0);
	EQ_INT(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
	EQ_INT(fd_nonblock(1000, 1), -1);
}

TEST(reads_and_writes_everything)
{
	static char big[300000], got[sizeof(big)];
	int fds[2];

	memset(big, 'x', sizeof(big));
	EQ_INT(pipe(fds), 0);
	if (fork() == 0)
		_exit(fd_write_all(fds[1], big, sizeof(big)) != 0);
	close(fds[1]);
	EQ_INT(fd_read_all(fds[0], got, sizeof(got)), 0);
	EQ_MEM(got, big, sizeof(big));
	EQ_INT(fd_read_all(fds[0], got, 0), 0);
	EQ_INT(fd_read_all(fds[0], got, 1), -1);
	EQ_INT(errno, EPIPE);
}

TEST(slurps_up_to_the_limit)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096 };
	char text[4097];
	struct buf b;

	memset(text, 'y', sizeof(text));
	for (size_t i = 0; i <= 4; i++) {
		size_t size = i < 4 ? sizes[i] : 4097;
		int fds[2];

		EQ_INT(pipe(fds), 0);
		EQ_INT(fd_write_all(fds[1], text, size), 0);
		close(fds[1]);
		buf_init(&b, 4096);
		EQ_INT(fd_slurp(fds[0], &b, &e), size > 4096 ? -1 : 0);
		if (size > 4096)
			EQ_INT(e.code, ERR_LIMIT);
		else
			EQ_INT(b.len, size);
		close(fds[0]);
		buf_release(&b);
	}
}

TEST(reads_and_writes_small_files)
{
	char path[] = "/tmp/husk-fd-XXXXXX";
	int fd = mkstemp(path);
	struct buf b;

	OK(fd >= 0);
	buf_init(&b, 100);
	EQ_INT(fd_write_file(AT_FDCWD, path, "hello", &e), 0);
	EQ_INT(fd_read_file(AT_FDCWD, path, &b, &e), 0);
	EQ_STR(buf_str(&b), "hello");
	unlink(path);
	EQ_INT(fd_read_file(AT_FDCWD, path, &b, &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	EQ_INT(fd_write_file(AT_FDCWD, path, "x", &e), -1);
	EQ_INT(e.code, ERR_NOT_FOUND);
	EQ_INT(access(path, F_OK), -1);
	buf_release(&b);
}

TEST(seals_memory)
{
	char got[8] = "";
	int fd = fd_memfd("test", "payload", 7, &e);

	OK(fd >= 0);
	EQ_INT(fd_read_all(fd, got, 7), 0);
	EQ_STR(got, "payload");
	EQ_INT(write(fd, "x", 1), -1);
	EQ_INT(errno, EPERM);
	EQ_INT(ftruncate(fd, 3), -1);
	OK(mmap(NULL, 7, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) ==
	    MAP_FAILED);
	EQ_INT(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	fd = fd_memfd("empty", NULL, 0, &e);
	OK(fd >= 0);
	EQ_INT(read(fd, got, 1), 0);
}

TAP_MAIN
