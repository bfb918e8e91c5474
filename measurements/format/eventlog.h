/*
 * measurements/eventlog -- TCG event logs, of a TPM and of a TD (CCEL)
 *
 * Both forms begin with a TCG_PCR_EVENT that holds "Spec ID Event03" and the
 * digest algorithms; events follow, {u32 register, u32 type, u32 count, count
 * digests {u16 algorithm, bytes}, u32 size, data} (TCG PC Client Platform
 * Firmware Profile 1.06, 10.2.2 and 10.2.3; the CC form: UEFI 2.10, 38.4.1).
 * The register is a PCR, or in a TD MRTD (0) and the RTMRs from 1. Neither
 * form says which it is; OVMF and td-shim give the first record the register
 * 1 in a TD and 0 with a TPM.
 *
 * A log ends with its bytes, or with a register of 0xffffffff or an event of
 * zeros; then nothing but 0xff and zeros may follow. Each digest is of an
 * algorithm of the first record, and an event has none twice.
 *
 * Memory: nothing is allocated; events borrow the log.
 */
#ifndef MEASUREMENTS_EVENTLOG_H
#define MEASUREMENTS_EVENTLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "crypto/sha2.h"
#include "measurements/format/limits.h"

enum eventlog_kind {
	EVENTLOG_TPM,
	EVENTLOG_CC
};

/* TCG algorithm identifiers (TCG Algorithm Registry). */
enum {
	EVENTLOG_SHA1 = 0x0004,
	EVENTLOG_SHA256 = 0x000b,
	EVENTLOG_SHA384 = 0x000c,
	EVENTLOG_SHA512 = 0x000d,
	EVENTLOG_SM3 = 0x0012
};

/* Types that have a meaning here; eventlog_type_name() knows more. */
#define EVENT_NO_ACTION 3U
#define EVENT_SEPARATOR 4U
#define EVENT_TAG 6U
#define EVENT_S_CRTM_VERSION 8U
#define EVENT_PLATFORM_CONFIG_FLAGS 10U
#define EVENT_IPL 13U
#define EVENT_VARIABLE_DRIVER_CONFIG 0x80000001U
#define EVENT_VARIABLE_BOOT 0x80000002U
#define EVENT_BOOT_SERVICES_APPLICATION 0x80000003U
#define EVENT_GPT 0x80000006U
#define EVENT_ACTION 0x80000007U
#define EVENT_PLATFORM_FIRMWARE_BLOB 0x80000008U
#define EVENT_HANDOFF_TABLES 0x80000009U
#define EVENT_PLATFORM_FIRMWARE_BLOB2 0x8000000aU
#define EVENT_HANDOFF_TABLES2 0x8000000bU
#define EVENT_VARIABLE_BOOT2 0x8000000cU
#define EVENT_VARIABLE_AUTHORITY 0x800000e0U

struct eventlog_alg {
	uint16_t id;
	uint16_t len;
};

struct eventlog {
	enum eventlog_kind kind;
	struct eventlog_alg algs[LIMIT_EVENT_DIGESTS];
	size_t n_algs;
	const uint8_t *start;
	struct span left;
	size_t n_read; /* events so far */
};

struct event_digest {
	uint16_t alg;
	struct span bytes;
};

struct event {
	size_t offset; /* in the log */
	uint32_t index;
	uint32_t type;
	struct event_digest digests[LIMIT_EVENT_DIGESTS];
	size_t n_digests;
	struct span data;
};

/*
 * Read the first record of the len bytes at p, which must outlive *ret_log.
 * Returns 0, or -1 with *ret_log untouched: ERR_LIMIT beyond LIMIT_EVENT_LOG
 * or LIMIT_EVENT_DIGESTS, ERR_UNSUPPORTED for the older SHA-1 log, ERR_SYNTAX.
 */
int eventlog_open(const void *p, size_t len, struct eventlog *ret_log,
    struct err *e);

/*
 * The next event. Returns 1 with *ret_ev, 0 at the end, or -1 with ERR_SYNTAX,
 * the offset named; ask no further after that.
 */
int eventlog_next(struct eventlog *log, struct event *ret_ev, struct err *e);

/* The event's digest of that algorithm, or NULL. */
const struct event_digest *event_digest_find(const struct event *ev,
    uint16_t alg);

/*
 * True when the digest is that of the data itself: of all of it, or of what a
 * tagged event holds behind its tag. False says nothing: most types carry a
 * description of what was hashed.
 */
bool event_hashes_its_data(const struct event *ev);

/* The TCG's name, "EV_SEPARATOR"; NULL for a type that is not known. */
const char *eventlog_type_name(uint32_t type);

/* "sha1", "sha384"; NULL for an algorithm that is not known. */
const char *eventlog_alg_name(uint16_t alg);

/* Algorithms that we can compute; false for the others. */
bool eventlog_alg_sha2(uint16_t alg, enum sha2_algorithm *ret_alg);

/* What the data says for people: a name, an action, printable ASCII. */
struct event_text {
	char s[160];
};

struct event_text event_text(const struct event *ev);

#endif
