#include <string.h>

#include "measurements/format/eventlog.h"

enum {
	HEADER_DIGEST = 20,
	TAG_HEADER = 8
};

static const struct {
	uint32_t type;
	const char *name;
} types[] = {
	{ 0, "EV_PREBOOT_CERT" },
	{ 1, "EV_POST_CODE" },
	{ 3, "EV_NO_ACTION" },
	{ 4, "EV_SEPARATOR" },
	{ 5, "EV_ACTION" },
	{ 6, "EV_EVENT_TAG" },
	{ 7, "EV_S_CRTM_CONTENTS" },
	{ 8, "EV_S_CRTM_VERSION" },
	{ 9, "EV_CPU_MICROCODE" },
	{ 0xa, "EV_PLATFORM_CONFIG_FLAGS" },
	{ 0xb, "EV_TABLE_OF_DEVICES" },
	{ 0xc, "EV_COMPACT_HASH" },
	{ 0xd, "EV_IPL" },
	{ 0xe, "EV_IPL_PARTITION_DATA" },
	{ 0xf, "EV_NONHOST_CODE" },
	{ 0x10, "EV_NONHOST_CONFIG" },
	{ 0x11, "EV_NONHOST_INFO" },
	{ 0x12, "EV_OMIT_BOOT_DEVICE_EVENTS" },
	{ 0x13, "EV_POST_CODE2" },
	{ 0x80000001, "EV_EFI_VARIABLE_DRIVER_CONFIG" },
	{ 0x80000002, "EV_EFI_VARIABLE_BOOT" },
	{ 0x80000003, "EV_EFI_BOOT_SERVICES_APPLICATION" },
	{ 0x80000004, "EV_EFI_BOOT_SERVICES_DRIVER" },
	{ 0x80000005, "EV_EFI_RUNTIME_SERVICES_DRIVER" },
	{ 0x80000006, "EV_EFI_GPT_EVENT" },
	{ 0x80000007, "EV_EFI_ACTION" },
	{ 0x80000008, "EV_EFI_PLATFORM_FIRMWARE_BLOB" },
	{ 0x80000009, "EV_EFI_HANDOFF_TABLES" },
	{ 0x8000000a, "EV_EFI_PLATFORM_FIRMWARE_BLOB2" },
	{ 0x8000000b, "EV_EFI_HANDOFF_TABLES2" },
	{ 0x8000000c, "EV_EFI_VARIABLE_BOOT2" },
	{ 0x8000000d, "EV_EFI_GPT_EVENT2" },
	{ 0x80000010, "EV_EFI_HCRTM_EVENT" },
	{ 0x800000e0, "EV_EFI_VARIABLE_AUTHORITY" },
	{ 0x800000e1, "EV_EFI_SPDM_FIRMWARE_BLOB" },
	{ 0x800000e2, "EV_EFI_SPDM_FIRMWARE_CONFIG" },
	{ 0x800000e3, "EV_EFI_SPDM_DEVICE_POLICY" },
	{ 0x800000e4, "EV_EFI_SPDM_DEVICE_AUTHORITY" },
};

static const struct {
	uint16_t id;
	uint16_t len;
	const char *name;
} algorithms[] = {
	{ EVENTLOG_SHA1, 20, "sha1" },
	{ EVENTLOG_SHA256, SHA2_256_LEN, "sha256" },
	{ EVENTLOG_SHA384, SHA2_384_LEN, "sha384" },
	{ EVENTLOG_SHA512, SHA2_512_LEN, "sha512" },
	{ EVENTLOG_SM3, 32, "sm3_256" },
};

enum {
	N_TYPES = sizeof(types) / sizeof(types[0]),
	N_ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0])
};

const char *
eventlog_type_name(uint32_t type)
{
	for (int i = 0; i < N_TYPES; i++)
		if (types[i].type == type)
			return types[i].name;
	return NULL;
}

const char *
eventlog_alg_name(uint16_t alg)
{
	for (int i = 0; i < N_ALGORITHMS; i++)
		if (algorithms[i].id == alg)
			return algorithms[i].name;
	return NULL;
}

bool
eventlog_alg_sha2(uint16_t alg, enum sha2_algorithm *ret_alg)
{
	switch (alg) {
	case EVENTLOG_SHA256:
		*ret_alg = SHA2_256;
		return true;
	case EVENTLOG_SHA384:
		*ret_alg = SHA2_384;
		return true;
	case EVENTLOG_SHA512:
		*ret_alg = SHA2_512;
		return true;
	}
	return false;
}

static const struct eventlog_alg *
find_alg(const struct eventlog *log, uint16_t id)
{
	for (size_t i = 0; i < log->n_algs; i++)
		if (log->algs[i].id == id)
			return &log->algs[i];
	return NULL;
}

/* One {u16 algorithm, u16 size} of the first record. */
static int
read_alg(struct span *s, struct eventlog *log, struct err *e)
{
	struct eventlog_alg a = { span_le16(s), span_le16(s) };

	if (span_bad(s))
		return 0; /* the caller says so */
	if (a.len == 0 || a.len > SHA2_LEN_MAX)
		return err_set(e, ERR_SYNTAX,
		    "event log: algorithm 0x%04x with digests of %u bytes",
		    a.id, a.len);
	if (find_alg(log, a.id))
		return err_set(e, ERR_SYNTAX,
		    "event log: algorithm 0x%04x appears twice", a.id);
	for (int i = 0; i < N_ALGORITHMS; i++)
		if (algorithms[i].id == a.id && algorithms[i].len != a.len)
			return err_set(e, ERR_SYNTAX,
			    "event log: %s with digests of %u bytes",
			    algorithms[i].name, a.len);
	log->algs[log->n_algs++] = a;
	return 0;
}

/* TCG_EfiSpecIDEvent, the data of the first record. */
static int
read_spec_id(struct span s, struct eventlog *log, struct err *e)
{
	struct span signature = span_take(&s, 16);
	uint32_t n;

	if (span_equals(&signature, "Spec ID Event02", 16) ||
	    span_equals(&signature, "Spec ID Event00", 16))
		return err_set(e, ERR_UNSUPPORTED,
		    "event log: of the older form, with SHA-1 only");
	if (!span_equals(&signature, "Spec ID Event03", 16))
		return err_set(e, ERR_SYNTAX,
		    "not an event log: its first record is no 'Spec ID "
		    "Event03'");
	span_skip(&s, 8); /* platform class, versions, size of UINTN */
	n = span_le32(&s);
	if (n == 0)
		return err_set(e, ERR_SYNTAX, "event log: no algorithms");
	if (n > LIMIT_EVENT_DIGESTS)
		return err_set(e, ERR_LIMIT,
		    "event log: %u algorithms, and %d is the limit", n,
		    LIMIT_EVENT_DIGESTS);
	for (uint32_t i = 0; i < n; i++)
		if (read_alg(&s, log, e) < 0)
			return -1;
	span_skip(&s, span_u8(&s)); /* vendor's information */
	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX,
		    "event log: its first record is too short");
	return 0;
}

int
eventlog_open(const void *p, size_t len, struct eventlog *ret_log,
    struct err *e)
{
	struct span s = span_of(p, len), data;
	struct eventlog log = { .start = p };
	uint32_t index, type;

	if (len > LIMIT_EVENT_LOG)
		return err_set(e, ERR_LIMIT,
		    "event log: %zu bytes, and %d is the limit", len,
		    LIMIT_EVENT_LOG);
	index = span_le32(&s);
	type = span_le32(&s);
	span_skip(&s, HEADER_DIGEST);
	data = span_take(&s, span_le32(&s));
	if (span_bad(&s) || type != EVENT_NO_ACTION || index > 1)
		return err_set(e, ERR_SYNTAX,
		    "not an event log: no EV_NO_ACTION at its start");
	if (read_spec_id(data, &log, e) < 0)
		return -1;
	log.kind = index == 1 ? EVENTLOG_CC : EVENTLOG_TPM;
	log.left = s;
	*ret_log = log;
	return 0;
}

/* Is there no further event? Then nothing but filler may be left. */
static int
at_end(const struct eventlog *log, struct err *e)
{
	struct span s = log->left;
	uint32_t index, type;

	if (span_len(&s) == 0)
		return 1;
	index = span_le32(&s);
	type = span_le32(&s);
	if (!span_bad(&s) && index != UINT32_MAX && (index != 0 || type != 0))
		return 0;
	for (const uint8_t *p = log->left.p; p < log->left.end; p++)
		if (*p != 0 && *p != 0xff)
			return err_set(e, ERR_SYNTAX,
			    "event log: something after its end, at offset "
			    "0x%zx",
			    (size_t)(p - log->start));
	return 1;
}

static int
read_digest(const struct eventlog *log, struct span *s, struct event *ev,
    struct err *e)
{
	uint16_t id = span_le16(s);
	const struct eventlog_alg *a = find_alg(log, id);

	if (span_bad(s))
		return 0; /* the caller says so */
	if (a == NULL)
		return err_set(e, ERR_SYNTAX,
		    "event log: the event at offset 0x%zx has a digest 0x%04x "
		    "that the first record does not name",
		    ev->offset, id);
	if (event_digest_find(ev, id))
		return err_set(e, ERR_SYNTAX,
		    "event log: the event at offset 0x%zx has two digests "
		    "0x%04x",
		    ev->offset, id);
	ev->digests[ev->n_digests].alg = id;
	ev->digests[ev->n_digests++].bytes = span_take(s, a->len);
	return 0;
}

int
eventlog_next(struct eventlog *log, struct event *ret_ev, struct err *e)
{
	struct span s = log->left;
	struct event ev = { .offset = (size_t)(s.p - log->start) };
	int rc = at_end(log, e);
	uint32_t n;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	ev.index = span_le32(&s);
	ev.type = span_le32(&s);
	n = span_le32(&s);
	if (!span_bad(&s) && (n == 0 || n > log->n_algs))
		return err_set(e, ERR_SYNTAX,
		    "event log: the event at offset 0x%zx has %u digests, not "
		    "1 to %zu",
		    ev.offset, n, log->n_algs);
	for (uint32_t i = 0; i < n && !span_bad(&s); i++)
		if (read_digest(log, &s, &ev, e) < 0)
			return -1;
	ev.data = span_take(&s, span_le32(&s));
	if (span_bad(&s))
		return err_set(e, ERR_SYNTAX,
		    "event log: the event at offset 0x%zx is cut off",
		    ev.offset);
	log->left = s;
	log->n_read++;
	*ret_ev = ev;
	return 1;
}

const struct event_digest *
event_digest_find(const struct event *ev, uint16_t alg)
{
	for (size_t i = 0; i < ev->n_digests; i++)
		if (ev->digests[i].alg == alg)
			return &ev->digests[i];
	return NULL;
}

/* Does the digest equal that of what is in data? */
static bool
hashes(const struct event_digest *d, enum sha2_algorithm alg,
    const struct span *data)
{
	uint8_t digest[SHA2_LEN_MAX];

	sha2_digest(alg, data->p, span_len(data), digest);
	return span_equals(&d->bytes, digest, sha2_len(alg));
}

bool
event_hashes_its_data(const struct event *ev)
{
	for (size_t i = 0; i < ev->n_digests; i++) {
		const struct event_digest *d = &ev->digests[i];
		struct span tagged = ev->data;
		enum sha2_algorithm alg;

		if (!eventlog_alg_sha2(d->alg, &alg))
			continue;
		if (hashes(d, alg, &ev->data))
			return true;
		span_skip(&tagged, TAG_HEADER);
		return ev->type == EVENT_TAG && !span_bad(&tagged) &&
		       hashes(d, alg, &tagged);
	}
	return false;
}
