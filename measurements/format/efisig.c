#include "measurements/format/efisig.h"

enum {
	HEADER_LEN = GUID_LEN + 12
};

const struct guid efisig_x509 =
    GUID(0xa5c059a1, 0x94e4, 0x4aa7, 0x87b5, 0xab155c2bf072);
const struct guid efisig_sha256 =
    GUID(0xc1c41626, 0x504c, 0x4092, 0xaca9, 0x41f936934328);

void
efisig_init(struct efisig_iter *it, const struct span *database)
{
	*it = (struct efisig_iter){ .lists = *database };
}

static int
begin_list(struct efisig_iter *it, struct err *e)
{
	struct span list = it->lists;
	uint32_t size, header;

	span_copy(&list, it->type.b, GUID_LEN);
	size = span_le32(&list);
	header = span_le32(&list);
	it->size = span_le32(&list);
	list = span_take(&it->lists, size);
	span_skip(&list, HEADER_LEN);
	span_skip(&list, header);
	if (span_bad(&it->lists) || span_bad(&list) || it->size <= GUID_LEN ||
	    span_len(&list) % it->size != 0)
		return err_set(e, ERR_SYNTAX,
		    "signature database: a list of %u bytes with a header of "
		    "%u and signatures of %u",
		    size, header, it->size);
	it->list = list;
	return 0;
}

int
efisig_next(struct efisig_iter *it, struct efisig *ret_s, struct err *e)
{
	while (span_len(&it->list) == 0) {
		if (span_len(&it->lists) == 0)
			return 0;
		if (begin_list(it, e) < 0)
			return -1;
	}
	ret_s->type = it->type;
	ret_s->bytes = span_take(&it->list, it->size);
	ret_s->data = ret_s->bytes;
	span_skip(&ret_s->data, GUID_LEN);
	return 1;
}
