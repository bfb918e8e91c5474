#include <string.h>

#include "base/str.h"
#include "init/verity.h"
#include "tests/lib/tap.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define REST ",data_blocks=24,data_block_size=4096,hash_block_size=512"
#define WORDS "root_hash=" HASH ",salt=00ff" REST

static struct verity v;
static struct err e;

TEST(reads_the_words_and_writes_the_table)
{
	char table[VERITY_TABLE_MAX];

	EQ_INT(verity_parse(WORDS, &v, &e), 0);
	EQ_STR(v.root_hash, HASH);
	EQ_STR(v.salt, "00ff");
	EQ_INT(v.data_blocks, 24);
	EQ_INT(v.data_block_size, 4096);
	EQ_INT(v.hash_block_size, 512);
	EQ_INT(verity_sectors(&v), 24 * 8);
	verity_table(&v, "254:17", "254:18", table);
	EQ_STR(table, "1 254:17 254:18 4096 512 24 0 sha256 " HASH " 00ff");
}

TEST(takes_them_in_any_order_and_case)
{
	EQ_INT(verity_parse("hash_block_size=4096,salt=ABCD,data_blocks=1,"
			    "data_block_size=1024,root_hash="
			    "FF23456789abcdef0123456789abcdef"
			    "0123456789abcdef0123456789abcdef",
		   &v, &e),
	    0);
	EQ_STR(v.salt, "abcd");
	OK(str_starts(v.root_hash, "ff23"));
}

TEST(holds_the_longest_of_everything)
{
	char table[VERITY_TABLE_MAX], salt[2 * VERITY_SALT_MAX + 3],
	    words[1024];

	memset(salt, 'a', sizeof(salt));
	salt[2 * VERITY_SALT_MAX] = '\0';
	OK(str_format(words, sizeof(words),
	       "root_hash=" HASH ",salt=%s,data_blocks=2251799813685247,"
	       "data_block_size=4096,hash_block_size=4096",
	       salt) == 0);
	EQ_INT(verity_parse(words, &v, &e), 0);
	EQ_INT(verity_sectors(&v), 2251799813685247 * 8);
	verity_table(&v, "4294967295:4294967295", "4294967295:4294967295",
	    table);
	OK(str_ends(table, salt));
	salt[2 * VERITY_SALT_MAX] = 'a';
	salt[2 * VERITY_SALT_MAX + 2] = '\0';
	OK(str_format(words, sizeof(words), "root_hash=" HASH ",salt=%s" REST,
	       salt) == 0);
	EQ_INT(verity_parse(words, &v, &e), -1);
}

TEST(refuses_everything_else)
{
	static const struct {
		const char *words;
		const char *says;
	} rows[] = {
		{ "", "'' is no word" },
		{ "root_hash", "'root_hash' is no word" },
		{ WORDS ",", "'' is no word" },
		{ WORDS ",x=1", "'x' is no word" },
		{ WORDS ",salt=00", "salt is there twice" },
		{ "salt=00" REST, "root_hash is missing" },
		{ "root_hash=" HASH REST, "salt is missing" },
		{ "root_hash=" HASH ",salt=00,data_block_size=4096,"
		  "hash_block_size=4096",
		    "data_blocks is missing" },
		{ "root_hash=" HASH "0,salt=00" REST, "root_hash=" },
		{ "root_hash=g" HASH ",salt=00" REST, "root_hash=" },
		{ "root_hash=,salt=00" REST, "root_hash=''" },
		{ "root_hash=" HASH ",salt=" REST, "salt=''" },
		{ "root_hash=" HASH ",salt=0" REST, "salt='0'" },
		{ "root_hash=" HASH ",salt=0g" REST, "salt='0g'" },
		{ "root_hash=" HASH ",salt=00,data_blocks=0",
		    "data_blocks='0'" },
		{ "data_blocks=-1", "data_blocks='-1'" },
		{ "data_blocks=0x10", "data_blocks='0x10'" },
		{ "data_blocks=2251799813685248", "data_blocks='22517" },
		{ "data_block_size=256", "data_block_size='256'" },
		{ "data_block_size=4095", "data_block_size='4095'" },
		{ "data_block_size=8192", "data_block_size='8192'" },
		{ "hash_block_size=0", "hash_block_size='0'" },
	};
	char text[2048];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EQ_INT(verity_parse(rows[i].words, &v, &e), -1);
		EQ_INT(e.code, ERR_SYNTAX);
		OK(strstr(e.msg, rows[i].says) != NULL);
	}
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	EQ_INT(verity_parse(text, &v, &e), -1);
}

TAP_MAIN
