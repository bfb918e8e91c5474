#include "measurements/format/initdata.h"
#include "crypto/sha2.h"
#include "tests/lib/tap.h"

static struct err e;
static uint8_t field[INITDATA_MRCONFIGID];

static int
read_field(const char *s)
{
	return initdata_field(s, strlen(s), field, sizeof(field), &e);
}

TEST(digest_is_of_all_bytes_by_its_algorithm)
{
	static const struct {
		const char *s;
		enum sha2_algorithm alg;
	} rows[] = {
		{ "algorithm = \"sha384\"\nversion = \"0.1.0\"\n[data]\n",
		    SHA2_384 },
		{ "version='0.1.0'\r\n  algorithm='sha256' # c\r\n[data]\r\n",
		    SHA2_256 },
		{ "\"algorithm\" = \"sha512\"", SHA2_512 },
		{ "algorithms = 1\nalgorithm=\"sha256\"\n[data]\n"
		  "algorithm = \"sha384\"\n",
		    SHA2_256 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t want[SHA2_LEN_MAX] = { 0 };

		EQ_INT(read_field(rows[i].s), 0);
		sha2_digest(rows[i].alg, rows[i].s, strlen(rows[i].s), want);
		EQ_MEM(field, want, sizeof(field));
		EQ_INT(initdata_field(rows[i].s, strlen(rows[i].s), field,
			   INITDATA_HOST_DATA, &e),
		    0);
		EQ_MEM(field, want, INITDATA_HOST_DATA);
	}
}

TEST(refuses_initdata_that_does_not_say)
{
	static const struct {
		const char *s;
		enum err_code code;
	} rows[] = {
		{ "", ERR_SYNTAX },
		{ "[data]\nalgorithm = \"sha384\"\n", ERR_SYNTAX },
		{ "algorithm = sha384", ERR_SYNTAX },
		{ "algorithm = \"sha384", ERR_SYNTAX },
		{ "algorithm = \"sha384\" x", ERR_SYNTAX },
		{ "algorithm = \"sha384\"\nalgorithm = \"sha384\"",
		    ERR_SYNTAX },
		{ "algorithm = \"sha1\"", ERR_UNSUPPORTED },
		{ "algorithm = \"\"", ERR_UNSUPPORTED },
		{ "algorithm", ERR_SYNTAX },
		{ "algorithm =", ERR_SYNTAX },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(read_field(rows[i].s), -1);
		EQ_INT(e.code, rows[i].code);
	}
}

TAP_MAIN
