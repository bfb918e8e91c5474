/*
 * Evidence of other projects (Trustee, guest-components, go-tdx-guest), found
 * at $HUSK_VECTORS or ../shared/vectors: recognised, believed as far as its
 * signatures go, and refused with the wrong certificate. A test whose file is
 * not there is skipped, by name.
 */
#include <fcntl.h>
#include <stdlib.h>

#include <cJSON.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/hex.h"
#include "measurements/verify/check.h"
#include "measurements/verify/compare.h"
#include "tests/lib/tap.h"

enum {
	FILE_LIMIT = 4 * 1024 * 1024,
	ARENA_LIMIT = 64 * 1024 * 1024
};

static struct err e;
static struct arena arena;
static struct evidence ev;
static struct check check;
static struct findings found;
static struct logview view;

/* The file of that name, or the test ends as skipped. */
static struct span
load(const char *name)
{
	const char *root = secure_getenv("HUSK_VECTORS");
	char path[4096], why[4200];
	struct span s;
	struct buf b;
	void *copy;

	if (arena.limit == 0) {
		arena_init(&arena, ARENA_LIMIT);
		check_init(&check);
	}
	OK(str_format(path, sizeof(path), "%s/%s",
	       root ? root : "../shared/vectors", name) == 0);
	if (access(path, R_OK) < 0) {
		arena_release(&arena);
		OK(str_format(why, sizeof(why), "no file %s", path) == 0);
		SKIP(why);
	}
	buf_init(&b, FILE_LIMIT);
	EQ_INT(fd_read_file(AT_FDCWD, path, &b, &e), 0);
	copy = arena_alloc(&arena, b.len);
	memcpy(copy, b.p, b.len);
	s = span_of(copy, b.len);
	buf_release(&b);
	return s;
}

static void
parse(const char *name)
{
	struct span s = load(name);

	if (evidence_parse(s, &arena, &ev, &e) < 0) {
		printf("# %s\n", e.msg);
		OK(!"evidence");
	}
}

/* The n-th certificate of a file alone, as a root. */
static void
trust(struct span file, size_t n)
{
	static struct certs all;

	EQ_INT(certs_add(&all, file, &arena, &e), 0);
	OK(n < all.n);
	check.roots.c[check.roots.n++] = all.c[n];
	check.more = all;
}

/* The certificates in a quote, of which the third is Intel's root. */
static void
trust_quote(struct span s)
{
	const uint8_t *p = memmem(s.p, span_len(&s), "-----BEGIN", 10);

	OK(p != NULL);
	trust(span_of(p, (size_t)(s.end - p)), 2);
}

static void
run_check(void)
{
	check_evidence(&check, &ev, &arena, &found);
}

static enum finding_result
result(const char *name)
{
	for (size_t i = 0; i < found.n; i++)
		if (str_eq(found.f[i].name, name))
			return found.f[i].result;
	printf("# no finding '%s'\n", name);
	OK(!"the finding");
	return FINDING_FAILED;
}

static void
passed(const char *const *names)
{
	for (; *names != NULL; names++) {
		if (result(*names) != FINDING_PASSED)
			printf("# %s\n", *names);
		EQ_INT(result(*names), FINDING_PASSED);
	}
}

#define PASSED(...) passed((const char *const[]){ __VA_ARGS__, NULL })

static void
fact_begins(const char *name, const char *hex)
{
	const struct fact *f = evidence_fact(&ev, name);
	char got[HEX_SIZE(64)];

	OK(f != NULL && f->len <= 64);
	hex_encode(f->p, f->len, got);
	if (!str_starts(got, hex))
		EQ_STR(got, hex);
}

static void
done(void)
{
	arena_release(&arena);
}

TEST(snp_report_with_its_vcek)
{
	parse("attest/test-report.bin");
	trust(load("attest/test-vcek.der"), 0);
	run_check();
	PASSED("signature", "tcb", "chip", "certificates", "vmpl", "debug");
	EQ_INT(result("product"), FINDING_UNCHECKED);
	fact_begins("measurement", "a1f39304");
	EQ_INT(evidence_fact(&ev, "policy")->number, 0x3001f);
	done();
}

TEST(snp_report_with_a_wrong_vcek)
{
	parse("attest/test-report.bin");
	trust(load("attest/test-vcek-invalid-new.der"), 0);
	run_check();
	EQ_INT(result("signature"), FINDING_FAILED);
	done();
}

TEST(snp_evidence_is_put_together_again)
{
	parse("attest/evidence.json");
	EQ_STR(ev.tee, "snp");
	check.compare_only = true;
	run_check();
	PASSED("signature", "tcb", "chip", "product", "debug");
	EQ_INT(result("certificates"), FINDING_UNCHECKED);
	EQ_INT(evidence_fact(&ev, "tcb_microcode")->number, 25);
	done();
}

TEST(td_quotes_up_to_the_root)
{
	static const struct {
		const char *name, *mrtd, *rtmr0;
		enum finding_result debug;
	} quotes[] = {
		{ "attest/tdx_quote_4.dat", "705ee938", "e940da7c",
		    FINDING_FAILED },
		{ "attest/tdx_quote_5.dat", "dfba221b", "9b529f36",
		    FINDING_PASSED },
		{ "attest/az-tdx-vtpm-td-quote.bin", "", "00000000",
		    FINDING_PASSED },
		{ "measure/tdx/gcp-cos113-quote.dat", "dae67181", "",
		    FINDING_PASSED },
	};

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		parse(quotes[i].name);
		check_init(&check);
		memset(&found, 0, sizeof(found));
		if (i < 3)
			trust_quote(ev.td_bytes);
		check.compare_only = i == 3;
		run_check();
		PASSED("signature", "attestation key", "quoting enclave",
		    "platform key");
		EQ_INT(result("debug"), quotes[i].debug);
		fact_begins("mrtd", quotes[i].mrtd);
		fact_begins("rtmr0", quotes[i].rtmr0);
	}
	done();
}

/* The claims that Trustee makes of the quote. */
TEST(facts_are_the_claims_of_others)
{
	static const char *const names[][2] = { { "mr_td", "mrtd" },
		{ "rtmr_0", "rtmr0" }, { "rtmr_1", "rtmr1" },
		{ "rtmr_2", "rtmr2" }, { "rtmr_3", "rtmr3" },
		{ "mr_config_id", "mrconfigid" }, { "mr_owner", "mrowner" },
		{ "mr_owner_config", "mrownerconfig" }, { "mr_seam", "mrseam" },
		{ "mrsigner_seam", "mrsignerseam" },
		{ "tcb_svn", "tee_tcb_svn" } };
	struct span s = load("attest/parse_tdx_claims_expected.json");
	cJSON *json = cJSON_ParseWithLength((const char *)s.p, span_len(&s));
	const cJSON *body =
	    cJSON_GetObjectItem(cJSON_GetObjectItem(json, "quote"), "body");

	OK(body != NULL);
	parse("attest/tdx_quote_4.dat");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		fact_begins(names[i][1],
		    cJSON_GetStringValue(
			cJSON_GetObjectItem(body, names[i][0])));
	EQ_STR(evidence_fact(&ev, "xfam")->text,
	    cJSON_GetStringValue(cJSON_GetObjectItem(body, "xfam")));
	EQ_STR(evidence_fact(&ev, "td_attributes")->text,
	    cJSON_GetStringValue(cJSON_GetObjectItem(body, "td_attributes")));
	cJSON_Delete(json);
	done();
}

TEST(a_tdreport_is_not_signed)
{
	parse("attest/tdx_report_1.bin");
	run_check();
	EQ_INT(result("signature"), FINDING_FAILED);
	fact_begins("rtmr0", "f4ec1a04");
	fact_begins("rtmr1", "4e5f8826");
	done();
}

TEST(azure_evidence_up_to_amds_root)
{
	parse("attest/az-snp-vtpm-evidence-v2.json");
	EQ_STR(ev.tee, "az-snp-vtpm");
	trust(load("attest/az-snp-vtpm-vcek.pem"), 2);
	EQ_INT(certs_time("2026-06-01T00:00:00Z", &check.at), 0);
	run_check();
	PASSED("signature", "tcb", "chip", "product", "certificates", "vmpl",
	    "vTPM key", "quote", "pcrs", "user data");
	done();
}

TEST(azure_reports_hold_the_vtpms_key)
{
	parse("attest/az-snp-vtpm-hcl-report.bin");
	run_check();
	PASSED("vTPM key");
	EQ_INT(result("vTPM"), FINDING_FAILED);
	memset(&found, 0, sizeof(found));
	parse("attest/az-tdx-vtpm-hcl-report.bin");
	EQ_STR(ev.tee, "az-tdx-vtpm");
	run_check();
	PASSED("vTPM key");
	done();
}

TEST(a_tpms_quote)
{
	parse("attest/tpm_evidence.json");
	run_check();
	PASSED("quote", "pcrs");
	EQ_INT(result("attestation key"), FINDING_UNCHECKED);
	ev.pcrs[23][31] ^= 1;
	memset(&found, 0, sizeof(found));
	run_check();
	EQ_INT(result("pcrs"), FINDING_FAILED);
	done();
}

TEST(a_real_log_leads_to_its_quote)
{
	struct span log = load("measure/tdx/gcp-cos113-ccel.dat");

	parse("measure/tdx/gcp-cos113-quote.dat");
	EQ_INT(logview_read(log, EVENTLOG_CC, &arena, &view, &e), 0);
	compare_log(&ev, &view, &found);
	EQ_INT(result("event log"), FINDING_PASSED);
	done();
}

/* Of the logs that came without their quote: whose registers are known. */
TEST(logs_of_others)
{
	static const struct {
		const char *name;
		const char *rtmr[4];
	} logs[] = {
		{ "attest/CCEL_data_ovmf",
		    { "8566f998798d", "775b9f6bfe99", "94eaf7a7bf39",
			"000000000000" } },
		{ "attest/CCEL_data_grub",
		    { "cec0a104f691", "6c289e0c6218", "08919d017ba0",
			"000000000000" } },
		{ "attest/CCEL_AAEL_alibabacloud",
		    { "b796e1c11396", "3b0b906140fc", "35f2801338c1",
			"5e4ecd49d3c7" } },
	};
	char hex[HEX_SIZE(48)];

	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct span log = load(logs[i].name);

		EQ_INT(logview_read(log, EVENTLOG_CC, &arena, &view, &e), 0);
		for (int k = 0; k < 4; k++) {
			hex_encode(view.end.r[k], 48, hex);
			hex[12] = '\0';
			EQ_STR(hex, logs[i].rtmr[k]);
		}
		EQ_INT(logview_read(log, EVENTLOG_TPM, &arena, &view, &e), -1);
	}
	done();
}

TAP_MAIN
