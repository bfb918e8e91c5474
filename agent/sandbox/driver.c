#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "sandbox/device.h"
#include "sandbox/driver.h"
#include "sandbox/guestpath.h"
#include "sandbox/mountopt.h"
#include "sandbox/overlay.h"
#include "sandbox/storage.h"

enum {
	DIR_MODE = 0755,
	LOCAL_MODE = 0777,
	GROUP_DIR_MODE = 02775
};

const char *const storage_drivers[] = {
	[DRIVER_BLK] = "blk",
	[DRIVER_BLK_CCW] = "blk-ccw",
	[DRIVER_SCSI] = "scsi",
	[DRIVER_EPHEMERAL] = "ephemeral",
	[DRIVER_LOCAL] = "local",
	[DRIVER_BIND] = "bind",
	[DRIVER_OVERLAYFS] = "overlayfs",
};

const size_t storage_n_drivers = DRIVER_END;

/* The file systems of each driver; "" is one that the request leaves out. */
static const char *const fstypes[DRIVER_END][5] = {
	[DRIVER_BLK] = { "ext4", "xfs", "erofs", "squashfs" },
	[DRIVER_BLK_CCW] = { "ext4", "xfs", "erofs", "squashfs" },
	[DRIVER_SCSI] = { "ext4", "xfs", "erofs", "squashfs" },
	[DRIVER_EPHEMERAL] = { "tmpfs" },
	[DRIVER_LOCAL] = { "", "local" },
	[DRIVER_BIND] = { "", "bind" },
	[DRIVER_OVERLAYFS] = { "overlay" },
};

static bool
fstype_known(enum driver d, const char *fstype)
{
	for (size_t i = 0; i < 5 && fstypes[d][i] != NULL; i++) {
		if (str_eq(fstypes[d][i], fstype))
			return true;
	}
	return false;
}

bool
driver_needs_device(enum driver d)
{
	return d == DRIVER_BLK || d == DRIVER_BLK_CCW || d == DRIVER_SCSI;
}

int
driver_check(const Grpc__Storage *s, enum driver *ret, struct err *e)
{
	enum driver d = 0;

	while (d < DRIVER_END && !str_eq(storage_drivers[d], s->driver))
		d++;
	if (d == DRIVER_END)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: storage driver %s", STR_QUOTED(s->driver));
	for (size_t i = 0; i < s->n_driver_options; i++) {
		if (d != DRIVER_OVERLAYFS ||
		    !overlay_driver_option(s->driver_options[i]))
			return err_set(e, ERR_UNSUPPORTED,
			    "unsupported: driver option %s",
			    STR_QUOTED(s->driver_options[i]));
	}
	if (driver_needs_device(d) &&
	    !device_fits(storage_drivers[d], s->source))
		return err_set(e, ERR_ARGUMENT, "source %s with driver %s",
		    STR_QUOTED(s->source), storage_drivers[d]);
	if (!fstype_known(d, s->fstype))
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: file system %s with driver %s",
		    STR_QUOTED(s->fstype), storage_drivers[d]);
	if (s->fs_group != NULL && d != DRIVER_EPHEMERAL && d != DRIVER_LOCAL)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: fs_group with driver %s", storage_drivers[d]);
	if (!guestpath_ok(s->mount_point))
		return err_set(e, ERR_ARGUMENT,
		    "mount point %s is not a plain path below " GUESTPATH_ROOT,
		    STR_QUOTED(s->mount_point));
	*ret = d;
	return 0;
}

/* Group and mode of a new directory, when the request names a group. */
static int
set_group(const char *path, const Grpc__Storage *s, const struct mountopt *o,
    struct err *e)
{
	AUTO_FD int fd = -1;
	gid_t gid = o->gid;

	if (s->fs_group != NULL)
		gid = s->fs_group->group_id;
	else if (!o->has_gid)
		return 0;
	fd = guestpath_open(path, e);
	if (fd < 0)
		return -1;
	if (fchownat(fd, "", (uid_t)-1, gid, AT_EMPTY_PATH) < 0 ||
	    chmod(GUESTPATH_PROC(fd), GROUP_DIR_MODE) < 0)
		return err_sys(e, "give %s to group %u", STR_QUOTED(path), gid);
	return 0;
}

static int
propagate(const char *path, unsigned long propagation, struct err *e)
{
	AUTO_FD int fd = -1;

	if (propagation == 0)
		return 0;
	fd = guestpath_open(path, e);
	if (fd < 0)
		return -1;
	if (mount(NULL, GUESTPATH_PROC(fd), NULL, propagation, NULL) < 0)
		return err_sys(e, "propagation of %s", STR_QUOTED(path));
	return 0;
}

/* mount(2) at a directory that is made when missing. */
static int
mount_at(const Grpc__Storage *s, const char *source, const char *fstype,
    const struct mountopt *o, struct driver_made *made, struct err *e)
{
	AUTO_FD int fd = -1;

	/* mount(2) would forget the file system, and take source as a path. */
	if ((o->flags & MS_BIND) != 0)
		return err_set(e, ERR_ARGUMENT,
		    "mount option bind with driver %s", s->driver);
	fd = guestpath_mkdir(s->mount_point, DIR_MODE, &made->new_from, e);
	if (fd < 0)
		return -1;
	if (mount(source, GUESTPATH_PROC(fd), fstype, o->flags, o->data) < 0)
		return err_sys(e, "mount %s at %s", STR_QUOTED(source),
		    STR_QUOTED(s->mount_point));
	made->mounted = true;
	return propagate(s->mount_point, o->propagation, e);
}

static int
setup_ephemeral(const Grpc__Storage *s, const struct mountopt *o,
    struct driver_made *made, struct err *e)
{
	const char *source = *s->source != '\0' ? s->source : "tmpfs";

	if (mount_at(s, source, "tmpfs", o, made, e) < 0)
		return -1;
	return set_group(s->mount_point, s, o, e);
}

static int
setup_local(const Grpc__Storage *s, const struct mountopt *o,
    struct driver_made *made, struct err *e)
{
	AUTO_FD int fd = -1;
	unsigned mode;

	if (mountopt_mode(o, LOCAL_MODE, &mode, e) < 0)
		return -1;
	if (o->flags != 0 || o->propagation != 0)
		return err_set(e, ERR_ARGUMENT,
		    "driver local takes mode= and fsgid= only");
	fd = guestpath_mkdir(s->mount_point, mode, &made->new_from, e);
	if (fd < 0)
		return -1;
	if (made->new_from == 0)
		return err_set(e, ERR_EXISTS, "directory %s exists",
		    STR_QUOTED(s->mount_point));
	made->tree = true;
	return set_group(s->mount_point, s, o, e);
}

/* Flags of a bind mount take effect with a second call only. */
static int
restrict_bind(const char *path, unsigned long flags, struct err *e)
{
	AUTO_FD int fd = -1;

	if ((flags & ~(unsigned long)(MS_BIND | MS_REC)) == 0)
		return 0;
	fd = guestpath_open(path, e);
	if (fd < 0)
		return -1;
	if (mount(NULL, GUESTPATH_PROC(fd), NULL,
		(flags & ~(unsigned long)MS_REC) | MS_BIND | MS_REMOUNT,
		NULL) < 0)
		return err_sys(e, "set flags of %s", STR_QUOTED(path));
	return 0;
}

static int
setup_bind(const Grpc__Storage *s, const struct mountopt *o,
    struct driver_made *made, struct err *e)
{
	AUTO_FD int from = guestpath_open(s->source, e);
	AUTO_FD int to = -1;
	struct stat st;

	if (from < 0)
		return err_wrap(e, "bind source");
	if (*o->data != '\0')
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: bind mount option %s", STR_QUOTED(o->data));
	if (fstat(from, &st) < 0)
		return err_sys(e, "stat %s", STR_QUOTED(s->source));
	to = S_ISDIR(st.st_mode)
		 ? guestpath_mkdir(s->mount_point, DIR_MODE, &made->new_from, e)
		 : guestpath_mkfile(s->mount_point, &made->new_from, e);
	if (to < 0)
		return -1;
	if (mount(GUESTPATH_PROC(from), GUESTPATH_PROC(to), NULL,
		MS_BIND | (o->flags & MS_REC), NULL) < 0)
		return err_sys(e, "bind %s to %s", STR_QUOTED(s->source),
		    STR_QUOTED(s->mount_point));
	made->mounted = true;
	if (restrict_bind(s->mount_point, o->flags, e) < 0)
		return -1;
	return propagate(s->mount_point, o->propagation, e);
}

static int
setup_overlay(const Grpc__Storage *s, const char *owner,
    struct driver_made *made, struct err *e)
{
	struct overlay ov;
	int rc = overlay_prepare(s, owner, &ov, e);

	if (rc == 0)
		rc = mount_at(s, "overlay", "overlay", &ov.options, made, e);
	overlay_release(&ov);
	return rc;
}

static int
setup(enum driver d, const Grpc__Storage *s, const char *device,
    const char *owner, struct driver_made *made, struct err *e)
{
	struct mountopt o;

	if (d == DRIVER_OVERLAYFS)
		return setup_overlay(s, owner, made, e);
	if (mountopt_parse(s->n_options, s->options, &o, e) < 0)
		return -1;
	switch (d) {
	case DRIVER_BLK:
	case DRIVER_BLK_CCW:
	case DRIVER_SCSI:
		/* Their disks may be read-only, and refuse to open else. */
		if (str_eq(s->fstype, "erofs") || str_eq(s->fstype, "squashfs"))
			o.flags |= MS_RDONLY;
		made->disk = true;
		return mount_at(s, device, s->fstype, &o, made, e);
	case DRIVER_EPHEMERAL:
		return setup_ephemeral(s, &o, made, e);
	case DRIVER_LOCAL:
		return setup_local(s, &o, made, e);
	default:
		return setup_bind(s, &o, made, e);
	}
}

int
driver_setup(enum driver d, const Grpc__Storage *s, const char *device,
    const char *owner, struct driver_made *ret, struct err *e)
{
	struct driver_made made = { .mounted = false };
	struct err ignored;

	if (setup(d, s, device, owner, &made, e) < 0) {
		(void)driver_undo(s->mount_point, &made, &ignored);
		return -1;
	}
	*ret = made;
	return 0;
}

/*
 * The kernel writes a disk out when nothing has it mounted any more, but the
 * child of a container that is being created may have a copy of all our mounts
 * still, and the host may take the disk away as soon as we have answered.
 */
static int
write_out(const char *mount_point, struct err *e)
{
	AUTO_FD int fd = guestpath_open(mount_point, e);
	AUTO_FD int root = -1;

	if (fd < 0)
		return -1;
	root = open(GUESTPATH_PROC(fd), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || syncfs(root) < 0)
		return err_sys(e, "write out %s", STR_QUOTED(mount_point));
	return 0;
}

int
driver_undo(const char *mount_point, const struct driver_made *made,
    struct err *e)
{
	int rc = 0;

	if (made->mounted && made->disk)
		rc = write_out(mount_point, e);
	if (made->mounted && guestpath_unmount(mount_point, e) < 0)
		return -1;
	if (made->tree && guestpath_remove_tree(mount_point, e) < 0)
		return -1;
	guestpath_rmdir(mount_point, made->new_from);
	return rc;
}
