/*
 * measurements/tdx_state -- what `husk measure --target tdx` works on
 *
 * Shared by its two halves: tee_tdx.c computes, tdx_describe.c tells what came
 * out.
 *
 * Memory: as of tee.h; tdx_inputs and bootdisk own what they read.
 */
#ifndef MEASUREMENTS_TDX_STATE_H
#define MEASUREMENTS_TDX_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "codec/hex.h"
#include "measurements/cli/bootdisk.h"
#include "measurements/cli/tdx_inputs.h"
#include "measurements/cli/tee.h"
#include "measurements/tdx/mrtd.h"
#include "measurements/tdx/tdboot.h"
#include "measurements/tdx/tdcpu.h"
#include "measurements/vtpm/devpath.h"

enum tdx_reg {
	TDX_MRTD,
	TDX_RTMR0,
	TDX_RTMR1,
	TDX_RTMR2,
	TDX_RTMR3,
	TDX_MRCONFIGID,
	TDX_N_REGS
};

enum {
	TDX_BITS_LEN = 8 /* XFAM, and the attributes */
};

extern const char *const tdx_reg_names[TDX_N_REGS];

/* A register as it was worked out. */
struct tdx_value {
	bool known;
	uint8_t value[TDEVENT_LEN];
	char why[REFSET_TEXT];
};

struct tdx_state {
	struct tdprofile profile;
	bool clh;                   /* Cloud Hypervisor, else QEMU */
	bool orders[MRTD_N_ORDERS]; /* that are wanted */
	enum mrtd_order order;      /* the first of them */
	uint8_t mrtd[MRTD_N_ORDERS][MRTD_LEN];
	uint8_t smbios_sha384[TDEVENT_LEN];
	/* In lower case, as what they are compared with. */
	uint64_t xfam_bits, attributes;
	char xfam[HEX_SIZE(TDX_BITS_LEN)], xfam_text[TDCPU_TEXT];
	char td_attributes[HEX_SIZE(TDX_BITS_LEN)];
	bool has_xfam;
	char smbios_digest[HEX_SIZE(TDEVENT_LEN)];
	struct tdvf tdvf;
	struct bootdisk boot_disk;
	struct devpath disk_path;
	/* What was worked out last, for these: shapes with other vCPUs share
	 * it. */
	bool filled;
	uint64_t memory;
	const char *cmdline;
	struct tdx_value values[TDX_N_REGS];
	struct tdevents events[REGISTERS_RTMRS];
	struct tdx_inputs inputs;
	char refused[REFSET_TEXT]; /* why Secure Boot refuses the kernel */
};

/* Is a UKI or a disk started, rather than a kernel? */
bool tdx_from_disk(const struct measure *m);

/* All that was worked out, into a set. */
void tdx_describe(const struct measure *m, const struct shape *s,
    struct refset *r);

#endif
