/* The sandbox role: requests under way while others come, end or go wrong. */
#include <sys/syscall.h>

#include "oci/limits.h"
#include "tests/lib/openfiles.h"
#include "tests/unit/sandbox/snapshot.h"

static void
body_cancel(struct fixture *f)
{
	Grpc__GuestDetailsRequest g = GRPC__GUEST_DETAILS_REQUEST__INIT;
	Grpc__GetOOMEventRequest o = GRPC__GET_OOMEVENT_REQUEST__INIT;
	struct sample s;
	struct err e;
	uint32_t create, wait, oom;

	create_sandbox(f);
	take_snapshot(before);
	sample_init(&s, "c1", "sleep 1000");
	sample_storage(&s, "blk", "02/00", "ext4",
	    "/run/kata-containers/shared/containers/c1");
	create = fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
	OK(call_send_cancel(f->peer, create, &e) == 0);
	fixture_ok(f, METHOD_GET_GUEST_DETAILS, &g);
	EQ_INT(f->n_held, 0);
	check_snapshot();
	s.m.n_storages = 0;
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	wait = send_wait(f, "c1", "");
	oom = fixture_send(f, METHOD_GET_OOM_EVENT, &o);
	OK(call_send_cancel(f->peer, wait, &e) == 0);
	OK(call_send_cancel(f->peer, oom, &e) == 0);
	OK(call_send_cancel(f->peer, 4711, &e) == 0);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), NULL), ERR_NONE);
	EQ_INT(f->n_held, 0);
	check_snapshot();
}

TEST(a_cancelled_request_is_undone_and_not_answered)
{
	fixture_run(body_cancel);
}

static void
body_cancel_sandbox(struct fixture *f)
{
	Grpc__CreateSandboxRequest m = GRPC__CREATE_SANDBOX_REQUEST__INIT;
	Grpc__DestroySandboxRequest d = GRPC__DESTROY_SANDBOX_REQUEST__INIT;
	Grpc__Storage st = GRPC__STORAGE__INIT, *list[] = { &st };
	struct err e;
	char text[256];
	uint32_t id;

	take_snapshot(before);
	st.driver = (char *)"blk";
	st.source = (char *)"02/00";
	st.fstype = (char *)"ext4";
	st.mount_point = (char *)"/run/kata-containers/sandbox/disk";
	m.n_storages = 1;
	m.storages = list;
	EQ_INT(fixture_call(f, METHOD_CREATE_SANDBOX, &m, text), ERR_TIMEOUT);
	check_snapshot();
	id = fixture_send(f, METHOD_CREATE_SANDBOX, &m);
	EQ_INT(fixture_call(f, METHOD_DESTROY_SANDBOX, &d, text), ERR_STATE);
	EQ_STR(text, "the sandbox is being created");
	OK(call_send_cancel(f->peer, id, &e) == 0);
	create_sandbox(f);
	EQ_INT(f->n_held, 0);
}

TEST(create_sandbox_fails_or_is_cancelled_without_a_trace)
{
	fixture_run(body_cancel_sandbox);
}

static void
body_stop(struct fixture *f)
{
	struct sample s;

	create_sandbox(f);
	sample_init(&s, "c1", "trap '' TERM; sleep 1000 & wait");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	(void)send_wait(f, "c1", "");
	(void)send_remove(f, "nobody");
	sample_init(&s, "c2", "true");
	sample_storage(&s, "blk", "02/00", "ext4",
	    "/run/kata-containers/shared/containers/c2");
	(void)fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
}

/* fixture_run() wants status 0 and no leak at the end. */
TEST(stops_in_order_with_work_under_way)
{
	fixture_run(body_stop);
}

static void
body_burst(struct fixture *f)
{
	Grpc__GuestDetailsRequest g = GRPC__GUEST_DETAILS_REQUEST__INIT;
	uint32_t ids[20];
	struct sample s;

	create_sandbox(f);
	sample_init(&s, "c1", "sleep 1000");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	for (int i = 0; i < 20; i++)
		ids[i] = i % 2 == 0
			     ? send_wait(f, "c1", "")
			     : fixture_send(f, METHOD_GET_GUEST_DETAILS, &g);
	for (int i = 1; i < 20; i += 2)
		EQ_INT(fixture_code(f, ids[i], NULL), ERR_NONE);
	EQ_INT(kill_process(f, "c1", "c1", SIGKILL), ERR_NONE);
	for (int i = 0; i < 20; i += 2)
		EQ_INT(get_wait(f, ids[i]), 128 + SIGKILL);
}

TEST(twenty_requests_in_flight_get_their_own_answers)
{
	fixture_run(body_burst);
}

/* xorshift: the same garbage on every machine. */
static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void
body_garbage(struct fixture *f)
{
	Grpc__GuestDetailsRequest g = GRPC__GUEST_DETAILS_REQUEST__INIT;
	uint32_t state = 1, id;
	struct buf good, bad;
	struct sample s;
	struct call c;
	struct err e;

	create_sandbox(f);
	sample_init(&s, "c1", "exit 0");
	sample_storage(&s, "ephemeral", "tmpfs", "tmpfs",
	    "/run/kata-containers/c1/tmp");
	buf_init(&good, CALL_INLINE_MAX);
	buf_init(&bad, CALL_INLINE_MAX);
	message_pack(&s.m.base, &good);
	for (int i = 0; i < 1000; i++) {
		uint32_t method = next_random(&state) % METHOD_AGENT_END;

		if (method == METHOD_DESTROY_SANDBOX || i % 2 == 0)
			method = METHOD_CREATE_CONTAINER;
		buf_clear(&bad);
		buf_add(&bad, good.p, good.len);
		for (uint32_t k = next_random(&state) % 8; k > 0; k--)
			bad.p[next_random(&state) % bad.len] =
			    (uint8_t)next_random(&state);
		id = f->next_id++;
		OK(call_send_request(f->peer, id, method, bad.p,
		       bad.len - next_random(&state) % 4, &e) == 0);
		OK(call_send_cancel(f->peer, id, &e) == 0);
	}
	buf_release(&good);
	buf_release(&bad);
	id = fixture_send(f, METHOD_GET_GUEST_DETAILS, &g);
	do {
		c = fixture_receive(f);
		call_release(&c);
	} while (c.id != id);
	EQ_INT(c.code, ERR_NONE);
}

TEST(a_thousand_mutated_requests_leave_it_alive)
{
	fixture_run(body_garbage);
}

static void
body_rpc_restart(struct fixture *f)
{
	struct sample s;
	int pair[2];
	struct err e;

	create_sandbox(f);
	sample_init(&s, "c1", "exit 5");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	(void)send_wait(f, "c1", "");
	close(f->peer);
	OK(channel_pair(pair, &e) == 0);
	OK(channel_send(f->control, CONTROL_PEER, 0, NULL, 0, &pair[1], 1,
	       &e) == 0);
	close(pair[1]);
	f->peer = pair[0];
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	EQ_INT(get_wait(f, send_wait(f, "c1", "")), 5);
}

TEST(containers_survive_a_new_rpc)
{
	fixture_run(body_rpc_restart);
}

/* Deeper than a container could make it itself. */
static void
body_stubborn_cgroup(struct fixture *f)
{
	struct sample s;
	int files, fd;
	struct err e;

	create_sandbox(f);
	files = openfiles_of(f->role);
	sample_init(&s, "c1", "true");
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	fd = open("/sys/fs/cgroup/pod/c1", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OK(fd_write_file(fd, "cgroup.max.depth", "max", &e) == 0);
	OK(mkdirat(fd, "x", 0755) == 0);
	for (int i = 0; i < OCI_CGROUP_NEST_MAX; i++) {
		int below = openat(fd, "x", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		OK(mkdirat(below, "x", 0755) == 0);
		close(fd);
		fd = below;
	}
	close(fd);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), NULL), ERR_NONE);
	EQ_INT(openfiles_of(f->role), files);
	OK(system("find /sys/fs/cgroup/pod -depth -type d -delete") == 0);
}

TEST(a_cgroup_that_stays_costs_no_descriptor)
{
	fixture_run(body_stubborn_cgroup);
}

enum {
	CHILD_FDS = 64
};

/* Copies of all descriptors of the process, as a debugger gets them. */
static void
steal_descriptors(pid_t pid, int stolen[CHILD_FDS])
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	must(pidfd, "pidfd_open");
	for (int i = 0; i < CHILD_FDS; i++)
		stolen[i] = (int)syscall(SYS_pidfd_getfd, pidfd, i, 0);
	close(pidfd);
}

/* Before it runs its first instruction: its cgroup is frozen. */
static pid_t
frozen_child(const char *procs)
{
	int pid = 0;

	for (int i = 0; pid == 0 && i < 500; i++) {
		FILE *f = fopen(procs, "re");

		if (f != NULL && fscanf(f, "%d", &pid) != 1)
			pid = 0;
		if (f != NULL)
			fclose(f);
		usleep(10000);
	}
	OK(pid > 0);
	return pid;
}

static void
body_held_channel(struct fixture *f)
{
	int stolen[CHILD_FDS];
	struct sample s;
	uint32_t create;
	char text[256];
	struct err e;
	pid_t pid;

	create_sandbox(f);
	OK(mkdir("/sys/fs/cgroup/pod", 0755) == 0);
	take_snapshot(before);
	OK(fd_write_file(AT_FDCWD, "/sys/fs/cgroup/pod/cgroup.freeze", "1",
	       &e) == 0);
	sample_init(&s, "c1", "true");
	create = fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
	pid = frozen_child("/sys/fs/cgroup/pod/c1/cgroup.procs");
	steal_descriptors(pid, stolen);
	OK(kill(pid, SIGKILL) == 0);
	EQ_INT(fixture_code(f, create, text), ERR_SYSTEM);
	OK(strstr(text, "died before it could start") != NULL);
	for (int i = 0; i < CHILD_FDS; i++)
		fd_close(&stolen[i]);
	/* The empty parent goes with the container. */
	OK(access("/sys/fs/cgroup/pod", F_OK) < 0);
}

TEST(a_child_that_dies_while_others_hold_its_channel_is_forgotten_once)
{
	fixture_run(body_held_channel);
}

ROLE_MAIN
