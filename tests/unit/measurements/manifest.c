#include "measurements/format/manifest.h"
#include "tests/lib/tap.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HEAD "husk-manifest 1\n"
#define FILE_A "file " HASH " 0 a\n"
#define FILE_B "file " OTHER " 18446744073709551615 b/c d\n"

static struct err e;

static int
parse(struct manifest *m, const char *text, size_t len)
{
	manifest_init(m);
	return manifest_parse(span_of(text, len), m, &e);
}

TEST(a_manifest_is_read_and_written_again)
{
	static const char text[] = HEAD "tree a\ntree b/c\n" FILE_A FILE_B;
	struct manifest m;
	struct buf b;

	EQ_INT(parse(&m, text, sizeof(text) - 1), 0);
	EQ_INT(m.n_files, 2);
	EQ_INT(m.n_trees, 2);
	EQ_STR(m.files[1].path, "b/c d");
	OK(m.files[1].size == UINT64_MAX);
	EQ_INT(m.files[1].sha256[0], 0xff);
	buf_init(&b, 4096);
	manifest_write(&m, &b);
	EQ_STR(buf_str(&b), text);
	buf_release(&b);
	manifest_release(&m);
	EQ_INT(parse(&m, HEAD, sizeof(HEAD) - 1), 0);
	EQ_INT(m.n_files, 0);
	manifest_release(&m);
}

TEST(what_has_another_form_is_refused)
{
	static const struct {
		const char *text, *msg;
	} rows[] = {
		{ "", "line 1: not \"husk-manifest 1\"" },
		{ "husk-manifest 1", "line 1: not \"husk-manifest 1\"" },
		{ "husk-manifest 2\n", "line 1: not \"husk-manifest 1\"" },
		{ HEAD "\n", "line 2: neither a tree nor a file" },
		{ HEAD FILE_A "link x\n", "line 3: neither a tree nor a file" },
		{ HEAD "file " HASH " 1\n",
		    "line 2: not SHA-256, size and path" },
		{ HEAD "file " HASH "0 1 a\n",
		    "line 2: not SHA-256, size and path" },
		{ HEAD "file " HASH " -1 a\n",
		    "line 2: not SHA-256, size and path" },
		{ HEAD "file " HASH " 18446744073709551616 a\n",
		    "line 2: not SHA-256, size and path" },
		{ HEAD "file " HASH " 0 ../a\n",
		    "line 2: path '../a' is not relative, plain and of "
		    "printable ASCII" },
		{ HEAD "tree \n",
		    "line 2: path '' is not relative, plain and of printable "
		    "ASCII" },
		{ HEAD "file " HASH " 0 a",
		    "line 2: too long, without an end, or not text" },
		{ HEAD FILE_A FILE_A, "'a' is there twice" },
		{ HEAD "tree a\ntree a\n", "'a' is there twice" },
		{ HEAD FILE_B FILE_A,
		    "not in the one form that a manifest has" },
		{ HEAD FILE_A "tree a\n",
		    "not in the one form that a manifest has" },
		{ HEAD "file " HASH " 00 a\n",
		    "not in the one form that a manifest has" },
		{ HEAD "file " HASH " 0x1 a\n",
		    "not in the one form that a manifest has" },
		{ HEAD "file AA112233445566778899aabbccddeeff0011223344556677"
		       "8899aabbccddeeff 0 a\n",
		    "not in the one form that a manifest has" },
	};
	struct manifest m;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(parse(&m, rows[i].text, strlen(rows[i].text)), -1);
		EQ_STR(e.msg, rows[i].msg);
		EQ_INT(e.code, ERR_SYNTAX);
		manifest_release(&m);
	}
	/* A NUL within. */
	EQ_INT(parse(&m, HEAD "tree a\0b\n", sizeof(HEAD) + 8), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	manifest_release(&m);
}

TEST(paths_are_plain)
{
	static const char *const good[] = { "a", "a/b", "..a", "a b/.c",
		"..." };
	static const char *const bad[] = { "", ".", "..", "/a", "a/", "a//b",
		"a/./b", "a/..", "a\nb", "a\x7f", "\xc3\xa4" };
	char longest[MANIFEST_PATH + 1];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(manifest_path_ok(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!manifest_path_ok(bad[i]));
	memset(longest, 'x', sizeof(longest));
	longest[MANIFEST_PATH - 1] = '\0';
	OK(manifest_path_ok(longest));
	longest[MANIFEST_PATH - 1] = 'x';
	longest[MANIFEST_PATH] = '\0';
	OK(!manifest_path_ok(longest));
}

TEST(a_tree_has_what_is_below_it_alone)
{
	struct manifest m;

	manifest_init(&m);
	EQ_INT(manifest_add_tree(&m, "a/b", &e), 0);
	OK(manifest_in_tree(&m, "a/b/c"));
	OK(!manifest_in_tree(&m, "a/b"));
	OK(!manifest_in_tree(&m, "a/bc"));
	OK(!manifest_in_tree(&m, "c"));
	EQ_INT(manifest_add_tree(&m, ".", &e), 0);
	OK(manifest_in_tree(&m, "c"));
	for (int i = 2; i < MANIFEST_TREES; i++)
		EQ_INT(manifest_add_tree(&m, "x", &e), 0);
	EQ_INT(manifest_add_tree(&m, "x", &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	manifest_release(&m);
}

TEST(files_have_a_limit)
{
	struct manifest_file f = { .path = "a" };
	struct manifest m;

	manifest_init(&m);
	for (int i = 0; i < MANIFEST_FILES; i++)
		EQ_INT(manifest_add(&m, &f, &e), 0);
	EQ_INT(manifest_add(&m, &f, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	manifest_release(&m);
}

static void
note(void *ctx, enum manifest_change what, const struct manifest_file *wanted,
    const struct manifest_file *found)
{
	buf_printf(ctx, "%c%s ", "dme"[what],
	    (wanted ? wanted : found) -> path);
}

TEST(every_difference_is_told)
{
	static const char *const names[2] = { "abcdf", "bcdefz" };
	struct manifest m[2];
	struct buf b;

	buf_init(&b, 256);
	for (int k = 0; k < 2; k++) {
		manifest_init(&m[k]);
		for (const char *p = names[k]; *p != '\0'; p++) {
			char path[2] = { *p, '\0' };
			struct manifest_file f = { .path = path,
				.regular = k == 0 || *p != 'f',
				.size = k == 1 && *p == 'b',
				.sha256 = { k == 1 && *p == 'c' } };

			EQ_INT(manifest_add(&m[k], &f, &e), 0);
		}
		EQ_INT(manifest_sort(&m[k], &e), 0);
	}
	EQ_INT(manifest_compare(&m[0], &m[1], note, &b), 6);
	EQ_STR(buf_str(&b), "ma db dc ee df ez ");
	EQ_INT(manifest_compare(&m[0], &m[0], note, &b), 0);
	manifest_release(&m[0]);
	manifest_release(&m[1]);
	buf_release(&b);
}

TAP_MAIN
