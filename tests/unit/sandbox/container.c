/*
 * The parts of container, process, oom, details, gate, guestpath and specdev
 * that do no I/O.
 */
#include <signal.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "sandbox/container.h"
#include "sandbox/details.h"
#include "sandbox/guestpath.h"
#include "sandbox/oom.h"
#include "sandbox/process.h"
#include "sandbox/specdev.h"
#include "tests/lib/tap.h"

TEST(ids_are_names_and_nothing_else)
{
	static const char *const good[] = { "a", "0", "A1_.-", "a..b",
		"sandbox1", "sharedx" };
	static const char *const bad[] = { "", ".", "..", ".a", "-a", "_a",
		"a/b", "a b", "a\n", "\xc3\xa4", "sandbox", "shared", "image",
		"../x" };
	char longest[SANDBOX_ID_MAX + 2];
	struct err e;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		EQ_INT(container_check_id(good[i], &e), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EQ_INT(container_check_id(bad[i], &e), -1);
		EQ_INT(e.code, ERR_ARGUMENT);
	}
	memset(longest, 'a', sizeof(longest));
	longest[SANDBOX_ID_MAX] = '\0';
	EQ_INT(container_check_id(longest, &e), 0);
	longest[SANDBOX_ID_MAX] = 'a';
	longest[SANDBOX_ID_MAX + 1] = '\0';
	EQ_INT(container_check_id(longest, &e), -1);
}

/* One row an operation: which states allow it, in the order of the enum. */
TEST(each_state_allows_its_operations)
{
	static const char *const rows[CONTAINER_OPS] = {
		[CONTAINER_OP_START] = "-c----",
		[CONTAINER_OP_EXEC] = "--r---",
		[CONTAINER_OP_SIGNAL] = "-crps-",
		[CONTAINER_OP_WAIT] = "-crps-",
		[CONTAINER_OP_STREAM] = "-crps-",
		[CONTAINER_OP_STATS] = "-crps-",
		[CONTAINER_OP_UPDATE] = "-crp--",
		[CONTAINER_OP_PAUSE] = "--r---",
		[CONTAINER_OP_RESUME] = "---p--",
		[CONTAINER_OP_REMOVE] = "-crps-",
	};
	struct err e;

	for (int op = 0; op < CONTAINER_OPS; op++) {
		for (int s = 0; s < CONTAINER_STATES; s++) {
			int rc = container_allows("x", s, op, &e);

			EQ_INT(rc, rows[op][s] == '-' ? -1 : 0);
		}
	}
	(void)container_allows("x", CONTAINER_STOPPED, CONTAINER_OP_EXEC, &e);
	EQ_STR(e.msg, "container 'x' is stopped");
	EQ_INT(e.code, ERR_STATE);
}

TEST(a_wait_status_is_the_exit_status_or_128_and_the_signal)
{
	EQ_INT(process_wait_status(CLD_EXITED, 0), 0);
	EQ_INT(process_wait_status(CLD_EXITED, 255), 255);
	EQ_INT(process_wait_status(CLD_KILLED, 9), 137);
	EQ_INT(process_wait_status(CLD_DUMPED, 11), 139);
}

TEST(signal_masks_are_read_from_status)
{
	static const char status[] = "Name:\tx\nSigPnd:\tffffffffffffffff\n"
				     "SigBlk:\t0000000000000001\n"
				     "SigIgn:\t0000000000001000\n"
				     "SigCgt:\t8000000000004000\n";

	OK(process_handles(status, SIGHUP));  /* 1: blocked */
	OK(process_handles(status, SIGPIPE)); /* 13: ignored */
	OK(process_handles(status, SIGTERM)); /* 15: caught */
	OK(process_handles(status, 64));
	OK(!process_handles(status, SIGINT));
	OK(!process_handles(status, 63));
	OK(!process_handles("", SIGTERM));
	OK(!process_handles("\nSigCgt:\tzz\n", SIGTERM));
	OK(!process_handles("\nSigCgt:\t40\n", SIGTERM));
	OK(!process_handles("x SigCgt:\tffffffffffffffff\n", SIGTERM));
}

TEST(oom_kills_are_counted)
{
	EQ_INT(oom_count("low 0\nhigh 0\nmax 4\noom 2\noom_kill 3\n"
			 "oom_group_kill 9\n"),
	    3);
	EQ_INT(oom_count("oom_kill 12"), 12);
	EQ_INT(oom_count("oom_kill"), 0);
	EQ_INT(oom_count("x oom_kill 5\n"), 0);
	EQ_INT(oom_count(""), 0);
}

TEST(memory_block_sizes_are_hexadecimal)
{
	EQ_INT(details_block_size("8000000\n"), 0x8000000);
	EQ_INT(details_block_size("8000000"), 0x8000000);
	EQ_INT(details_block_size(""), 0);
	EQ_INT(details_block_size("xyz\n"), 0);
	EQ_INT(details_block_size("11112222333344445\n"), 0);
	EQ_INT(details_block_size(
		   "00000000000000000000000000000000000000000000000001"),
	    0);
}

TEST(guest_paths_are_plain_and_below_the_root)
{
	static const char *const good[] = { "/run/kata-containers/a",
		"/run/kata-containers/a/b.c/..d", "/run/kata-containers/..." };
	static const char *const bad[] = { "", "/", "/run/kata-containers",
		"/run/kata-containers/", "/run/kata-containersx/a",
		"run/kata-containers/a", "/run/kata-containers//a",
		"/run/kata-containers/a/", "/run/kata-containers/.",
		"/run/kata-containers/a/../../b", "/run/kata-containers/..",
		"/run/kata-containers/./a", "//run/kata-containers/a" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(guestpath_ok(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (guestpath_ok(bad[i]))
			EQ_STR(bad[i], "refused");
	}
}

TEST(device_numbers_are_swapped_without_feeding_each_other)
{
	Grpc__LinuxDevice a = GRPC__LINUX_DEVICE__INIT;
	Grpc__LinuxDevice b = GRPC__LINUX_DEVICE__INIT;
	Grpc__LinuxDevice *devices[] = { &a, &b };
	Grpc__LinuxDeviceCgroup ra = GRPC__LINUX_DEVICE_CGROUP__INIT;
	Grpc__LinuxDeviceCgroup rb = GRPC__LINUX_DEVICE_CGROUP__INIT;
	Grpc__LinuxDeviceCgroup *rules[] = { &ra, &rb };
	Grpc__LinuxResources res = GRPC__LINUX_RESOURCES__INIT;
	Grpc__Linux l = GRPC__LINUX__INIT;
	Grpc__Device da = GRPC__DEVICE__INIT, db = GRPC__DEVICE__INIT;
	Grpc__Device *asked[] = { &da, &db };
	/* The host's numbers of one are the guest's of the other. */
	dev_t numbers[] = { makedev(8, 16), makedev(8, 0) };
	struct arena arena;
	struct err e;

	arena_init(&arena, ARENA_BLOCK);
	a.path = da.container_path = (char *)"/dev/a";
	b.path = db.container_path = (char *)"/dev/b";
	a.major = ra.major = 8;
	a.minor = ra.minor = 0;
	b.major = rb.major = 8;
	b.minor = rb.minor = 16;
	ra.type = rb.type = (char *)"b";
	l.n_devices = res.n_devices = 2;
	l.devices = devices;
	res.devices = rules;
	l.resources = &res;
	EQ_INT(specdev_rewrite(&l, 2, asked, numbers, &arena, &e), 0);
	EQ_INT(a.minor, 16);
	EQ_INT(b.minor, 0);
	EQ_INT(ra.minor, 16);
	EQ_INT(rb.minor, 0);
	db.container_path = (char *)"/dev/c";
	EQ_INT(specdev_rewrite(&l, 2, asked, numbers, &arena, &e), -1);
	EQ_STR(e.msg, "device '/dev/c' is not in the spec");
	da.type = (char *)"vfio-pci";
	EQ_INT(specdev_check(1, asked, &e), -1);
	EQ_STR(e.msg, "unsupported: device type 'vfio-pci'");
	arena_release(&arena);
}

TAP_MAIN
