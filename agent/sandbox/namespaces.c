#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "sandbox/namespaces.h"
#include "sandbox/process.h"

struct kind {
	const char *oci;  /* OCI's name */
	const char *file; /* in /proc/PID/ns */
	int flag;
};

static const struct kind kinds[] = {
	{ "mount", "mnt", CLONE_NEWNS },
	{ "pid", "pid", CLONE_NEWPID },
	{ "ipc", "ipc", CLONE_NEWIPC },
	{ "uts", "uts", CLONE_NEWUTS },
	{ "cgroup", "cgroup", CLONE_NEWCGROUP },
	{ "network", "net", CLONE_NEWNET },
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0])
};

static int
open_ns(pid_t pid, const char *file)
{
	char path[64];

	if (str_format(path, sizeof(path), "/proc/%d/ns/%s", pid, file) < 0)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

int
namespaces_create(struct sandbox *sb, const char *hostname, struct err *e)
{
	AUTO_FD int own_ipc = open_ns(getpid(), "ipc");
	AUTO_FD int own_uts = open_ns(getpid(), "uts");
	AUTO_FD int ipc = -1;
	AUTO_FD int uts = -1;
	size_t len = strlen(hostname);
	int rc = 0;

	if (len > SANDBOX_HOSTNAME_MAX)
		return err_set(e, ERR_ARGUMENT, "hostname %s is longer than %d",
		    STR_QUOTED(hostname), SANDBOX_HOSTNAME_MAX);
	if (own_ipc < 0 || own_uts < 0)
		return err_sys(e, "open own namespaces");
	if (unshare(CLONE_NEWIPC | CLONE_NEWUTS) < 0)
		return err_sys(e, "unshare ipc and uts namespaces");
	if (len > 0 && sethostname(hostname, len) < 0)
		rc = err_sys(e, "sethostname");
	ipc = open_ns(getpid(), "ipc");
	uts = open_ns(getpid(), "uts");
	if (rc == 0 && (ipc < 0 || uts < 0))
		rc = err_sys(e, "open new namespaces");
	if (setns(own_ipc, CLONE_NEWIPC) < 0 ||
	    setns(own_uts, CLONE_NEWUTS) < 0)
		die("return to own namespaces: %s", strerror(errno));
	if (rc < 0)
		return -1;
	sb->ipc_ns = take_fd(&ipc);
	sb->uts_ns = take_fd(&uts);
	return 0;
}

void
namespaces_release(struct sandbox *sb)
{
	fd_close(&sb->ipc_ns);
	fd_close(&sb->uts_ns);
	fd_close(&sb->pid_ns);
}

int
namespaces_edit(Grpc__Linux *l, struct arena *a, struct err *e)
{
	Grpc__LinuxNamespace **list, *pid;
	bool has_pid = false;

	for (size_t i = 0; i < l->n_namespaces; i++) {
		Grpc__LinuxNamespace *ns = l->namespaces[i];

		if (str_eq(ns->type, "pid"))
			has_pid = true;
		else if (!str_eq(ns->type, "ipc") && !str_eq(ns->type, "uts"))
			continue;
		ns->path = (char *)protobuf_c_empty_string;
	}
	if (has_pid)
		return 0;
	list = arena_array(a, l->n_namespaces + 1, sizeof(*list));
	pid = arena_alloc(a, sizeof(*pid));
	if (list == NULL || pid == NULL ||
	    l->n_namespaces >= SANDBOX_OPTIONS_MAX)
		return err_set(e, ERR_LIMIT, "%zu namespaces", l->n_namespaces);
	grpc__linux_namespace__init(pid);
	pid->type = arena_strndup(a, "pid", 3);
	if (pid->type == NULL)
		return err_set(e, ERR_LIMIT, "namespaces");
	if (l->n_namespaces > 0)
		memcpy(list, l->namespaces, l->n_namespaces * sizeof(*list));
	list[l->n_namespaces++] = pid;
	l->namespaces = list;
	return 0;
}

static bool
asks_for(const Grpc__Linux *l, const char *type)
{
	for (size_t i = 0; i < l->n_namespaces; i++) {
		if (str_eq(l->namespaces[i]->type, type))
			return true;
	}
	return false;
}

static void
share(struct container_request *q, int flag, int fd)
{
	q->ns[q->n_ns].flag = flag;
	q->ns[q->n_ns].fd = fd;
	q->n_ns++;
}

void
namespaces_share(const struct sandbox *sb, const Grpc__Linux *l,
    bool sandbox_pidns, struct container_request *q)
{
	if (asks_for(l, "ipc"))
		share(q, CLONE_NEWIPC, sb->ipc_ns);
	if (asks_for(l, "uts"))
		share(q, CLONE_NEWUTS, sb->uts_ns);
	if (sandbox_pidns && sb->pid_ns >= 0)
		share(q, CLONE_NEWPID, sb->pid_ns);
}

static int
collect_one(struct container *c, const struct kind *k, struct err *e)
{
	AUTO_FD int theirs = open_ns(c->init->child.pid, k->file);
	AUTO_FD int own = open_ns(getpid(), k->file);
	struct stat a, b;

	if (theirs < 0 || own < 0 || fstat(theirs, &a) < 0 ||
	    fstat(own, &b) < 0)
		return err_sys(e, "%s namespace", k->oci);
	if (a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return 0;
	c->ns[c->n_ns].flag = k->flag;
	c->ns[c->n_ns].fd = take_fd(&theirs);
	c->n_ns++;
	return 0;
}

int
namespaces_collect(struct container *c, struct err *e)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (collect_one(c, &kinds[i], e) < 0)
			return -1;
	}
	return 0;
}

int
namespaces_keep_pid(struct container *c, struct err *e)
{
	if (c->sb->pid_ns >= 0)
		return 0;
	c->sb->pid_ns = open_ns(c->init->child.pid, "pid");
	if (c->sb->pid_ns < 0)
		return err_sys(e, "pid namespace");
	c->owns_pidns = true;
	return 0;
}
