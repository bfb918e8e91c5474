/*
 * The log of a boot of a UKI from a disk by OVMF 2022.11, captured by others
 * with another kernel: found at $HUSK_VECTORS or ../shared/vectors, else the
 * tests are skipped. The registers that do not depend on that kernel are the
 * predicted ones.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/tdx/registers.h"
#include "measurements/vtpm/pcrboot.h"
#include "tests/lib/tap.h"

enum {
	FILE_LIMIT = 1024 * 1024
};

static const char name[] = "measure/tpm/uki-disk-ovmf2022.evlog";

static struct buf log_bytes;
static struct err e;
static struct registers rs;
static struct pcrevents events;

static void
replay(uint16_t alg)
{
	const char *root = secure_getenv("HUSK_VECTORS");
	struct eventlog elog;
	char path[4096];

	OK(str_format(path, sizeof(path), "%s/%s",
	       root ? root : "../shared/vectors", name) == 0);
	buf_init(&log_bytes, FILE_LIMIT);
	if (fd_read_file(AT_FDCWD, path, &log_bytes, &e) < 0)
		SKIP(name);
	EQ_INT(eventlog_open(log_bytes.p, log_bytes.len, &elog, &e), 0);
	registers_init(&rs, EVENTLOG_TPM, alg);
	EQ_INT(registers_replay(&rs, elog, &e), 0);
	buf_release(&log_bytes);
}

/* A build with Secure Boot and without keys, an empty variable store. */
static void
no_keys(struct sbvars *v)
{
	static const char *const names[] = { "SecureBoot", "PK", "KEK", "db",
		"dbx" };
	static const struct guid global =
	    GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa0d, 0x00e098032b8c);

	memset(v, 0, sizeof(*v));
	for (v->n = 0; v->n < 5; v->n++)
		v->v[v->n] =
		    (struct sbvar){ v->n < SBVARS_DB ? &global
						     : &sbvars_security,
			    names[v->n], span_of(NULL, 0) };
	v->v[0].data = span_of(&v->secure_boot, 1);
}

static void
compare(enum pcrevents_bank bank)
{
	static const int pcrs[] = { 1, 2, 3, 6, 7, 8, 10, 12, 13, 14, 15 };
	const struct fwvol firmware = { .shell = true, .secure_boot = true };
	/* No UKI of ours: one of which nothing more counts here. */
	const struct uki uki = { .stub = 252 };
	uint8_t value[SHA2_384_LEN];
	struct devpath disk;
	struct sbvars vars;
	struct pcrboot b = { .ovmf = 202211,
		.firmware = &firmware,
		.vars = &vars,
		.uki = &uki,
		.disk = &disk };

	no_keys(&vars);
	EQ_INT(devpath_parse("PciRoot(0x0)/Pci(0x1,0x0)", &disk, &e), 0);
	for (size_t i = 0; i < sizeof(pcrs) / sizeof(pcrs[0]); i++) {
		EQ_INT(pcrboot_events(&b, pcrs[i], &events, &e), 0);
		pcrevents_value(&events, pcrs[i], bank, value);
		EQ_MEM(rs.r[pcrs[i]], value, sha2_len(rs.sha2));
	}
}

TEST(registers_of_the_platform_are_the_predicted_ones_sha256)
{
	replay(EVENTLOG_SHA256);
	compare(PCREVENTS_SHA256);
}

TEST(registers_of_the_platform_are_the_predicted_ones_sha384)
{
	replay(EVENTLOG_SHA384);
	compare(PCREVENTS_SHA384);
}

TAP_MAIN
