/*
 * An attestation policy for Trustee (v0.17 and later) that holds the values
 * itself: it compares what Trustee's default policy leaves out (RTMR0, RTMR3,
 * MRCONFIGID, HOST_DATA, all PCRs, the tag of a Secure Execution image), and
 * the registers of a shape together, where the default policy takes a value of
 * each from any shape.
 */
#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "codec/hex.h"
#include "measurements/out/json_out.h"
#include "measurements/out/out.h"

enum {
	MAX_ROWS = 12
};

/* A claim of the verifier and where its value stands in a refset. */
struct claim {
	const char *key;   /* register or parameter */
	const char *claim; /* below the TEE's own */
};

struct verifier {
	const char *target;
	const char *input;                /* the TEE's claims */
	const char *rules;                /* that input needs */
	struct claim registers[MAX_ROWS]; /* joint: all of one shape */
	const char *pcrs;                 /* claims of registers "pcrN" */
	const char *hardware;             /* more conditions, as lines */
	const char *configuration;
	struct claim program[MAX_ROWS]; /* parameters, executables */
	struct claim equal[MAX_ROWS];   /* parameters, configuration */
	struct claim same[MAX_ROWS];    /* parameters, hardware */
	struct claim least[MAX_ROWS];   /* the same, at least */
};

static const struct verifier verifiers[] = {
	{ .target = "snp",
	    .input = "input.snp",
	    .registers = { { "measurement", "measurement" },
		{ "host_data", "init_data" } },
	    .configuration = "\tinput.snp.policy_debug_allowed == false\n"
			     "\tinput.snp.policy_migrate_ma == false\n",
	    .equal = { { "guest_abi_major", "policy_abi_major" },
		{ "guest_abi_minor", "policy_abi_minor" },
		{ "smt_allowed", "policy_smt_allowed" },
		{ "single_socket", "policy_single_socket" },
		{ "smt_enabled", "platform_smt_enabled" },
		{ "tsme_enabled", "platform_tsme_enabled" } },
	    .least = { { "tcb_bootloader", "reported_tcb_bootloader" },
		{ "tcb_tee", "reported_tcb_tee" },
		{ "tcb_snp", "reported_tcb_snp" },
		{ "tcb_microcode", "reported_tcb_microcode" } } },
	{ .target = "tdx",
	    .input = "input.tdx",
	    .registers = { { "mrtd", "quote.body.mr_td" },
		{ "rtmr0", "quote.body.rtmr_0" },
		{ "rtmr1", "quote.body.rtmr_1" },
		{ "rtmr2", "quote.body.rtmr_2" },
		{ "rtmr3", "quote.body.rtmr_3" },
		{ "mrconfigid", "quote.body.mr_config_id" } },
	    .hardware = "\tinput.tdx.quote.header.tee_type == \"81000000\"\n"
			"\tinput.tdx.quote.header.vendor_id == "
			"\"939a7233f79c4ca9940a0db3957f0607\"\n"
			"\tinput.tdx.tcb_status == \"UpToDate\"\n"
			"\tinput.tdx.collateral_expiration_status == \"0\"\n",
	    .configuration = "\tinput.tdx.td_attributes.debug == false\n",
	    .equal = { { "xfam", "quote.body.xfam" } } },
	{ .target = "se",
	    .input = "input.se",
	    .registers = { { "tag", "tag" }, { "image_phkh", "image_phkh" },
		{ "attestation_phkh", "attestation_phkh" } } },
	{ .target = "tpm",
	    .input = "input.tpm",
	    .pcrs = "pcr",
	    .program = { { "ak_public", "ak_public" } } },
	{ .target = "az-vtpm",
	    .input = "azure",
	    .rules = "\nazure := input[\"az-snp-vtpm\"]\n"
		     "\nazure := input[\"az-tdx-vtpm\"]\n",
	    .pcrs = "tpm.pcr" },
	{ .target = "sample",
	    .input = "input.sample",
	    .configuration = "\tinput.sample.debug == false\n",
	    .program = { { "launch_digest", "launch_digest" } },
	    .same = { { "svn", "svn" },
		{ "major_version", "platform_version.major" } },
	    .least = { { "minimum_minor_version",
		"platform_version.minor" } } },
};

static const char preamble[] =
    "package policy\n"
    "\n"
    "import rego.v1\n"
    "\n"
    "# AR4SI: 33 and 97 unrecognized, 36 unavailable, 0 no claim\n"
    "default executables := 33\n"
    "\n"
    "default hardware := 97\n"
    "\n"
    "default configuration := 36\n"
    "\n"
    "trust_claims := {\n"
    "\t\"executables\": executables,\n"
    "\t\"hardware\": hardware,\n"
    "\t\"configuration\": configuration,\n"
    "\t\"file-system\": 0,\n"
    "\t\"instance-identity\": 0,\n"
    "\t\"runtime-opaque\": 0,\n"
    "\t\"storage-opaque\": 0,\n"
    "\t\"sourced-data\": 0,\n"
    "}\n"
    "\n"
    "# What each shape of guest reports.\n"
    "references := ";

/* The claim of a register, in claim; false when the verifier has none. */
static bool
claim_of(const struct verifier *v, const char *name, char *claim, size_t size)
{
	uint64_t pcr;

	for (int i = 0; i < MAX_ROWS && v->registers[i].key; i++)
		if (str_eq(v->registers[i].key, name))
			return str_copy(claim, size, v->registers[i].claim) ==
			       0;
	return v->pcrs != NULL && str_starts(name, "pcr") &&
	       str_u64(name + 3, 23, &pcr) == 0 &&
	       str_format(claim, size, "%s%02" PRIu64, v->pcrs, pcr) == 0;
}

/* Zeros stand where the guest or its owner says later what it will be. */
static bool
is_open(const struct refset_register *reg)
{
	for (size_t i = 0; i < reg->len; i++)
		if (reg->value[i] != 0)
			return false;
	return true;
}

/* A register counts when it is known in every shape. */
static bool
counts(const struct out *o, size_t reg)
{
	for (size_t i = 0; i < o->n; i++)
		if (!o->sets[i].registers[reg].known ||
		    is_open(&o->sets[i].registers[reg]))
			return false;
	return true;
}

static void
put_references(const struct out *o, const struct verifier *v, struct buf *b)
{
	const uint8_t *value;
	struct json_out j;
	char claim[48];

	json_out_init(&j, b);
	json_out_array(&j, NULL);
	for (size_t i = 0; i < o->n; i++) {
		json_out_object(&j, NULL);
		for (size_t k = 0; k < o->sets[i].n_registers; k++) {
			const struct refset_register *reg =
			    &o->sets[i].registers[k];

			if (!counts(o, k) ||
			    !claim_of(v, reg->name, claim, sizeof(claim)))
				continue;
			json_out_array(&j, reg->name);
			for (size_t n = 0;
			     (value = refset_value(&o->sets[i], reg, n, NULL));
			     n++)
				json_out_hex(&j, NULL, value, reg->len);
			json_out_end(&j);
		}
		json_out_end(&j);
	}
	json_out_end(&j);
}

/* What is not known is named. Returns how many claims are compared. */
static size_t
put_params(const struct refset *r, const struct verifier *v,
    const struct claim *claims, const char *op, struct buf *b)
{
	size_t n = 0;

	for (int i = 0; i < MAX_ROWS && claims[i].key; i++) {
		const struct refset_param *p = refset_param(r, claims[i].key);

		if (p == NULL) {
			buf_printf(b,
			    "\t# %s is not compared: it was not given\n",
			    claims[i].claim);
			continue;
		}
		n++;
		buf_printf(b, "\t%s.%s %s ", v->input, claims[i].claim, op);
		if (p->type == REFSET_STRING)
			buf_printf(b, "\"%s\"\n", p->string);
		else if (p->type == REFSET_BOOL)
			buf_printf(b, "%s\n", p->number ? "true" : "false");
		else
			buf_printf(b, "%" PRIu64 "\n", p->number);
	}
	return n;
}

/*
 * The rule for what runs. A rule that compares nothing would affirm everything:
 * then there is none, and the default stays.
 */
static void
put_executables(const struct out *o, const struct verifier *v, struct buf *b)
{
	struct buf rule;
	size_t n = 0;
	char claim[48];

	buf_init(&rule, b->limit);
	for (size_t k = 0; k < o->sets->n_registers; k++) {
		const struct refset_register *reg = &o->sets->registers[k];
		const char *name = reg->name;

		if (!claim_of(v, name, claim, sizeof(claim)))
			continue;
		n += counts(o, k);
		if (counts(o, k))
			buf_printf(&rule, "\t%s.%s in reference.%s\n", v->input,
			    claim, name);
		else
			buf_printf(&rule, "\t# %s is not compared: %s\n", name,
			    reg->known ? "nothing says what will be in it"
				       : reg->why);
	}
	n += put_params(o->sets, v, v->program, "==", &rule);
	if (n > 0)
		buf_printf(b,
		    "\nexecutables := 3 if {\n\t%s\n\tsome reference in "
		    "references\n%s}\n",
		    v->input, buf_str(&rule));
	else
		buf_printf(b,
		    "\n# executables stays 33: nothing is known of what runs"
		    "\n%s",
		    buf_str(&rule));
	buf_release(&rule);
}

int
out_policy(const struct out *o, struct buf *b, struct err *e)
{
	const struct verifier *v = NULL;
	const struct refset *r = o->sets;

	for (size_t i = 0; i < sizeof(verifiers) / sizeof(verifiers[0]); i++)
		if (str_eq(verifiers[i].target, r->trustee))
			v = &verifiers[i];
	if (v == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "target %s: Trustee has no verifier whose claims a policy "
		    "could compare",
		    r->target);
	out_comment(o, "# ", b);
	buf_add_str(b, preamble);
	put_references(o, v, b);
	buf_add_str(b, v->rules ? v->rules : "");
	put_executables(o, v, b);
	buf_printf(b, "\nhardware := 2 if {\n\t%s\n%s", v->input,
	    v->hardware ? v->hardware : "");
	put_params(r, v, v->same, "==", b);
	put_params(r, v, v->least, ">=", b);
	buf_printf(b, "}\n\nconfiguration := 2 if {\n\t%s\n%s", v->input,
	    v->configuration ? v->configuration : "");
	put_params(r, v, v->equal, "==", b);
	buf_add_str(b, "}\n");
	return 0;
}
