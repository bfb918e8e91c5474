#include <fcntl.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "tests/lib/tap.h"

static char got[8 * LOG_LINE_MAX];

/* Run fn in a child; what it wrote to standard error is in got. */
static int
capture(void (*fn)(void))
{
	int fds[2], status;
	size_t n = 0;
	ssize_t r;
	pid_t pid;

	EQ_INT(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while ((r = fd_read(fds[0], got + n, sizeof(got) - n - 1)) > 0)
		n += (size_t)r;
	got[n] = '\0';
	EQ_INT(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void
every_level(void)
{
	log_init("role", LOG_INFO);
	log_error("e %d", 1);
	log_warn("w");
	log_info("i");
	log_debug("d");
	log_init("other", LOG_DEBUG);
	log_debug("d");
	log_init("quiet", LOG_ERROR);
	log_warn("w");
}

static void
foreign(void)
{
	log_info("%s", "a\nrole: forged\x1b[2J\x7f");
}

static void
too_long(void)
{
	char big[2 * LOG_LINE_MAX];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_info("%s", big);
}

static void
dying(void)
{
	die("broken %s", "thing");
}

TEST(writes_one_line_an_event)
{
	capture(every_level);
	EQ_STR(got, "role: error: e 1\nrole: warning: w\nrole: i\nother: d\n");
}

TEST(does_not_let_foreign_text_forge_a_line)
{
	capture(foreign);
	EQ_STR(got, "husk: a?role: forged?[2J?\n");
}

TEST(cuts_long_lines)
{
	capture(too_long);
	OK(strlen(got) <= LOG_LINE_MAX);
	OK(str_ends(got, "x\n"));
}

TEST(dies_with_a_line)
{
	EQ_INT(capture(dying), DIE_STATUS);
	EQ_STR(got, "husk: error: broken thing\n");
}

TAP_MAIN
