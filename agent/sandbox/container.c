#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "sandbox/container.h"
#include "sandbox/guestpath.h"
#include "sandbox/oom.h"
#include "sandbox/pod.h"
#include "sandbox/process.h"
#include "sandbox/request.h"

/* How often a cgroup with strangers in it is looked at. */
enum {
	POLL_MS = 5
};

static const char *const state_names[CONTAINER_STATES] = {
	[CONTAINER_CREATING] = "being created",
	[CONTAINER_CREATED] = "created, not started",
	[CONTAINER_RUNNING] = "running",
	[CONTAINER_PAUSED] = "paused",
	[CONTAINER_STOPPED] = "stopped",
	[CONTAINER_REMOVING] = "being removed",
};

#define BIT(state) (1U << CONTAINER_##state)

/* The states in which each operation is allowed. */
static const unsigned allowed[CONTAINER_OPS] = {
	[CONTAINER_OP_START] = BIT(CREATED),
	[CONTAINER_OP_EXEC] = BIT(RUNNING),
	[CONTAINER_OP_SIGNAL] =
	    BIT(CREATED) | BIT(RUNNING) | BIT(PAUSED) | BIT(STOPPED),
	[CONTAINER_OP_WAIT] =
	    BIT(CREATED) | BIT(RUNNING) | BIT(PAUSED) | BIT(STOPPED),
	[CONTAINER_OP_STREAM] =
	    BIT(CREATED) | BIT(RUNNING) | BIT(PAUSED) | BIT(STOPPED),
	[CONTAINER_OP_STATS] =
	    BIT(CREATED) | BIT(RUNNING) | BIT(PAUSED) | BIT(STOPPED),
	[CONTAINER_OP_UPDATE] = BIT(CREATED) | BIT(RUNNING) | BIT(PAUSED),
	[CONTAINER_OP_PAUSE] = BIT(RUNNING),
	[CONTAINER_OP_RESUME] = BIT(PAUSED),
	[CONTAINER_OP_REMOVE] =
	    BIT(CREATED) | BIT(RUNNING) | BIT(PAUSED) | BIT(STOPPED),
};

int
container_check_id(const char *id, struct err *e)
{
	static const char alnum[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	/* Our own directories beside the bundles. */
	static const char *const own[] = { "image", "sandbox", "shared" };

	if (strspn(id, alnum) == 0 || id[strspn(id, rest)] != '\0')
		return err_set(e, ERR_ARGUMENT, "bad container id %s",
		    STR_QUOTED(id));
	if (strlen(id) > SANDBOX_ID_MAX)
		return err_set(e, ERR_ARGUMENT,
		    "container id %s is longer than %d", STR_QUOTED(id),
		    SANDBOX_ID_MAX);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (str_eq(own[i], id))
			return err_set(e, ERR_ARGUMENT,
			    "container id '%s' is reserved", id);
	}
	return 0;
}

int
container_allows(const char *id, enum container_state state,
    enum container_op op, struct err *e)
{
	if ((allowed[op] & (1U << state)) != 0)
		return 0;
	return err_set(e, ERR_STATE, "container '%s' is %s", id,
	    state_names[state]);
}

static struct container *
find(struct sandbox *sb, const char *id)
{
	struct container *c = sb->containers;

	while (c != NULL && !str_eq(c->id, id))
		c = c->next;
	return c;
}

struct container *
container_new(struct sandbox *sb, const char *id, struct err *e)
{
	struct container *c;

	if (container_check_id(id, e) < 0)
		return NULL;
	if (find(sb, id) != NULL) {
		err_set(e, ERR_EXISTS, "container '%s' exists", id);
		return NULL;
	}
	if (sb->n_containers >= SANDBOX_CONTAINERS_MAX) {
		err_set(e, ERR_LIMIT, "%d containers", SANDBOX_CONTAINERS_MAX);
		return NULL;
	}
	c = must_alloc(1, sizeof(*c));
	c->sb = sb;
	str_copy(c->id, sizeof(c->id), id);
	c->state = CONTAINER_CREATING;
	c->cgroup.fd = -1;
	c->oom_watch = -1;
	c->deadline = CLOCK_NEVER;
	c->next = sb->containers;
	sb->containers = c;
	sb->n_containers++;
	return c;
}

struct container *
container_get(struct sandbox *sb, const char *id, enum container_op op,
    struct err *e)
{
	struct container *c = find(sb, id);

	if (c == NULL) {
		err_set(e, ERR_NOT_FOUND, "no container %s", STR_QUOTED(id));
		return NULL;
	}
	return container_allows(c->id, c->state, op, e) < 0 ? NULL : c;
}

static void
report(struct container *c, struct err *e)
{
	log_error("remove container '%s': %s", c->id, e->msg);
}

/* Undo in the reverse order of making. Nothing stops it half-way. */
static void
undo(struct container *c)
{
	char path[PATH_MAX];
	struct err e;

	while (c->processes != NULL)
		process_free(c->processes);
	oom_unwatch(c);
	while (c->n_ns > 0)
		fd_close(&c->ns[--c->n_ns].fd);
	if (c->owns_pidns)
		fd_close(&c->sb->pid_ns);
	if (c->cgroup.fd >= 0 && cgroup_remove(&c->cgroup, &e) < 0)
		report(c, &e);
	fd_close(&c->cgroup.fd);
	if (str_format(path, sizeof(path), GUESTPATH_ROOT "/%s/rootfs", c->id) <
	    0)
		die("bundle path of '%s'", c->id);
	if (c->rootfs_bound && guestpath_unmount(path, &e) < 0)
		report(c, &e);
	storage_release(c->sb, &c->storages);
	*strrchr(path, '/') = '\0';
	if (c->bundle > 0 && guestpath_remove_tree(path, &e) < 0)
		report(c, &e);
}

static void
finish(struct container *c)
{
	struct sandbox *sb = c->sb;
	struct container **p = &sb->containers;
	struct request *rq = c->remove;

	loop_timer_stop(&sb->loop, &c->poll);
	undo(c);
	while (*p != c)
		p = &(*p)->next;
	*p = c->next;
	sb->n_containers--;
	if (rq != NULL)
		request_ok(rq, NULL);
	if (c->gone != NULL)
		c->gone(c);
	free(c);
	pod_container_gone(sb);
}

static void
give_up(struct container *c)
{
	struct request *rq = c->remove;
	struct err e;

	err_set(&e, ERR_TIMEOUT, "container '%s': processes are still there",
	    c->id);
	c->remove = NULL;
	c->state = CONTAINER_STOPPED;
	loop_timer_stop(&c->sb->loop, &c->poll);
	if (rq != NULL)
		request_fail(rq, &e);
}

void
container_poke(struct container *c)
{
	if (c->state != CONTAINER_REMOVING)
		return;
	if (process_all_exited(c) &&
	    (c->cgroup.fd < 0 || !cgroup_populated(&c->cgroup)))
		finish(c);
	else if (clock_left(c->deadline) == 0)
		give_up(c);
	else
		loop_timer_set(&c->sb->loop, &c->poll, clock_after(POLL_MS));
}

/* Kill at each look: a fork may have escaped an earlier one. */
static void
on_poll(struct loop_timer *t)
{
	struct container *c = t->arg;
	struct err e;

	if (c->cgroup.fd >= 0 && cgroup_kill(&c->cgroup, &e) < 0)
		report(c, &e);
	container_poke(c);
}

void
container_teardown(struct container *c, int64_t deadline)
{
	struct err e;

	c->state = CONTAINER_REMOVING;
	c->deadline = deadline;
	loop_timer_init(&c->poll, on_poll, c);
	process_kill_all(c);
	if (c->cgroup.fd >= 0 && cgroup_kill(&c->cgroup, &e) < 0)
		report(c, &e);
	container_poke(c);
}
