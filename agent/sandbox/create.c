#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/str.h"
#include "sandbox/create.h"
#include "sandbox/guestpath.h"
#include "sandbox/handlers.h"
#include "sandbox/namespaces.h"
#include "sandbox/oom.h"
#include "sandbox/process.h"
#include "sandbox/specdev.h"

enum {
	BUNDLE_MODE = 0711,
	ROOTFS_MODE = 0755
};

struct creation {
	struct request *rq; /* NULL: cancelled */
	struct container *c;
	Grpc__CreateContainerRequest *m;
	dev_t *numbers; /* of m->devices, in the arena */
	size_t next_device;
	bool in_storages;
	struct device_wait wait;
	struct storage_job job;
};

static void next_step(struct creation *cr);

/* The container is gone; now the request hears why. */
static void
on_gone(struct container *c)
{
	struct request *rq = c->gone_arg;

	if (rq != NULL)
		request_fail(rq, &c->cause);
}

void
create_abort(struct container *c, const struct err *e)
{
	struct creation *cr = c->creation;

	c->cause = *e;
	err_wrap(&c->cause, "container '%s'", c->id);
	c->gone = on_gone;
	if (cr->rq != NULL)
		cr->rq->on_cancel = NULL;
	c->gone_arg = cr->rq;
	device_cancel(&cr->wait);
	if (cr->in_storages)
		storage_cancel(&cr->job);
	free(cr);
	c->creation = NULL;
	container_teardown(c, CLOCK_NEVER);
}

static void
on_cancel(struct request *rq)
{
	struct container *c = rq->arg;
	struct err e;

	c->creation->rq = NULL;
	err_set(&e, ERR_STATE, "cancelled");
	create_abort(c, &e);
}

static int
finish(struct creation *cr, struct err *e)
{
	struct container *c = cr->c;

	if (namespaces_collect(c, e) < 0)
		return -1;
	if (cr->m->sandbox_pidns && namespaces_keep_pid(c, e) < 0)
		return -1;
	return oom_watch(c, e);
}

static void
on_process(struct process *p, enum process_event event, const struct err *e)
{
	struct container *c = p->c;
	struct creation *cr = c->creation;
	struct request *rq;
	struct err why;

	if (cr == NULL)
		return;
	if (event == PROCESS_HAS_FAILED) {
		create_abort(c, e);
		return;
	}
	if (finish(cr, &why) < 0) {
		create_abort(c, &why);
		return;
	}
	storage_keep_shared(c->sb, c->storages);
	c->state = CONTAINER_CREATED;
	p->fn = NULL;
	rq = cr->rq;
	free(cr);
	c->creation = NULL;
	request_ok(rq, NULL);
}

/* Bind Root.Path to the bundle, unless a storage put it there. */
static int
bind_rootfs(struct creation *cr, struct err *e)
{
	struct container *c = cr->c;
	Grpc__Root *root = cr->m->oci->root;
	char path[PATH_MAX];
	AUTO_FD int from = -1;
	AUTO_FD int to = -1;
	bool mounted;
	size_t made;

	if (str_format(path, sizeof(path), GUESTPATH_ROOT "/%s/rootfs", c->id) <
	    0)
		return err_set(e, ERR_LIMIT, "bundle path");
	from = guestpath_open(root->path, e);
	if (from < 0)
		return err_wrap(e, "root file system");
	if (str_eq(root->path, path)) {
		if (guestpath_is_mount(path, &mounted, e) < 0)
			return -1;
		if (!mounted)
			return err_set(e, ERR_ARGUMENT,
			    "nothing is mounted at the root path %s",
			    STR_QUOTED(path));
		return 0;
	}
	to = guestpath_mkdir(path, ROOTFS_MODE, &made, e);
	if (to < 0)
		return -1;
	if (mount(GUESTPATH_PROC(from), GUESTPATH_PROC(to), NULL,
		MS_BIND | MS_REC, NULL) < 0)
		return err_sys(e, "bind the root file system");
	c->rootfs_bound = true;
	root->path = arena_strndup(&cr->rq->arena, path, strlen(path));
	if (root->path == NULL)
		return err_set(e, ERR_LIMIT, "root path");
	return 0;
}

static int
spawn(struct creation *cr, struct err *e)
{
	struct container *c = cr->c;
	Grpc__Spec *spec = cr->m->oci;
	struct container_request q = {
		.binary_fd = c->sb->binary_fd,
		.spec = spec,
		.stdio = { -1, -1, -1 },
	};

	if (bind_rootfs(cr, e) < 0)
		return -1;
	if (cgroup_create(spec->linux->cgroupspath, c->id, spec->linux,
		&c->cgroup, e) < 0) {
		c->cgroup.fd = -1;
		return -1;
	}
	q.cgroup_fd = c->cgroup.fd;
	namespaces_share(c->sb, spec->linux, cr->m->sandbox_pidns, &q);
	return process_new(c, "", &q, on_process, e) == NULL ? -1 : 0;
}

static void
on_storages(struct storage_job *job, const struct err *e)
{
	struct creation *cr = job->arg;
	struct err why;

	cr->in_storages = false;
	if (e != NULL)
		why = *e;
	else if (spawn(cr, &why) == 0)
		return;
	create_abort(cr->c, &why);
}

static void
on_device(struct device_wait *w, const struct device *d, const struct err *e)
{
	struct creation *cr = w->arg;

	if (d == NULL) {
		create_abort(cr->c, e);
		return;
	}
	cr->numbers[cr->next_device++] = d->number;
	/* Its depth is bounded by SANDBOX_DEVICES_MAX. */
	next_step(cr);
}

static void
next_step(struct creation *cr)
{
	Grpc__CreateContainerRequest *m = cr->m;
	struct container *c = cr->c;
	struct err e;

	if (cr->next_device < m->n_devices) {
		Grpc__Device *d = m->devices[cr->next_device];

		if (device_find(c->sb, &cr->wait, DEVICE_BLOCK,
			*d->id != '\0' ? d->id : d->vm_path, on_device, cr,
			&e) < 0)
			create_abort(c, &e);
		return;
	}
	if (specdev_rewrite(m->oci->linux, m->n_devices, m->devices,
		cr->numbers, &cr->rq->arena, &e) < 0) {
		create_abort(c, &e);
		return;
	}
	cr->in_storages = true;
	cr->job = (struct storage_job){
		.sb = c->sb,
		.owner = c->id,
		.n = m->n_storages,
		.list = m->storages,
		.uses = &c->storages,
		.fn = on_storages,
		.arg = cr,
	};
	storage_run(&cr->job);
}

/* Requests for what we do not do, by name. */
static int
check_request(const Grpc__CreateContainerRequest *m, struct err *e)
{
	const Grpc__Spec *s = m->oci;

	if (s == NULL || s->process == NULL || s->root == NULL ||
	    s->linux == NULL)
		return err_set(e, ERR_ARGUMENT,
		    "spec without Process, Root or Linux");
	if (*m->exec_id != '\0' && !str_eq(m->exec_id, m->container_id))
		return err_set(e, ERR_ARGUMENT, "exec id %s of a new container",
		    STR_QUOTED(m->exec_id));
	if (m->string_user != NULL)
		return err_set(e, ERR_UNSUPPORTED, "unsupported: string_user");
	if (m->n_shared_mounts > 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: shared_mounts");
	if (m->stdin_port != 0 || m->stdout_port != 0 || m->stderr_port != 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: stdio over vsock ports");
	return specdev_check(m->n_devices, m->devices, e);
}

static int
make_bundle(struct container *c, struct err *e)
{
	char path[PATH_MAX];
	AUTO_FD int fd = -1;

	if (str_format(path, sizeof(path), GUESTPATH_ROOT "/%s", c->id) < 0)
		return err_set(e, ERR_LIMIT, "bundle path");
	fd = guestpath_mkdir(path, BUNDLE_MODE, &c->bundle, e);
	if (fd >= 0 && c->bundle == 0)
		return err_set(e, ERR_EXISTS, "directory %s exists",
		    STR_QUOTED(path));
	return fd < 0 ? -1 : 0;
}

static bool
is_pause(const Grpc__Spec *s)
{
	for (size_t i = 0; i < s->n_annotations; i++) {
		const char *key = s->annotations[i]->key;

		if ((str_eq(key, "io.kubernetes.cri.container-type") ||
			str_eq(key, "io.kubernetes.cri-o.ContainerType")) &&
		    str_eq(s->annotations[i]->value, "sandbox"))
			return true;
	}
	return false;
}

int
handle_create_container(struct request *rq, struct err *e)
{
	Grpc__CreateContainerRequest *m =
	    (Grpc__CreateContainerRequest *)rq->msg;
	struct creation *cr;
	struct container *c;
	struct err why;

	if (rq->sb->phase != SANDBOX_READY)
		return err_set(e, ERR_STATE, "there is no sandbox (yet)");
	if (container_check_id(m->container_id, e) < 0 ||
	    check_request(m, e) < 0 ||
	    namespaces_edit(m->oci->linux, &rq->arena, e) < 0 ||
	    container_check(m->oci, m->oci->process, e) < 0)
		return err_wrap(e, "container %s", STR_QUOTED(m->container_id));
	c = container_new(rq->sb, m->container_id, e);
	if (c == NULL)
		return -1;
	cr = must_alloc(1, sizeof(*cr));
	cr->rq = rq;
	cr->c = c;
	cr->m = m;
	cr->numbers =
	    arena_array(&rq->arena, m->n_devices + 1, sizeof(*cr->numbers));
	c->creation = cr;
	c->is_pause = is_pause(m->oci);
	rq->arg = c;
	rq->on_cancel = on_cancel;
	if (cr->numbers == NULL)
		err_set(&why, ERR_LIMIT, "devices");
	else if (make_bundle(c, &why) == 0) {
		next_step(cr);
		return 0;
	}
	create_abort(c, &why);
	return 0;
}
