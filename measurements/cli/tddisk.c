#include "measurements/cli/tddisk.h"
#include "measurements/vtpm/pcrboot.h"

static void
add(struct tdevents *t, int rtmr, const struct pcrevent *ev)
{
	tdevents_add_digest(t, rtmr, ev->type, ev->digest.b[PCREVENTS_SHA384],
	    ev->what);
}

/* Events of RTMR1 in the order of time, with one separator or none. */
static void
merge(const struct pcrevents *p, bool separator, struct tdevents *t)
{
	for (int stage = STAGE_READY; stage <= STAGE_LEAVE; stage++) {
		for (size_t i = 0; i < p->n; i++) {
			if (p->e[i].stage != (enum pcrevents_stage)stage ||
			    (stage == STAGE_SEPARATOR && !separator))
				continue;
			add(t, 1, &p->e[i]);
			if (stage == STAGE_SEPARATOR)
				break;
		}
	}
}

int
tddisk_rtmr1(const struct bootdisk *d, const struct tdboot *b,
    struct tdevents *t, struct err *e)
{
	const struct tdvf_section *cfv = tdvf_find(b->firmware, TDVF_CFV);
	struct pcrboot boot = { .platform = PCRPLATFORM_QEMU,
		.uki = &d->uki,
		.gpt = d->has_gpt ? &d->gpt : NULL };
	struct pcrevents p = { .n = 0 };
	struct sbvars vars;

	if (cfv == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "a firmware without a variable store");
	if (sbvars_read(&cfv->data, b->secure_boot_build, &vars, e) < 0)
		return -1;
	boot.vars = &vars;
	if (pcrboot_events(&boot, 4, &p, e) < 0 ||
	    pcrboot_events(&boot, 5, &p, e) < 0)
		return -1;
	merge(&p, tdprofile_has(&b->profile, TDPROFILE_SEPARATOR_IN_RTMR1), t);
	return 0;
}

int
tddisk_rtmr2(const struct bootdisk *d, const struct tdboot *b,
    struct tdevents *t, struct err *e)
{
	static const int pcrs[] = { 11, 12, 13, 9 };
	const struct pcrboot boot = { .platform = PCRPLATFORM_QEMU,
		.uki = &d->uki,
		.extras = d->extras };
	struct pcrevents p = { .n = 0 };

	(void)b;
	for (size_t i = 0; i < sizeof(pcrs) / sizeof(pcrs[0]); i++)
		if ((pcrs[i] != 11 || d->uki.measures_cc) &&
		    pcrboot_events(&boot, pcrs[i], &p, e) < 0)
			return -1;
	for (size_t i = 0; i < p.n; i++)
		add(t, 2, &p.e[i]);
	return 0;
}
