#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "measurements/ctl/ctl_json.h"
#include "measurements/ctl/ctl_spec.h"

/*
 * Properties of runtime-spec 1.2 that have another name in the agent's
 * messages or none, so that they would be lost on the way.
 */
static const struct ctl_json_key keys[] = {
	{ "ociVersion", "Version" },
	{ "domainname", NULL },
	{ "solaris", NULL },
	{ "windows", NULL },
	{ "vm", NULL },
	{ "zos", NULL },
	{ "process.user.umask", NULL },
	{ "process.commandLine", NULL },
	{ "process.scheduler", NULL },
	{ "process.ioPriority", NULL },
	{ "process.execCPUAffinity", NULL },
	{ "mounts.uidMappings", NULL },
	{ "mounts.gidMappings", NULL },
	{ "linux.timeOffsets", NULL },
	{ "linux.personality", NULL },
	{ "linux.netDevices", NULL },
	{ "linux.memoryPolicy", NULL },
	{ "linux.intelRdt.closID", NULL },
	{ "linux.intelRdt.memBwSchema", NULL },
	{ "linux.intelRdt.schemata", NULL },
	{ "linux.intelRdt.enableCMT", NULL },
	{ "linux.intelRdt.enableMBM", NULL },
	{ "linux.intelRdt.enableMonitoring", NULL },
	{ "linux.resources.unified", NULL },
	{ "linux.resources.rdma", NULL },
	{ "linux.resources.cpu.burst", NULL },
	{ "linux.resources.cpu.idle", NULL },
	{ "linux.resources.memory.useHierarchy", NULL },
	{ "linux.resources.memory.checkBeforeUpdate", NULL },
	{ "linux.seccomp.defaultErrnoRet", NULL },
	{ "linux.seccomp.listenerPath", NULL },
	{ "linux.seccomp.listenerMetadata", NULL },
	{ NULL, NULL },
};

static void
warn_unknown(void *arg, const char *path)
{
	(void)arg;
	fprintf(stderr, "husk: config.json: ignored: unknown property %s\n",
	    STR_QUOTED(path));
}

char *
ctl_spec_file(const char *path, struct arena *a, struct err *e)
{
	struct buf b;
	char *text = NULL;

	buf_init(&b, CTL_SPEC_FILE_MAX);
	if (fd_read_file(AT_FDCWD, path, &b, e) == 0) {
		if (memchr(b.p != NULL ? b.p : (uint8_t *)"", 0, b.len) != NULL)
			err_set(e, ERR_SYNTAX, "%s: not text", path);
		else if ((text = arena_strndup(a, buf_str(&b), b.len)) == NULL)
			err_set(e, ERR_LIMIT, "%s: too large", path);
	}
	buf_release(&b);
	return text;
}

/* The guest is the boundary of these; Kata's runtime removes them too. */
static void
drop_namespaces(Grpc__Linux *linux_part)
{
	size_t n = 0;

	if (linux_part == NULL)
		return;
	for (size_t i = 0; i < linux_part->n_namespaces; i++) {
		const char *type = linux_part->namespaces[i]->type;

		if (!str_eq(type, "network") && !str_eq(type, "time"))
			linux_part->namespaces[n++] = linux_part->namespaces[i];
	}
	linux_part->n_namespaces = n;
}

Grpc__Spec *
ctl_spec_parse(const char *text, struct arena *a, struct err *e)
{
	struct ctl_json j = { .a = a, .keys = keys, .unknown = warn_unknown };
	Grpc__Spec *s =
	    (Grpc__Spec *)ctl_json_read(&j, &grpc__spec__descriptor, text, e);

	if (s == NULL)
		return NULL;
	if (s->process == NULL || s->process->n_args == 0) {
		err_set(e, ERR_SYNTAX, "process.args: missing");
		return NULL;
	}
	if (s->root == NULL) {
		err_set(e, ERR_SYNTAX, "root: missing");
		return NULL;
	}
	drop_namespaces(s->linux);
	return s;
}

static int
place(char **path, const char *id, struct arena *a, struct err *e)
{
	if ((*path)[0] == '/')
		return 0;
	*path = arena_printf(a, CTL_SPEC_RUN "/%s/%s", id, *path);
	return *path != NULL ? 0 : err_set(e, ERR_LIMIT, "a path is too long");
}

static bool
is_bind(const Grpc__Mount *m)
{
	if (str_eq(m->type, "bind"))
		return true;
	for (size_t i = 0; i < m->n_options; i++) {
		if (str_eq(m->options[i], "bind") ||
		    str_eq(m->options[i], "rbind"))
			return true;
	}
	return false;
}

static int
place_all(Grpc__CreateContainerRequest *q, struct arena *a, struct err *e)
{
	Grpc__Spec *s = q->oci;

	if (place(&s->root->path, q->container_id, a, e) < 0)
		return -1;
	for (size_t i = 0; i < s->n_mounts; i++) {
		if (is_bind(s->mounts[i]) &&
		    place(&s->mounts[i]->source, q->container_id, a, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < q->n_storages; i++) {
		if (place(&q->storages[i]->mount_point, q->container_id, a, e) <
		    0)
			return -1;
	}
	return 0;
}

/* husk.json holds some of the request's own fields. */
static Grpc__CreateContainerRequest *
read_extra(const char *dir, struct arena *a, struct err *e)
{
	/* Those that come from elsewhere are not for the file to set. */
	static const struct ctl_json_key not_here[] = {
		{ "container_id", NULL },
		{ "exec_id", NULL },
		{ "OCI", NULL },
		{ NULL, NULL },
	};
	struct ctl_json j = { .a = a, .keys = not_here };
	const char *path = arena_printf(a, "%s/husk.json", dir);
	const char *text = "{}";
	Grpc__CreateContainerRequest *q;

	if (path != NULL && access(path, F_OK) == 0) {
		text = ctl_spec_file(path, a, e);
		if (text == NULL)
			return NULL;
	}
	q = (Grpc__CreateContainerRequest *)ctl_json_read(&j,
	    &grpc__create_container_request__descriptor, text, e);
	if (q == NULL)
		err_wrap(e, "husk.json");
	return q;
}

Grpc__CreateContainerRequest *
ctl_spec_read(const char *dir, const char *id, struct arena *a, struct err *e)
{
	const char *path = arena_printf(a, "%s/config.json", dir);
	const char *text = path != NULL ? ctl_spec_file(path, a, e) : NULL;
	Grpc__CreateContainerRequest *q;

	if (text == NULL)
		return NULL;
	q = read_extra(dir, a, e);
	if (q == NULL)
		return NULL;
	q->container_id = (char *)id;
	q->exec_id = (char *)id;
	q->oci = ctl_spec_parse(text, a, e);
	if (q->oci == NULL) {
		err_wrap(e, "config.json");
		return NULL;
	}
	return place_all(q, a, e) == 0 ? q : NULL;
}
