/*
 * container_check() of oci/container.h: all refusals that need no system
 * call, so that a request fails before anything is created for it.
 */
#include <string.h>

#include "base/str.h"
#include "oci/capability.h"
#include "oci/container.h"
#include "oci/device.h"
#include "oci/limits.h"
#include "oci/mount.h"
#include "oci/namespace.h"
#include "oci/path.h"
#include "oci/rlimit.h"
#include "oci/rootfs.h"
#include "oci/sysctl.h"
#include "oci/user.h"

enum {
	OOM_SCORE_MAX = 1000, /* proc(5), oom_score_adj */
	HOSTNAME_MAX = 64     /* sethostname(2) */
};

static int
refuse(const char *what, struct err *e)
{
	return err_set(e, ERR_UNSUPPORTED, "%s", what);
}

static int
check_process(const Grpc__Process *p, struct err *e)
{
	struct capability_sets caps;

	if (p->selinuxlabel[0] != '\0')
		return refuse("SELinux label", e);
	if (p->n_args == 0)
		return err_set(e, ERR_ARGUMENT, "no program to execute");
	if (p->n_args > OCI_ARGS_MAX || p->n_env > OCI_ENV_MAX)
		return err_set(e, ERR_LIMIT, "%zu arguments and %zu variables",
		    p->n_args, p->n_env);
	if (p->cwd[0] != '\0' && path_check(p->cwd, "cwd", e) < 0)
		return -1;
	if (p->oomscoreadj < -OOM_SCORE_MAX || p->oomscoreadj > OOM_SCORE_MAX)
		return err_set(e, ERR_ARGUMENT, "OOMScoreAdj %lld",
		    (long long)p->oomscoreadj);
	if (user_check(p->user, e) < 0 ||
	    capability_parse(p->capabilities, &caps, e) < 0)
		return -1;
	return rlimit_check(p->rlimits, p->n_rlimits, e);
}

static int
check_hooks(const Grpc__Hooks *h, struct err *e)
{
	if (h != NULL && h->n_prestart + h->n_poststart + h->n_poststop +
				 h->n_createruntime + h->n_createcontainer +
				 h->n_startcontainer >
			     0)
		return refuse("hooks", e);
	return 0;
}

static int
check_paths(char *const *paths, size_t n, const char *what, struct err *e)
{
	if (n > OCI_PATHS_MAX)
		return err_set(e, ERR_LIMIT, "%zu times a %s", n, what);
	for (size_t i = 0; i < n; i++) {
		if (path_check(paths[i], what, e) < 0)
			return -1;
	}
	return 0;
}

static int
check_linux(const Grpc__Linux *l, struct err *e)
{
	if (l->n_uidmappings + l->n_gidmappings > 0)
		return refuse("user namespaces", e);
	if (l->seccomp != NULL)
		return refuse("seccomp profile", e);
	if (l->mountlabel[0] != '\0')
		return refuse("SELinux mount label", e);
	if (l->intelrdt != NULL)
		return refuse("IntelRdt", e);
	if (l->n_devices > OCI_DEVICES_MAX)
		return err_set(e, ERR_LIMIT, "%zu devices", l->n_devices);
	for (size_t i = 0; i < l->n_devices; i++) {
		if (device_check(l->devices[i], e) < 0)
			return -1;
	}
	if (namespace_check(l->namespaces, l->n_namespaces, e) < 0 ||
	    sysctl_check(l->sysctl, l->n_sysctl, e) < 0 ||
	    rootfs_check(l->rootfspropagation, e) < 0)
		return -1;
	if (check_paths(l->maskedpaths, l->n_maskedpaths, "masked path", e) < 0)
		return -1;
	return check_paths(l->readonlypaths, l->n_readonlypaths,
	    "read-only path", e);
}

static int
check_spec(const Grpc__Spec *s, struct err *e)
{
	if (s->solaris != NULL || s->windows != NULL)
		return refuse("a spec for another system", e);
	if (s->root == NULL)
		return err_set(e, ERR_ARGUMENT, "no root");
	if (path_check(s->root->path, "root", e) < 0)
		return -1;
	if (strlen(s->hostname) > HOSTNAME_MAX)
		return err_set(e, ERR_ARGUMENT, "host name %s is too long",
		    STR_QUOTED(s->hostname));
	if (check_hooks(s->hooks, e) < 0)
		return -1;
	if (s->n_mounts > OCI_MOUNTS_MAX)
		return err_set(e, ERR_LIMIT, "%zu mounts", s->n_mounts);
	for (size_t i = 0; i < s->n_mounts; i++) {
		if (mount_check(s->mounts[i], e) < 0)
			return -1;
	}
	return s->linux != NULL ? check_linux(s->linux, e) : 0;
}

int
container_check(const Grpc__Spec *spec, const Grpc__Process *process,
    struct err *e)
{
	if (spec != NULL) {
		process = spec->process;
		if (check_spec(spec, e) < 0)
			return -1;
	}
	if (process == NULL)
		return err_set(e, ERR_ARGUMENT, "no process");
	return check_process(process, e);
}
