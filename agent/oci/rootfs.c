#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/rootfs.h"
#include "oci/sys.h"

struct propagation {
	const char *name;
	uint64_t value;
	bool all;
};

static const struct propagation propagations[] = {
	{ "", MS_SLAVE, true },
	{ "private", MS_PRIVATE, false },
	{ "rprivate", MS_PRIVATE, true },
	{ "rshared", MS_SHARED, true },
	{ "rslave", MS_SLAVE, true },
	{ "runbindable", MS_UNBINDABLE, true },
	{ "shared", MS_SHARED, false },
	{ "slave", MS_SLAVE, false },
	{ "unbindable", MS_UNBINDABLE, false },
};

static const struct propagation *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(propagations) / sizeof(propagations[0]);
	     i++) {
		if (str_eq(propagations[i].name, name))
			return &propagations[i];
	}
	return NULL;
}

int
rootfs_check(const char *propagation, struct err *e)
{
	if (find(propagation) == NULL)
		return err_set(e, ERR_UNSUPPORTED, "root propagation %s",
		    STR_QUOTED(propagation));
	return 0;
}

/*
 * Whatever is asked for, the guest's mounts become at most slaves first:
 * "shared" is meant among the container's own mounts.
 */
static int
cut_off(const struct propagation *p, struct err *e)
{
	struct sys_mount_attr a = {
		.propagation = p->value == MS_PRIVATE ? MS_PRIVATE : MS_SLAVE,
	};
	AUTO_FD int root = open("/", O_PATH | O_CLOEXEC);

	if (root < 0 || sys_mount_setattr(root, 1, &a) < 0)
		return err_sys(e, "make the guest's mounts slaves");
	return 0;
}

int
rootfs_bind(const char *path, const char *propagation, struct err *e)
{
	const struct propagation *p = find(propagation);
	AUTO_FD int tree = -1;
	AUTO_FD int where = -1;

	if (p == NULL)
		return rootfs_check(propagation, e);
	if (cut_off(p, e) < 0)
		return -1;
	where = sys_openat2(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0,
	    SYS_RESOLVE_NO_SYMLINKS);
	if (where < 0)
		return err_sys(e, "root %s", STR_QUOTED(path));
	tree = sys_clone_tree(where, 1);
	if (tree < 0 || sys_attach(tree, where) < 0)
		return err_sys(e, "bind root %s", STR_QUOTED(path));
	return take_fd(&tree);
}

int
rootfs_enter(int rootfd, const char *propagation, bool readonly, struct err *e)
{
	const struct propagation *p = find(propagation);
	struct sys_mount_attr ro = { .set = SYS_ATTR_RDONLY };
	struct sys_mount_attr a = { 0 };
	AUTO_FD int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (p == NULL)
		return rootfs_check(propagation, e);
	if (readonly && sys_mount_setattr(rootfd, 0, &ro) < 0)
		return err_sys(e, "make the root read-only");
	/* The old root ends up on top of the new one: drop it from there. */
	if (old < 0 || fchdir(rootfd) < 0 || sys_pivot_root(".", ".") < 0)
		return err_sys(e, "pivot_root");
	if (fchdir(old) < 0 || umount2(".", MNT_DETACH) < 0)
		return err_sys(e, "drop the guest's root");
	if (chdir("/") < 0)
		return err_sys(e, "chdir to the new root");
	a.propagation = p->value;
	if (sys_mount_setattr(rootfd, p->all, &a) < 0)
		return err_sys(e, "set the root's propagation");
	return 0;
}
