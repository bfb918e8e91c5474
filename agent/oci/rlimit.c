#include <sys/resource.h>

#include "base/str.h"
#include "oci/limits.h"
#include "oci/rlimit.h"

struct limit_name {
	const char *name;
	int resource;
};

static const struct limit_name names[] = {
	{ "RLIMIT_AS", RLIMIT_AS },
	{ "RLIMIT_CORE", RLIMIT_CORE },
	{ "RLIMIT_CPU", RLIMIT_CPU },
	{ "RLIMIT_DATA", RLIMIT_DATA },
	{ "RLIMIT_FSIZE", RLIMIT_FSIZE },
	{ "RLIMIT_LOCKS", RLIMIT_LOCKS },
	{ "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK },
	{ "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE },
	{ "RLIMIT_NICE", RLIMIT_NICE },
	{ "RLIMIT_NOFILE", RLIMIT_NOFILE },
	{ "RLIMIT_NPROC", RLIMIT_NPROC },
	{ "RLIMIT_RSS", RLIMIT_RSS },
	{ "RLIMIT_RTPRIO", RLIMIT_RTPRIO },
	{ "RLIMIT_RTTIME", RLIMIT_RTTIME },
	{ "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING },
	{ "RLIMIT_STACK", RLIMIT_STACK },
};

static const struct limit_name *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq(names[i].name, name))
			return &names[i];
	}
	return NULL;
}

int
rlimit_check(Grpc__POSIXRlimit *const *list, size_t n, struct err *e)
{
	if (n > OCI_RLIMITS_MAX)
		return err_set(e, ERR_LIMIT, "%zu rlimits", n);
	for (size_t i = 0; i < n; i++) {
		const Grpc__POSIXRlimit *l = list[i];

		if (find(l->type) == NULL)
			return err_set(e, ERR_UNSUPPORTED, "rlimit %s",
			    STR_QUOTED(l->type));
		if (l->soft > l->hard)
			return err_set(e, ERR_ARGUMENT,
			    "rlimit %s: soft above hard", l->type);
		for (size_t k = 0; k < i; k++) {
			if (str_eq(list[k]->type, l->type))
				return err_set(e, ERR_ARGUMENT,
				    "rlimit %s twice", l->type);
		}
	}
	return 0;
}

int
rlimit_files(uint64_t soft, struct err *e)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return err_sys(e, "limit of open files");
	files.rlim_cur = files.rlim_max < soft ? files.rlim_max : soft;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		return err_sys(e, "limit of open files");
	return 0;
}

int
rlimit_set(Grpc__POSIXRlimit *const *list, size_t n, struct err *e)
{
	if (rlimit_check(list, n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		/* The kernel's infinity is all ones, as in the spec. */
		struct rlimit l = { list[i]->soft, list[i]->hard };

		if (setrlimit((unsigned)find(list[i]->type)->resource, &l) < 0)
			return err_sys(e, "rlimit %s", list[i]->type);
	}
	return 0;
}
