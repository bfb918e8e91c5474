/* The sandbox role: storages and devices, found, refused, shared, undone. */
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "tests/unit/sandbox/snapshot.h"

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

#define SCAN "/sys/class/scsi_host/host0/scan"

/* A controller that takes its time: who opens the pipe waits for a reader. */
static void
make_slow_controller(void)
{
	must(mount("tmpfs", "/sys/class", "tmpfs", 0, NULL), "mount");
	must(mkdir("/sys/class/scsi_host", 0755), "mkdir");
	must(mkdir("/sys/class/scsi_host/host0", 0755), "mkdir");
	must(mkfifo(SCAN, 0644), "mkfifo");
}

/* Let the scan that waits, or the next one, go on, and see what it is for. */
static void
scanned_for(const char *address)
{
	char got[32];
	int fd = open(SCAN, O_RDONLY | O_CLOEXEC);
	ssize_t n, len = 0;

	must(fd, SCAN);
	while ((n = read(fd, got + len, sizeof(got) - 1 - (size_t)len)) > 0)
		len += n;
	close(fd);
	got[len] = '\0';
	EQ_STR(got, address);
}

static void
body_slow_scan(struct fixture *f)
{
	static const char *const ids[] = { "c1", "c2", "c3" };
	static const char *const disks[] = { "0:1", "3:200", "0:2" };
	Grpc__GuestDetailsRequest g = GRPC__GUEST_DETAILS_REQUEST__INIT;
	uint32_t create[3];
	struct sample s;
	char text[256];
	struct err e;

	make_slow_controller();
	create_sandbox(f);
	take_snapshot(before);
	for (int i = 0; i < 3; i++) {
		char at[64];

		snprintf(at, sizeof(at),
		    "/run/kata-containers/shared/containers/%s", ids[i]);
		sample_init(&s, ids[i], "true");
		sample_storage(&s, "scsi", disks[i], "ext4", at);
		create[i] = fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
	}
	fixture_ok(f, METHOD_GET_GUEST_DETAILS, &g);
	/* The second that a disk has begins when the scan for it is over. */
	usleep(1100 * 1000);
	OK(call_send_cancel(f->peer, create[0], &e) == 0);
	fixture_ok(f, METHOD_GET_GUEST_DETAILS, &g);
	EQ_INT(f->n_held, 0);
	scanned_for("0 0 1");
	scanned_for("0 3 200");
	EQ_INT(fixture_code(f, create[1], text), ERR_TIMEOUT);
	OK(strstr(text, "device '3:200' did not appear within 1 s") != NULL);
	/* The scan for the third still waits when the role has to stop. */
	OK(call_send_cancel(f->peer, create[2], &e) == 0);
	fixture_ok(f, METHOD_GET_GUEST_DETAILS, &g);
	EQ_INT(f->n_held, 0);
	check_snapshot();
}

TEST(a_slow_scan_for_a_scsi_disk_holds_up_nobody_else)
{
	fixture_run(body_slow_scan);
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
		/* A bind takes any path of the guest for its source. */
		{ "ephemeral", "/etc", "tmpfs", "bind", ERR_ARGUMENT,
		    "bind with driver ephemeral" },
		{ "ephemeral", "/", "tmpfs", "rbind", ERR_ARGUMENT,
		    "bind with driver ephemeral" },
		{ "overlayfs", "", "overlay", "lowerdir=/etc", ERR_ARGUMENT,
		    "'/etc'" },
		{ "overlayfs", "", "overlay", "metacopy=on", ERR_ARGUMENT,
		    "without lowerdir" },
		{ "overlayfs", "", "overlay", "lowerdir=" FIXTURE_ROOT "::/x",
		    ERR_ARGUMENT, "" },
		{ "local", "", "", "ro", ERR_ARGUMENT, "mode= and fsgid=" },
		{ "ephemeral", "", "hugetlbfs", "pagesize=2M", ERR_UNSUPPORTED,
		    "'hugetlbfs'" },
		{ "scsi", "02/00", "ext4", "ro", ERR_ARGUMENT,
		    "source '02/00' with driver scsi" },
		{ "scsi", "/dev/sda", "ext4", "ro", ERR_ARGUMENT,
		    "source '/dev/sda' with driver scsi" },
		{ "blk", "0:1", "ext4", "ro", ERR_ARGUMENT,
		    "source '0:1' with driver blk" },
		{ "scsi", "0:256", "ext4", "ro", ERR_SYNTAX,
		    "'0:256' is not a SCSI address" },
		{ "scsi", "0:1", "tmpfs", "ro", ERR_UNSUPPORTED,
		    "file system 'tmpfs' with driver scsi" },
		{ "nvdimm", "/dev/pmem0", "ext4", "ro", ERR_UNSUPPORTED,
		    "unsupported: storage driver 'nvdimm'" },
		{ "mmioblk", "/dev/vda", "ext4", "ro", ERR_UNSUPPORTED,
		    "unsupported: storage driver 'mmioblk'" },
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

static void
body_overlay_of_the_pod(struct fixture *f)
{
	Grpc__CreateSandboxRequest m = GRPC__CREATE_SANDBOX_REQUEST__INIT;
	Grpc__Storage st = GRPC__STORAGE__INIT, *list[] = { &st };
	char *options[] = { (char *)"io.katacontainers.fs-opt.overlay-rw",
		(char *)"lowerdir=/run/kata-containers/shared",
		(char *)"no-such-option" };
	char text[256];

	take_snapshot(before);
	st.driver = (char *)"overlayfs";
	st.source = (char *)"none";
	st.fstype = (char *)"overlay";
	st.mount_point = (char *)"/run/kata-containers/sandbox/over";
	st.options = options;
	st.n_options = 3;
	m.n_storages = 1;
	m.storages = list;
	for (int i = 0; i < 2; i++) {
		EQ_INT(fixture_call(f, METHOD_CREATE_SANDBOX, &m, text),
		    ERR_SYSTEM);
		OK(strstr(text, "Invalid argument") != NULL);
		check_snapshot();
	}
	st.n_options = 2;
	fixture_ok(f, METHOD_CREATE_SANDBOX, &m);
}

TEST(an_overlay_of_the_pod_that_fails_leaves_nothing)
{
	fixture_run(body_overlay_of_the_pod);
}

TEST(a_block_device_carries_the_root_file_system)
{
	fixture_run(body_block);
}

static bool
image_has(const char *text)
{
	char command[128];

	snprintf(command, sizeof(command), "grep -q %s /run/image", text);
	return system(command) == 0;
}

/* Until a cgroup above it is thawed, the child of c2 has all mounts of c1. */
static void
body_copied_mounts(struct fixture *f)
{
	char path[32], out[16];
	struct sample s;
	uint32_t create;
	struct err e;
	int loop = make_loop(path);

	create_sandbox(f);
	sample_init(&s, "c1", "printf %s%s kept -data >/file");
	sample_storage(&s, "blk", path, "ext4",
	    "/run/kata-containers/shared/containers/c1");
	s.root.path =
	    (char *)"/run/kata-containers/shared/containers/c1/rootfs";
	fixture_ok(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(start(f, "c1", NULL), ERR_NONE);
	read_all(f, METHOD_READ_STDOUT, "c1", "", out, sizeof(out));
	EQ_INT(get_wait(f, send_wait(f, "c1", "")), 0);
	OK(mkdir("/sys/fs/cgroup/cold", 0755) == 0);
	OK(fd_write_file(AT_FDCWD, "/sys/fs/cgroup/cold/cgroup.freeze", "1",
	       &e) == 0);
	sample_init(&s, "c2", "true");
	s.linux.cgroupspath = (char *)"/cold/c2";
	create = fixture_send(f, METHOD_CREATE_CONTAINER, &s.m);
	EQ_INT(fixture_code(f, send_remove(f, "c1"), NULL), ERR_NONE);
	EQ_INT(f->n_held, 0);
	OK(image_has("kept-data"));
	OK(fd_write_file(AT_FDCWD, "/sys/fs/cgroup/cold/cgroup.freeze", "0",
	       &e) == 0);
	EQ_INT(fixture_code(f, create, NULL), ERR_NONE);
	EQ_INT(fixture_code(f, send_remove(f, "c2"), NULL), ERR_NONE);
	ioctl(loop, LOOP_CLR_FD, 0);
	close(loop);
}

TEST(what_was_written_is_on_the_disk_before_its_container_is_gone)
{
	fixture_run(body_copied_mounts);
}

ROLE_MAIN
