/*
 * Published SEV, SEV-ES and SEV-SNP launch digests (sev-snp-digests.json),
 * found at $HUSK_VECTORS or ../shared/vectors. Rows that name a file which is
 * not there are skipped, by name.
 *
 * The rows with an SVSM were computed by a program that leaves the x87 control
 * word out of the save area, though it puts MXCSR in, and takes the guest
 * features for 1. They are recomputed page by page in that way, and once more
 * as they should be, which is what snp_digest() must say.
 *
 * One TAP line a row rather than a TEST each: the rows are the file's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cJSON.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "measurements/format/le.h"
#include "measurements/sev/sev.h"
#include "measurements/sev/snp.h"

enum {
	FILE_LIMIT = 16 * 1024 * 1024,
	SKIPPED = 1
};

struct row {
	const cJSON *json;
	struct buf firmware, svsm;
	struct ovmf ovmf, svsm_ovmf;
	struct hashes hashes;
	uint8_t ovmf_hash[GCTX_LD_LEN];
	enum vmsa_vmm vmm;
};

static const char *
text(const struct row *r, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItem(r->json, key));

	return s != NULL ? s : "";
}

static uint64_t
integer(const struct row *r, const char *key)
{
	const cJSON *n = cJSON_GetObjectItem(r->json, key);

	return cJSON_IsNumber(n) ? (uint64_t)n->valuedouble : 0;
}

/* Read an image that lies beside the digests, and its table. */
static int
load(int dirfd, const char *name, struct buf *b, struct ovmf *o, struct err *e)
{
	if (faccessat(dirfd, name, R_OK, 0) < 0)
		return SKIPPED;
	if (fd_read_file(dirfd, name, b, e) < 0)
		return -1;
	return ovmf_parse(b->p, b->len, o, e);
}

static int
hash_file(const char *path, uint8_t *digest, struct err *e)
{
	struct input in;

	if (*path == '\0') {
		sha2_digest(SHA2_256, NULL, 0, digest);
		return 0;
	}
	if (input_hash(path, &in, e) < 0)
		return -1;
	memcpy(digest, in.sha256, sizeof(in.sha256));
	return 0;
}

/* The launch of an SVSM spelt out, with fcw in the save areas. */
static int
by_page(const struct snp_launch *l, uint16_t fcw, uint8_t *digest,
    struct err *e)
{
	const struct span *fw = &l->firmware->image, *svsm = &l->svsm->image;
	uint64_t gpa = OVMF_FOUR_GIB - span_len(fw);
	struct vmsa v = { l->vmm, 0, l->cpu_sig, l->guest_features, true };
	uint8_t page[VMSA_LEN];
	struct ovmf_sections t;
	struct gctx g;

	gctx_init(&g);
	gctx_normal(&g, gpa, fw->p, span_len(fw));
	gpa -= l->svsm_vars_size + span_len(svsm);
	gctx_normal(&g, gpa, svsm->p, span_len(svsm));
	if (ovmf_sections(l->svsm, &t, e) < 0 ||
	    ovmf_svsm_entry(l->svsm, &v.eip, e) < 0)
		return -1;
	for (size_t i = 0; i < t.n; i++)
		gctx_blank(&g,
		    t.s[i].type == OVMF_SECRETS ? GCTX_SECRETS
		    : t.s[i].type == OVMF_CPUID ? GCTX_CPUID
						: GCTX_ZERO,
		    t.s[i].gpa, t.s[i].size);
	v.eip += (uint32_t)gpa;
	vmsa_build(&v, page);
	le_put16(page + 0x410, fcw);
	for (uint32_t i = 0; i < l->vcpus; i++)
		gctx_vmsa(&g, page);
	memcpy(digest, g.ld, GCTX_LD_LEN);
	return 0;
}

static int
snp_svsm(struct snp_launch *l, uint8_t *digest, struct err *e)
{
	uint8_t ours[GCTX_LD_LEN];

	l->guest_features = 1;
	if (snp_digest(l, ours, e) < 0 || by_page(l, 0x37f, digest, e) < 0)
		return -1;
	if (memcmp(ours, digest, GCTX_LD_LEN) != 0)
		return err_set(e, ERR_INTERNAL, "not what its pages give");
	return by_page(l, 0, digest, e);
}

static int
snp(struct row *r, uint8_t *digest, struct err *e)
{
	const char *known = text(r, "snp_ovmf_hash_str");
	struct snp_launch l = { .firmware = &r->ovmf,
		.hashes = *text(r, "kernel") ? &r->hashes : NULL,
		.svsm = *text(r, "svsm_file") ? &r->svsm_ovmf : NULL,
		.svsm_vars_size = (uint32_t)integer(r, "ovmf_vars_size"),
		.vmm = r->vmm,
		.vcpus = (uint32_t)integer(r, "vcpus"),
		.cpu_sig = (uint32_t)integer(r, "vcpu_sig"),
		.guest_features = integer(r, "guest_features") };

	if (*known != '\0') {
		if (hex_decode(known, strlen(known), r->ovmf_hash,
			GCTX_LD_LEN) < 0)
			return err_set(e, ERR_SYNTAX, "snp_ovmf_hash_str");
		l.firmware_ld = r->ovmf_hash;
	}
	return l.svsm ? snp_svsm(&l, digest, e) : snp_digest(&l, digest, e);
}

static int
sev(struct row *r, uint8_t *digest, struct err *e)
{
	struct sev_launch l = { .firmware = &r->ovmf,
		.hashes = *text(r, "kernel") ? &r->hashes : NULL,
		.es = str_eq(text(r, "mode"), "SEV_ES"),
		.vmm = r->vmm,
		.vcpus = (uint32_t)integer(r, "vcpus"),
		.cpu_sig = (uint32_t)integer(r, "vcpu_sig") };

	return sev_digest(&l, digest, e);
}

/* 0 equal, 1 a file is missing, -1 with *e. */
static int
check(int dirfd, struct row *r, struct err *e)
{
	const char *vmm = text(r, "vmm_type"), *cmdline = text(r, "append");
	const char *svsm = text(r, "svsm_file");
	bool is_snp = str_starts(text(r, "mode"), "SEV_SNP");
	uint8_t digest[GCTX_LD_LEN];
	char got[HEX_SIZE(GCTX_LD_LEN)];
	int rc;

	rc = load(dirfd, text(r, "ovmf_file"), &r->firmware, &r->ovmf, e);
	if (rc == 0 && *svsm != '\0')
		rc = load(dirfd, svsm, &r->svsm, &r->svsm_ovmf, e);
	if (rc != 0)
		return rc;
	if (vmsa_vmm_parse(str_eq(vmm, "QEMU") ? "qemu" : vmm, &r->vmm, e) < 0)
		return -1;
	sha2_digest(SHA2_256, cmdline, strlen(cmdline) + 1, r->hashes.cmdline);
	if (hash_file(text(r, "kernel"), r->hashes.kernel, e) < 0 ||
	    hash_file(text(r, "initrd"), r->hashes.initrd, e) < 0)
		return -1;
	if ((is_snp ? snp(r, digest, e) : sev(r, digest, e)) < 0)
		return -1;
	hex_encode(digest, is_snp ? GCTX_LD_LEN : SEV_LD_LEN, got);
	if (!str_eq(got, text(r, "digest")))
		return err_set(e, ERR_INTERNAL, "%s", got);
	return 0;
}

static int
check_row(int dirfd, int i, const cJSON *json)
{
	struct row r = { .json = json };
	struct err e;
	int rc;

	buf_init(&r.firmware, FILE_LIMIT);
	buf_init(&r.svsm, FILE_LIMIT);
	rc = check(dirfd, &r, &e);
	printf("%sok %d - %s %s %d vCPU %.16s", rc < 0 ? "not " : "", i,
	    text(&r, "mode"), text(&r, "vmm_type"), (int)integer(&r, "vcpus"),
	    text(&r, "digest"));
	if (rc == SKIPPED)
		printf(" # SKIP no file %s %s", text(&r, "ovmf_file"),
		    text(&r, "svsm_file"));
	printf("\n");
	if (rc < 0)
		printf("# %s\n", e.msg);
	buf_release(&r.firmware);
	buf_release(&r.svsm);
	return rc < 0;
}

int
main(void)
{
	const char *root = secure_getenv("HUSK_VECTORS");
	char dir[4096];
	struct buf b;
	struct err e;
	cJSON *rows;
	const cJSON *row;
	int dirfd, n = 0, failed = 0;

	if (str_format(dir, sizeof(dir), "%s/measure",
		root ? root : "../shared/vectors") < 0)
		return 1;
	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0) {
		printf("1..0 # SKIP no vectors at %s\n", dir);
		return 0;
	}
	buf_init(&b, FILE_LIMIT);
	if (fd_read_file(dirfd, "sev-snp-digests.json", &b, &e) < 0) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	rows = cJSON_ParseWithLength(buf_str(&b), b.len);
	cJSON_ArrayForEach(row, rows) failed |= check_row(dirfd, ++n, row);
	printf("1..%d\n", n);
	cJSON_Delete(rows);
	buf_release(&b);
	close(dirfd);
	return failed || n == 0;
}
