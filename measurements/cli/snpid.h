/*
 * measurements/snpid -- what else is given to an SNP guest at its launch
 *
 * The ID block and its authentication, the policy, and HOST_DATA: the values
 * that QEMU's sev-snp-guest object takes as id-block=, id-auth=,
 * author-key-enabled=, policy= and host-data=, from a part of an option table.
 * As JSON, one object:
 *
 *	policy			number
 *	host_data		hexadecimal, or null when nothing gave it
 *	family_id, image_id	hexadecimal
 *	guest_svn		number
 *	id_block, id_auth	base64 as QEMU takes it, null without a key
 *	author_key_enabled	boolean
 *	id_key_digest		hexadecimal as in the report, or null
 *	author_key_digest	likewise
 *
 * Memory: files that are read are released again; private keys are wiped by
 * snpid_release().
 */
#ifndef MEASUREMENTS_SNPID_H
#define MEASUREMENTS_SNPID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "measurements/cli/opt.h"
#include "measurements/format/initdata.h"
#include "measurements/out/json_out.h"
#include "measurements/sev/idblock.h"

enum snpid_option {
	SNPID_POLICY,
	SNPID_ID_KEY,
	SNPID_AUTHOR_KEY,
	SNPID_FAMILY_ID,
	SNPID_IMAGE_ID,
	SNPID_GUEST_SVN,
	SNPID_HOST_DATA,
	SNPID_INITDATA,
	SNPID_AGENT_POLICY,
	SNPID_N_OPTIONS
};

/* The options' part of a table for opt_parse(), from place first on. */
#define SNPID_OPTIONS(first)                                                   \
	[(first) +                                                             \
	    SNPID_POLICY] = { "policy", "N", "guest policy (0x30000)" },       \
	    [(first) + SNPID_ID_KEY] = { "id-key", "FILE",                     \
		    "private P-384 key that signs an ID block" },              \
	    [(first) + SNPID_AUTHOR_KEY] = { "author-key", "FILE",             \
		    "private P-384 key that signs the ID key" },               \
	    [(first) + SNPID_FAMILY_ID] = { "family-id", "HEX",                \
		    "16 bytes of the owner's choice" },                        \
	    [(first) + SNPID_IMAGE_ID] = { "image-id", "HEX", "16 more" },     \
	    [(first) + SNPID_GUEST_SVN] = { "guest-svn", "N",                  \
		    "security version of the guest (0)" },                     \
	    [(first) + SNPID_HOST_DATA] = { "host-data", "HEX",                \
		    "HOST_DATA, 32 bytes; or one of these:" },                 \
	    [(first) + SNPID_INITDATA] = { "initdata", "FILE",                 \
		    "HOST_DATA: the initdata's digest, cut to fit" },          \
	    [(first) + SNPID_AGENT_POLICY] = { "agent-policy", "FILE",         \
		    "HOST_DATA: the SHA-256 of the agent's policy" }

struct snpid {
	struct idblock block;
	struct eckey id_key, author_key;
	bool has_id_key, has_author_key, has_host_data;
	uint8_t host_data[INITDATA_HOST_DATA];
	/* These by snpid_sign(), when there is an ID key. */
	uint8_t block_bytes[IDBLOCK_LEN];
	uint8_t auth_bytes[IDAUTH_LEN];
};

/* True when one of the SNPID_N_OPTIONS values at v was given. */
bool snpid_given(const char *const *v);

/*
 * Read the values at v and the files that they name. On failure nothing is
 * left to be released.
 */
int snpid_read(const char *const *v, struct snpid *ret_id, struct err *e);

/* Wipe the keys. */
void snpid_release(struct snpid *id);

/* Sign for the launch digest ld; without an ID key only ld is noted. */
void snpid_sign(struct snpid *id, const uint8_t ld[GCTX_LD_LEN]);

/* For people, in lines "  label value"; and as an object under key. */
void snpid_text(const struct snpid *id, struct buf *out);
void snpid_json(const struct snpid *id, const char *key, struct json_out *j);

/*
 * `husk snp-id-block`: make a pair for a known digest, or verify one; or
 * HOST_DATA alone.
 */
int snpid_main(int argc, char **argv);

#endif
