#include <string.h>
#include <sys/mount.h>

#include "base/str.h"
#include "sandbox/mountopt.h"

struct flag_name {
	const char *name;
	unsigned long set;
	unsigned long clear;
};

static const struct flag_name flag_names[] = {
	{ "defaults", 0, 0 },
	{ "rw", 0, MS_RDONLY },
	{ "ro", MS_RDONLY, 0 },
	{ "suid", 0, MS_NOSUID },
	{ "nosuid", MS_NOSUID, 0 },
	{ "dev", 0, MS_NODEV },
	{ "nodev", MS_NODEV, 0 },
	{ "exec", 0, MS_NOEXEC },
	{ "noexec", MS_NOEXEC, 0 },
	{ "async", 0, MS_SYNCHRONOUS },
	{ "sync", MS_SYNCHRONOUS, 0 },
	{ "dirsync", MS_DIRSYNC, 0 },
	{ "atime", 0, MS_NOATIME },
	{ "noatime", MS_NOATIME, 0 },
	{ "diratime", 0, MS_NODIRATIME },
	{ "nodiratime", MS_NODIRATIME, 0 },
	{ "relatime", MS_RELATIME, 0 },
	{ "norelatime", 0, MS_RELATIME },
	{ "strictatime", MS_STRICTATIME, 0 },
	{ "nostrictatime", 0, MS_STRICTATIME },
	{ "lazytime", MS_LAZYTIME, 0 },
	{ "nolazytime", 0, MS_LAZYTIME },
	{ "loud", 0, MS_SILENT },
	{ "silent", MS_SILENT, 0 },
	{ "bind", MS_BIND, 0 },
	{ "rbind", MS_BIND | MS_REC, 0 },
};

static const struct flag_name propagation_names[] = {
	{ "private", MS_PRIVATE, 0 },
	{ "rprivate", MS_PRIVATE | MS_REC, 0 },
	{ "slave", MS_SLAVE, 0 },
	{ "rslave", MS_SLAVE | MS_REC, 0 },
	{ "shared", MS_SHARED, 0 },
	{ "rshared", MS_SHARED | MS_REC, 0 },
	{ "unbindable", MS_UNBINDABLE, 0 },
	{ "runbindable", MS_UNBINDABLE | MS_REC, 0 },
};

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Options by which a file system opens further files or disks of the guest by
 * path or number, past all that we check of paths.
 */
static const char *const opening[] = {
	"datadir+=",
	"device=",
	"journal_dev=",
	"journal_path=",
	"logdev=",
	"lowerdir+=",
	"rtdev=",
};

static bool
opens_more(const char *s)
{
	for (size_t i = 0; i < N_OF(opening); i++) {
		if (str_starts(s, opening[i]))
			return true;
	}
	return false;
}

static const struct flag_name *
find(const struct flag_name *names, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i].name, s))
			return &names[i];
	}
	return NULL;
}

int
mountopt_add(struct mountopt *o, const char *option, struct err *e)
{
	size_t used = strlen(o->data), len = strlen(option);
	size_t comma = used > 0;

	if (len == 0 || strchr(option, ',') != NULL)
		return err_set(e, ERR_SYNTAX, "mount option %s",
		    STR_QUOTED(option));
	if (used + comma + len > SANDBOX_MOUNT_DATA_MAX)
		return err_set(e, ERR_LIMIT, "mount options over %d bytes",
		    SANDBOX_MOUNT_DATA_MAX);
	if (comma)
		o->data[used++] = ',';
	memcpy(o->data + used, option, len + 1);
	return 0;
}

static int
parse_one(struct mountopt *o, const char *s, struct err *e)
{
	const struct flag_name *f = find(flag_names, N_OF(flag_names), s);
	uint64_t v;

	if (f != NULL) {
		o->flags = (o->flags & ~f->clear) | f->set;
		return 0;
	}
	f = find(propagation_names, N_OF(propagation_names), s);
	if (f != NULL) {
		o->propagation = f->set;
		return 0;
	}
	if (str_starts(s, "fsgid=")) {
		if (str_u64(s + sizeof("fsgid=") - 1, UINT32_MAX - 1, &v) < 0)
			return err_set(e, ERR_SYNTAX, "mount option %s",
			    STR_QUOTED(s));
		o->has_gid = true;
		o->gid = (uint32_t)v;
		return 0;
	}
	if (str_eq(s, "remount") || str_starts(s, "X-") ||
	    str_starts(s, "x-") || str_starts(s, "io.katacontainers.") ||
	    opens_more(s))
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: mount option %s", STR_QUOTED(s));
	return mountopt_add(o, s, e);
}

int
mountopt_parse(size_t n, char *const *options, struct mountopt *ret,
    struct err *e)
{
	memset(ret, 0, sizeof(*ret));
	if (n > SANDBOX_OPTIONS_MAX)
		return err_set(e, ERR_LIMIT, "%zu mount options, at most %d", n,
		    SANDBOX_OPTIONS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (parse_one(ret, options[i], e) < 0)
			return -1;
	}
	return 0;
}

int
mountopt_mode(const struct mountopt *o, unsigned deflt, unsigned *ret,
    struct err *e)
{
	const char *s = o->data;
	unsigned mode = deflt;

	while (*s != '\0') {
		size_t len = strcspn(s, ",");
		bool is_mode = str_starts(s, "mode=");

		if (is_mode)
			mode = 0;
		for (size_t i = sizeof("mode=") - 1; is_mode && i < len; i++) {
			if (s[i] < '0' || s[i] > '7')
				mode = ~0U;
			else if (mode <= 07777)
				mode = mode * 8 + (unsigned)(s[i] - '0');
		}
		if (mode > 07777 || (is_mode && len == sizeof("mode=") - 1))
			return err_set(e, ERR_SYNTAX, "mount option mode=");
		s += len + (s[len] == ',');
	}
	*ret = mode;
	return 0;
}
