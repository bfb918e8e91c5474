/*
 * bench/measure -- launch digests against one SHA-384 pass over as many bytes
 *
 * For a firmware of 4 MiB as edk2 lays it out: the launch digest of SNP with a
 * vCPU, and MRTD. The processor's time, the best of ROUNDS each, taken in turn,
 * so that a machine that slows down slows all of them. Prints members of a JSON
 * object.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/die.h"
#include "measurements/sev/snp.h"
#include "measurements/tdx/mrtd.h"

enum {
	ROUNDS = 40,
	FIRMWARE = 4 * 1024 * 1024,
	VARIABLES = 0x84000,
	PAGE = 4096,
	PAGE_INFO = 0x70,
	RECORD = 128
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
keep(double *best, double start)
{
	double took = now() - start;

	if (*best == 0 || took < *best)
		*best = took;
}

static void
load(const char *path, uint8_t *image)
{
	FILE *f = fopen(path, "rb");
	uint8_t tail[PAGE];
	uint32_t x = 1;
	size_t n = f ? fread(tail, 1, sizeof(tail), f) : 0;

	if (n == 0)
		die("%s: cannot be read", path);
	fclose(f);
	/* xorshift32: no two pages are equal. */
	for (size_t i = 0; i < FIRMWARE; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		image[i] = (uint8_t)x;
	}
	memcpy(image + FIRMWARE - n, tail, n);
}

/* Best times of: a pass over len bytes, and a function. */
static void
race(const uint8_t *bytes, size_t len, void (*fn)(const void *arg),
    const void *arg, const char *name)
{
	uint8_t digest[SHA2_384_LEN];
	double pass = 0, best = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double start = now();

		sha2_digest(SHA2_384, bytes, len, digest);
		keep(&pass, start);
		start = now();
		fn(arg);
		keep(&best, start);
	}
	printf("  \"%s_bytes\": %zu,\n  \"%s_ms\": %.2f,\n"
	       "  \"%s_sha384_pass_ms\": %.2f,\n  \"%s_ratio\": %.3f,\n",
	    name, len, name, best * 1e3, name, pass * 1e3, name, best / pass);
}

static void
run_snp(const void *arg)
{
	uint8_t ld[GCTX_LD_LEN];
	struct err e;

	if (snp_digest(arg, ld, &e) < 0)
		die("%s", e.msg);
}

static void
run_mrtd(const void *arg)
{
	uint8_t mrtd[MRTD_LEN];
	struct err e;

	if (mrtd_digest(arg, MRTD_SINGLE_PASS, NULL, mrtd, &e) < 0)
		die("%s", e.msg);
}

int
main(int argc, char **argv)
{
	uint8_t *image = must_alloc(2, FIRMWARE);
	struct ovmf ovmf;
	struct snp_launch snp = { .firmware = &ovmf,
		.vmm = VMSA_QEMU,
		.vcpus = 1,
		.cpu_sig = 0x800f12,
		.guest_features = 1 };
	struct tdvf td = { .n = 2 };
	size_t code = FIRMWARE - VARIABLES;
	struct err e;

	if (argc != 2)
		die("usage: measure OVMF-TAIL");
	load(argv[1], image);
	if (ovmf_parse(image, FIRMWARE, &ovmf, &e) < 0)
		die("%s: %s", argv[1], e.msg);
	td.s[0] = (struct tdvf_section){ span_of(image + VARIABLES, code),
		0xffc84000, code, TDVF_BFV, TDVF_MR_EXTEND };
	td.s[1] = (struct tdvf_section){ span_of(image, VARIABLES), 0xffc00000,
		VARIABLES, TDVF_CFV, 0 };
	race(image, FIRMWARE + FIRMWARE / PAGE * PAGE_INFO, run_snp, &snp,
	    "snp");
	race(image, code / 2 * 3 + FIRMWARE / PAGE * RECORD, run_mrtd, &td,
	    "mrtd");
	free(image);
	return 0;
}
