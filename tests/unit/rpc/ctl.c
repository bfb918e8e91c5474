/*
 * husk ctl against the fake agent. `ctl serve ADDRESS` only serves, for other
 * clients' tests.
 */
#include <stdarg.h>
#include <sys/stat.h>

#include "measurements/ctl/ctl.h"
#include "tests/unit/rpc/fake_agent.h"

static char dir[] = "/tmp/husk-ctl-XXXXXX";
static char address[128];
static int pid1 = -1;

static void
put_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	OK(f != NULL);
	fputs(text, f);
	fclose(f);
}

static void
start(void)
{
	OK(mkdtemp(dir) != NULL);
	snprintf(address, sizeof(address), "unix://%s/socket", dir);
	pid1 = fake_agent_start(address);
}

static void
stop(void)
{
	static const char *const names[] = { "socket", "config.json",
		"husk.json" };
	char path[256];

	fd_close(&pid1);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

struct result {
	int status;
	char out[70000];
	char err[4096];
};

static void
take(int fd, char *dst, size_t size)
{
	size_t n = 0;
	ssize_t got;

	while (n + 1 < size && (got = fd_read(fd, dst + n, size - n - 1)) > 0)
		n += (size_t)got;
	dst[n] = '\0';
	close(fd);
}

/* Run husk ctl ADDRESS with the words, and input as standard input. */
static void
husk(struct result *r, const char *input, ...)
{
	char *argv[32] = { (char *)"ctl", address };
	int argc = 2, in[2], out[2], err[2], status;
	va_list ap;
	pid_t pid;

	va_start(ap, input);
	while ((argv[argc] = va_arg(ap, char *)) != NULL)
		argc++;
	va_end(ap);
	EQ_INT(pipe2(in, O_CLOEXEC), 0);
	EQ_INT(pipe2(out, O_CLOEXEC), 0);
	EQ_INT(pipe2(err, O_CLOEXEC), 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		close(in[1]);
		exit(ctl_main(argc, argv));
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	if (fork() == 0) {
		signal(SIGPIPE, SIG_IGN);
		_exit(fd_write_all(in[1], input, strlen(input)) < 0);
	}
	close(in[1]);
	take(out[0], r->out, sizeof(r->out));
	take(err[0], r->err, sizeof(r->err));
	EQ_INT(waitpid(pid, &status, 0), pid);
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define BUNDLE(args)                                                           \
	"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"rootfs\"},"            \
	"\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},"           \
	"\"args\":" args "}}"

static struct result r;

TEST(asks_simple_questions)
{
	start();
	husk(&r, "", "check", NULL);
	EQ_STR(r.err, "");
	EQ_STR(r.out, "SERVING\n");
	EQ_INT(r.status, 0);
	husk(&r, "", "--json", "check", NULL);
	EQ_STR(r.out, "{\n\t\"status\":\t\"SERVING\"\n}\n");
	husk(&r, "", "version", NULL);
	EQ_STR(r.out, "{\n\t\"grpc_version\":\t\"0.0.1\",\n"
		      "\t\"agent_version\":\t\"4.1.0\"\n}\n");
	husk(&r, "", "start", "nope", NULL);
	EQ_STR(r.err, "husk ctl: start: no such container (NOT_FOUND)\n");
	EQ_INT(r.status, 1);
	husk(&r, "", "call", "ListRoutes", NULL);
	EQ_STR(r.err, "husk ctl: ListRoutes: ListRoutes (UNIMPLEMENTED)\n");
	husk(&r, "", "ListRoutes", NULL);
	EQ_STR(r.err, "husk ctl: ListRoutes: ListRoutes (UNIMPLEMENTED)\n");
	husk(&r, "", "--timeout", "5", "StartContainer",
	    "{\"container_id\":\"x\"}", NULL);
	EQ_STR(r.err,
	    "husk ctl: StartContainer: no such container (NOT_FOUND)\n");
	husk(&r, "", "call", "grpc.Health/Check", "--hex", "0a0178", NULL);
	EQ_STR(r.out, "0801\n");
	husk(&r, "0802\n", "call", "x.Y/Z", "--hex", "-", NULL);
	EQ_STR(r.err, "husk ctl: Z: /x.Y/Z is not supported (UNIMPLEMENTED)\n");
	stop();
}

TEST(refuses_wrong_usage)
{
	static const char *const rows[][6] = {
		{ NULL },
		{ "nope" },
		{ "--nope", "check" },
		{ "--timeout", "x", "check" },
		{ "--timeout" },
		{ "start" },
		{ "start", "a", "b" },
		{ "check", "a" },
		{ "signal", "a", "WRONG" },
		{ "resize", "a", "-1", "2" },
		{ "resize", "a", "1", "4294967296" },
		{ "interface", "{" },
		{ "interface", "{\"nope\":1}" },
		{ "interface", "{\"mtu\":\"x\"}" },
		{ "interface", "{\"mtu\":1.5}" },
		{ "interface", "{\"name\":\"a\",\"NAME\":\"b\"}" },
		{ "routes", "[]" },
		{ "set-policy", "/nonexistent" },
		{ "call" },
		{ "call", "x", "--hex", "0" },
		{ "call", "nope", "{}" },
		{ "call", "StartContainer", "{\"container_id\":1}" },
		{ "create", "a", "/nonexistent" },
		{ "stdin" },
	};

	start();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		husk(&r, "", rows[i][0], rows[i][1], rows[i][2], rows[i][3],
		    rows[i][4], NULL);
		OK(r.err[0] != '\0');
		EQ_INT(r.status, 2);
	}
	husk(&r, "", "run", "/nonexistent", NULL);
	EQ_INT(r.status, 125);
	husk(&r, "", "exec", "a", "--", NULL);
	EQ_INT(r.status, 125);
	stop();
	husk(&r, "", "check", NULL);
	EQ_INT(r.status, 2);
	husk(&r, "", "run", "x", NULL);
	EQ_INT(r.status, 125);
}

TEST(prints_help)
{
	husk(&r, "", "run", "--help", NULL);
	EQ_INT(r.status, 0);
	OK(strstr(r.out, "BUNDLE") != NULL);
	for (const struct ctl_verb *v = ctl_verbs; v->name != NULL; v++) {
		husk(&r, "", v->name, "--help", NULL);
		EQ_INT(r.status, 0);
		OK(strstr(r.out, v->help) != NULL);
	}
}

TEST(runs_a_bundle)
{
	start();
	put_file("config.json", BUNDLE("[\"sh\",\"-c\","
				       "\"cat; echo err >&2; exit 42\"]"));
	husk(&r, "hello\n", "run", dir, NULL);
	EQ_STR(r.err, "err\n");
	EQ_STR(r.out, "hello\n");
	EQ_INT(r.status, 42);
	/* Again: the sandbox is there already, the container is gone. */
	husk(&r, "again", "run", dir, "--id", "c1", NULL);
	EQ_STR(r.out, "again");
	EQ_INT(r.status, 42);
	put_file("config.json", BUNDLE("[\"sh\",\"-c\",\"kill -9 $$\"]"));
	husk(&r, "", "run", "--no-sandbox", dir, "--id", "c1", NULL);
	EQ_STR(r.err, "");
	EQ_INT(r.status, 137);
	stop();
}

TEST(copies_much_both_ways)
{
	static char input[60000];

	memset(input, 'x', sizeof(input) - 1);
	start();
	put_file("config.json", BUNDLE("[\"cat\"]"));
	husk(&r, input, "run", dir, NULL);
	EQ_STR(r.err, "");
	EQ_INT(strlen(r.out), sizeof(input) - 1);
	EQ_STR(r.out, input);
	EQ_INT(r.status, 0);
	/* More than the process wants to read is no failure. */
	put_file("config.json", BUNDLE("[\"head\",\"-c\",\"3\"]"));
	husk(&r, input, "run", dir, NULL);
	EQ_STR(r.err, "");
	EQ_STR(r.out, "xxx");
	EQ_INT(r.status, 0);
	stop();
}

TEST(goes_through_the_life_of_a_container_verb_by_verb)
{
	start();
	put_file("config.json",
	    BUNDLE("[\"sh\",\"-c\","
		   "\"read x; echo got $x; echo e >&2; exec sleep 60\"]"));
	husk(&r, "", "sandbox-create", "--dns", "nameserver 1.1.1.1", NULL);
	EQ_INT(r.status, 0);
	husk(&r, "", "sandbox-create", NULL);
	EQ_INT(r.status, 1);
	husk(&r, "", "create", "c1", dir, NULL);
	EQ_STR(r.err, "");
	EQ_INT(r.status, 0);
	husk(&r, "", "create", "c1", dir, NULL);
	EQ_INT(r.status, 1);
	husk(&r, "", "start", "c1", NULL);
	EQ_INT(r.status, 0);
	husk(&r, "line\n", "stdin", "c1", NULL);
	EQ_STR(r.err, "");
	EQ_INT(r.status, 0);
	husk(&r, "", "exec", "c1", "--", "sh", "-c", "echo in; exit 3", NULL);
	EQ_STR(r.err, "");
	EQ_STR(r.out, "in\n");
	EQ_INT(r.status, 3);
	husk(&r, "text", "exec", "c1", "-i", "--env", "A=b", "--user", "1:2",
	    "--", "cat", NULL);
	EQ_STR(r.out, "text");
	EQ_INT(r.status, 0);
	husk(&r, "", "signal", "c1", "SIGTERM", NULL);
	EQ_INT(r.status, 0);
	husk(&r, "", "stdout", "c1", NULL);
	EQ_STR(r.out, "got line\n");
	husk(&r, "", "stderr", "c1", NULL);
	EQ_STR(r.out, "");
	EQ_STR(r.err, "e\n");
	husk(&r, "", "wait", "c1", NULL);
	EQ_STR(r.out, "143\n");
	husk(&r, "", "remove", "c1", "5", NULL);
	EQ_INT(r.status, 0);
	husk(&r, "", "stdout", "c1", NULL);
	EQ_INT(r.status, 1);
	stop();
}

TEST(serves_a_terminal)
{
	start();
	put_file("config.json",
	    "{\"ociVersion\":\"1.2.0\",\"root\":{"
	    "\"path\":\"/r\"},\"process\":{\"terminal\":true,\"args\":["
	    "\"sh\",\"-c\",\"test -t 1 && echo tty\"]}}");
	husk(&r, "", "run", dir, NULL);
	EQ_STR(r.err, "");
	EQ_STR(r.out, "tty\r\n");
	EQ_INT(r.status, 0);
	stop();
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "serve") == 0) {
		fake_agent_start(argv[2]);
		pause();
	}
	return tap_main(argc, argv);
}
