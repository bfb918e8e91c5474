#include <fcntl.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "oci/sys.h"

/* The numbers since Linux 5.1 are the same on every architecture. */
enum {
	NR_OPEN_TREE = 428,
	NR_MOVE_MOUNT = 429,
	NR_FSOPEN = 430,
	NR_FSCONFIG = 431,
	NR_FSMOUNT = 432,
	NR_OPENAT2 = 437,
	NR_MOUNT_SETATTR = 442
};

enum {
	OPEN_TREE_CLONE_FLAG = 1,
	MOVE_F_EMPTY = 0x04,
	MOVE_T_EMPTY = 0x40,
	FSOPEN_CLOEXEC_FLAG = 1,
	FSMOUNT_CLOEXEC_FLAG = 1,
	RECURSIVE = 0x8000 /* AT_RECURSIVE */
};

struct how {
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

int
sys_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode,
    uint64_t resolve)
{
	struct how how = { flags | O_CLOEXEC, mode, resolve };

	return (int)syscall(NR_OPENAT2, dirfd, path, &how, sizeof(how));
}

int
sys_clone_tree(int fd, int recursive)
{
	unsigned flags = OPEN_TREE_CLONE_FLAG | O_CLOEXEC | AT_EMPTY_PATH;

	if (recursive)
		flags |= RECURSIVE;
	return (int)syscall(NR_OPEN_TREE, fd, "", flags);
}

int
sys_attach(int tree_fd, int to_fd)
{
	return (int)syscall(NR_MOVE_MOUNT, tree_fd, "", to_fd, "",
	    MOVE_F_EMPTY | MOVE_T_EMPTY);
}

int
sys_mount_setattr(int fd, int recursive, const struct sys_mount_attr *a)
{
	unsigned flags = AT_EMPTY_PATH | (recursive ? RECURSIVE : 0);

	return (int)syscall(NR_MOUNT_SETATTR, fd, "", flags, a, sizeof(*a));
}

int
sys_fsopen(const char *type)
{
	return (int)syscall(NR_FSOPEN, type, FSOPEN_CLOEXEC_FLAG);
}

int
sys_fsconfig(int fs_fd, enum sys_fsconfig cmd, const char *key,
    const char *value)
{
	return (int)syscall(NR_FSCONFIG, fs_fd, cmd, key, value, 0);
}

int
sys_fsmount(int fs_fd, uint64_t attr)
{
	return (int)syscall(NR_FSMOUNT, fs_fd, FSMOUNT_CLOEXEC_FLAG,
	    (unsigned)attr);
}

int
sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

int
sys_bpf(int cmd, void *attr, size_t size)
{
	return (int)syscall(SYS_bpf, cmd, attr, (unsigned)size);
}

int
sys_new_session_keyring(void)
{
	return (int)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
}

int
sys_pidfd_kill(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}
