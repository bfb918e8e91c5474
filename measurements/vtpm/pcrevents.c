#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "measurements/vtpm/pcrevents.h"

enum sha2_algorithm
pcrevents_alg(enum pcrevents_bank bank)
{
	return bank == PCREVENTS_SHA256 ? SHA2_256 : SHA2_384;
}

void
pcrevents_add_digest(struct pcrevents *t, int pcr, uint32_t type,
    const struct pcrdigest *d, const char *what)
{
	struct pcrevent *ev;

	assert(t->n < LIMIT_PCR_EVENTS && pcr >= 0 && pcr < PCREVENTS_PCRS);
	ev = &t->e[t->n++];
	ev->pcr = pcr;
	ev->type = type;
	ev->stage = t->stage;
	ev->sha256_only = false;
	ev->digest = *d;
	snprintf(ev->what, sizeof(ev->what), "%s", what);
}

void
pcrevents_add(struct pcrevents *t, int pcr, uint32_t type, const void *p,
    size_t len, const char *what)
{
	struct pcrdigest d;

	for (int i = 0; i < PCREVENTS_BANKS; i++)
		sha2_digest(pcrevents_alg((enum pcrevents_bank)i), p, len,
		    d.b[i]);
	pcrevents_add_digest(t, pcr, type, &d, what);
}

void
pcrevents_add_text(struct pcrevents *t, int pcr, uint32_t type,
    const char *text)
{
	pcrevents_add(t, pcr, type, text, strlen(text), text);
}

void
pcrevents_add_separator(struct pcrevents *t, int pcr)
{
	pcrevents_add(t, pcr, EVENT_SEPARATOR, "\0\0\0\0", 4, "separator");
}

void
pcrevents_value(const struct pcrevents *t, int pcr, enum pcrevents_bank bank,
    uint8_t *ret_value)
{
	enum sha2_algorithm alg = pcrevents_alg(bank);
	size_t len = sha2_len(alg);
	struct sha2 h;

	memset(ret_value, 0, len);
	for (size_t i = 0; i < t->n; i++) {
		if (t->e[i].pcr != pcr ||
		    (t->e[i].sha256_only && alg != SHA2_256))
			continue;
		sha2_init(&h, alg);
		sha2_update(&h, ret_value, len);
		sha2_update(&h, t->e[i].digest.b[bank], len);
		sha2_final(&h, ret_value);
	}
}
