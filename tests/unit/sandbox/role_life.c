/* The sandbox role: the life of containers and of the pod. */
#include "tests/unit/sandbox/snapshot.h"

static void
body_life(struct fixture *f)
{
	char text[256], out[4096];
	struct sample s;
	uint32_t waits[2];

	create_sandbox(f);
	take_snapshot(before);
	sample_init(&s, "c1",
	    "uname -n; id -u; echo $$; cat /proc/self/cgroup | tail -1; "
	    "echo err >&2; exit 3");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	waits[0] = send_wait(f, "c1", "");
	waits[1] = send_wait(f, "c1", "c1");
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	EQ_INT(get_wait(f, waits[0]), 3);
	EQ_INT(get_wait(f, waits[1]), 3);
	EQ_INT(fixture_code(f, send_wait(f, "c1", ""), text), ERR_NOT_FOUND);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), text), ERR_NONE);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), text), ERR_NOT_FOUND);
	EQ_STR(text, "no container 'c1'");
	check_snapshot();

	/* Again, with the streams read before the wait. */
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c1", "", out, sizeof(out));
	EQ_STR(out, "pod\n0\n1\n0::/");
	read_all(f, METHOD_READ_STDERR, "c1", "c1", out, sizeof(out));
	EQ_STR(out, "err");
	EQ_INT(get_wait(f, send_wait(f, "c1", "c1")), 3);
	EQ_INT(kill_process(f, "c1", "", SIGKILL), ERR_NONE);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), text), ERR_NONE);
	check_snapshot();
}

TEST(a_container_lives_and_leaves_nothing_behind)
{
	fixture_run(body_life);
}

static void
body_order(struct fixture *f)
{
	Grpc__ExecProcessRequest x = GRPC__EXEC_PROCESS_REQUEST__INIT;
	Grpc__Process process;
	Grpc__User user;
	char *args[3], *env[1];
	struct sample s, again;
	char text[256];

	sample_init(&s, "c1", "read x; exit 0");
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s.m, text), ERR_STATE);
	create_sandbox(f);
	EQ_INT(start(f, "c1", text), ERR_NOT_FOUND);
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	sample_init(&again, "c1", "true");
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &again.m, text),
	    ERR_EXISTS);
	EQ_STR(text, "container 'c1' exists");

	sample_process(&process, &user, args, env, "true");
	x.container_id = (char *)"c1";
	x.exec_id = (char *)"x1";
	x.process = &process;
	EQ_INT(fixture_call(f, METHOD_EXEC_PROCESS, &x, text), ERR_STATE);
	EQ_STR(text, "container 'c1' is created, not started");
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	EQ_INT(start(f, "c1", text), ERR_STATE);
	EQ_STR(text, "container 'c1' is running");
	x.exec_id = (char *)"";
	EQ_INT(fixture_call(f, METHOD_EXEC_PROCESS, &x, text), ERR_ARGUMENT);
	x.exec_id = (char *)"c1";
	EQ_INT(fixture_call(f, METHOD_EXEC_PROCESS, &x, text), ERR_EXISTS);
	EQ_INT(write_stdin(f, "c1", "", ""), ERR_NONE);
	EQ_INT(write_stdin(f, "c1", "", "late"), ERR_STATE);
	EQ_INT(get_wait(f, send_wait(f, "c1", "")), 0);
	x.exec_id = (char *)"x1";
	EQ_INT(fixture_call(f, METHOD_EXEC_PROCESS, &x, text), ERR_STATE);
	EQ_STR(text, "container 'c1' is stopped");
	EQ_INT(kill_process(f, "c1", "", 0), ERR_ARGUMENT);
	EQ_INT(kill_process(f, "c1", "", 65), ERR_ARGUMENT);
	EQ_INT(kill_process(f, "nobody", "", 9), ERR_NOT_FOUND);
}

TEST(requests_out_of_order_are_refused_by_state)
{
	fixture_run(body_order);
}

static void
body_exec(struct fixture *f)
{
	Grpc__ExecProcessRequest x = GRPC__EXEC_PROCESS_REQUEST__INIT;
	Grpc__TtyWinResizeRequest w = GRPC__TTY_WIN_RESIZE_REQUEST__INIT;
	Grpc__Process process;
	Grpc__User user;
	char *args[3], *env[1];
	char text[256], out[4096];
	struct sample s;

	create_sandbox(f);
	sample_init(&s, "c1", "sleep 1000");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	sample_process(&process, &user, args, env,
	    "read a; echo got $a; test /proc/1/ns/pid -ef /proc/self/ns/pid "
	    "&& echo same; exit 7");
	x.container_id = (char *)"c1";
	x.exec_id = (char *)"x1";
	x.process = &process;
	fixture_ok(f, METHOD_EXEC_PROCESS, &x);
	EQ_INT(fixture_call(f, METHOD_EXEC_PROCESS, &x, text), ERR_EXISTS);
	EQ_INT(write_stdin(f, "c1", "x1", "hello\n"), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c1", "x1", out, sizeof(out));
	EQ_STR(out, "got hello\nsame");
	EQ_INT(get_wait(f, send_wait(f, "c1", "x1")), 7);
	EQ_INT(fixture_code(f, send_wait(f, "c1", "x1"), text), ERR_NOT_FOUND);

	/* A program that is not there: told, and the id is free again. */
	args[0] = (char *)"/no/such/program";
	OK(fixture_call(f, METHOD_EXEC_PROCESS, &x, text) != ERR_NONE);
	args[0] = (char *)"/bin/sh";

	w.container_id = (char *)"c1";
	w.exec_id = (char *)"";
	EQ_INT(fixture_call(f, METHOD_TTY_WIN_RESIZE, &w, text),
	    ERR_UNAVAILABLE);
	EQ_STR(text, "no tty");
	sample_process(&process, &user, args, env, "read x; stty size; tty");
	process.terminal = true;
	x.exec_id = (char *)"x2";
	fixture_ok(f, METHOD_EXEC_PROCESS, &x);
	w.exec_id = (char *)"x2";
	w.row = 33;
	w.column = 77;
	fixture_ok(f, METHOD_TTY_WIN_RESIZE, &w);
	EQ_INT(write_stdin(f, "c1", "x2", "go\n"), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c1", "x2", out, sizeof(out));
	OK(strstr(out, "33 77") != NULL);
	EQ_INT(get_wait(f, send_wait(f, "c1", "x2")), 0);

	/* An unhandled SIGTERM to the first process becomes SIGKILL. */
	EQ_INT(kill_process(f, "c1", "", SIGTERM), ERR_NONE);
	EQ_INT(get_wait(f, send_wait(f, "c1", "")), 128 + SIGKILL);
}

TEST(execs_have_their_own_streams_status_and_terminal)
{
	fixture_run(body_exec);
}

static void
body_remove(struct fixture *f)
{
	struct sample s;
	uint32_t wait, first, second;
	enum err_code code;

	create_sandbox(f);
	take_snapshot(before);
	sample_init(&s, "c1", "trap '' TERM; sleep 1000 & sleep 1000");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	wait = send_wait(f, "c1", "");
	first = send_remove(f, "c1");
	second = send_remove(f, "c1");
	EQ_INT(get_wait(f, wait), 128 + SIGKILL);
	EQ_INT(fixture_code(f, first, NULL), ERR_NONE);
	code = fixture_code(f, second, NULL);
	OK(code == ERR_STATE || code == ERR_NOT_FOUND);
	check_snapshot();
}

TEST(remove_while_running_answers_waiters_and_cleans_up)
{
	fixture_run(body_remove);
}

static void
body_pidns(struct fixture *f)
{
	char first[256], second[256];
	struct sample s;

	create_sandbox(f);
	sample_init(&s, "c1", "readlink /proc/self/ns/pid; exec >&-; sleep 99");
	s.m.sandbox_pidns = true;
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c1", "", first, sizeof(first));
	sample_init(&s, "c2", "readlink /proc/self/ns/pid");
	s.m.sandbox_pidns = true;
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c2", NULL), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c2", "", second, sizeof(second));
	OK(first[0] != '\0');
	EQ_STR(first, second);
	sample_init(&s, "c3", "readlink /proc/self/ns/pid");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c3", NULL), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c3", "", second, sizeof(second));
	OK(strcmp(first, second) != 0);
}

TEST(containers_share_a_pid_namespace_when_asked)
{
	fixture_run(body_pidns);
}

static void
body_pause(struct fixture *f)
{
	Grpc__PauseContainerRequest p = GRPC__PAUSE_CONTAINER_REQUEST__INIT;
	Grpc__ResumeContainerRequest r = GRPC__RESUME_CONTAINER_REQUEST__INIT;
	Grpc__StatsContainerRequest st = GRPC__STATS_CONTAINER_REQUEST__INIT;
	Grpc__StatsContainerResponse *stats;
	struct sample s;
	char text[256];

	create_sandbox(f);
	take_snapshot(before);
	sample_init(&s, "c1", "sleep 1000");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	p.container_id = r.container_id = st.container_id = (char *)"c1";
	stats = fixture_get(f, fixture_send(f, METHOD_STATS_CONTAINER, &st),
	    METHOD_STATS_CONTAINER);
	OK(stats->cgroup_stats != NULL);
	fixture_ok(f, METHOD_PAUSE_CONTAINER, &p);
	EQ_INT(fixture_call(f, METHOD_PAUSE_CONTAINER, &p, text), ERR_STATE);
	EQ_STR(text, "container 'c1' is paused");
	fixture_ok(f, METHOD_RESUME_CONTAINER, &r);
	fixture_ok(f, METHOD_PAUSE_CONTAINER, &p);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), NULL), ERR_NONE);
	check_snapshot();
}

TEST(a_paused_container_can_be_resumed_and_removed)
{
	fixture_run(body_pause);
}

static void
body_destroy(struct fixture *f)
{
	Grpc__DestroySandboxRequest d = GRPC__DESTROY_SANDBOX_REQUEST__INIT;
	struct sample s;
	uint32_t wait, create;

	take_snapshot(before);
	create_sandbox(f);
	for (int i = 0; i < 3; i++) {
		char id[16];

		snprintf(id, sizeof(id), "c%d", i);
		sample_init(&s, id, "trap '' TERM; sleep 1000 & wait");
		s.m.sandbox_pidns = i > 0;
		fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
		EQ_INT(start(f, id, NULL), ERR_NONE);
	}
	wait = send_wait(f, "c1", "");
	sample_init(&s, "c9", "true");
	sample_storage(&s, "blk", "02/00", "ext4",
	    "/run/kata-containers/shared/containers/c1");
	create = fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
	fixture_ok(f, METHOD_DESTROY_SANDBOX, &d);
	EQ_INT(get_wait(f, wait), 128 + SIGKILL);
	EQ_INT(fixture_code(f, create, NULL), ERR_STATE);
	fixture_control(f, CONTROL_SHUTDOWN);
	check_snapshot();
}

TEST(destroy_sandbox_ends_everything_and_asks_for_power_off)
{
	fixture_run(body_destroy);
}

static void
body_rest(struct fixture *f)
{
	Grpc__CopyFileRequest c = GRPC__COPY_FILE_REQUEST__INIT;
	Grpc__CreateSandboxRequest m = GRPC__CREATE_SANDBOX_REQUEST__INIT;
	char text[256];
	struct err e;

	EQ_INT(fixture_call(f, METHOD_COPY_FILE, &c, text), ERR_UNIMPLEMENTED);
	EQ_STR(text, "CopyFile is not implemented");
	m.guest_hook_path = (char *)"/hooks";
	EQ_INT(fixture_call(f, METHOD_CREATE_SANDBOX, &m, text),
	    ERR_UNSUPPORTED);
	take_snapshot(before);
	create_sandbox(f);
	EQ_INT(fixture_call(f, METHOD_CREATE_SANDBOX, &m, text), ERR_EXISTS);
	/* Bytes that are no message. */
	OK(call_send_request(f->peer, 99, METHOD_START_CONTAINER, "\xff\xff", 2,
	       &e) == 0);
	EQ_INT(fixture_code(f, 99, NULL), ERR_SYNTAX);
	OK(call_send_request(f->peer, 98, METHOD_HEALTH_CHECK, "", 0, &e) == 0);
	EQ_INT(fixture_code(f, 98, NULL), ERR_UNIMPLEMENTED);
}

TEST(the_rest_is_refused_by_name)
{
	fixture_run(body_rest);
}

/*
 * The role itself holds five descriptors for each process; what it gives to
 * containers is what programs expect.
 */
static void
body_files(struct fixture *f)
{
	char path[64], out[256];
	struct sample s;
	struct buf b;
	struct err e;

	create_sandbox(f);
	sample_init(&s, "c1", "ulimit -Sn");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c1", "", out, sizeof(out));
	EQ_STR(out, "1024");
	snprintf(path, sizeof(path), "/proc/%d/limits", (int)f->role);
	buf_init(&b, TEXT);
	OK(fd_read_file(AT_FDCWD, path, &b, &e) == 0);
	OK(strstr(buf_str(&b), "Max open files            8192 ") != NULL);
	buf_release(&b);
}

TEST(the_role_has_files_for_all_its_processes_and_containers_the_usual_number)
{
	fixture_run(body_files);
}

ROLE_MAIN
