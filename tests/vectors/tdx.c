/*
 * Event logs, quotes and RTMR0 of other projects, found at $HUSK_VECTORS or
 * ../shared/vectors: logs parse to what others read from them, their registers
 * are the quotes', and quotes hold what others read. A test whose file is not
 * there is skipped, by name.
 */
#include <fcntl.h>
#include <stdlib.h>

#include <cJSON.h>

#include "base/fd.h"
#include "base/str.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "measurements/format/acpiblob.h"
#include "measurements/tdx/registers.h"
#include "measurements/tdx/tdboot.h"
#include "measurements/tdx/tdevents.h"
#include "measurements/tdx/tdquote.h"
#include "tests/lib/tap.h"

enum {
	FILE_LIMIT = 4 * 1024 * 1024
};

static struct err e;
static struct eventlog elog;
static struct registers rs;
static struct tdquote quote;

/* The file of that name, or the test ends as skipped. */
static struct buf
load(const char *name)
{
	const char *root = secure_getenv("HUSK_VECTORS");
	char path[4096], why[4200];
	struct buf b;

	OK(str_format(path, sizeof(path), "%s/%s",
	       root ? root : "../shared/vectors", name) == 0);
	buf_init(&b, FILE_LIMIT);
	if (access(path, R_OK) < 0) {
		OK(str_format(why, sizeof(why), "no file %s", path) == 0);
		SKIP(why);
	}
	EQ_INT(fd_read_file(AT_FDCWD, path, &b, &e), 0);
	return b;
}

static cJSON *
load_json(const char *name)
{
	struct buf b = load(name);
	cJSON *json = cJSON_ParseWithLength((const char *)b.p, b.len);

	OK(json != NULL);
	buf_release(&b);
	return json;
}

static const char *
text(const cJSON *json, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItem(json, key));
}

static void
expect_hex(const uint8_t *p, size_t len, const char *expected)
{
	char *hex = malloc(HEX_SIZE(len));

	hex_encode(p, len, hex);
	EQ_STR(hex, expected);
	free(hex);
}

static void
replay(const struct buf *b, enum eventlog_kind kind, uint16_t alg)
{
	EQ_INT(eventlog_open(b->p, b->len, &elog, &e), 0);
	EQ_INT(elog.kind, kind);
	registers_init(&rs, elog.kind, alg);
	EQ_INT(registers_replay(&rs, elog, &e), 0);
}

/* An event against what trustee read. */
static void
expect_event(const struct event *ev, const cJSON *expected)
{
	const cJSON *digests = cJSON_GetObjectItem(expected, "digests"), *d;
	const cJSON *details = cJSON_GetObjectItem(expected, "details");
	const char *name = text(details, "unicode_name");
	struct event_text shown = event_text(ev);
	size_t len = span_len(&ev->data), n = 0;
	char *data = malloc(BASE64_SIZE(len));

	EQ_INT(ev->index, cJSON_GetObjectItem(expected, "index")->valueint);
	EQ_STR(eventlog_type_name(ev->type), text(expected, "type_name"));
	cJSON_ArrayForEach(d, digests)
	{
		EQ_STR(text(d, "alg"), "SHA-384");
		EQ_INT(ev->digests[n].alg, EVENTLOG_SHA384);
		expect_hex(ev->digests[n].bytes.p,
		    span_len(&ev->digests[n].bytes), text(d, "digest"));
		n++;
	}
	EQ_INT(ev->n_digests, n);
	base64_encode(BASE64_STANDARD, ev->data.p, len, data);
	EQ_STR(data, text(expected, "event"));
	free(data);
	if (name != NULL && ev->type != EVENT_TAG)
		EQ_STR(shown.s, name);
	if (cJSON_IsTrue(cJSON_GetObjectItem(expected, "digest_matches_event")))
		OK(event_hashes_its_data(ev));
}

static void
expect_parse(const char *name, const char *expected_name)
{
	struct buf b = load(name);
	cJSON *json = load_json(expected_name);
	const cJSON *events = cJSON_GetObjectItem(json, "uefi_event_logs"), *x;
	struct event ev;

	EQ_INT(eventlog_open(b.p, b.len, &elog, &e), 0);
	EQ_INT(elog.kind, EVENTLOG_CC);
	cJSON_ArrayForEach(x, events)
	{
		EQ_INT(eventlog_next(&elog, &ev, &e), 1);
		expect_event(&ev, x);
	}
	EQ_INT(eventlog_next(&elog, &ev, &e), 0);
	EQ_INT(elog.n_read, cJSON_GetArraySize(events));
	cJSON_Delete(json);
	buf_release(&b);
}

TEST(log_of_ovmf_parses_as_trustee_reads_it)
{
	expect_parse("attest/CCEL_data_ovmf", "attest/CCEL_data_ovmf_out.json");
}

TEST(log_of_grub_parses_as_trustee_reads_it)
{
	expect_parse("attest/CCEL_data_grub", "attest/CCEL_data_grub_out.json");
}

TEST(log_with_aael_parses_as_trustee_reads_it)
{
	expect_parse("attest/CCEL_AAEL_alibabacloud",
	    "attest/CCEL_AAEL_alibabacloud_out.json");
}

TEST(replay_of_a_google_log_equals_its_quote)
{
	struct buf b = load("measure/tdx/gcp-cos113-ccel.dat");
	struct buf q = load("measure/tdx/gcp-cos113-quote.dat");

	replay(&b, EVENTLOG_CC, EVENTLOG_SHA384);
	EQ_INT(tdquote_parse(q.p, q.len, &quote, &e), 0);
	EQ_INT(quote.form, TDQUOTE_V4);
	for (int i = 0; i < REGISTERS_RTMRS; i++)
		EQ_MEM(rs.r[i], quote.rtmr[i], TDQUOTE_MR_LEN);
	buf_release(&b);
	buf_release(&q);
}

/* dstack's quote, with its event log as JSON in a string. */
TEST(replay_of_a_dstack_log_equals_its_quote)
{
	cJSON *json = load_json("measure/tdx/dstack-quote-report.json");
	const char *hex = text(json, "quote");
	cJSON *events = cJSON_Parse(text(json, "event_log"));
	size_t len = strlen(hex) / 2;
	uint8_t *q = malloc(len), digest[SHA2_384_LEN];
	const cJSON *x;

	EQ_INT(hex_decode(hex, 2 * len, q, len), 0);
	EQ_INT(tdquote_parse(q, len, &quote, &e), 0);
	registers_init(&rs, EVENTLOG_CC, EVENTLOG_SHA384);
	OK(cJSON_GetArraySize(events) > 20);
	cJSON_ArrayForEach(x, events)
	{
		const char *d = text(x, "digest");

		EQ_INT(hex_decode(d, strlen(d), digest, sizeof(digest)), 0);
		registers_extend(&rs, cJSON_GetObjectItem(x, "imr")->valueint,
		    digest);
	}
	for (int i = 0; i < REGISTERS_RTMRS; i++)
		EQ_MEM(rs.r[i], quote.rtmr[i], TDQUOTE_MR_LEN);
	free(q);
	cJSON_Delete(events);
	cJSON_Delete(json);
}

TEST(quote_4_holds_what_trustee_reads)
{
	struct buf q = load("attest/tdx_quote_4.dat");
	cJSON *json = load_json("attest/parse_tdx_claims_expected.json");
	const cJSON *body =
	    cJSON_GetObjectItem(cJSON_GetObjectItem(json, "quote"), "body");
	char key[8] = "rtmr_0";

	EQ_INT(tdquote_parse(q.p, q.len, &quote, &e), 0);
	EQ_INT(quote.form, TDQUOTE_V4);
	expect_hex(quote.mrseam, 48, text(body, "mr_seam"));
	expect_hex(quote.mrsignerseam, 48, text(body, "mrsigner_seam"));
	expect_hex(quote.mrtd, 48, text(body, "mr_td"));
	expect_hex(quote.mrconfigid, 48, text(body, "mr_config_id"));
	expect_hex(quote.mrowner, 48, text(body, "mr_owner"));
	expect_hex(quote.mrownerconfig, 48, text(body, "mr_owner_config"));
	expect_hex(quote.report_data, 64, text(body, "report_data"));
	for (; key[5] < '4'; key[5]++)
		expect_hex(quote.rtmr[key[5] - '0'], 48, text(body, key));
	expect_hex(quote.tee_tcb_svn, 16, text(body, "tcb_svn"));
	cJSON_Delete(json);
	buf_release(&q);
}

TEST(quote_5_and_azures_are_read)
{
	static const char *const names[] = { "attest/tdx_quote_5.dat",
		"attest/az-tdx-vtpm-td-quote.bin" };
	static const uint8_t azure[] = { 0x02, 0x4a, 0x32, 0xb0, 0x70, 0x38,
		0x33, 0x31 };
	uint8_t zeros[TDQUOTE_MR_LEN] = { 0 };

	for (size_t i = 0; i < 2; i++) {
		struct buf q = load(names[i]);

		EQ_INT(tdquote_parse(q.p, q.len, &quote, &e), 0);
		OK(i == 1 || quote.form == TDQUOTE_V5_10 ||
		    quote.form == TDQUOTE_V5_15);
		OK(memcmp(quote.mrtd, zeros, sizeof(zeros)) != 0);
		/* The paravisor's, which alone says something of the guest. */
		OK(i == 0 || memcmp(quote.mrtd, azure, sizeof(azure)) == 0);
		OK(i == 0 || memcmp(quote.rtmr[1], zeros, sizeof(zeros)) == 0);
		buf_release(&q);
	}
}

TEST(tdreport_is_read)
{
	struct buf q = load("attest/tdx_report_1.bin");
	uint8_t zeros[TDQUOTE_MR_LEN] = { 0 };

	EQ_INT(tdquote_parse(q.p, q.len, &quote, &e), 0);
	EQ_INT(quote.form, TDQUOTE_REPORT);
	OK(memcmp(quote.mrtd, zeros, sizeof(zeros)) != 0);
	OK(memcmp(quote.mrseam, zeros, sizeof(zeros)) != 0);
	buf_release(&q);
}

/* PCRs 2, 3 and 6 of any boot without drivers: H(0 || H(0000)). */
TEST(tpm_logs_replay_in_every_bank)
{
	static const char *const names[] = {
		"measure/tpm/direct-ovmf2025.evlog",
		"measure/tpm/uki-disk-ovmf2022.evlog"
	};
	static const uint16_t algs[] = { EVENTLOG_SHA256, EVENTLOG_SHA384,
		EVENTLOG_SHA512 };

	for (size_t i = 0; i < 6; i++) {
		struct buf b = load(names[i / 3]);
		uint8_t once[2 * SHA2_LEN_MAX] = { 0 };
		size_t len;

		replay(&b, EVENTLOG_TPM, algs[i % 3]);
		len = sha2_len(rs.sha2);
		sha2_digest(rs.sha2, "\0\0\0\0", 4, once + len);
		sha2_digest(rs.sha2, once, 2 * len, once);
		EQ_MEM(rs.r[2], once, len);
		EQ_MEM(rs.r[3], once, len);
		EQ_MEM(rs.r[6], once, len);
		OK(rs.used[9] && !rs.used[10] && rs.used[11] == (i >= 3));
		buf_release(&b);
	}
}

/* The options of a kernel and the boot variables of OVMF 2025.02. */
TEST(own_boot_has_the_predicted_events)
{
	struct buf b = load("measure/tpm/direct-ovmf2025.evlog");
	const struct tdboot boot = { .profile = { 202502, 900, false },
		.kernel = &(struct span){ NULL, NULL, false },
		.initrd_sha384 = (const uint8_t[TDEVENT_LEN]){ 0 },
		.cmdline = "console=ttyS0 quiet" };
	static struct tdevents predicted;
	struct event ev;

	EQ_INT(tdboot_rtmr2(&boot, &predicted, &e), 0);
	EQ_INT(eventlog_open(b.p, b.len, &elog, &e), 0);
	do
		EQ_INT(eventlog_next(&elog, &ev, &e), 1);
	while (ev.index != 9);
	EQ_MEM(event_digest_find(&ev, EVENTLOG_SHA384)->bytes.p,
	    predicted.e[0].digest, TDEVENT_LEN);
	buf_release(&b);
}

/*
 * RTMR0 of a guest with 2 GiB and an OVMF 2025.02. Of the firmware only the
 * layout and a variable store without variables count; the store's digest is
 * known, so its event is put in place of that of an empty one.
 */
TEST(rtmr0_of_tdx_measure_is_predicted)
{
	static const char store[] = "344bc51c980ba621aaa00da3ed7436f7d6e549197d"
				    "fe699515dfa2c6583d95e6412af21c097d47315587"
				    "5ffd561d6790";
	static uint8_t cfv[4096];
	struct buf tables = load("measure/tdx/q35-2g-acpi_tables.bin");
	cJSON *json = load_json("measure/tdx/q35-2g-expected.json");
	struct span acpi = span_of(tables.p, tables.len);
	static const struct tdvf firmware = {
		.s = { { .gpa = 0xffc84000, .size = 0x37c000 },
		    { .data = { cfv, cfv + sizeof(cfv), false },
			.gpa = 0xffc00000,
			.size = 0x84000,
			.type = TDVF_CFV },
		    { .gpa = 0x811000, .size = 0xf000, .type = TDVF_TEMP_MEM },
		    { .gpa = 0x80b000, .size = 0x2000, .type = TDVF_TEMP_MEM },
		    { .gpa = 0x809000, .size = 0x2000, .type = TDVF_TD_HOB },
		    { .gpa = 0x800000,
			.size = 0x6000,
			.type = TDVF_TEMP_MEM } },
		.n = 6
	};
	const struct tdboot boot = { .profile = { 202502, 902, false },
		.firmware = &firmware,
		.memory = UINT64_C(2) << 30,
		.acpi_tables = &acpi };
	static struct tdevents events;
	uint8_t rtmr0[TDEVENT_LEN];

	memset(cfv, 0xff, sizeof(cfv));
	memcpy(cfv + 16,
	    "\x8d\x2b\xf1\xff\x96\x76\x8b\x4c\xa9\x85\x27\x47\x07\x5b\x4f\x50",
	    16);
	memcpy(cfv + 48, "\x48\0", 2);
	memcpy(cfv + 0x48,
	    "\x78\x2c\xf3\xaa\x7b\x94\x9a\x43\xa1\x80\x2e\x14\x4e\xc3\x77\x92"
	    "\0\x08\0\0\x5a\xfe",
	    22);
	EQ_INT(tdboot_rtmr0(&boot, &events, &e), 0);
	EQ_STR(events.e[1].what, "variable store");
	EQ_INT(hex_decode(store, 96, events.e[1].digest, TDEVENT_LEN), 0);
	tdevents_rtmr(&events, 0, rtmr0);
	expect_hex(rtmr0, sizeof(rtmr0), text(json, "rtmr0"));
	cJSON_Delete(json);
	buf_release(&tables);
}

TAP_MAIN
