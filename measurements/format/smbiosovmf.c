#include "measurements/format/smbiosovmf.h"
#include "measurements/format/smbios.h"

enum {
	TYPE_FIRMWARE = 0,
	TYPE_END = 127,
	END_HANDLE_2 = 0xfeff, /* the highest, before SMBIOS 3.0 */
	WIDE_MIN = 2 * (3 + 1) /* shorter names are taken for none */
};

/* The handle that is free: 0 unless somebody has it. */
static int
free_handle(struct span table, uint16_t *ret_handle, struct err *e)
{
	uint16_t want = 0;
	struct span s = table;
	struct smbios x;
	int rc;

	while ((rc = smbios_next(&s, &x, e)) > 0 && x.type != TYPE_END) {
		struct span head = x.bytes;

		span_skip(&head, 2);
		if (span_le16(&head) == want) {
			want++;
			s = table;
		}
	}
	*ret_handle = want;
	return rc < 0 ? -1 : 0;
}

static void
add_name(struct buf *b, const struct span *wide, const char *none)
{
	if (span_len(wide) < WIDE_MIN) {
		buf_add_str(b, none);
		buf_u8(b, 0);
		return;
	}
	for (size_t i = 0; i + 1 < span_len(wide); i += 2)
		buf_u8(b, wide->p[i]);
}

static int
add_firmware(const struct span *qemu, const struct fwvol_names *names,
    struct buf *b, struct err *e)
{
	static const uint8_t fixed[] = { 1, 2, 0x00, 0xe8, 3, 0, 8, 0, 0, 0, 0,
		0, 0, 0, 0, 0x1c, 0, 0, 0xff, 0xff, 0, 0 };
	uint16_t handle;

	if (names == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "SMBIOS: the firmware's own names were not found in it");
	if (free_handle(*qemu, &handle, e) < 0)
		return -1;
	buf_u8(b, TYPE_FIRMWARE);
	buf_u8(b, 4 + sizeof(fixed));
	buf_le16(b, handle);
	buf_add(b, fixed, sizeof(fixed));
	add_name(b, &names->vendor, "unknown");
	add_name(b, &names->version, "unknown");
	add_name(b, &names->date, "02/02/2022");
	buf_u8(b, 0);
	return 0;
}

int
smbiosovmf_make(const struct span *qemu, const struct fwvol_names *names,
    struct buf *b, struct err *e)
{
	bool has_firmware = false;
	struct span s = *qemu;
	struct smbios x;
	int rc;

	while ((rc = smbios_next(&s, &x, e)) > 0 && x.type != TYPE_END) {
		buf_add(b, x.bytes.p, span_len(&x.bytes));
		has_firmware = has_firmware || x.type == TYPE_FIRMWARE;
	}
	if (rc < 0 || (!has_firmware && add_firmware(qemu, names, b, e) < 0))
		return -1;
	buf_u8(b, TYPE_END);
	buf_u8(b, 4);
	buf_le16(b, END_HANDLE_2);
	buf_le16(b, 0);
	if (buf_bad(b))
		return err_set(e, ERR_LIMIT, "SMBIOS: more than %zu bytes",
		    b->limit);
	return 0;
}

int
smbiosovmf_measured(const struct span *qemu, const struct fwvol_names *names,
    struct buf *b, struct err *e)
{
	size_t at = b->len, len;

	if (smbiosovmf_make(qemu, names, b, e) < 0)
		return -1;
	return smbios_filter(b->p + at, b->len - at, &len, e);
}
