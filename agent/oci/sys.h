/*
 * oci/sys -- system calls that the libc has no wrapper for
 *
 * musl 1.2.5 knows none of these, and the build machine's libc and kernel
 * headers disagree about who declares their structures, so they are declared
 * here (Linux 6.12: include/uapi/linux/mount.h, openat2.h). All return what
 * the system call returns, or -1 with errno; all descriptors are
 * close-on-exec.
 */
#ifndef OCI_SYS_H
#define OCI_SYS_H

#include <stddef.h>
#include <stdint.h>

enum {
	SYS_RESOLVE_NO_MAGICLINKS = 0x02,
	SYS_RESOLVE_NO_SYMLINKS = 0x04,
	SYS_RESOLVE_BENEATH = 0x08,
	SYS_RESOLVE_IN_ROOT = 0x10
};

#define SYS_ATTR_RDONLY UINT64_C(0x1)
#define SYS_ATTR_NOSUID UINT64_C(0x2)
#define SYS_ATTR_NODEV UINT64_C(0x4)
#define SYS_ATTR_NOEXEC UINT64_C(0x8)
#define SYS_ATTR_ATIME_MASK UINT64_C(0x70)
#define SYS_ATTR_RELATIME UINT64_C(0x0)
#define SYS_ATTR_NOATIME UINT64_C(0x10)
#define SYS_ATTR_STRICTATIME UINT64_C(0x20)
#define SYS_ATTR_NODIRATIME UINT64_C(0x80)
#define SYS_ATTR_NOSYMFOLLOW UINT64_C(0x200000)

struct sys_mount_attr {
	uint64_t set;
	uint64_t clear;
	uint64_t propagation; /* MS_PRIVATE, ... or 0 */
	uint64_t userns_fd;
};

enum sys_fsconfig {
	SYS_FSCONFIG_FLAG = 0,
	SYS_FSCONFIG_STRING = 1,
	SYS_FSCONFIG_CREATE = 6
};

/* openat2(); resolve is of SYS_RESOLVE_*. */
int sys_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode,
    uint64_t resolve);

/* A detached copy of the mount at fd, with those below it if recursive. */
int sys_clone_tree(int fd, int recursive);

/* Attach a detached mount at the file or directory that to_fd is. */
int sys_attach(int tree_fd, int to_fd);

/* Change the mount that fd is the root of, and those below if recursive. */
int sys_mount_setattr(int fd, int recursive, const struct sys_mount_attr *a);

int sys_fsopen(const char *type);
int sys_fsconfig(int fs_fd, enum sys_fsconfig cmd, const char *key,
    const char *value);
int sys_fsmount(int fs_fd, uint64_t attr);

int sys_pivot_root(const char *new_root, const char *put_old);

/* bpf(); attr is a union bpf_attr of size bytes. */
int sys_bpf(int cmd, void *attr, size_t size);

/* Leave the session keyring that was inherited for a new, empty one. */
int sys_new_session_keyring(void);

int sys_pidfd_kill(int pidfd, int sig);

#endif
