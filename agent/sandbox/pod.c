#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/log.h"
#include "base/str.h"
#include "oci/cgroup.h"
#include "proto/control.h"
#include "sandbox/container.h"
#include "sandbox/create.h"
#include "sandbox/guestpath.h"
#include "sandbox/handlers.h"
#include "sandbox/loopback.h"
#include "sandbox/namespaces.h"
#include "sandbox/peer.h"
#include "sandbox/pod.h"
#include "sandbox/request.h"
#include "sandbox/resolvconf.h"
#include "sandbox/storage.h"

/* How long containers get to die, less than CONTROL_STOP_MS when stopping. */
enum {
	DESTROY_MS = 10000,
	STOP_MS = 1500,
	FLUSH_MS = 200
};

/* The pod's name and folder beside the containers'. */
#define OWNER "sandbox"

struct pod_creation {
	struct request *rq;
	struct storage_job job;
};

static void
undo(struct sandbox *sb)
{
	struct err e;

	storage_release(sb, &sb->storages);
	if (resolvconf_remove(sb, &e) < 0)
		log_error("%s", e.msg);
	/* What overlays had made there, as in a container's bundle. */
	if (guestpath_remove_tree(GUESTPATH_ROOT "/" OWNER, &e) < 0)
		log_error("%s", e.msg);
	namespaces_release(sb);
	sb->phase = SANDBOX_EMPTY;
}

static void
on_storages(struct storage_job *job, const struct err *e)
{
	struct pod_creation *pc = job->arg;
	struct sandbox *sb = job->sb;
	struct request *rq = pc->rq;

	free(pc);
	sb->creation = NULL;
	if (e != NULL) {
		undo(sb);
		request_fail(rq, e);
		return;
	}
	sb->phase = SANDBOX_READY;
	request_ok(rq, NULL);
}

static void
cancel_creation(struct request *rq)
{
	struct sandbox *sb = rq->sb;

	storage_cancel(&sb->creation->job);
	free(sb->creation);
	sb->creation = NULL;
	undo(sb);
}

static int
check_request(const Grpc__CreateSandboxRequest *m, struct err *e)
{
	if (*m->guest_hook_path != '\0')
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: guest_hook_path %s",
		    STR_QUOTED(m->guest_hook_path));
	if (m->n_kernel_modules > 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: kernel module %s",
		    STR_QUOTED(m->kernel_modules[0]->name));
	return 0;
}

/*
 * What only containers need, so that it does not hold up the start of the
 * guest: controllers for their cgroups, and the loopback interface.
 */
static int
prepare(struct sandbox *sb, struct err *e)
{
	if (sb->prepared)
		return 0;
	if (cgroup_root_init(e) < 0 || loopback_up(e) < 0)
		return -1;
	sb->prepared = true;
	return 0;
}

int
handle_create_sandbox(struct request *rq, struct err *e)
{
	Grpc__CreateSandboxRequest *m = (Grpc__CreateSandboxRequest *)rq->msg;
	struct sandbox *sb = rq->sb;
	struct pod_creation *pc;

	if (sb->phase != SANDBOX_EMPTY)
		return err_set(e, ERR_EXISTS, "the sandbox exists already");
	if (check_request(m, e) < 0 || prepare(sb, e) < 0 ||
	    namespaces_create(sb, m->hostname, e) < 0)
		return -1;
	if (resolvconf_write(sb, m->n_dns, m->dns, e) < 0) {
		undo(sb);
		return -1;
	}
	sb->phase = SANDBOX_CREATING;
	pc = must_alloc(1, sizeof(*pc));
	pc->rq = rq;
	pc->job = (struct storage_job){
		.sb = sb,
		.owner = OWNER,
		.n = m->n_storages,
		.list = m->storages,
		.uses = &sb->storages,
		.fn = on_storages,
		.arg = pc,
	};
	sb->creation = pc;
	rq->on_cancel = cancel_creation;
	storage_run(&pc->job);
	return 0;
}

static void
finish_stop(struct sandbox *sb)
{
	peer_flush(sb, FLUSH_MS);
	loop_stop(&sb->loop);
}

static void
finish_destroy(struct sandbox *sb)
{
	struct request *rq = sb->destroy;
	struct err e;

	loop_timer_stop(&sb->loop, &sb->destroy_timer);
	undo(sb);
	sb->destroy = NULL;
	if (rq != NULL)
		request_ok(rq, NULL);
	if (sb->stopping) {
		finish_stop(sb);
		return;
	}
	peer_flush(sb, FLUSH_MS);
	if (channel_send(sb->control_fd, CONTROL_SHUTDOWN, 0, NULL, 0, NULL, 0,
		&e) < 0) {
		log_error("ask pid1 to power off: %s", e.msg);
		sb->status = 1;
		loop_stop(&sb->loop);
	}
}

void
pod_container_gone(struct sandbox *sb)
{
	if (sb->phase == SANDBOX_DESTROYING && sb->containers == NULL &&
	    sb->destroy_timer.at != 0)
		finish_destroy(sb);
}

static void
on_deadline(struct loop_timer *t)
{
	struct sandbox *sb = t->arg;

	log_error("containers do not end: going on without them");
	finish_destroy(sb);
}

/* The one that still can be told to end, or NULL. */
static struct container *
next_victim(struct sandbox *sb)
{
	struct container *c = sb->containers;

	while (c != NULL && c->state == CONTAINER_REMOVING)
		c = c->next;
	return c;
}

static void
destroy(struct sandbox *sb, int64_t deadline)
{
	struct container *c;
	struct err e;

	sb->phase = SANDBOX_DESTROYING;
	err_set(&e, ERR_STATE, "the sandbox is being destroyed");
	while ((c = next_victim(sb)) != NULL) {
		if (c->creation != NULL)
			create_abort(c, &e);
		else
			container_teardown(c, CLOCK_NEVER);
	}
	if (sb->containers == NULL) {
		finish_destroy(sb);
		return;
	}
	loop_timer_init(&sb->destroy_timer, on_deadline, sb);
	loop_timer_set(&sb->loop, &sb->destroy_timer, deadline);
}

static void
cancel_destroy(struct request *rq)
{
	rq->sb->destroy = NULL;
}

int
handle_destroy_sandbox(struct request *rq, struct err *e)
{
	struct sandbox *sb = rq->sb;

	if (sb->phase != SANDBOX_READY && sb->phase != SANDBOX_EMPTY)
		return err_set(e, ERR_STATE, "the sandbox is being %s",
		    sb->phase == SANDBOX_CREATING ? "created" : "destroyed");
	rq->on_cancel = cancel_destroy;
	sb->destroy = rq;
	destroy(sb, clock_after(DESTROY_MS));
	return 0;
}

void
pod_stop(struct sandbox *sb)
{
	struct err e;

	if (sb->stopping)
		return;
	sb->stopping = true;
	if (sb->phase == SANDBOX_CREATING) {
		struct request *rq = sb->creation->rq;

		cancel_creation(rq);
		rq->on_cancel = NULL;
		err_set(&e, ERR_STATE, "the guest is shutting down");
		request_fail(rq, &e);
	}
	if (sb->phase == SANDBOX_EMPTY)
		finish_stop(sb);
	else if (sb->phase == SANDBOX_READY)
		destroy(sb, clock_after(STOP_MS));
	else
		loop_timer_set(&sb->loop, &sb->destroy_timer,
		    clock_after(STOP_MS));
}
