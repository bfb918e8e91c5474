#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "oci/container.h"
#include "tests/unit/sandbox/request.h"

static char before[TEXT], after[TEXT];

/* Fail with the first line that differs. */
static void
check_snapshot(void)
{
	size_t i = 0, line = 0;

	take_snapshot(after);
	while (before[i] != '\0' && before[i] == after[i]) {
		if (before[i] == '\n')
			line = i + 1;
		i++;
	}
	if (before[i] == after[i])
		return;
	printf("# before: %.*s\n# after:  %.*s\n",
	    (int)strcspn(before + line, "\n"), before + line,
	    (int)strcspn(after + line, "\n"), after + line);
	tap_fail(__FILE__, __LINE__, "something is left behind");
}

/* Create must fail with that code and leave nothing. */
static void
create_fails(struct fixture *f, struct sample *s, enum err_code code,
    const char *part)
{
	char text[256];

	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &s->m, text), code);
	if (strstr(text, part) == NULL)
		EQ_STR(text, part);
	check_snapshot();
}

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
body_missing_device(struct fixture *f)
{
	Grpc__GuestDetailsRequest g = GRPC__GUEST_DETAILS_REQUEST__INIT;
	struct sample s;
	char text[256];
	uint32_t create;

	create_sandbox(f);
	take_snapshot(before);
	sample_init(&s, "c1", "true");
	sample_storage(&s, "ephemeral", "tmpfs", "tmpfs",
	    "/run/kata-containers/c1/tmp/deep");
	sample_storage(&s, "blk", "1f/00", "ext4",
	    "/run/kata-containers/shared/containers/c1");
	create = fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
	/* Others are served meanwhile; a second one of that name is not. */
	fixture_ok(f, METHOD_GET_GUEST_DETAILS, &g);
	EQ_INT(f->n_held, 0);
	EQ_INT(start(f, "c1", text), ERR_STATE);
	EQ_STR(text, "container 'c1' is being created");
	EQ_INT(fixture_code(f, create, text), ERR_TIMEOUT);
	OK(strstr(text, "device '1f/00' did not appear within 1 s") != NULL);
	check_snapshot();

	s.storages[1].source = (char *)"/dev/nothing-here";
	create_fails(f, &s, ERR_TIMEOUT, "device '/dev/nothing-here' did not");
	s.storages[1].source = (char *)"/dev/../etc/passwd";
	create_fails(f, &s, ERR_SYNTAX, "is not a PCI path");
	s.storages[1].source = (char *)"0.0.0fff";
	create_fails(f, &s, ERR_ARGUMENT, "source '0.0.0fff' with driver blk");
	s.storages[1].driver = (char *)"blk-ccw";
	create_fails(f, &s, ERR_TIMEOUT, "device '0.0.0fff' did not appear");
	s.storages[1].source = (char *)"0.4.0fff";
	create_fails(f, &s, ERR_SYNTAX, "is not a CCW bus id");
	s.storages[1].source = (char *)"02/00";
	create_fails(f, &s, ERR_ARGUMENT, "source '02/00' with driver blk-ccw");
}

TEST(a_missing_device_times_out_while_others_are_served)
{
	fixture_run(body_missing_device);
}

static void
body_failures(struct fixture *f)
{
	struct sample s;

	create_sandbox(f);
	take_snapshot(before);
	sample_init(&s, "c1", "true");
	sample_storage(&s, "ephemeral", "tmpfs", "tmpfs",
	    "/run/kata-containers/c1/one");
	sample_storage(&s, "local", "", "local",
	    "/run/kata-containers/sandbox/ephemeral/two");
	sample_storage(&s, "bind", FIXTURE_ROOT, "bind",
	    "/run/kata-containers/sandbox/three");
	sample_storage(&s, "virtio-fs", "tag", "virtiofs",
	    "/run/kata-containers/sandbox/four");
	create_fails(f, &s, ERR_UNSUPPORTED,
	    "unsupported: storage driver 'virtio-fs'");
	s.storages[3].driver = (char *)"ephemeral";
	create_fails(f, &s, ERR_UNSUPPORTED, "file system 'virtiofs'");
	s.storages[3].fstype = (char *)"tmpfs";
	s.storages[3].mount_point = (char *)"/etc/four";
	create_fails(f, &s, ERR_ARGUMENT, "'/etc/four'");
	s.storages[3].mount_point =
	    (char *)"/run/kata-containers/sandbox/../../four";
	create_fails(f, &s, ERR_ARGUMENT, "is not a plain path");
	s.storages[3].mount_point = (char *)"/run/kata-containers/c1/four";
	s.storage_options[3][0] = (char *)"no_such_option=1";
	s.storages[3].n_options = 1;
	create_fails(f, &s, ERR_SYSTEM, "storage");
	s.m.n_storages = 3;

	s.root.path = (char *)"/run/kata-containers/shared/containers/none";
	create_fails(f, &s, ERR_NOT_FOUND, "root file system");
	s.root.path = (char *)"/run/kata-containers/c1/rootfs";
	create_fails(f, &s, ERR_NOT_FOUND, "root file system");
	s.root.path = (char *)"/";
	create_fails(f, &s, ERR_ARGUMENT, "root file system");
	s.root.path = (char *)FIXTURE_ROOT;
	s.linux.cgroupspath = (char *)"/a/../b";
	create_fails(f, &s, ERR_ARGUMENT, "container 'c1'");
	s.linux.cgroupspath = s.cgroup;
	s.mounts[0].source = (char *)"/no/such/source";
	s.mounts[0].type = (char *)"bind";
	s.options[0] = (char *)"bind";
	create_fails(f, &s, ERR_NOT_FOUND, "/proc");
	sample_init(&s, "../c1", "true");
	create_fails(f, &s, ERR_ARGUMENT, "bad container id '../c1'");
	sample_init(&s, "shared", "true");
	create_fails(f, &s, ERR_ARGUMENT, "reserved");
	sample_init(&s, "c1", "true");
	s.m.stdin_port = 1;
	create_fails(f, &s, ERR_UNSUPPORTED, "vsock ports");
}

TEST(a_failed_creation_leaves_mounts_and_cgroups_as_they_were)
{
	fixture_run(body_failures);
}

static void
body_sources(struct fixture *f)
{
	static const struct {
		const char *driver, *source, *fstype, *option;
		enum err_code code;
		const char *part;
	} rows[] = {
		{ "bind", "/etc", "bind", "rbind", ERR_ARGUMENT, "'/etc'" },
		{ "bind", FIXTURE_ROOT "/none", "", "bind", ERR_NOT_FOUND,
		    "bind source" },
		{ "bind", FIXTURE_ROOT "/bin", "", "bind", ERR_SYSTEM,
		    "bind source" },
		{ "bind", FIXTURE_ROOT, "", "uid=0", ERR_UNSUPPORTED,
		    "bind mount option 'uid=0'" },
		{ "overlayfs", "", "overlay", "lowerdir=/etc", ERR_ARGUMENT,
		    "'/etc'" },
		{ "overlayfs", "", "overlay", "metacopy=on", ERR_ARGUMENT,
		    "without lowerdir" },
		{ "overlayfs", "", "overlay", "lowerdir=" FIXTURE_ROOT "::/x",
		    ERR_ARGUMENT, "" },
		{ "local", "", "", "ro", ERR_ARGUMENT, "mode= and fsgid=" },
		{ "ephemeral", "", "hugetlbfs", "pagesize=2M", ERR_UNSUPPORTED,
		    "'hugetlbfs'" },
		{ "scsi", "0:1", "ext4", "ro", ERR_UNSUPPORTED, "'scsi'" },
	};
	char *key[] = { (char *)"encryption_key=ephemeral" };
	struct sample s;

	create_sandbox(f);
	take_snapshot(before);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sample_init(&s, "c1", "true");
		sample_storage(&s, rows[i].driver, rows[i].source,
		    rows[i].fstype, "/run/kata-containers/sandbox/x/y");
		s.storages[0].n_options = 1;
		s.storage_options[0][0] = (char *)rows[i].option;
		create_fails(f, &s, rows[i].code, rows[i].part);
	}
	s.storages[0].driver = (char *)"blk";
	s.storages[0].driver_options = key;
	s.storages[0].n_driver_options = 1;
	create_fails(f, &s, ERR_UNSUPPORTED,
	    "unsupported: driver option 'encryption_key=ephemeral'");
}

TEST(storages_from_elsewhere_or_with_unknown_wishes_are_refused)
{
	fixture_run(body_sources);
}

static void
body_storages(struct fixture *f)
{
	static char during[TEXT];
	struct sample s, t;

	create_sandbox(f);
	take_snapshot(before);
	sample_init(&s, "c1", "sleep 1000");
	sample_storage(&s, "local", "", "",
	    "/run/kata-containers/sandbox/ephemeral/data");
	s.storage_options[1][0] =
	    (char *)"lowerdir=/run/kata-containers/shared/containers/r";
	s.storage_options[1][1] = (char *)"io.katacontainers.fs-opt.overlay-rw";
	sample_storage(&s, "overlayfs", "overlay", "overlay",
	    "/run/kata-containers/c1/rootfs")
	    ->n_options = 2;
	s.root.path = (char *)"/run/kata-containers/c1/rootfs";
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	take_snapshot(during);
	OK(strstr(during, "/run/kata-containers/c1/rootfs") != NULL);
	OK(mkdir("/run/kata-containers/sandbox/ephemeral/data/x", 0755) == 0);

	/* A second user keeps it; another kind of storage there is refused. */
	sample_init(&t, "c2", "true");
	sample_storage(&t, "ephemeral", "tmpfs", "tmpfs",
	    "/run/kata-containers/sandbox/ephemeral/data");
	EQ_INT(fixture_call(f, METHOD_CREATE_CONTAINER, &t.m, NULL),
	    ERR_EXISTS);
	t.storages[0].driver = (char *)"local";
	t.storages[0].source = (char *)"";
	t.storages[0].fstype = (char *)"";
	fixture_ok(f, METHOD_CREATE_CONTAINER, &t.m);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), NULL), ERR_NONE);
	OK(access("/run/kata-containers/sandbox/ephemeral/data/x", F_OK) == 0);
	EQ_INT(fixture_code(f, send_remove(f, "c2"), NULL), ERR_NONE);
	check_snapshot();

	/* A shared one outlives its containers. */
	sample_init(&t, "c3", "true");
	sample_storage(&t, "ephemeral", "tmpfs", "tmpfs",
	    "/run/kata-containers/sandbox/kept")
	    ->shared = true;
	fixture_ok(f, METHOD_CREATE_CONTAINER, &t.m);
	EQ_INT(fixture_code(f, send_remove(f, "c3"), NULL), ERR_NONE);
	OK(access("/run/kata-containers/sandbox/kept", F_OK) == 0);
}

TEST(storages_are_counted_over_the_whole_sandbox)
{
	fixture_run(body_storages);
}

/* An ext4 image with a root file system in its folder rootfs, as a loop. */
static int
make_loop(char path[32])
{
	int image, control, loop, n;

	if (system("mkdir -p /run/i/rootfs/proc /run/i/rootfs/dev "
		   "/run/i/rootfs/usr && cd /run/i/rootfs && "
		   "ln -s usr/bin bin && ln -s usr/lib lib && "
		   "ln -s usr/lib64 lib64 && truncate -s 8M /run/image && "
		   "mkfs.ext4 -q -d /run/i /run/image >/dev/null 2>&1") != 0)
		SKIP("no mkfs.ext4");
	image = open("/run/image", O_RDWR | O_CLOEXEC);
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	n = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	if (n < 0)
		SKIP("no loop devices");
	snprintf(path, 32, "/dev/loop%d", n);
	loop = open(path, O_RDWR | O_CLOEXEC);
	if (loop < 0 || ioctl(loop, LOOP_SET_FD, image) < 0)
		SKIP("no free loop device");
	close(control);
	close(image);
	return loop;
}

static void
body_block(struct fixture *f)
{
	char path[32], out[4096], text[256];
	struct sample s;
	struct stat st;
	int loop = make_loop(path);

	create_sandbox(f);
	take_snapshot(before);
	OK(stat(path, &st) == 0);
	sample_init(&s, "c1", "echo new >/file && cat /file; ls -l /dev/blk");
	sample_storage(&s, "blk", path, "ext4",
	    "/run/kata-containers/shared/containers/c1");
	s.root.path =
	    (char *)"/run/kata-containers/shared/containers/c1/rootfs";
	/* The same device in the container, under the host's numbers. */
	grpc__device__init(&s.device);
	s.device.type = (char *)"blk";
	s.device.id = path;
	s.device.container_path = (char *)"/dev/blk";
	s.device_list[0] = &s.device;
	s.m.n_devices = 1;
	s.m.devices = s.device_list;
	grpc__linux_device__init(&s.oci_device);
	s.oci_device.path = (char *)"/dev/blk";
	s.oci_device.type = (char *)"b";
	s.oci_device.major = 250;
	s.oci_device.minor = 77;
	s.oci_device.filemode = 0660;
	s.oci_device_list[0] = &s.oci_device;
	s.linux.n_devices = 1;
	s.linux.devices = s.oci_device_list;
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c1", "", out, sizeof(out));
	snprintf(text, sizeof(text), "%u, %u ", major(st.st_rdev),
	    minor(st.st_rdev));
	if (strncmp(out, "new\n", 4) != 0 || strstr(out, text) == NULL)
		EQ_STR(out, text);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), NULL), ERR_NONE);
	check_snapshot();
	s.storages[0].fstype = (char *)"erofs";
	create_fails(f, &s, ERR_SYSTEM, "mount");
	s.storages[0].fstype = (char *)"vfat";
	create_fails(f, &s, ERR_UNSUPPORTED, "file system 'vfat'");
	ioctl(loop, LOOP_CLR_FD, 0);
	close(loop);
}

TEST(a_block_device_carries_the_root_file_system)
{
	fixture_run(body_block);
}

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

TEST(a_cancelled_request_is_undone_and_not_answered)
{
	fixture_run(body_cancel);
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

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "container") == 0)
		return container_main(argc, argv);
	return tap_main(argc, argv);
}
