#include <zlib.h>

#include "codec/hex.h"
#include "initdata/initdata.h"
#include "tests/lib/tap.h"

#define HEAD "version = \"0.1.0\"\nalgorithm = \"sha384\"\n"

static struct err e;

static int
read_text(const char *s, struct initdata *d)
{
	return initdata_read(s, strlen(s), d, &e);
}

TEST(digest_is_of_all_bytes_by_its_algorithm)
{
	static const struct {
		const char *s;
		enum sha2_algorithm alg;
	} rows[] = {
		{ HEAD "[data]\n", SHA2_384 },
		{ "version='0.1.0'\r\n  algorithm='sha256' # c\r\n[data]\r\n",
		    SHA2_256 },
		{ "data = {}\n\"algorithm\" = \"sha512\"\nversion = '0.1.0'",
		    SHA2_512 },
		{ "algorithms = 1\n" HEAD "[data]\n[other]\nx = 1", SHA2_384 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t want[SHA2_LEN_MAX] = { 0 }, field[SHA2_LEN_MAX];
		struct initdata d;

		EQ_INT(read_text(rows[i].s, &d), 0);
		EQ_INT(d.algorithm, rows[i].alg);
		sha2_digest(rows[i].alg, rows[i].s, strlen(rows[i].s), want);
		EQ_MEM(d.digest, want, sha2_len(rows[i].alg));
		initdata_launch_field(&d, field, INITDATA_HOST_DATA);
		EQ_MEM(field, want, INITDATA_HOST_DATA);
		initdata_launch_field(&d, field, INITDATA_MRCONFIGID);
		EQ_MEM(field, want, INITDATA_MRCONFIGID);
		initdata_launch_field(&d, field, SHA2_LEN_MAX);
		EQ_MEM(field, want, SHA2_LEN_MAX);
		initdata_release(&d);
	}
}

TEST(gives_its_files)
{
	struct initdata d;
	const struct toml_text *t;

	EQ_INT(read_text(HEAD "[data]\n\"aa.toml\" = '''\nx = 1\n'''\n"
			      "\"policy.rego\" = \"package\\tx\"\nempty = ''",
		   &d),
	    0);
	t = initdata_file(&d, INITDATA_AA);
	OK(t != NULL && t->len == 6 && memcmp(t->s, "x = 1\n", 6) == 0);
	t = initdata_file(&d, INITDATA_POLICY);
	OK(t != NULL && t->len == 9 && memcmp(t->s, "package\tx", 9) == 0);
	t = initdata_file(&d, "empty");
	OK(t != NULL && t->len == 0);
	OK(initdata_file(&d, INITDATA_CDH) == NULL);
	initdata_release(&d);
}

TEST(refuses_every_other_document)
{
	static const struct {
		const char *s;
		enum err_code code;
		const char *text;
	} rows[] = {
		{ "", ERR_SYNTAX, "'version' is missing" },
		{ "version = '0.1.0'\n[data]", ERR_SYNTAX,
		    "'algorithm' is missing" },
		{ HEAD, ERR_SYNTAX, "'data' is missing" },
		{ "version = '0.2.0'", ERR_UNSUPPORTED,
		    "line 1: a version other than 0.1.0" },
		{ "version = 1", ERR_SYNTAX,
		    "line 1: 'version' is an integer, not a string" },
		{ "version='0.1.0'\nalgorithm = 'sha1'", ERR_UNSUPPORTED,
		    "line 2: an algorithm other than sha256, sha384 and "
		    "sha512" },
		{ HEAD "data = 'x'", ERR_SYNTAX,
		    "line 3: 'data' is a string, not a table" },
		{ HEAD "[[data]]", ERR_SYNTAX,
		    "line 3: 'data' is an array, not a table" },
		{ HEAD "[data]\nx = 1", ERR_SYNTAX,
		    "line 4: a file in 'data' is an integer, not a string" },
		{ HEAD "[data.x]", ERR_SYNTAX,
		    "line 3: a file in 'data' is a table, not a string" },
		{ HEAD "algorithm = 'sha384'", ERR_SYNTAX,
		    "line 3: 'algorithm' is defined already" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct initdata d;

		EQ_INT(read_text(rows[i].s, &d), -1);
		EQ_STR(e.msg, rows[i].text);
		EQ_INT(e.code, rows[i].code);
	}
}

TEST(reads_it_packed)
{
	static const char text[] = HEAD "[data]\n";
	uint8_t packed[512];
	struct initdata d;
	z_stream z = { .next_in = (Bytef *)(uintptr_t)text };

	z.avail_in = sizeof(text) - 1;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	OK(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, 0) == Z_OK);
	OK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	EQ_INT(initdata_unpack(packed, z.total_out, &d, &e), 0);
	EQ_INT(d.toml.len, sizeof(text) - 1);
	initdata_release(&d);
	EQ_INT(initdata_unpack(text, sizeof(text) - 1, &d, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	EQ_INT(initdata_unpack(packed, z.total_out - 1, &d, &e), -1);
	EQ_INT(e.code, ERR_SYNTAX);
	EQ_INT(initdata_unpack(packed, INITDATA_GZIP_MAX + 1, &d, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
	EQ_INT(initdata_read(text, INITDATA_MAX + 1, &d, &e), -1);
	EQ_INT(e.code, ERR_LIMIT);
}

TAP_MAIN
