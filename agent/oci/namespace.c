#include <sched.h>
#include <stdbool.h>

#include "base/str.h"
#include "oci/namespace.h"

struct kind {
	const char *name;
	int flag;
	const char *refusal;
};

enum {
	ALWAYS_OWN = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS
};

static const struct kind kinds[] = {
	{ "cgroup", CLONE_NEWCGROUP, NULL },
	{ "ipc", CLONE_NEWIPC, NULL },
	{ "mount", CLONE_NEWNS, NULL },
	{ "network", CLONE_NEWNET, NULL },
	{ "pid", CLONE_NEWPID, NULL },
	{ "time", 0, "time namespaces" },
	{ "user", 0, "user namespaces" },
	{ "uts", CLONE_NEWUTS, NULL },
};

static const struct kind *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_eq(kinds[i].name, name))
			return &kinds[i];
	}
	return NULL;
}

int
namespace_check(Grpc__LinuxNamespace *const *list, size_t n, struct err *e)
{
	int seen = 0;

	for (size_t i = 0; i < n; i++) {
		const struct kind *k = find(list[i]->type);

		if (k == NULL)
			return err_set(e, ERR_UNSUPPORTED, "namespace %s",
			    STR_QUOTED(list[i]->type));
		if (k->refusal != NULL)
			return err_set(e, ERR_UNSUPPORTED, "%s", k->refusal);
		if ((seen & k->flag) != 0)
			return err_set(e, ERR_ARGUMENT, "namespace %s twice",
			    STR_QUOTED(list[i]->type));
		seen |= k->flag;
	}
	return 0;
}

int
namespace_joined(const struct container_request *r, int flag)
{
	for (size_t i = 0; i < r->n_ns; i++) {
		if (r->ns[i].flag == flag)
			return r->ns[i].fd;
	}
	return -1;
}

int
namespace_clone_flags(const struct container_request *r, uint64_t *ret,
    struct err *e)
{
	const Grpc__Linux *l = r->spec->linux;
	uint64_t flags = ALWAYS_OWN;

	for (size_t i = 0; l != NULL && i < l->n_namespaces; i++) {
		const Grpc__LinuxNamespace *ns = l->namespaces[i];
		const struct kind *k = find(ns->type);
		bool joined = k != NULL && namespace_joined(r, k->flag) >= 0;

		if (k != NULL && k->flag == CLONE_NEWNET && !joined)
			return err_set(e, ERR_UNSUPPORTED,
			    "a network namespace of the container's own");
		if (ns->path[0] != '\0' && !joined)
			return err_set(e, ERR_ARGUMENT,
			    "namespace %s: path %s was not opened",
			    STR_QUOTED(ns->type), STR_QUOTED(ns->path));
	}
	for (size_t i = 0; i < r->n_ns; i++)
		flags &= ~(uint64_t)(unsigned)r->ns[i].flag;
	/* The mounts of another container can't be rearranged. */
	if ((flags & CLONE_NEWNS) == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "a first process in another's mount namespace");
	*ret = flags;
	return 0;
}

int
namespace_join(const struct container_ns *ns, size_t n, struct err *e)
{
	int mount = -1;

	for (size_t i = 0; i < n; i++) {
		if (ns[i].flag == CLONE_NEWNS)
			mount = ns[i].fd;
		else if (ns[i].flag != CLONE_NEWPID &&
			 setns(ns[i].fd, ns[i].flag) < 0)
			return err_sys(e, "join namespace %#x",
			    (unsigned)ns[i].flag);
	}
	/* Root and working directory become the container's. */
	if (mount >= 0 && setns(mount, CLONE_NEWNS) < 0)
		return err_sys(e, "join the mount namespace");
	return 0;
}
