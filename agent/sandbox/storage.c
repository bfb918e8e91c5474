#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/log.h"
#include "base/str.h"
#include "sandbox/driver.h"
#include "sandbox/storage.h"

struct storage_mount {
	struct storage_mount *next;
	char *mount_point;
	char *driver, *source, *fstype;
	bool ready; /* false while its device is waited for */
	bool shared;
	bool kept; /* the sandbox is a user because it is shared */
	unsigned uses;
	struct driver_made made;
};

static struct storage_mount *
find(struct sandbox *sb, const char *mount_point)
{
	struct storage_mount *m = sb->mounts;

	while (m != NULL && !str_eq(m->mount_point, mount_point))
		m = m->next;
	return m;
}

static void
add_use(struct storage_mount *m, struct storage_use **uses)
{
	struct storage_use *u = must_alloc(1, sizeof(*u));

	u->mount = m;
	u->next = *uses;
	*uses = u;
	m->uses++;
}

static void
mount_free(struct sandbox *sb, struct storage_mount *m)
{
	struct storage_mount **p = &sb->mounts;

	while (*p != m)
		p = &(*p)->next;
	*p = m->next;
	sb->n_mounts--;
	free(m->mount_point);
	free(m->driver);
	free(m->source);
	free(m->fstype);
	free(m);
}

void
storage_release(struct sandbox *sb, struct storage_use **uses)
{
	struct err e;

	while (*uses != NULL) {
		struct storage_use *u = *uses;
		struct storage_mount *m = u->mount;

		*uses = u->next;
		free(u);
		if (--m->uses > 0)
			continue;
		if (driver_undo(m->mount_point, &m->made, &e) < 0)
			log_error("release storage: %s", e.msg);
		mount_free(sb, m);
	}
}

void
storage_keep_shared(struct sandbox *sb, struct storage_use *uses)
{
	for (; uses != NULL; uses = uses->next) {
		struct storage_mount *m = uses->mount;

		if (!m->shared || m->kept)
			continue;
		m->kept = true;
		add_use(m, &sb->storages);
	}
}

/* A mount point that is there already must be what is asked for. */
static int
join(struct storage_job *job, struct storage_mount *m, const Grpc__Storage *s,
    struct err *e)
{
	if (!m->ready)
		return err_set(e, ERR_STATE,
		    "mount point %s is being set up by another request",
		    STR_QUOTED(s->mount_point));
	if (!str_eq(m->driver, s->driver) || !str_eq(m->source, s->source) ||
	    !str_eq(m->fstype, s->fstype))
		return err_set(e, ERR_EXISTS,
		    "mount point %s holds another storage",
		    STR_QUOTED(s->mount_point));
	add_use(m, &job->made);
	return 0;
}

static struct storage_mount *
mount_new(struct storage_job *job, const Grpc__Storage *s, struct err *e)
{
	struct sandbox *sb = job->sb;
	struct storage_mount *m;

	if (sb->n_mounts >= SANDBOX_MOUNTS_MAX) {
		err_set(e, ERR_LIMIT, "%d storages", SANDBOX_MOUNTS_MAX);
		return NULL;
	}
	m = must_alloc(1, sizeof(*m));
	m->mount_point = must_strdup(s->mount_point);
	m->driver = must_strdup(s->driver);
	m->source = must_strdup(s->source);
	m->fstype = must_strdup(s->fstype);
	m->shared = s->shared;
	m->next = sb->mounts;
	sb->mounts = m;
	sb->n_mounts++;
	add_use(m, &job->made);
	return m;
}

static int
finish_one(struct storage_job *job, enum driver d, const char *device,
    struct err *e)
{
	struct storage_mount *m = job->made->mount;

	if (driver_setup(d, job->list[job->next], device, job->owner, &m->made,
		e) < 0)
		return -1;
	m->ready = true;
	job->next++;
	return 0;
}

static void step(struct storage_job *job);

static void
end(struct storage_job *job, const struct err *e)
{
	if (e != NULL) {
		storage_release(job->sb, &job->made);
	} else if (job->made != NULL) {
		struct storage_use **p = &job->made;

		while (*p != NULL)
			p = &(*p)->next;
		*p = *job->uses;
		*job->uses = job->made;
		job->made = NULL;
	}
	job->fn(job, e);
}

static void
fail(struct storage_job *job, struct err *e)
{
	const char *at =
	    job->next < job->n ? job->list[job->next]->mount_point : "";
	err_wrap(e, "storage %s", STR_QUOTED(at));
	end(job, e);
}

/* Called from within step(), the outcome is left for its loop. */
static void
on_device(struct device_wait *w, const struct device *d, const struct err *e)
{
	struct storage_job *job = w->arg;
	struct err why;
	int rc = -1;

	if (d != NULL)
		rc = finish_one(job, DRIVER_BLK, d->name, &why);
	else
		why = *e;
	if (job->running) {
		job->outcome = rc < 0 ? -1 : 1;
		job->error = why;
	} else if (rc < 0) {
		fail(job, &why);
	} else {
		step(job);
	}
}

/* One storage. 1: done; 0: its device is waited for; -1 with *e. */
static int
step_one(struct storage_job *job, struct err *e)
{
	const Grpc__Storage *s = job->list[job->next];
	struct storage_mount *m;
	enum driver d;

	if (driver_check(s, &d, e) < 0)
		return -1;
	m = find(job->sb, s->mount_point);
	if (m != NULL) {
		if (join(job, m, s, e) < 0)
			return -1;
		job->next++;
		return 1;
	}
	if (mount_new(job, s, e) == NULL)
		return -1;
	if (!driver_needs_device(d))
		return finish_one(job, d, NULL, e) < 0 ? -1 : 1;
	job->outcome = 0;
	if (device_find(job->sb, &job->wait, DEVICE_BLOCK, s->source, on_device,
		job, e) < 0)
		return -1;
	if (job->outcome < 0)
		*e = job->error;
	return job->outcome;
}

static void
step(struct storage_job *job)
{
	struct err e;
	int rc = 1;

	job->running = true;
	while (rc == 1 && job->next < job->n)
		rc = step_one(job, &e);
	job->running = false;
	if (rc < 0)
		fail(job, &e);
	else if (rc > 0)
		end(job, NULL);
}

void
storage_run(struct storage_job *job)
{
	struct err e;

	job->next = 0;
	job->made = NULL;
	job->running = false;
	memset(&job->wait, 0, sizeof(job->wait));
	if (job->n > SANDBOX_STORAGES_MAX) {
		err_set(&e, ERR_LIMIT, "%zu storages, at most %d", job->n,
		    SANDBOX_STORAGES_MAX);
		end(job, &e);
		return;
	}
	step(job);
}

void
storage_cancel(struct storage_job *job)
{
	device_cancel(&job->wait);
	storage_release(job->sb, &job->made);
}
