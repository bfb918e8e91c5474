/*
 * measurements/kata_config -- what Kata's configuration.toml says of a guest
 *
 * The keys that make up the guest's command line and launch, of the Go runtime
 * (virtcontainers) and of runtime-rs, as of Kata 4.1. Files in config.d beside
 * the configuration change it: tables merge, any other value is replaced, in
 * the order of the files' names. A key of the wrong type is refused, as Kata
 * refuses it; keys that do not matter here are not looked at.
 *
 * Only [hypervisor.qemu] and [hypervisor.clh] are known, on x86_64, and the
 * former on s390x, as machine_type tells.
 *
 * Memory: strings are in the caller's arena.
 */
#ifndef MEASUREMENTS_KATA_CONFIG_H
#define MEASUREMENTS_KATA_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "codec/toml.h"

enum {
	KATA_EXTENSIONS = 8,
	KATA_MEM_AGENT = 16,
	KATA_VERSION_MAX = 32
};

enum kata_runtime {
	KATA_GUESS, /* by the keys that only one of them knows */
	KATA_GO,
	KATA_RS
};

enum kata_hypervisor {
	KATA_QEMU,
	KATA_CLH /* Cloud Hypervisor */
};

/* A document and the file that it came from. */
struct kata_doc {
	const char *path;
	const struct toml_node *root;
};

struct kata_extension {
	const char *name;
	const char *verity; /* "" for none */
};

/* An option of runtime-rs's memory agent: key and value on the command line. */
struct kata_option {
	const char *key;
	const char *value;
};

struct kata_config {
	enum kata_runtime runtime;
	enum kata_hypervisor hypervisor;
	/* Paths and texts; "" where Kata has none. */
	const char *kernel;
	const char *initrd;
	const char *image;
	const char *firmware;
	const char *rootfs_type;
	const char *rootfs_driver; /* runtime-rs */
	const char *block_driver;
	const char *kernel_params;
	const char *verity;
	bool ccw; /* s390x */
	bool confidential;
	bool snp;
	bool debug;
	bool iommu;
	bool legacy_serial;
	bool no_guest_selinux;
	bool no_nvdimm;
	bool static_resources;
	uint64_t vcpus; /* 0: as many as the host has */
	uint64_t max_vcpus;
	uint64_t memory; /* MiB */
	uint64_t snp_policy;
	bool has_snp_policy;
	/* The agent's. */
	bool agent; /* runtime-rs: there is a table for it */
	bool agent_debug;
	bool agent_trace;
	bool debug_console;
	bool visible_cdi_devices;
	uint64_t pipe_size;
	bool has_cdh_timeout;
	uint64_t cdh_timeout; /* seconds */
	uint64_t launch_timeout;
	/* Sorted by key. */
	struct kata_option mem_agent[KATA_MEM_AGENT];
	size_t n_mem_agent;
	struct kata_extension extensions[KATA_EXTENSIONS];
	size_t n_extensions;
};

/*
 * Read n documents: the configuration and what stands in config.d, in order.
 * runtime says whose they are.
 * Returns 0, or -1 with *ret_c untouched:
 *	ERR_SYNTAX	a value of the wrong type, or out of range
 *	ERR_UNSUPPORTED	another hypervisor
 *	ERR_NOT_FOUND	no table of a hypervisor that is known
 *	ERR_LIMIT	too many extensions, or the arena is full
 */
int kata_config_read(const struct kata_doc *docs, size_t n,
    enum kata_runtime runtime, struct arena *a, struct kata_config *ret_c,
    struct err *e);

/* "go" or "rs". ERR_ARGUMENT for another name. */
int kata_runtime_parse(const char *name, enum kata_runtime *ret_r,
    struct err *e);
const char *kata_runtime_name(enum kata_runtime r);

#endif
