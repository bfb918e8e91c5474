/*
 * oci/limits -- every size that a request or an image can drive
 *
 * Beyond one of these is ERR_LIMIT.
 */
#ifndef OCI_LIMITS_H
#define OCI_LIMITS_H

enum {
	OCI_SPEC_MAX = 4 * 1024 * 1024,   /* packed configuration */
	OCI_PASSWD_MAX = 1024 * 1024,     /* /etc/passwd of an image */
	OCI_ARGS_MAX = 4096,              /* arguments of a process */
	OCI_ENV_MAX = 8192,               /* environment of a process */
	OCI_GROUPS_MAX = 1024,            /* additional groups */
	OCI_RLIMITS_MAX = 32,             /* entries of Process.Rlimits */
	OCI_FILES_SOFT = 1024,            /* open files, unless asked for */
	OCI_MOUNTS_MAX = 512,             /* entries of Spec.Mounts */
	OCI_MOUNT_LATE_MAX = 32,          /* file systems made read-only last */
	OCI_DEVICES_MAX = 256,            /* entries of Linux.Devices */
	OCI_PATHS_MAX = 512,              /* masked or read-only paths */
	OCI_SYSCTLS_MAX = 256,            /* entries of Linux.Sysctl */
	OCI_LINKS_MAX = 40,               /* symbolic links on one path */
	OCI_DEVICE_RULES_MAX = 512,       /* rules of one device filter */
	OCI_CGROUP_DEPTH_MAX = 16,        /* components of CgroupsPath */
	OCI_CGROUP_NEST_MAX = 32,         /* levels a container may add below */
	OCI_CGROUP_FILE_MAX = 256 * 1024, /* one cgroup interface file */
	OCI_CGROUP_WAIT_MS = 2000         /* for freezing and for emptiness */
};

#endif
