#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "measurements/cli/tee.h"
#include "measurements/format/bzimage.h"
#include "measurements/format/initdata.h"
#include "measurements/format/ovmf.h"
#include "measurements/sev/cpu.h"
#include "measurements/sev/sev.h"
#include "measurements/sev/snp.h"

enum {
	BIOS_UNIT = 64 * 1024, /* QEMU's -bios loads nothing else */
	POLICY_DEFAULT = 0x30000,
	N_TCB = 4
};

/* SNP's guest policy (Firmware ABI, table "Guest Policy"). */
enum {
	POLICY_SMT = 1 << 16,
	POLICY_ONE = 1 << 17,
	POLICY_DEBUG = 1 << 19,
	POLICY_SINGLE_SOCKET = 1 << 20
};

static const char *const tcb_names[N_TCB] = { "bootloader", "tee", "snp",
	"microcode" };
static const char *const tcb_params[N_TCB] = { "tcb_bootloader", "tcb_tee",
	"tcb_snp", "tcb_microcode" };

struct sev_state {
	enum vmsa_vmm vmm;
	uint32_t cpu_sig;
	const char *cpu_type; /* NULL when the signature was given */
	uint64_t guest_features;
	uint64_t policy;
	uint64_t tcb[N_TCB];
	bool has_tcb[N_TCB];
	uint8_t ovmf_hash[GCTX_LD_LEN];
	uint32_t svsm_vars_size;
	struct ovmf ovmf, svsm;
	struct hashes hashes;
	const char *hashed_cmdline; /* that hashes.cmdline is of */
	uint8_t images_ld[GCTX_LD_LEN];
	struct sha2 firmware;
	uint8_t host_data[INITDATA_HOST_DATA];
};

static bool
is_snp(const struct measure *m)
{
	return m->tee->bit == TEE_SNP;
}

/* Family, model and stepping, of which one was given. */
static int
read_cpu_parts(const char *const *v, struct sev_state *st, struct err *e)
{
	uint64_t family, model, stepping;

	if (!v[OPT_VCPU_FAMILY] || !v[OPT_VCPU_MODEL] || !v[OPT_VCPU_STEPPING])
		return err_set(e, ERR_ARGUMENT,
		    "--vcpu-family, --vcpu-model and --vcpu-stepping go "
		    "together");
	if (options_number(v, OPT_VCPU_FAMILY, 0, CPU_FAMILY_MAX, &family, e) <
		0 ||
	    options_number(v, OPT_VCPU_MODEL, 0, CPU_MODEL_MAX, &model, e) <
		0 ||
	    options_number(v, OPT_VCPU_STEPPING, 0, CPU_STEPPING_MAX, &stepping,
		e) < 0)
		return -1;
	st->cpu_sig =
	    cpu_sig((unsigned)family, (unsigned)model, (unsigned)stepping);
	return 0;
}

static int
read_cpu(const char *const *v, struct sev_state *st, struct err *e)
{
	bool parts =
	    v[OPT_VCPU_FAMILY] || v[OPT_VCPU_MODEL] || v[OPT_VCPU_STEPPING];
	bool sig = v[OPT_VCPU_SIG] != NULL;
	uint64_t n;

	if (parts + sig + (v[OPT_VCPU_TYPE] != NULL) > 1)
		return err_set(e, ERR_ARGUMENT,
		    "give one of --vcpu-type, --vcpu-sig and --vcpu-family");
	if (parts)
		return read_cpu_parts(v, st, e);
	if (sig) {
		if (options_number(v, OPT_VCPU_SIG, 0, UINT32_MAX, &n, e) < 0)
			return -1;
		st->cpu_sig = (uint32_t)n;
		return 0;
	}
	st->cpu_type = v[OPT_VCPU_TYPE] ? v[OPT_VCPU_TYPE] : "EPYC-v4";
	return cpu_parse(st->cpu_type, &st->cpu_sig, e);
}

/* One "name=N" of --tcb. */
static int
read_tcb_item(struct sev_state *st, const char *s, size_t len)
{
	const char *eq = memchr(s, '=', len);
	char number[8];
	size_t digits;

	if (eq == NULL)
		return -1;
	digits = (size_t)(s + len - eq) - 1;
	if (digits >= sizeof(number))
		return -1;
	memcpy(number, eq + 1, digits);
	number[digits] = '\0';
	for (int i = 0; i < N_TCB; i++) {
		if (strlen(tcb_names[i]) != (size_t)(eq - s) ||
		    memcmp(tcb_names[i], s, (size_t)(eq - s)) != 0)
			continue;
		if (st->has_tcb[i])
			return -1;
		st->has_tcb[i] = true;
		return str_u64(number, UINT8_MAX, &st->tcb[i]);
	}
	return -1;
}

static int
read_tcb(const char *text, struct sev_state *st, struct err *e)
{
	for (const char *s = text; s != NULL && *s != '\0';) {
		size_t len = strcspn(s, ",");

		if (read_tcb_item(st, s, len) < 0)
			return err_set(e, ERR_ARGUMENT,
			    "--tcb %s: not bootloader=N,tee=N,snp=N,"
			    "microcode=N with numbers up to 255",
			    STR_QUOTED(text));
		s += len + (s[len] == ',');
	}
	return 0;
}

static int
read_svsm(const struct measure *m, struct sev_state *st, struct err *e)
{
	const char *const *v = m->v;
	uint64_t n;

	if ((v[OPT_SVSM] == NULL) != (v[OPT_SVSM_VARS_SIZE] == NULL))
		return err_set(e, ERR_ARGUMENT,
		    "--svsm and --svsm-vars-size go together");
	if (v[OPT_SVSM] == NULL)
		return 0;
	if (v[OPT_KERNEL] != NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "--kernel with --svsm: an SVSM gets no kernel hashes");
	if (st->vmm != VMSA_QEMU && st->vmm != VMSA_QEMU_PRE_6_10)
		return err_set(e, ERR_UNSUPPORTED,
		    "--svsm with VMM %s: known for QEMU only",
		    vmsa_vmm_name(st->vmm));
	if (options_number(v, OPT_SVSM_VARS_SIZE, 0, LIMIT_FIRMWARE_SIZE, &n,
		e) < 0)
		return -1;
	st->svsm_vars_size = (uint32_t)n;
	return 0;
}

static int
check(struct measure *m, struct err *e)
{
	struct sev_state *st = m->state;
	const char *const *v = m->v;
	bool on;

	st->vmm = VMSA_QEMU;
	st->guest_features = 1;
	st->policy = POLICY_DEFAULT;
	if (measure_need(m, OPT_FIRMWARE, e) < 0 || read_cpu(v, st, e) < 0)
		return -1;
	if (v[OPT_VMM] && vmsa_vmm_parse(v[OPT_VMM], &st->vmm, e) < 0)
		return -1;
	if (v[OPT_GUEST_FEATURES] &&
	    options_number(v, OPT_GUEST_FEATURES, 0, UINT64_MAX,
		&st->guest_features, e) < 0)
		return -1;
	if (v[OPT_POLICY] &&
	    options_number(v, OPT_POLICY, 0, UINT64_MAX, &st->policy, e) < 0)
		return -1;
	if ((v[OPT_SMT] && options_switch(v, OPT_SMT, &on, e) < 0) ||
	    (v[OPT_TSME] && options_switch(v, OPT_TSME, &on, e) < 0))
		return -1;
	if (v[OPT_OVMF_HASH] &&
	    options_hex(v, OPT_OVMF_HASH, st->ovmf_hash, GCTX_LD_LEN, e) < 0)
		return -1;
	if (v[OPT_INITDATA] && v[OPT_AGENT_POLICY])
		return err_set(e, ERR_ARGUMENT,
		    "--initdata and --agent-policy: HOST_DATA holds the digest "
		    "of one");
	if (read_tcb(v[OPT_TCB], st, e) < 0)
		return -1;
	return read_svsm(m, st, e);
}

/* A firmware-like image: its table. */
static int
parse_image(const struct measure *m, enum option o, struct ovmf *ret_o,
    struct err *e)
{
	const struct input_map *b = &m->files[o].bytes;

	if (m->v[o] == NULL)
		return 0;
	if (ovmf_parse(b->p, b->len, ret_o, e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(m->v[o]));
	return 0;
}

static void
snp_launch(const struct measure *m, struct sev_state *st, uint32_t vcpus,
    struct snp_launch *ret_l)
{
	*ret_l = (struct snp_launch){
		.firmware = &st->ovmf,
		.firmware_ld = m->v[OPT_OVMF_HASH] ? st->ovmf_hash : NULL,
		.hashes = m->v[OPT_KERNEL] ? &st->hashes : NULL,
		.svsm = m->v[OPT_SVSM] ? &st->svsm : NULL,
		.svsm_vars_size = st->svsm_vars_size,
		.vmm = st->vmm,
		.vcpus = vcpus,
		.cpu_sig = st->cpu_sig,
		.guest_features = st->guest_features,
	};
}

/* What every shape shares is hashed here, once. */
static int
prepare(struct measure *m, struct err *e)
{
	struct sev_state *st = m->state;
	const struct input_map *initdata = &m->files[OPT_INITDATA].bytes;
	struct snp_launch l;

	if (parse_image(m, OPT_FIRMWARE, &st->ovmf, e) < 0 ||
	    parse_image(m, OPT_SVSM, &st->svsm, e) < 0)
		return -1;
	if (m->v[OPT_INITDATA] &&
	    initdata_field(initdata->p, initdata->len, st->host_data,
		sizeof(st->host_data), e) < 0)
		return err_wrap(e, "%s", STR_QUOTED(m->v[OPT_INITDATA]));
	snp_launch(m, st, 1, &l);
	if (is_snp(m))
		return snp_images(&l, st->images_ld, e);
	sev_firmware(&st->ovmf, &st->firmware);
	return 0;
}

static void
add_params(const struct measure *m, const struct sev_state *st,
    const struct shape *s, struct refset *r)
{
	if (m->v[OPT_OVMF_HASH])
		refset_add_string(r, "ovmf_hash", m->v[OPT_OVMF_HASH]);
	if (m->v[OPT_SVSM])
		refset_add_number(r, "svsm_vars_size", st->svsm_vars_size);
	if (m->tee->bit != TEE_SEV) {
		refset_add_number(r, "vcpus", s->vcpus);
		if (vmsa_vmm_has_sig(st->vmm)) {
			refset_add_string(r, "vcpu_type", st->cpu_type);
			refset_add_bits(r, "vcpu_sig", st->cpu_sig);
		}
		refset_add_string(r, "vmm", vmsa_vmm_name(st->vmm));
	}
	if (s->memory != 0)
		refset_add_number(r, "memory", s->memory);
	if (!is_snp(m))
		return;
	refset_add_bits(r, "guest_features", st->guest_features);
	refset_add_bits(r, "policy", st->policy);
	refset_add_number(r, "guest_abi_major", st->policy >> 8 & 0xff);
	refset_add_number(r, "guest_abi_minor", st->policy & 0xff);
	refset_add_bool(r, "smt_allowed", st->policy & POLICY_SMT);
	refset_add_bool(r, "single_socket", st->policy & POLICY_SINGLE_SOCKET);
	if (m->v[OPT_SMT] != NULL)
		refset_add_bool(r, "smt_enabled", str_eq(m->v[OPT_SMT], "on"));
	if (m->v[OPT_TSME] != NULL)
		refset_add_bool(r, "tsme_enabled",
		    str_eq(m->v[OPT_TSME], "on"));
	for (int i = 0; i < N_TCB; i++)
		if (st->has_tcb[i])
			refset_add_number(r, tcb_params[i], st->tcb[i]);
}

static void
add_depends(const struct refset *r, struct refset_register *reg)
{
	static const char *const names[] = { "svsm_vars_size", "vcpus",
		"vcpu_sig", "guest_features", "vmm" };

	refset_depend(reg, "firmware");
	if (refset_param(r, "ovmf_hash"))
		refset_depend(reg, "ovmf_hash");
	if (refset_input(r, "svsm"))
		refset_depend(reg, "svsm");
	if (r->cmdline != NULL) {
		refset_depend(reg, "kernel");
		refset_depend(reg, "initrd");
		refset_depend(reg, "cmdline");
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (refset_param(r, names[i]))
			refset_depend(reg, names[i]);
}

/* Hashed it is all the same, and nothing else looks into it. */
static void
warn_of_kernel(const struct measure *m, struct refset *r)
{
	const struct input_map *kernel = &m->files[OPT_KERNEL].bytes;

	if (m->v[OPT_KERNEL] && !bzimage_is(kernel->p, kernel->len))
		refset_warn(r,
		    "the kernel is none of Linux for x86 (bzImage): QEMU and "
		    "the firmware do not start it as one");
}

/* Things that give a digest, but perhaps not the one that is wanted. */
static void
add_warnings(const struct measure *m, const struct sev_state *st,
    struct refset *r)
{
	const struct ovmf *o = m->v[OPT_SVSM] ? &st->svsm : &st->ovmf;
	uint64_t size = m->files[OPT_FIRMWARE].in.size;
	struct ovmf_sections t;
	struct err e;

	if ((st->guest_features & 1) == 0)
		refset_warn(r,
		    "guest features 0x%" PRIx64 " leave out bit 0 "
		    "(SNPActive): no SNP guest has them",
		    st->guest_features);
	if ((st->policy & POLICY_ONE) == 0)
		refset_warn(r,
		    "policy 0x%" PRIx64 " leaves out bit 17, which must be 1",
		    st->policy);
	if (st->policy & POLICY_DEBUG)
		refset_warn(r,
		    "policy 0x%" PRIx64 " lets the host debug the guest: it "
		    "has no secrets",
		    st->policy);
	if (!m->v[OPT_OVMF_HASH] && !m->v[OPT_SVSM] && size % BIOS_UNIT != 0 &&
	    (st->vmm == VMSA_QEMU || st->vmm == VMSA_QEMU_PRE_6_10))
		refset_warn(r,
		    "firmware of %" PRIu64 " bytes: QEMU loads multiples of "
		    "%d only",
		    size, BIOS_UNIT);
	if (ovmf_sections(o, &t, &e) < 0)
		return;
	for (size_t i = 0; i < t.n; i++)
		if (!ovmf_section_known(t.s[i].type))
			refset_warn(r,
			    "SEV metadata section %zu (0x%" PRIx32 ") has the "
			    "unknown type 0x%" PRIx32 ": taken as zero pages, "
			    "as QEMU does",
			    i, t.s[i].gpa, t.s[i].type);
}

static int
digest(const struct measure *m, struct sev_state *st, const struct shape *s,
    uint8_t *ret_digest, struct err *e)
{
	const struct sev_launch sev = {
		.firmware = &st->ovmf,
		.hashed = &st->firmware,
		.hashes = m->v[OPT_KERNEL] ? &st->hashes : NULL,
		.es = m->tee->bit == TEE_SEV_ES,
		.vmm = st->vmm,
		.vcpus = s->vcpus,
		.cpu_sig = st->cpu_sig,
	};
	struct snp_launch snp;

	if (!is_snp(m))
		return sev_digest(&sev, ret_digest, e);
	snp_launch(m, st, s->vcpus, &snp);
	snp.images_ld = st->images_ld;
	return snp_digest(&snp, ret_digest, e);
}

/* The table's hashes, of which the command line alone is the shape's. */
static void
set_hashes(const struct measure *m, const struct refset *r,
    struct sev_state *st)
{
	if (m->cmdline == NULL || m->cmdline == st->hashed_cmdline)
		return;
	memcpy(st->hashes.cmdline, r->cmdline_sha256, SHA2_256_LEN);
	memcpy(st->hashes.kernel, m->files[OPT_KERNEL].in.sha256, SHA2_256_LEN);
	if (m->v[OPT_INITRD] != NULL)
		memcpy(st->hashes.initrd, m->files[OPT_INITRD].in.sha256,
		    SHA2_256_LEN);
	else
		sha2_digest(SHA2_256, NULL, 0, st->hashes.initrd);
	st->hashed_cmdline = m->cmdline;
}

/* What the host binds to the guest: the digest of initdata or of a policy. */
static void
add_host_data(const struct measure *m, struct refset *r)
{
	const struct sev_state *st = m->state;
	bool initdata = m->v[OPT_INITDATA] != NULL;
	struct refset_register *reg;

	_Static_assert(sizeof(st->host_data) == SHA2_256_LEN,
	    "a SHA-256 fills HOST_DATA");
	if (!initdata && m->v[OPT_AGENT_POLICY] == NULL)
		return;
	reg = refset_add_register(r, "host_data", NULL, sizeof(st->host_data));
	refset_register_set(reg,
	    initdata ? st->host_data : m->files[OPT_AGENT_POLICY].in.sha256);
	refset_depend(reg, initdata ? "initdata" : "agent_policy");
}

static int
measure(struct measure *m, const struct shape *s, struct refset *ret_r,
    struct err *e)
{
	enum sha2_algorithm alg = is_snp(m) ? SHA2_384 : SHA2_256;
	struct sev_state *st = m->state;
	struct refset_register *reg;
	uint8_t value[SHA2_LEN_MAX];

	set_hashes(m, ret_r, st);
	add_params(m, st, s, ret_r);
	reg = refset_add_register(ret_r, "measurement", sha2_name(alg),
	    sha2_len(alg));
	ret_r->primary = reg->name;
	add_depends(ret_r, reg);
	if (digest(m, st, s, value, e) < 0)
		return -1;
	refset_register_set(reg, value);
	warn_of_kernel(m, ret_r);
	if (!is_snp(m))
		return 0;
	add_host_data(m, ret_r);
	add_warnings(m, st, ret_r);
	return 0;
}

#define SEV_TEE(n, t, b)                                                       \
	{                                                                      \
		.name = n, .title = t, .bit = b,                               \
		.state_size = sizeof(struct sev_state), .check = check,        \
		.prepare = prepare, .measure = measure                         \
	}

const struct tee tee_snp = SEV_TEE("snp", "SEV-SNP launch digest", TEE_SNP);
const struct tee tee_sev_es =
    SEV_TEE("sev-es", "SEV-ES launch digest", TEE_SEV_ES);
const struct tee tee_sev = SEV_TEE("sev", "SEV launch digest", TEE_SEV);
