/*
 * measurements/kata_cmdline -- the kernel command line that Kata's shim passes
 *
 * Byte for byte what QEMU's -append, on x86_64 or s390x, or Cloud Hypervisor's
 * payload gets for a guest without annotations in its pod, on a host without
 * FIPS mode: of the Go runtime (virtcontainers, qemu.go, qemu_arch_base.go,
 * qemu_s390x.go, clh.go, katautils/config.go) and of runtime-rs
 * (hypervisor/src, qemu/cmdline_generator.rs and ch/inner_hypervisor.rs), as of
 * Kata 4.1. A guest under Secure Execution does not see it: its own is in its
 * image.
 *
 * Memory: output goes to the caller's buffer.
 */
#ifndef MEASUREMENTS_KATA_CMDLINE_H
#define MEASUREMENTS_KATA_CMDLINE_H

#include "base/buf.h"
#include "measurements/kata/config.h"

/*
 * Append the command line of a guest with so many vCPUs, which count only
 * where the guest is not confidential. Returns 0, or -1:
 *	ERR_SYNTAX	kernel_verity_params or kernel_params that Kata refuses
 *	ERR_UNSUPPORTED	a root file system or a driver that it does not know
 */
int kata_cmdline(const struct kata_config *c, uint32_t vcpus, struct buf *b,
    struct err *e);

#endif
