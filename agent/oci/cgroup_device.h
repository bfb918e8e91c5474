/*
 * oci/cgroup_device -- which devices the processes of a cgroup may use
 *
 * A filter is an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE. Rules are
 * in order and the last one that speaks about an access decides it; each of
 * read, write and mknod is decided on its own, as OCI runtime specification
 * 1.1, config-linux.md, "Allowed Device list" means it. What no rule speaks
 * about is denied.
 */
#ifndef OCI_CGROUP_DEVICE_H
#define OCI_CGROUP_DEVICE_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "oci/limits.h"
#include "proto/oci.pb-c.h"

enum {
	CGROUP_DEVICE_ANY = -1, /* major or minor: all */
	CGROUP_DEVICE_RULE_INSNS = 7,
	CGROUP_DEVICE_INSNS_MAX =
	    8 + CGROUP_DEVICE_RULE_INSNS * OCI_DEVICE_RULES_MAX
};

struct cgroup_device_rule {
	bool allow;
	uint32_t type;   /* BPF_DEVCG_DEV_*, 0: both */
	uint32_t access; /* of BPF_DEVCG_ACC_* */
	int64_t major;
	int64_t minor;
};

struct cgroup_device_rules {
	size_t n;
	struct cgroup_device_rule rule[OCI_DEVICE_RULES_MAX];
};

/*
 * The rules of Resources.Devices, then the default devices, then those of
 * Devices, which are the container's own. l may be NULL.
 */
int cgroup_device_parse(const Grpc__Linux *l, struct cgroup_device_rules *ret,
    struct err *e);

/* The rules as a program; returns the number of instructions. */
size_t cgroup_device_assemble(const struct cgroup_device_rules *r,
    struct bpf_insn ret[CGROUP_DEVICE_INSNS_MAX]);

/* Put the filter on the cgroup. */
int cgroup_device_attach(int dirfd, const struct cgroup_device_rules *r,
    struct err *e);

#endif
