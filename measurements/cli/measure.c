#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/cli/input.h"
#include "measurements/cli/measure.h"
#include "measurements/cli/opt.h"
#include "measurements/cli/report.h"
#include "measurements/cli/tdmeasure.h"
#include "measurements/format/limits.h"
#include "measurements/format/ovmf.h"
#include "measurements/sev/cpu.h"
#include "measurements/sev/sev.h"
#include "measurements/sev/snp.h"

enum {
	OUT_MAX = 1024 * 1024,
	BIOS_UNIT = 64 * 1024 /* QEMU's -bios loads nothing else */
};

enum option {
	OPT_TARGET,
	OPT_FIRMWARE,
	OPT_KERNEL,
	OPT_INITRD,
	OPT_CMDLINE,
	OPT_VCPUS,
	OPT_VCPU_TYPE,
	OPT_VCPU_SIG,
	OPT_VCPU_FAMILY,
	OPT_VCPU_MODEL,
	OPT_VCPU_STEPPING,
	OPT_GUEST_FEATURES,
	OPT_VMM,
	OPT_OVMF_HASH,
	OPT_SVSM,
	OPT_SVSM_VARS_SIZE,
	OPT_FORMAT,
	OPT_HELP,
	N_OPTIONS
};

static const struct opt options[N_OPTIONS] = {
	[OPT_TARGET] = { "target", "snp|sev|sev-es",
	    "what is launched; tdx too" },
	[OPT_FIRMWARE] = { "firmware", "FILE",
	    "OVMF image, as given to the VMM" },
	[OPT_KERNEL] = { "kernel", "FILE",
	    "kernel, when its hash is given to the firmware" },
	[OPT_INITRD] = { "initrd", "FILE", "initrd, likewise" },
	[OPT_CMDLINE] = { "cmdline", "TEXT",
	    "kernel command line, exactly; empty when absent" },
	[OPT_VCPUS] = { "vcpus", "N", "vCPUs at launch (1)" },
	[OPT_VCPU_TYPE] = { "vcpu-type", "TYPE",
	    "QEMU's -cpu, such as EPYC-Milan (EPYC-v4)" },
	[OPT_VCPU_SIG] = { "vcpu-sig", "N",
	    "the vCPU's CPUID 1 EAX, in place of a type" },
	[OPT_VCPU_FAMILY] = { "vcpu-family", "N",
	    "family, with model and stepping, in place of a type" },
	[OPT_VCPU_MODEL] = { "vcpu-model", "N", "model" },
	[OPT_VCPU_STEPPING] = { "vcpu-stepping", "N", "stepping" },
	[OPT_GUEST_FEATURES] = { "guest-features", "N",
	    "SEV_FEATURES, snp only (0x1)" },
	[OPT_VMM] = { "vmm", "NAME",
	    "qemu, qemu-pre-6.10, ec2, gce, krun (qemu)" },
	[OPT_OVMF_HASH] = { "ovmf-hash", "HEX",
	    "snp: digest after the firmware, if known" },
	[OPT_SVSM] = { "svsm", "FILE", "snp: Coconut SVSM image" },
	[OPT_SVSM_VARS_SIZE] = { "svsm-vars-size", "N",
	    "bytes of variables between SVSM and firmware" },
	[OPT_FORMAT] = { "format", "text|json|hex", "of the output (text)" },
	[OPT_HELP] = { "help", NULL, "show this text" },
};

struct target {
	const char *name;
	const char *title;
	enum sha2_algorithm alg;
	bool vcpus;    /* save areas are measured */
	bool features; /* SEV_FEATURES in them is */
};

static const struct target targets[] = {
	{ "snp", "SEV-SNP launch digest", SHA2_384, true, true },
	{ "sev-es", "SEV-ES launch digest", SHA2_256, true, false },
	{ "sev", "SEV launch digest", SHA2_256, false, false },
};

enum {
	N_TARGETS = sizeof(targets) / sizeof(targets[0])
};

typedef void report_fn(const struct report *r, struct buf *out);

static const struct {
	const char *name;
	report_fn *fn;
} formats[] = {
	{ "text", report_text },
	{ "json", report_json },
	{ "hex", report_hex },
};

enum {
	N_FORMATS = sizeof(formats) / sizeof(formats[0])
};

/* Everything that was asked for, read and checked. */
struct request {
	const char *v[N_OPTIONS];
	const struct target *target;
	report_fn *format;
	enum vmsa_vmm vmm;
	uint32_t vcpus;
	uint32_t cpu_sig;
	uint64_t guest_features;
	uint8_t ovmf_hash[GCTX_LD_LEN];
	uint32_t svsm_vars_size;
};

/* The inputs that the request names. */
struct inputs {
	struct input firmware, kernel, initrd, svsm;
	struct buf firmware_bytes, svsm_bytes;
	struct ovmf ovmf, svsm_ovmf;
	struct hashes hashes;
};

static int
number(const struct request *rq, enum option o, uint64_t min, uint64_t max,
    uint64_t *ret_v, struct err *e)
{
	uint64_t v;

	if (str_u64(rq->v[o], max, &v) < 0 || v < min)
		return err_set(e, ERR_ARGUMENT,
		    "--%s %s: not a number from %" PRIu64 " to %" PRIu64,
		    options[o].name, STR_QUOTED(rq->v[o]), min, max);
	*ret_v = v;
	return 0;
}

static int
number32(const struct request *rq, enum option o, uint32_t min, uint32_t max,
    uint32_t *ret_v, struct err *e)
{
	uint64_t v = 0;

	if (number(rq, o, min, max, &v, e) < 0)
		return -1;
	*ret_v = (uint32_t)v;
	return 0;
}

static int
read_target(struct request *rq, struct err *e)
{
	const char *name = rq->v[OPT_TARGET];

	if (name == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "--target is missing (snp, sev, sev-es or tdx)");
	for (int i = 0; i < N_TARGETS; i++)
		if (str_eq(name, targets[i].name))
			rq->target = &targets[i];
	if (rq->target == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "target %s: not one of snp, sev, sev-es, tdx",
		    STR_QUOTED(name));
	return 0;
}

static int
read_format(struct request *rq, struct err *e)
{
	const char *name = rq->v[OPT_FORMAT];

	rq->format = report_text;
	if (name == NULL)
		return 0;
	for (int i = 0; i < N_FORMATS; i++) {
		if (str_eq(name, formats[i].name)) {
			rq->format = formats[i].fn;
			return 0;
		}
	}
	return err_set(e, ERR_ARGUMENT, "format %s: not one of text, json, hex",
	    STR_QUOTED(name));
}

/* Family, model and stepping, of which one was given. */
static int
read_cpu_parts(struct request *rq, struct err *e)
{
	uint32_t family, model, stepping;

	if (rq->v[OPT_VCPU_FAMILY] == NULL || rq->v[OPT_VCPU_MODEL] == NULL ||
	    rq->v[OPT_VCPU_STEPPING] == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "--vcpu-family, --vcpu-model and --vcpu-stepping go "
		    "together");
	if (number32(rq, OPT_VCPU_FAMILY, 0, CPU_FAMILY_MAX, &family, e) < 0 ||
	    number32(rq, OPT_VCPU_MODEL, 0, CPU_MODEL_MAX, &model, e) < 0 ||
	    number32(rq, OPT_VCPU_STEPPING, 0, CPU_STEPPING_MAX, &stepping, e) <
		0)
		return -1;
	rq->cpu_sig = cpu_sig(family, model, stepping);
	return 0;
}

static int
read_cpu(struct request *rq, struct err *e)
{
	bool parts = rq->v[OPT_VCPU_FAMILY] || rq->v[OPT_VCPU_MODEL] ||
		     rq->v[OPT_VCPU_STEPPING];
	bool sig = rq->v[OPT_VCPU_SIG] != NULL;

	if (parts + sig + (rq->v[OPT_VCPU_TYPE] != NULL) > 1)
		return err_set(e, ERR_ARGUMENT,
		    "give one of --vcpu-type, --vcpu-sig and --vcpu-family");
	if (parts)
		return read_cpu_parts(rq, e);
	if (sig)
		return number32(rq, OPT_VCPU_SIG, 0, UINT32_MAX, &rq->cpu_sig,
		    e);
	if (rq->v[OPT_VCPU_TYPE] == NULL)
		rq->v[OPT_VCPU_TYPE] = "EPYC-v4";
	return cpu_parse(rq->v[OPT_VCPU_TYPE], &rq->cpu_sig, e);
}

/* Options that need another, or a certain target. */
static int
check_together(const struct request *rq, struct err *e)
{
	static const enum option snp_only[] = { OPT_OVMF_HASH, OPT_SVSM,
		OPT_SVSM_VARS_SIZE };
	const char *const *v = rq->v;

	if (v[OPT_FIRMWARE] == NULL)
		return err_set(e, ERR_ARGUMENT, "--firmware is missing");
	if (v[OPT_KERNEL] == NULL && (v[OPT_INITRD] || v[OPT_CMDLINE]))
		return err_set(e, ERR_ARGUMENT,
		    "--%s without --kernel: it would not be measured",
		    v[OPT_INITRD] ? "initrd" : "cmdline");
	if (v[OPT_CMDLINE] && strlen(v[OPT_CMDLINE]) > LIMIT_CMDLINE)
		return err_set(e, ERR_LIMIT,
		    "the command line has more than %d bytes", LIMIT_CMDLINE);
	for (size_t i = 0; i < sizeof(snp_only) / sizeof(snp_only[0]); i++)
		if (v[snp_only[i]] != NULL && rq->target->alg != SHA2_384)
			return err_set(e, ERR_ARGUMENT,
			    "--%s is for the target snp only",
			    options[snp_only[i]].name);
	if ((v[OPT_SVSM] == NULL) != (v[OPT_SVSM_VARS_SIZE] == NULL))
		return err_set(e, ERR_ARGUMENT,
		    "--svsm and --svsm-vars-size go together");
	if (v[OPT_SVSM] == NULL)
		return 0;
	if (v[OPT_KERNEL] != NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "--kernel with --svsm: an SVSM gets no kernel hashes");
	if (rq->vmm != VMSA_QEMU && rq->vmm != VMSA_QEMU_PRE_6_10)
		return err_set(e, ERR_UNSUPPORTED,
		    "--svsm with VMM %s: known for QEMU only",
		    vmsa_vmm_name(rq->vmm));
	return 0;
}

/* The values of the options into rq. */
static int
read_request(char **argv, struct request *rq, struct err *e)
{
	rq->vcpus = 1;
	rq->guest_features = 1;
	rq->vmm = VMSA_QEMU;
	if (opt_parse(options, N_OPTIONS, argv, rq->v, e) < 0)
		return -1;
	if (rq->v[OPT_HELP] != NULL)
		return 0;
	if (read_target(rq, e) < 0 || read_format(rq, e) < 0 ||
	    read_cpu(rq, e) < 0)
		return -1;
	if (rq->v[OPT_VMM] && vmsa_vmm_parse(rq->v[OPT_VMM], &rq->vmm, e) < 0)
		return -1;
	if (rq->v[OPT_VCPUS] &&
	    number32(rq, OPT_VCPUS, 1, LIMIT_VCPUS, &rq->vcpus, e) < 0)
		return -1;
	if (rq->v[OPT_GUEST_FEATURES] &&
	    number(rq, OPT_GUEST_FEATURES, 0, UINT64_MAX, &rq->guest_features,
		e) < 0)
		return -1;
	if (rq->v[OPT_SVSM_VARS_SIZE] &&
	    number32(rq, OPT_SVSM_VARS_SIZE, 0, LIMIT_FIRMWARE_SIZE,
		&rq->svsm_vars_size, e) < 0)
		return -1;
	if (check_together(rq, e) < 0)
		return -1;
	if (rq->v[OPT_OVMF_HASH] &&
	    hex_decode(rq->v[OPT_OVMF_HASH], strlen(rq->v[OPT_OVMF_HASH]),
		rq->ovmf_hash, GCTX_LD_LEN) < 0)
		return err_set(e, ERR_ARGUMENT,
		    "--ovmf-hash: not %d hexadecimal digits", 2 * GCTX_LD_LEN);
	return 0;
}

/* A firmware-like image: its bytes and its table. */
static int
load_image(const char *path, struct buf *bytes, struct input *ret_in,
    struct ovmf *ret_o, struct err *e)
{
	if (input_read(path, bytes, ret_in, e) < 0)
		return -1;
	if (ovmf_parse(bytes->p, bytes->len, ret_o, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(path));
	return 0;
}

static int
load_kernel(const struct request *rq, struct inputs *in, struct err *e)
{
	const char *cmdline = rq->v[OPT_CMDLINE];

	if (input_hash(rq->v[OPT_KERNEL], &in->kernel, e) < 0)
		return -1;
	if (rq->v[OPT_INITRD] == NULL)
		sha2_digest(SHA2_256, NULL, 0, in->initrd.sha256);
	else if (input_hash(rq->v[OPT_INITRD], &in->initrd, e) < 0)
		return -1;
	if (cmdline == NULL)
		cmdline = "";
	memcpy(in->hashes.kernel, in->kernel.sha256, SHA2_256_LEN);
	memcpy(in->hashes.initrd, in->initrd.sha256, SHA2_256_LEN);
	sha2_digest(SHA2_256, cmdline, strlen(cmdline) + 1, in->hashes.cmdline);
	return 0;
}

static int
load_inputs(const struct request *rq, struct inputs *in, struct err *e)
{
	if (load_image(rq->v[OPT_FIRMWARE], &in->firmware_bytes, &in->firmware,
		&in->ovmf, e) < 0)
		return -1;
	if (rq->v[OPT_SVSM] && load_image(rq->v[OPT_SVSM], &in->svsm_bytes,
				   &in->svsm, &in->svsm_ovmf, e) < 0)
		return -1;
	return rq->v[OPT_KERNEL] ? load_kernel(rq, in, e) : 0;
}

static int
compute_snp(const struct request *rq, const struct inputs *in,
    uint8_t *ret_digest, struct err *e)
{
	const struct snp_launch l = {
		.firmware = &in->ovmf,
		.firmware_ld = rq->v[OPT_OVMF_HASH] ? rq->ovmf_hash : NULL,
		.hashes = rq->v[OPT_KERNEL] ? &in->hashes : NULL,
		.svsm = rq->v[OPT_SVSM] ? &in->svsm_ovmf : NULL,
		.svsm_vars_size = rq->svsm_vars_size,
		.vmm = rq->vmm,
		.vcpus = rq->vcpus,
		.cpu_sig = rq->cpu_sig,
		.guest_features = rq->guest_features,
	};

	return snp_digest(&l, ret_digest, e);
}

static int
compute_sev(const struct request *rq, const struct inputs *in,
    uint8_t *ret_digest, struct err *e)
{
	const struct sev_launch l = {
		.firmware = &in->ovmf,
		.hashes = rq->v[OPT_KERNEL] ? &in->hashes : NULL,
		.es = rq->target->vcpus,
		.vmm = rq->vmm,
		.vcpus = rq->vcpus,
		.cpu_sig = rq->cpu_sig,
	};

	return sev_digest(&l, ret_digest, e);
}

/* What the digest depends on, and the digest, as a report. */
static int
compute(const struct request *rq, const struct inputs *in, struct report *ret_r,
    struct err *e)
{
	const struct target *t = rq->target;
	bool kernel = rq->v[OPT_KERNEL] != NULL;
	bool sig = t->vcpus && vmsa_vmm_has_sig(rq->vmm);
	struct report r = { .target = t->name,
		.title = t->title,
		.alg = t->alg,
		.firmware = &in->firmware };

	if (kernel) {
		r.kernel = &in->kernel;
		r.initrd = rq->v[OPT_INITRD] ? &in->initrd : NULL;
		r.cmdline = rq->v[OPT_CMDLINE] ? rq->v[OPT_CMDLINE] : "";
		r.cmdline_sha256 = in->hashes.cmdline;
	}
	if (rq->v[OPT_SVSM] != NULL) {
		r.svsm = &in->svsm;
		r.svsm_vars_size = &rq->svsm_vars_size;
	}
	r.firmware_digest = rq->v[OPT_OVMF_HASH] ? rq->ovmf_hash : NULL;
	r.vcpus = t->vcpus ? &rq->vcpus : NULL;
	r.vcpu_type = sig ? rq->v[OPT_VCPU_TYPE] : NULL;
	r.vcpu_sig = sig ? &rq->cpu_sig : NULL;
	r.guest_features = t->features ? &rq->guest_features : NULL;
	r.vmm = t->vcpus ? vmsa_vmm_name(rq->vmm) : NULL;
	*ret_r = r;
	if (t->alg == SHA2_384)
		return compute_snp(rq, in, ret_r->digest, e);
	return compute_sev(rq, in, ret_r->digest, e);
}

/* Things that give a digest, but perhaps not the one that is wanted. */
static void
warn(const struct request *rq, const struct inputs *in)
{
	const struct ovmf *o = rq->v[OPT_SVSM] ? &in->svsm_ovmf : &in->ovmf;
	struct ovmf_sections t;
	struct err e;

	if (!rq->target->features)
		return;
	if ((rq->guest_features & 1) == 0)
		fprintf(stderr,
		    "husk measure: warning: guest features 0x%" PRIx64
		    " leave out bit 0 (SNPActive): no SNP guest has "
		    "them\n",
		    rq->guest_features);
	if (!rq->v[OPT_OVMF_HASH] && !rq->v[OPT_SVSM] &&
	    in->firmware.size % BIOS_UNIT != 0 &&
	    (rq->vmm == VMSA_QEMU || rq->vmm == VMSA_QEMU_PRE_6_10))
		fprintf(stderr,
		    "husk measure: warning: firmware of %" PRIu64
		    " bytes: QEMU loads multiples of %d only\n",
		    in->firmware.size, BIOS_UNIT);
	if (ovmf_sections(o, &t, &e) < 0)
		return;
	for (size_t i = 0; i < t.n; i++)
		if (!ovmf_section_known(t.s[i].type))
			fprintf(stderr,
			    "husk measure: warning: SEV metadata "
			    "section %zu (0x%" PRIx32 ") has the unknown type "
			    "0x%" PRIx32 ": taken as zero pages, as QEMU "
			    "does\n",
			    i, t.s[i].gpa, t.s[i].type);
}

static int
run(const struct request *rq, struct inputs *in, struct buf *out, struct err *e)
{
	struct report r;

	if (load_inputs(rq, in, e) < 0 || compute(rq, in, &r, e) < 0)
		return -1;
	rq->format(&r, out);
	if (buf_bad(out))
		return err_set(e, ERR_LIMIT,
		    "the result has more than %d bytes", OUT_MAX);
	warn(rq, in);
	return 0;
}

static void
help(struct buf *out)
{
	buf_add_str(out,
	    "usage: husk measure --target snp|sev|sev-es "
	    "--firmware FILE [option ...]\n\n"
	    "Print the launch digest that the security processor will report "
	    "for a guest\nstarted from exactly these inputs. (Defaults in "
	    "parentheses.)\n\n");
	opt_help(options, N_OPTIONS, out);
	buf_add_str(out,
	    "\nhusk measure --target tdx --help has the options of a TD.\n");
	buf_add_str(out, "\nExit codes: 0 done, 2 wrong usage or input.\n");
}

/* A TD has registers rather than a digest, and options of its own. */
static bool
is_tdx(char **argv)
{
	for (; *argv != NULL; argv++)
		if (str_eq(*argv, "--target=tdx") ||
		    (str_eq(*argv, "--target") && argv[1] != NULL &&
			str_eq(argv[1], "tdx")))
			return true;
	return false;
}

int
measure_main(int argc, char **argv)
{
	struct request rq = { .target = NULL };
	struct inputs in = { .firmware = { .path = NULL } };
	struct buf out;
	struct err e;
	int rc;

	if (is_tdx(argv))
		return tdmeasure_main(argc, argv);
	buf_init(&out, OUT_MAX);
	buf_init(&in.firmware_bytes, LIMIT_FIRMWARE_SIZE);
	buf_init(&in.svsm_bytes, LIMIT_FIRMWARE_SIZE);
	rc = read_request(argv + 1, &rq, &e);
	if (rc == 0 && rq.v[OPT_HELP] != NULL)
		help(&out);
	else if (rc == 0)
		rc = run(&rq, &in, &out, &e);
	if (rc == 0 && fd_write_all(STDOUT_FILENO, out.p, out.len) < 0)
		rc = err_sys(&e, "write the result");
	if (rc < 0)
		fprintf(stderr, "husk measure: %s\n", e.msg);
	buf_release(&out);
	buf_release(&in.firmware_bytes);
	buf_release(&in.svsm_bytes);
	return rc == 0 ? EXIT_OK : EXIT_BAD;
}
