#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "measurements/explain/load.h"
#include "measurements/verify/culprit.h"
#include "measurements/verify/search.h"

enum {
	DIGEST_LEN = 48,
	N_ARGS = 32,
	NUMBER_SIZE = 24,
	CMDLINE_MAX = 4096
};

/* Signatures of the processors that QEMU knows: Naples to Turin. */
static const uint64_t signatures[] = { 0x800f12, 0x830f10, 0xa00f11, 0xa10f10,
	0xb00f00 };

/* SNP alone; with DebugSwap (Linux 6.6, 6.7); with SecureTSC. */
static const uint64_t features[] = { 0x1, 0x21, 0x201 };

/* One guest to try. */
struct guess {
	uint64_t sig, features;
	const char *vmm;     /* NULL: not said, which is QEMU */
	const char *cmdline; /* NULL: no kernel hashes */
	const char *vcpus;
};

/* QEMU on a host since Linux 6.10, and before. */
static const char *const vmms[] = { "qemu", "qemu-pre-6.10" };

static void
add(char **argv, int *n, const char *name, const char *value)
{
	if (value == NULL || *n + 3 > N_ARGS)
		return;
	argv[(*n)++] = (char *)name;
	argv[(*n)++] = (char *)value;
	argv[*n] = NULL;
}

static const char *
path_of(const struct refset *r, const char *role)
{
	const struct refset_input *in = refset_input(r, role);

	return in ? in->path : NULL;
}

/* The files are still those that r was made from. */
static bool
same_files(const struct refset *r, const struct refset *other)
{
	for (size_t i = 0; i < other->n_inputs; i++) {
		const struct refset_input *in =
		    refset_input(r, other->inputs[i].role);

		if (in == NULL || memcmp(in->sha256, other->inputs[i].sha256,
				      sizeof(in->sha256)) != 0)
			return false;
	}
	return true;
}

/* The number of vCPUs that the guess has the digest with; 0: none. */
static uint64_t
try_guess(const struct refset *r, const struct guess *g,
    const uint8_t *measurement)
{
	char sig[NUMBER_SIZE], feat[NUMBER_SIZE], verb[] = "measure";
	struct saved s = { .n = 0 };
	char *argv[N_ARGS];
	uint64_t vcpus = 0;
	struct err ignored;
	int n = 1;

	snprintf(sig, sizeof(sig), "%" PRIu64, g->sig);
	snprintf(feat, sizeof(feat), "%" PRIu64, g->features);
	argv[0] = verb;
	add(argv, &n, "--target", "snp");
	add(argv, &n, "--firmware", path_of(r, "firmware"));
	add(argv, &n, "--vcpu-sig", sig);
	add(argv, &n, "--guest-features", feat);
	add(argv, &n, "--vcpus", g->vcpus);
	add(argv, &n, "--vmm", g->vmm);
	if (g->cmdline != NULL) {
		add(argv, &n, "--kernel", path_of(r, "kernel"));
		add(argv, &n, "--initrd", path_of(r, "initrd"));
		add(argv, &n, "--cmdline", g->cmdline);
	}
	if (load_measured(argv, false, &s, &ignored) != 0)
		return 0;
	for (size_t i = 0; i < s.n && vcpus == 0; i++) {
		const struct refset_register *reg =
		    refset_register(&s.sets[i], "measurement");

		if (reg != NULL && reg->known && reg->len == DIGEST_LEN &&
		    memcmp(reg->value, measurement, DIGEST_LEN) == 0 &&
		    same_files(r, &s.sets[i]))
			vcpus = s.sets[i].shape[REFSET_VCPUS];
	}
	saved_release(&s);
	return vcpus;
}

static bool
try_vcpus(const struct refset *r, const struct guess *g,
    const uint8_t *measurement, char ret_text[static SEARCH_TEXT])
{
	uint64_t vcpus = try_guess(r, g, measurement);

	if (vcpus == 0)
		return false;
	snprintf(ret_text, SEARCH_TEXT,
	    "it is the digest of %s with vcpus %" PRIu64 ", vcpu_sig 0x%" PRIx64
	    ", guest_features 0x%" PRIx64 "%s%s",
	    g->cmdline ? "the same files"
		       : "the firmware without kernel hashes",
	    vcpus, g->sig, g->features, g->vmm ? ", vmm " : "",
	    g->vmm ? g->vmm : "");
	return true;
}

/* By one VMM: the guess's own processor and features first. */
static bool
try_processors(const struct refset *r, const struct guess *own,
    const uint8_t *measurement, char ret_text[static SEARCH_TEXT])
{
	size_t n = sizeof(signatures) / sizeof(signatures[0]);
	size_t m = sizeof(features) / sizeof(features[0]);
	struct guess g = *own;

	for (size_t i = 0; i <= n; i++) {
		g.sig = i == 0 ? own->sig : signatures[i - 1];
		for (size_t k = 0; k <= m; k++) {
			g.features = k == 0 ? own->features : features[k - 1];
			if ((i > 0 && g.sig == own->sig) ||
			    (k > 0 && g.features == own->features))
				continue;
			if (try_vcpus(r, &g, measurement, ret_text))
				return true;
		}
	}
	return false;
}

/* And by QEMU on a host of the other age, which sets vCPUs up otherwise. */
static bool
try_hosts(const struct refset *r, struct guess g, const uint8_t *measurement,
    char ret_text[static SEARCH_TEXT])
{
	const char *own = g.vmm;

	if (try_processors(r, &g, measurement, ret_text))
		return true;
	for (size_t i = 0; i < sizeof(vmms) / sizeof(vmms[0]); i++)
		if (own != NULL && str_eq(own, vmms[i])) {
			g.vmm = vmms[1 - i];
			return try_processors(r, &g, measurement, ret_text);
		}
	return false;
}

/* Kata writes the number of vCPUs into the command line as well. */
static bool
try_cmdlines(const struct refset *r, struct guess g, const uint8_t *measurement,
    char ret_text[static SEARCH_TEXT])
{
	char cmdline[CMDLINE_MAX], vcpus[NUMBER_SIZE];

	for (int i = 1; i <= SEARCH_VCPUS; i++) {
		if (!culprit_with_cpus(r->cmdline, i, cmdline, sizeof(cmdline)))
			return false;
		snprintf(vcpus, sizeof(vcpus), "%d", i);
		g.cmdline = cmdline;
		g.vcpus = vcpus;
		if (try_guess(r, &g, measurement) == 0)
			continue;
		snprintf(ret_text, SEARCH_TEXT,
		    "it is the digest of the same files with vcpus %d and "
		    "nr_cpus=%d in the command line",
		    i, i);
		return true;
	}
	return false;
}

bool
search_snp(const struct refset *r, const uint8_t measurement[static 48],
    char ret_text[static SEARCH_TEXT])
{
	const struct refset_param *sig = refset_param(r, "vcpu_sig");
	const struct refset_param *feat = refset_param(r, "guest_features");
	const struct refset_param *vmm = refset_param(r, "vmm");
	struct guess g = { .vcpus = "1..64", .cmdline = r->cmdline };

	if (sig == NULL || feat == NULL || refset_input(r, "svsm") != NULL)
		return false;
	g.sig = sig->number;
	g.features = feat->number;
	g.vmm = vmm ? vmm->string : NULL;
	if (try_hosts(r, g, measurement, ret_text) ||
	    (r->cmdline != NULL && try_cmdlines(r, g, measurement, ret_text)))
		return true;
	g.cmdline = NULL;
	return r->cmdline != NULL && try_hosts(r, g, measurement, ret_text);
}
