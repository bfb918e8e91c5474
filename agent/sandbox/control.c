/*
 * The requests that go to a container's cgroup: limits, statistics, freezing.
 */
#include "oci/cgroup.h"

#include "sandbox/container.h"
#include "sandbox/handlers.h"
#include "sandbox/request.h"

int
handle_update_container(struct request *rq, struct err *e)
{
	Grpc__UpdateContainerRequest *m =
	    (Grpc__UpdateContainerRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_UPDATE, e);

	if (c == NULL)
		return -1;
	if (cgroup_update(&c->cgroup, m->resources, e) < 0)
		return err_wrap(e, "container '%s'", c->id);
	request_ok(rq, NULL);
	return 0;
}

int
handle_stats_container(struct request *rq, struct err *e)
{
	Grpc__StatsContainerRequest *m = (Grpc__StatsContainerRequest *)rq->msg;
	Grpc__StatsContainerResponse r = GRPC__STATS_CONTAINER_RESPONSE__INIT;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_STATS, e);

	if (c == NULL)
		return -1;
	r.cgroup_stats = cgroup_stats(&c->cgroup, &rq->arena, e);
	if (r.cgroup_stats == NULL)
		return err_wrap(e, "container '%s'", c->id);
	request_ok(rq, &r.base);
	return 0;
}

static int
freeze(struct request *rq, struct container *c, bool frozen, struct err *e)
{
	if (cgroup_freeze(&c->cgroup, frozen, e) < 0)
		return err_wrap(e, "container '%s'", c->id);
	c->state = frozen ? CONTAINER_PAUSED : CONTAINER_RUNNING;
	request_ok(rq, NULL);
	return 0;
}

int
handle_pause_container(struct request *rq, struct err *e)
{
	Grpc__PauseContainerRequest *m = (Grpc__PauseContainerRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_PAUSE, e);

	return c == NULL ? -1 : freeze(rq, c, true, e);
}

int
handle_resume_container(struct request *rq, struct err *e)
{
	Grpc__ResumeContainerRequest *m =
	    (Grpc__ResumeContainerRequest *)rq->msg;
	struct container *c =
	    container_get(rq->sb, m->container_id, CONTAINER_OP_RESUME, e);

	return c == NULL ? -1 : freeze(rq, c, false, e);
}
