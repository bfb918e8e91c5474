/*
 * sandbox/limits -- every size that a request can reach, in one place
 */
#ifndef SANDBOX_LIMITS_H
#define SANDBOX_LIMITS_H

enum {
	SANDBOX_CONTAINERS_MAX = 256,
	SANDBOX_PROCESSES_MAX = 1024, /* all containers, execs included */
	/* Open files: five for a process, seven for a container, and more. */
	SANDBOX_FILES = 8192,
	SANDBOX_REQUESTS_MAX = 4096,  /* not yet answered */
	SANDBOX_REPLIES_MAX = 4096,   /* answered, not yet taken by rpc */
	SANDBOX_WAITS_MAX = 256,      /* for devices, at the same time */
	SANDBOX_MOUNTS_MAX = 2048,    /* storages of the whole sandbox */
	SANDBOX_STORAGES_MAX = 64,    /* storages of one request */
	SANDBOX_DEVICES_MAX = 64,     /* devices of one request */
	SANDBOX_OPTIONS_MAX = 128,    /* mount options of one storage */
	SANDBOX_OOM_EVENTS_MAX = 256, /* not yet asked for */
	SANDBOX_DNS_MAX = 64,         /* lines of resolv.conf */
	SANDBOX_DNS_LINE_MAX = 512,
	SANDBOX_ID_MAX = 128,      /* characters of a container's id */
	SANDBOX_HOSTNAME_MAX = 64, /* the kernel's __NEW_UTS_LEN */
	SANDBOX_INTERFACES_MAX = 64,
	SANDBOX_ADDRESSES_MAX = 256,
	SANDBOX_ROUTES_MAX = 1024,
	SANDBOX_NEIGHBORS_MAX = 1024,
	SANDBOX_LOWER_MAX = 128,      /* layers of one overlay */
	SANDBOX_MOUNT_DATA_MAX = 4095 /* the kernel's page, less a NUL */
};

#endif
