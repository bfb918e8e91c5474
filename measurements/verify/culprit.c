#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "measurements/verify/culprit.h"

enum {
	CMDLINE_MAX = 4096,
	CPUS_MAX = 512,
	SHOWN_DIGEST = 8
};

static const char load_options[] = "LOADED_IMAGE::LoadOptions";

/* The form of a command line as the firmware hands it to the kernel. */
static const struct {
	const char *before, *after;
	bool nul;
	const char *what;
} forms[] = {
	{ "", "", true, "without initrd=initrd" },
	{ "initrd=initrd ", "", true,
	    "with initrd=initrd in front (edk2 since 202508)" },
	{ "", " initrd=initrd", true,
	    "with initrd=initrd behind (edk2 before 202508)" },
	{ "", " ", true, "with a space at the end" },
	{ "", "\n", true, "with a line feed at the end" },
	{ "", "", false, "without its NUL" },
};

/* UTF-16 of three strings, and of the NUL. */
static void
hash_utf16(enum sha2_algorithm alg, const char *const part[3], bool nul,
    uint8_t *ret_digest)
{
	static const uint8_t end[2];
	struct sha2 h;

	sha2_init(&h, alg);
	for (int i = 0; i < 3; i++) {
		for (const char *s = part[i]; *s != '\0'; s++) {
			uint8_t c[2] = { (uint8_t)*s, 0 };

			sha2_update(&h, c, 2);
		}
	}
	if (nul)
		sha2_update(&h, end, 2);
	sha2_final(&h, ret_digest);
}

/* One command line in every form: which of them has the digest, or -1. */
static int
try_forms(const char *cmdline, const uint8_t *digest, enum sha2_algorithm alg)
{
	uint8_t got[SHA2_LEN_MAX];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *part[3] = { forms[i].before, cmdline,
			forms[i].after };

		hash_utf16(alg, part, forms[i].nul, got);
		if (memcmp(got, digest, sha2_len(alg)) == 0)
			return (int)i;
	}
	return -1;
}

/* Where the value of nr_cpus begins, or NULL. */
static const char *
find_cpus(const char *cmdline)
{
	const char *p = cmdline;

	while ((p = strstr(p, "nr_cpus=")) != NULL) {
		p += strlen("nr_cpus=");
		if (p == cmdline + strlen("nr_cpus=") ||
		    p[-(long)strlen("nr_cpus=") - 1] == ' ')
			return p;
	}
	return NULL;
}

bool
culprit_with_cpus(const char *cmdline, int n, char *dst, size_t size)
{
	const char *cpus = find_cpus(cmdline);

	return cpus != NULL &&
	       str_format(dst, size, "%.*s%d%s", (int)(cpus - cmdline), cmdline,
		   n, cpus + strspn(cpus, "0123456789")) == 0;
}

bool
culprit_cmdline(const char *cmdline, const uint8_t *digest,
    enum sha2_algorithm alg, char ret_text[static CULPRIT_TEXT])
{
	const char *cpus = find_cpus(cmdline);
	char other[CMDLINE_MAX];
	int form = try_forms(cmdline, digest, alg);

	if (form >= 0) {
		snprintf(ret_text, CULPRIT_TEXT,
		    "it is the digest of the same command line %s",
		    forms[form].what);
		return true;
	}
	for (int n = 1; cpus != NULL && n <= CPUS_MAX; n++) {
		if (!culprit_with_cpus(cmdline, n, other, sizeof(other)))
			return false;
		form = try_forms(other, digest, alg);
		if (form < 0)
			continue;
		snprintf(ret_text, CULPRIT_TEXT,
		    "it is the digest of the command line with nr_cpus=%d in "
		    "place of nr_cpus=%.*s",
		    n, (int)strspn(cpus, "0123456789"), cpus);
		return true;
	}
	return false;
}

/* The i-th event that the set has for the register, or NULL. */
static const struct refset_event *
expected_event(const struct refset *r, size_t reg, size_t i)
{
	for (size_t k = 0; k < r->n_events; k++)
		if (r->events[k].reg == reg && i-- == 0)
			return &r->events[k];
	return NULL;
}

/* "kernel (file 'vmlinuz')", "kernel command line". */
static void
name_event(const struct refset *r, const struct refset_event *ev,
    char ret_name[static CULPRIT_TEXT / 2])
{
	const struct refset_input *in =
	    ev->input ? refset_input(r, ev->input) : NULL;

	if (in != NULL)
		snprintf(ret_name, CULPRIT_TEXT / 2, "%s (file %s)", ev->what,
		    STR_QUOTED(in->path));
	else if (ev->input != NULL && str_eq(ev->input, "cmdline"))
		snprintf(ret_name, CULPRIT_TEXT / 2, "kernel command line (%s)",
		    ev->what);
	else
		snprintf(ret_name, CULPRIT_TEXT / 2, "%s", ev->what);
}

static const char *
type_name(uint32_t type)
{
	const char *name = eventlog_type_name(type);

	return name ? name : "an unknown type";
}

static bool
later_in_log(const struct logview *log, int reg, size_t i,
    const uint8_t *digest)
{
	const struct logview_event *ev;

	for (; (ev = logview_event(log, reg, i)) != NULL; i++)
		if (memcmp(ev->digest, digest, log->digest_len) == 0)
			return true;
	return false;
}

static bool
later_in_set(const struct refset *r, size_t reg, size_t i,
    const uint8_t *digest)
{
	const struct refset_event *ev;

	for (; (ev = expected_event(r, reg, i)) != NULL; i++)
		if (memcmp(ev->digest, digest, r->registers[reg].len) == 0)
			return true;
	return false;
}

/* Two events at one place that differ. */
static void
name_pair(const struct refset *r, size_t reg, const struct logview *log,
    const struct logview_event *got, const struct refset_event *want, size_t i,
    char ret_text[static CULPRIT_TEXT])
{
	char name[CULPRIT_TEXT / 2], more[CULPRIT_TEXT] = "";
	int log_reg = got->reg;

	name_event(r, want, name);
	if (later_in_log(log, log_reg, i + 1, want->digest)) {
		snprintf(ret_text, CULPRIT_TEXT,
		    "event %zu (%s, %s) is one that was not predicted, before "
		    "%s",
		    i + 1, type_name(got->type), STR_QUOTED(got->text.s), name);
		return;
	}
	if (later_in_set(r, reg, i + 1, got->digest)) {
		snprintf(ret_text, CULPRIT_TEXT,
		    "event %zu should be %s, and the log does not have it",
		    i + 1, name);
		return;
	}
	if (r->cmdline != NULL && str_eq(want->what, load_options))
		culprit_cmdline(r->cmdline, got->digest, log->end.sha2, more);
	snprintf(ret_text, CULPRIT_TEXT, "event %zu, %s, differs%s%.160s",
	    i + 1, name, *more ? ": " : "", more);
}

/* Returns false when the events are the predicted ones. */
static bool
name_by_log(const struct refset *r, const struct refset_register *reg,
    const struct logview *log, char ret_text[static CULPRIT_TEXT])
{
	size_t index = (size_t)(reg - r->registers), i;
	int log_reg = logview_register(log, reg->name);

	if (log_reg < 0 || expected_event(r, index, 0) == NULL ||
	    log->digest_len != reg->len)
		return false;
	for (i = 0;; i++) {
		const struct logview_event *got =
		    logview_event(log, log_reg, i);
		const struct refset_event *want = expected_event(r, index, i);
		char name[CULPRIT_TEXT / 2];

		if (got == NULL && want == NULL)
			return false;
		if (got != NULL && want != NULL) {
			if (memcmp(got->digest, want->digest, reg->len) == 0)
				continue;
			name_pair(r, index, log, got, want, i, ret_text);
		} else if (got != NULL) {
			snprintf(ret_text, CULPRIT_TEXT,
			    "event %zu (%s, %s) is one that was not predicted",
			    i + 1, type_name(got->type),
			    STR_QUOTED(got->text.s));
		} else {
			name_event(r, want, name);
			snprintf(ret_text, CULPRIT_TEXT,
			    "the log ends before event %zu, %s", i + 1, name);
		}
		return true;
	}
}

/* What is most often the reason, first: the rest in the register's order. */
static const char *const suspects[] = { "cmdline", "vcpus", "vcpu_type",
	"vcpu_sig", "guest_features", "memory", "firmware", "kernel",
	"initrd" };

enum {
	N_SUSPECTS = sizeof(suspects) / sizeof(suspects[0])
};

static bool
is_suspect(const char *name)
{
	for (int i = 0; i < N_SUSPECTS; i++)
		if (str_eq(suspects[i], name))
			return true;
	return false;
}

/* Append "name value" of something that the register depends on. */
static void
add_dependence(const struct refset *r, const char *name,
    char text[static CULPRIT_TEXT])
{
	const struct refset_param *p = refset_param(r, name);
	const struct refset_input *in = refset_input(r, name);
	size_t at = strlen(text), size = CULPRIT_TEXT - at;
	const char *sep = at > 0 ? ", " : "";

	if (str_eq(name, "cmdline") && r->cmdline != NULL)
		snprintf(text + at, size, "%scmdline %s", sep,
		    STR_QUOTED(r->cmdline));
	else if (str_eq(name, "vcpus") && p == NULL)
		snprintf(text + at, size, "%svcpus %" PRIu64, sep,
		    r->shape[REFSET_VCPUS]);
	else if (in != NULL)
		snprintf(text + at, size, "%s%s %s", sep, name,
		    STR_QUOTED(in->path));
	else if (p != NULL && p->type == REFSET_STRING)
		snprintf(text + at, size, "%s%s %s", sep, name, p->string);
	else if (p != NULL)
		snprintf(text + at, size,
		    p->type == REFSET_BITS ? "%s%s 0x%" PRIx64
					   : "%s%s %" PRIu64,
		    sep, name, p->number);
	else
		snprintf(text + at, size, "%s%s", sep, name);
}

void
culprit_name(const struct refset *r, const struct refset_register *reg,
    const struct logview *log, char ret_text[static CULPRIT_TEXT])
{
	char list[CULPRIT_TEXT] = "";

	if (log != NULL && name_by_log(r, reg, log, ret_text))
		return;
	for (int i = 0; i < N_SUSPECTS; i++)
		if (refset_depends(reg, suspects[i]))
			add_dependence(r, suspects[i], list);
	for (size_t i = 0; i < reg->n_depends; i++)
		if (!is_suspect(reg->depends[i]))
			add_dependence(r, reg->depends[i], list);
	snprintf(ret_text, CULPRIT_TEXT, "%.*s%.380s", *list ? 40 : 0,
	    "it was predicted from: ", list);
}
