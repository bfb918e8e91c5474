#include <errno.h>
#include <linux/magic.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/str.h"
#include "init/mounts.h"

struct entry {
	const char *source;
	const char *target;
	const char *type;
	unsigned long flags;
	const char *data;
};

enum {
	SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC
};

/* clang-format off */
static const struct entry first[] = {
	{ "proc", "/proc", "proc", SAFE, NULL },
	{ "dev", "/dev", "devtmpfs", MS_NOSUID, NULL },
};

static const struct entry rest[] = {
	{ "sysfs", "/sys", "sysfs", SAFE, NULL },
	{ "tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, NULL },
	{ "devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, NULL },
	{ "tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755" },
	{ "cgroup2", "/sys/fs/cgroup", "cgroup2", SAFE | MS_RELATIME,
	    "nsdelegate" },
};
/* clang-format on */

enum {
	N_FIRST = sizeof(first) / sizeof(first[0]),
	N_REST = sizeof(rest) / sizeof(rest[0])
};

static bool
on_initramfs(void)
{
	struct statfs st;

	return statfs("/", &st) == 0 &&
	       (st.f_type == RAMFS_MAGIC || st.f_type == TMPFS_MAGIC);
}

int
mounts_move_root(struct err *e)
{
	static const char stage[] = "/run";

	if (!on_initramfs())
		return 0;
	if (mkdir(stage, 0755) < 0 && errno != EEXIST)
		return err_sys(e, "make %s", stage);
	if (mount("/", stage, NULL, MS_BIND | MS_REC, NULL) < 0)
		return err_sys(e, "bind / on %s", stage);
	if (chdir(stage) < 0)
		return err_sys(e, "enter %s", stage);
	if (mount(".", "/", NULL, MS_MOVE, NULL) < 0)
		return err_sys(e, "move %s over /", stage);
	if (chroot(".") < 0 || chdir("/") < 0)
		return err_sys(e, "enter the moved root");
	return 0;
}

static int
mount_one(const struct entry *m, struct err *e)
{
	int rc = mount(m->source, m->target, m->type, m->flags, m->data);

	/* Our own root has the folders; those inside /dev are new. */
	if (rc < 0 && errno == ENOENT && mkdir(m->target, 0755) == 0)
		rc = mount(m->source, m->target, m->type, m->flags, m->data);
	/* EBUSY: this file system is what is mounted there. */
	if (rc < 0 && errno != EBUSY)
		return err_sys(e, "mount %s on %s", m->type, m->target);
	return 0;
}

static int
mount_table(const struct entry *m, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (mount_one(&m[i], e) < 0)
			return -1;
	}
	return 0;
}

int
mounts_first(struct err *e)
{
	return mount_table(first, N_FIRST, e);
}

int
mounts_rest(struct err *e)
{
	if (mount_table(rest, N_REST, e) < 0)
		return -1;
	if (unlink("/dev/ptmx") < 0 && errno != ENOENT)
		return err_sys(e, "remove /dev/ptmx");
	if (symlink("/dev/pts/ptmx", "/dev/ptmx") < 0)
		return err_sys(e, "link /dev/ptmx");
	return 0;
}

void
mounts_undo(void)
{
	sync();
	/* Detached, so that a busy one stops nothing; /dev has the console. */
	umount2("/run", MNT_DETACH);
	umount2("/sys/fs/cgroup", MNT_DETACH);
	mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL);
}
