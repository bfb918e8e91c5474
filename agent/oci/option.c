#include <string.h>
#include <sys/mount.h>

#include "base/str.h"
#include "oci/option.h"

enum kind {
	DATA,
	NOTHING,
	REFUSED,
	SET,
	CLEAR,
	ATIME,
	SET_ALL,
	CLEAR_ALL,
	ATIME_ALL,
	PROPAGATE,
	PROPAGATE_ALL,
	BIND,
	BIND_ALL
};

struct word {
	const char *name;
	enum kind kind;
	uint64_t bits;
};

static const struct word words_known[] = {
	{ "async", DATA, 0 },
	{ "atime", ATIME, SYS_ATTR_RELATIME },
	{ "bind", BIND, 0 },
	{ "copy-symlink", REFUSED, 0 },
	{ "defaults", NOTHING, 0 },
	{ "dev", CLEAR, SYS_ATTR_NODEV },
	{ "diratime", CLEAR, SYS_ATTR_NODIRATIME },
	{ "exec", CLEAR, SYS_ATTR_NOEXEC },
	{ "idmap", REFUSED, 0 },
	{ "iversion", REFUSED, 0 },
	{ "loud", NOTHING, 0 },
	{ "noatime", ATIME, SYS_ATTR_NOATIME },
	{ "nodev", SET, SYS_ATTR_NODEV },
	{ "nodiratime", SET, SYS_ATTR_NODIRATIME },
	{ "noexec", SET, SYS_ATTR_NOEXEC },
	{ "noiversion", NOTHING, 0 },
	{ "norelatime", ATIME, SYS_ATTR_RELATIME },
	{ "nostrictatime", ATIME, SYS_ATTR_RELATIME },
	{ "nosuid", SET, SYS_ATTR_NOSUID },
	{ "nosymfollow", SET, SYS_ATTR_NOSYMFOLLOW },
	{ "private", PROPAGATE, MS_PRIVATE },
	{ "ratime", ATIME_ALL, SYS_ATTR_RELATIME },
	{ "rbind", BIND_ALL, 0 },
	{ "rdev", CLEAR_ALL, SYS_ATTR_NODEV },
	{ "rdiratime", CLEAR_ALL, SYS_ATTR_NODIRATIME },
	{ "relatime", ATIME, SYS_ATTR_RELATIME },
	{ "remount", REFUSED, 0 },
	{ "rexec", CLEAR_ALL, SYS_ATTR_NOEXEC },
	{ "ridmap", REFUSED, 0 },
	{ "rnoatime", ATIME_ALL, SYS_ATTR_NOATIME },
	{ "rnodev", SET_ALL, SYS_ATTR_NODEV },
	{ "rnodiratime", SET_ALL, SYS_ATTR_NODIRATIME },
	{ "rnoexec", SET_ALL, SYS_ATTR_NOEXEC },
	{ "rnorelatime", ATIME_ALL, SYS_ATTR_RELATIME },
	{ "rnostrictatime", ATIME_ALL, SYS_ATTR_RELATIME },
	{ "rnosuid", SET_ALL, SYS_ATTR_NOSUID },
	{ "rnosymfollow", SET_ALL, SYS_ATTR_NOSYMFOLLOW },
	{ "ro", SET, SYS_ATTR_RDONLY },
	{ "rprivate", PROPAGATE_ALL, MS_PRIVATE },
	{ "rrelatime", ATIME_ALL, SYS_ATTR_RELATIME },
	{ "rro", SET_ALL, SYS_ATTR_RDONLY },
	{ "rrw", CLEAR_ALL, SYS_ATTR_RDONLY },
	{ "rshared", PROPAGATE_ALL, MS_SHARED },
	{ "rslave", PROPAGATE_ALL, MS_SLAVE },
	{ "rstrictatime", ATIME_ALL, SYS_ATTR_STRICTATIME },
	{ "rsuid", CLEAR_ALL, SYS_ATTR_NOSUID },
	{ "rsymfollow", CLEAR_ALL, SYS_ATTR_NOSYMFOLLOW },
	{ "runbindable", PROPAGATE_ALL, MS_UNBINDABLE },
	{ "rw", CLEAR, SYS_ATTR_RDONLY },
	{ "shared", PROPAGATE, MS_SHARED },
	{ "silent", NOTHING, 0 },
	{ "slave", PROPAGATE, MS_SLAVE },
	{ "strictatime", ATIME, SYS_ATTR_STRICTATIME },
	{ "suid", CLEAR, SYS_ATTR_NOSUID },
	{ "symfollow", CLEAR, SYS_ATTR_NOSYMFOLLOW },
	{ "tmpcopyup", REFUSED, 0 },
	{ "unbindable", PROPAGATE, MS_UNBINDABLE },
};

static const struct word *
find(const char *name)
{
	static const struct word data = { "", DATA, 0 };

	for (size_t i = 0; i < sizeof(words_known) / sizeof(words_known[0]);
	     i++) {
		if (str_eq(words_known[i].name, name))
			return &words_known[i];
	}
	return &data;
}

bool
option_is_data(const char *word)
{
	return find(word)->kind == DATA;
}

static void
set(struct sys_mount_attr *a, uint64_t bits)
{
	a->set |= bits;
	a->clear &= ~bits;
}

static void
clear(struct sys_mount_attr *a, uint64_t bits)
{
	a->clear |= bits;
	a->set &= ~bits;
}

/* The kernel wants the whole field cleared when one value of it is set. */
static void
set_atime(struct sys_mount_attr *a, uint64_t value)
{
	a->set = (a->set & ~SYS_ATTR_ATIME_MASK) | value;
	a->clear |= SYS_ATTR_ATIME_MASK;
}

static int
act(const struct word *w, const char *text, struct option_set *o, struct err *e)
{
	switch (w->kind) {
	case DATA:
		if (text[0] == '\0' || strchr(text, ',') != NULL)
			return err_set(e, ERR_ARGUMENT, "mount option %s",
			    STR_QUOTED(text));
		break;
	case NOTHING:
		break;
	case REFUSED:
		return err_set(e, ERR_UNSUPPORTED, "mount option %s",
		    STR_QUOTED(text));
	case SET:
		set(&o->top, w->bits);
		break;
	case CLEAR:
		clear(&o->top, w->bits);
		break;
	case ATIME:
		set_atime(&o->top, w->bits);
		break;
	case SET_ALL:
		set(&o->all, w->bits);
		break;
	case CLEAR_ALL:
		clear(&o->all, w->bits);
		break;
	case ATIME_ALL:
		set_atime(&o->all, w->bits);
		break;
	case PROPAGATE:
	case PROPAGATE_ALL:
		o->propagation = w->bits;
		o->propagation_all = w->kind == PROPAGATE_ALL;
		break;
	case BIND:
	case BIND_ALL:
		o->bind = true;
		o->bind_all = w->kind == BIND_ALL;
		break;
	}
	return 0;
}

int
option_parse(char *const *words, size_t n, struct option_set *ret,
    struct err *e)
{
	struct option_set o = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (act(find(words[i]), words[i], &o, e) < 0)
			return -1;
	}
	*ret = o;
	return 0;
}
