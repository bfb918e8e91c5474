/*
 * Any words are read or refused; what was read makes a table that fits, and
 * the words of that table read as the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init/verity.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char words[2048], again[2048], table[VERITY_TABLE_MAX];
	struct verity v, w;
	struct err e;

	if (len >= sizeof(words))
		return 0;
	memcpy(words, p, len);
	words[len] = '\0';
	if (verity_parse(words, &v, &e) < 0)
		return 0;
	verity_table(&v, "4294967295:4294967295", "4294967295:4294967295",
	    table);
	if (verity_sectors(&v) == 0 || strstr(table, v.root_hash) == NULL ||
	    strcmp(table + strlen(table) - strlen(v.salt), v.salt) != 0)
		abort();
	snprintf(again, sizeof(again),
	    "root_hash=%s,salt=%s,data_blocks=%llu,data_block_size=%u,"
	    "hash_block_size=%u",
	    v.root_hash, v.salt, (unsigned long long)v.data_blocks,
	    v.data_block_size, v.hash_block_size);
	memset(&w, 0, sizeof(w));
	if (verity_parse(again, &w, &e) < 0 || strcmp(v.salt, w.salt) != 0 ||
	    v.data_blocks != w.data_blocks)
		abort();
	return 0;
}
