#include <string.h>

#include "measurements/format/bzimage.h"
#include "measurements/format/le.h"
#include "measurements/format/ovmf.h"
#include "measurements/tdx/tdhob.h"

enum {
	HOB_HANDOFF = 1,
	HOB_RESOURCE = 3,
	HOB_END_LEN = 8,
	HANDOFF_VERSION = 9,
	RESOURCE_SYSTEM_MEMORY = 0,
	RESOURCE_UNACCEPTED = 7,
	RESOURCE_ATTRIBUTES = 7 /* present, initialised, tested */
};

struct range {
	uint64_t start;
	uint64_t end;
	uint32_t type;
};

/* RAM, ascending and without overlap. */
struct ram {
	struct range r[TDHOB_RANGES];
	size_t n;
};

static void
insert(struct ram *m, size_t i, uint64_t start, uint64_t end, uint32_t type)
{
	if (start == end)
		return;
	memmove(&m->r[i + 1], &m->r[i], (m->n - i) * sizeof(m->r[0]));
	m->r[i] = (struct range){ start, end, type };
	m->n++;
}

/* Make [start, end) a range of its own, of system memory. */
static int
accept(struct ram *m, uint64_t start, uint64_t end, struct err *e)
{
	for (size_t i = 0; i < m->n; i++) {
		struct range old = m->r[i];

		if (start < old.start || end > old.end ||
		    old.type != RESOURCE_UNACCEPTED)
			continue;
		memmove(&m->r[i], &m->r[i + 1],
		    (m->n - i - 1) * sizeof(m->r[0]));
		m->n--;
		insert(m, i, end, old.end, old.type);
		insert(m, i, start, end, RESOURCE_SYSTEM_MEMORY);
		insert(m, i, old.start, start, old.type);
		return 0;
	}
	return err_set(e, ERR_ARGUMENT,
	    "the firmware wants memory at 0x%llx+0x%llx, where the guest has "
	    "none",
	    (unsigned long long)start, (unsigned long long)(end - start));
}

static int
lay_out(const struct tdvf *t, uint64_t memory, struct ram *m, struct err *e)
{
	uint64_t below = bzimage_below_4g(memory);

	m->n = 0;
	if (memory % TDVF_PAGE != 0 || memory > LIMIT_TD_MEMORY)
		return err_set(e, ERR_ARGUMENT,
		    "memory of %llu bytes is not whole pages up to %llu",
		    (unsigned long long)memory, LIMIT_TD_MEMORY);
	insert(m, 0, 0, below, RESOURCE_UNACCEPTED);
	insert(m, m->n, OVMF_FOUR_GIB, OVMF_FOUR_GIB + memory - below,
	    RESOURCE_UNACCEPTED);
	for (size_t i = 0; i < t->n; i++) {
		const struct tdvf_section *s = &t->s[i];

		if ((s->type == TDVF_TD_HOB || s->type == TDVF_TEMP_MEM) &&
		    s->size > 0 && accept(m, s->gpa, s->gpa + s->size, e) < 0)
			return -1;
	}
	return 0;
}

int
tdhob_build(const struct tdvf *t, uint64_t memory, struct tdhob *ret_hob,
    struct err *e)
{
	const struct tdvf_section *s = tdvf_find(t, TDVF_TD_HOB);
	struct tdhob hob = { .len = 0 };
	uint8_t *at = hob.b;
	struct ram m;

	if (s == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "the firmware has no TD_HOB: it takes no list of memory");
	if (lay_out(t, memory, &m, e) < 0)
		return -1;
	hob.len = TDHOB_PHIT + m.n * TDHOB_RESOURCE;
	if (hob.len + HOB_END_LEN > s->size)
		return err_set(e, ERR_LIMIT,
		    "a list of %zu bytes does not fit the firmware's TD_HOB of "
		    "%llu",
		    hob.len + HOB_END_LEN, (unsigned long long)s->size);
	le_put16(at, HOB_HANDOFF);
	le_put16(at + 2, TDHOB_PHIT);
	le_put32(at + 8, HANDOFF_VERSION);
	le_put64(at + 48, s->gpa + hob.len + HOB_END_LEN);
	at += TDHOB_PHIT;
	for (size_t i = 0; i < m.n; i++, at += TDHOB_RESOURCE) {
		le_put16(at, HOB_RESOURCE);
		le_put16(at + 2, TDHOB_RESOURCE);
		le_put32(at + 24, m.r[i].type);
		le_put32(at + 28, RESOURCE_ATTRIBUTES);
		le_put64(at + 32, m.r[i].start);
		le_put64(at + 40, m.r[i].end - m.r[i].start);
	}
	*ret_hob = hob;
	return 0;
}
