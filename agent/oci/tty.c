#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "oci/path.h"
#include "oci/sys.h"
#include "oci/tty.h"

static int
open_ptmx(int rootfd, struct err *e)
{
	AUTO_FD int fd = sys_openat2(rootfd, "/dev/pts/ptmx", O_RDWR | O_NOCTTY,
	    0, SYS_RESOLVE_IN_ROOT | SYS_RESOLVE_NO_SYMLINKS);
	struct statfs s;

	if (fd < 0 || fstatfs(fd, &s) < 0)
		return err_sys(e, "/dev/pts/ptmx");
	if (s.f_type != DEVPTS_SUPER_MAGIC)
		return err_set(e, ERR_DENIED,
		    "/dev/pts/ptmx is not on a devpts");
	return take_fd(&fd);
}

static int
set_size(int fd, const Grpc__Box *size, struct err *e)
{
	struct winsize w = { 0 };

	if (size == NULL)
		return 0;
	if (size->height > USHRT_MAX || size->width > USHRT_MAX)
		return err_set(e, ERR_ARGUMENT, "size of %u x %u", size->width,
		    size->height);
	w.ws_row = (unsigned short)size->height;
	w.ws_col = (unsigned short)size->width;
	if (ioctl(fd, TIOCSWINSZ, &w) < 0)
		return err_sys(e, "set the size");
	return 0;
}

static int
open_pair(int rootfd, const Grpc__Box *size, uid_t uid, struct tty *ret,
    struct err *e)
{
	AUTO_FD int master = open_ptmx(rootfd, e);
	AUTO_FD int slave = -1;
	int unlock = 0;

	if (master < 0)
		return -1;
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return err_sys(e, "unlock");
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return err_sys(e, "open the slave");
	if (set_size(slave, size, e) < 0)
		return -1;
	if (fchown(slave, uid, (gid_t)-1) < 0)
		return err_sys(e, "chown the slave");
	ret->master = take_fd(&master);
	ret->slave = take_fd(&slave);
	return 0;
}

int
tty_open(int rootfd, const Grpc__Box *size, uid_t uid, struct tty *ret,
    struct err *e)
{
	if (open_pair(rootfd, size, uid, ret, e) < 0)
		return err_wrap(e, "terminal");
	return 0;
}

int
tty_console(int rootfd, int slave, struct err *e)
{
	char resolved[PATH_MAX];
	AUTO_FD int where =
	    path_make(rootfd, "/dev/console", PATH_FILE, resolved, e);
	AUTO_FD int tree = -1;

	if (where < 0)
		return err_wrap(e, "console");
	tree = sys_clone_tree(slave, 0);
	if (tree < 0 || sys_attach(tree, where) < 0)
		return err_sys(e, "/dev/console");
	return 0;
}

int
tty_take(int slave, struct err *e)
{
	if (ioctl(slave, TIOCSCTTY, 0) < 0)
		return err_sys(e, "controlling terminal");
	for (int fd = 0; fd <= 2; fd++) {
		if (dup2(slave, fd) < 0)
			return err_sys(e, "terminal as descriptor %d", fd);
	}
	return 0;
}
