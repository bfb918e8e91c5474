/* What is named when a register differs, with logs of the kinds there are. */
#include "measurements/verify/culprit.h"
#include "base/buf.h"
#include "tests/lib/tap.h"

static struct err e;
static struct arena arena;
static struct refset r;
static struct logview view;
static char text[CULPRIT_TEXT];

/* UTF-16 of s and of the NUL. */
static void
hash(const char *s, uint8_t *ret_digest)
{
	uint8_t wide[512];
	size_t n = 0;

	do {
		wide[n++] = (uint8_t)*s;
		wide[n++] = 0;
	} while (*s++ != '\0');
	sha2_digest(SHA2_384, wide, n, ret_digest);
}

TEST(command_lines_in_forms_that_are_commonly_met)
{
	static const struct {
		const char *actual, *text;
	} rows[] = {
		{ "initrd=initrd a nr_cpus=1 b", "in front" },
		{ "a nr_cpus=1 b initrd=initrd", "behind" },
		{ "a nr_cpus=1 b", "without initrd=initrd" },
		{ "a nr_cpus=1 b ", "space at the end" },
		{ "a nr_cpus=1 b\n", "line feed" },
		{ "a nr_cpus=32 b", "nr_cpus=32 in place of nr_cpus=1" },
		{ "initrd=initrd a nr_cpus=4 b", "nr_cpus=4" },
	};
	uint8_t digest[SHA2_384_LEN], wide[] = { 'a', 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		hash(rows[i].actual, digest);
		OK(culprit_cmdline("a nr_cpus=1 b", digest, SHA2_384, text));
		OK(strstr(text, rows[i].text) != NULL);
	}
	hash("something else", digest);
	OK(!culprit_cmdline("a nr_cpus=1 b", digest, SHA2_384, text));
	OK(!culprit_cmdline("xnr_cpus=1", digest, SHA2_384, text));
	sha2_digest(SHA2_384, wide, sizeof(wide), digest);
	OK(culprit_cmdline("a", digest, SHA2_384, text));
	OK(strstr(text, "without its NUL") != NULL);
}

/* A log of the banks SHA-1, SM3 and SHA-384, ended by padding. */
static void
put_start(struct buf *b)
{
	static const uint8_t algs[][2] = { { 0x04, 20 }, { 0x12, 32 },
		{ 0x0c, 48 } };

	buf_le32(b, 1);
	buf_le32(b, EVENT_NO_ACTION);
	buf_add_zero(b, 20);
	buf_le32(b, 24 + 4 + 12 + 1);
	buf_add(b, "Spec ID Event03", 16);
	buf_le32(b, 0);
	buf_add(b, "\0\2\0\2", 4);
	buf_le32(b, 3);
	for (int i = 0; i < 3; i++) {
		buf_le16(b, algs[i][0]);
		buf_le16(b, algs[i][1]);
	}
	buf_u8(b, 0);
}

static void
put_event(struct buf *b, uint32_t reg, uint32_t type, uint8_t digest)
{
	buf_le32(b, reg);
	buf_le32(b, type);
	buf_le32(b, 3);
	buf_le16(b, EVENTLOG_SHA1);
	buf_add_zero(b, 20);
	buf_le16(b, EVENTLOG_SM3);
	buf_add_zero(b, 32);
	buf_le16(b, EVENTLOG_SHA384);
	for (int i = 0; i < 48; i++)
		buf_u8(b, digest);
	buf_le32(b, 4);
	buf_add(b, "text", 4);
}

/* The log of these digests in RTMR1, and of others around them. */
static void
make_log(const char *digests)
{
	struct buf b;

	arena_init(&arena, 16 * 1024 * 1024);
	buf_init(&b, 65536);
	put_start(&b);
	put_event(&b, 1, EVENT_SEPARATOR, 0x77);
	for (; *digests != '\0'; digests++) {
		put_event(&b, 2, EVENT_NO_ACTION, 0x99);
		put_event(&b, 2, EVENT_ACTION, (uint8_t)*digests);
	}
	put_event(&b, 3, EVENT_SEPARATOR, 0x77);
	for (int i = 0; i < 64; i++)
		buf_u8(&b, 0xff);
	EQ_INT(
	    logview_read(span_of(b.p, b.len), EVENTLOG_CC, &arena, &view, &e),
	    0);
	/* The view borrows the log. */
	for (size_t i = 0; i < view.n; i++) {
		uint8_t *copy = arena_alloc(&arena, 48);

		memcpy(copy, view.e[i].digest, 48);
		view.e[i].digest = copy;
	}
	buf_release(&b);
}

/* A set that predicts these events in RTMR1. */
static struct refset_register *
make_set(const char *digests)
{
	static const uint8_t sha256[SHA2_256_LEN];
	struct refset_register *reg;
	uint8_t digest[48];

	refset_init(&r, "tdx", "");
	refset_add_input(&r, "kernel", "vmlinuz", 1, sha256);
	refset_add_register(&r, "rtmr0", "sha384", 48);
	reg = refset_add_register(&r, "rtmr1", "sha384", 48);
	refset_depend(reg, "kernel");
	refset_depend(reg, "devices");
	for (; *digests != '\0'; digests++) {
		char what[] = { 'e', *digests, '\0' };

		memset(digest, *digests, sizeof(digest));
		refset_add_event(&r, reg, NULL,
		    *digests == 'k' ? "kernel" : NULL, digest, what);
	}
	memset(digest, 1, sizeof(digest));
	refset_register_set(reg, digest);
	return reg;
}

TEST(the_first_event_that_differs)
{
	static const struct {
		const char *log, *set, *text;
	} rows[] = {
		{ "axc", "akc", "event 2, ek (file 'vmlinuz'), differs" },
		{ "akxc", "akc",
		    "event 3 (EV_EFI_ACTION, 'text') is one that "
		    "was not predicted, before ec" },
		{ "ac", "akc",
		    "event 2 should be ek (file 'vmlinuz'), and the "
		    "log does not have it" },
		{ "akcx", "akc",
		    "event 4 (EV_EFI_ACTION, 'text') is one that "
		    "was not predicted" },
		{ "ak", "akc", "the log ends before event 3, ec" },
		{ "", "akc", "the log ends before event 1, ea" },
		{ "akc", "akc", "predicted from: kernel 'vmlinuz', devices" },
		{ "akc", "", "predicted from: kernel 'vmlinuz', devices" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_log(rows[i].log);
		culprit_name(&r, make_set(rows[i].set), &view, text);
		if (strstr(text, rows[i].text) == NULL)
			EQ_STR(text, rows[i].text);
		arena_release(&arena);
	}
}

/* SHA-1 and SM3 are passed over, and EV_NO_ACTION extends nothing. */
TEST(only_the_bank_and_the_events_that_count)
{
	make_log("ab");
	EQ_INT(view.n, 4);
	EQ_INT(logview_register(&view, "rtmr1"), 1);
	EQ_INT(logview_register(&view, "pcr1"), -1);
	EQ_INT(logview_event(&view, 1, 1)->digest[0], 'b');
	OK(logview_event(&view, 1, 2) == NULL);
	OK(logview_event(&view, 3, 0) == NULL);
	arena_release(&arena);
}

TEST(without_a_log_the_likeliest_first)
{
	struct refset_register *reg;

	refset_init(&r, "snp", "");
	r.shape[REFSET_VCPUS] = 4;
	refset_set_cmdline(&r, "x");
	refset_add_bits(&r, "guest_features", 33);
	reg = refset_add_register(&r, "measurement", "sha384", 48);
	refset_depend(reg, "firmware");
	refset_depend(reg, "guest_features");
	refset_depend(reg, "vcpus");
	refset_depend(reg, "cmdline");
	culprit_name(&r, reg, NULL, text);
	EQ_STR(text, "it was predicted from: cmdline 'x', vcpus 4, "
		     "guest_features 0x21, firmware");
}

TAP_MAIN
