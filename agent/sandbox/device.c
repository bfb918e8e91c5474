#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "sandbox/device.h"
#include "sandbox/scsiscan.h"
#include "sandbox/uevent.h"

enum {
	MS = 1000,
	SCAN_S = 60, /* as Kata's runtimes wait for a container */
	UEVENTS_PER_ROUND = 64
};

#define PCI_ROOT "/sys/devices/pci0000:00"
#define CCW_ROOT "/sys/bus/ccw/devices"
#define SCSI_ROOT "/sys/bus/scsi/devices"

/* The first entry of dir (an absolute path) that starts with prefix. */
static bool
first_entry(const char *dir, const char *prefix, char *dst, size_t size)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	bool found = false;

	if (d == NULL)
		return false;
	while (!found && (de = readdir(d)) != NULL)
		found = de->d_name[0] != '.' &&
			str_starts(de->d_name, prefix) &&
			str_copy(dst, size, de->d_name) == 0;
	closedir(d);
	return found;
}

/* The number that sysfs gives for a block device, as "MAJOR:MINOR\n". */
static bool
sysfs_number(const char *dir, dev_t *ret)
{
	char path[640], *colon, *end;
	struct buf b;
	struct err e;
	uint64_t major, minor;
	bool ok = false;

	if (str_format(path, sizeof(path), "%s/dev", dir) < 0)
		return false;
	buf_init(&b, 64);
	if (fd_read_file(-1, path, &b, &e) == 0 && b.len > 0) {
		(void)buf_str(&b);
		end = strchr((char *)b.p, '\n');
		if (end != NULL)
			*end = '\0';
		colon = strchr((char *)b.p, ':');
		if (colon != NULL)
			*colon = '\0';
		ok = colon != NULL &&
		     str_u64((char *)b.p, UINT32_MAX, &major) == 0 &&
		     str_u64(colon + 1, UINT32_MAX, &minor) == 0;
		if (ok)
			*ret = makedev((unsigned)major, (unsigned)minor);
	}
	buf_release(&b);
	return ok;
}

/*
 * The node must be there too, and be the device that we mean. The kernel makes
 * it some time before there is a disk behind it, and tells of that with the
 * uevent of the disk; those of its parents may bring us here earlier.
 */
static bool
node_ready(const char *path, dev_t *ret)
{
	AUTO_FD int fd = -1;
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISBLK(st.st_mode))
		return false;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && (errno == ENXIO || errno == ENODEV))
		return false;
	*ret = st.st_rdev;
	return true;
}

/* The folder of the device that the driver made on its bus, if it is there. */
static bool
bus_folder(const struct device_wait *w, char *dst, size_t size)
{
	char dir[512], virtio[64];
	struct err e;
	int rc;

	if (w->form == DEVICE_SCSI)
		return scsipath_resolve(&w->at.scsi, SCSI_ROOT, dst, size,
			   &e) == 0;
	if (w->form == DEVICE_CCW)
		rc =
		    ccwpath_resolve(&w->at.ccw, CCW_ROOT, dir, sizeof(dir), &e);
	else
		rc =
		    pcipath_resolve(&w->at.pci, PCI_ROOT, dir, sizeof(dir), &e);
	return rc == 0 && first_entry(dir, "virtio", virtio, sizeof(virtio)) &&
	       str_format(dst, size, "%s/%s", dir, virtio) == 0;
}

static bool
probe_bus(const struct device_wait *w, struct device *d)
{
	char dir[576], sub[640], name[DEVICE_NAME_MAX + 1];
	const char *class = w->kind == DEVICE_BLOCK ? "block" : "net";
	dev_t number;

	if (!bus_folder(w, dir, sizeof(dir)) ||
	    str_format(sub, sizeof(sub), "%s/%s", dir, class) < 0 ||
	    !first_entry(sub, "", name, sizeof(name)))
		return false;
	if (w->kind == DEVICE_NET)
		return str_copy(d->name, sizeof(d->name), name) == 0;
	if (str_format(sub, sizeof(sub), "%s/block/%s", dir, name) < 0)
		return false;
	return sysfs_number(sub, &number) &&
	       str_format(d->name, sizeof(d->name), "/dev/%s", name) == 0 &&
	       node_ready(d->name, &d->number) && d->number == number;
}

static bool
probe(const struct device_wait *w, struct device *d)
{
	if (w->form != DEVICE_NODE)
		return probe_bus(w, d);
	return str_copy(d->name, sizeof(d->name), w->source) == 0 &&
	       node_ready(d->name, &d->number);
}

void
device_cancel(struct device_wait *w)
{
	struct device_wait **p;

	if (!w->active)
		return;
	for (p = &w->sb->waits; *p != w; p = &(*p)->next)
		;
	*p = w->next;
	w->sb->n_waits--;
	w->active = false;
	loop_timer_stop(&w->sb->loop, &w->timer);
}

static void
on_timeout(struct loop_timer *t)
{
	struct device_wait *w = t->arg;
	struct err e;

	if (w->scan == DEVICE_SCAN_OVER)
		err_set(&e, ERR_TIMEOUT, "device %s did not appear within %d s",
		    STR_QUOTED(w->source), w->sb->options.hotplug_timeout);
	else
		err_set(&e, ERR_TIMEOUT,
		    "the scan for device %s did not end within %d s",
		    STR_QUOTED(w->source), SCAN_S);
	device_cancel(w);
	w->fn(w, NULL, &e);
}

/* A callback may end other waits or start new ones: begin again after it. */
static void
probe_all(struct sandbox *sb)
{
	struct device_wait *w = sb->waits;
	struct device d;

	while (w != NULL) {
		if (!probe(w, &d)) {
			w = w->next;
			continue;
		}
		device_cancel(w);
		w->fn(w, &d, NULL);
		w = sb->waits;
	}
}

static void
on_uevent(struct loop_watch *watch, uint32_t events)
{
	struct sandbox *sb = watch->arg;
	char buf[UEVENT_MAX];
	struct uevent u;
	bool look = false;
	struct err e;

	(void)events;
	for (int i = 0; i < UEVENTS_PER_ROUND; i++) {
		int n = uevent_recv(sb->uevent_fd, buf, &u, &e);

		if (n == 0)
			break;
		/* After a loss anything may have happened: look. */
		if (n < 0)
			log_warn("%s", e.msg);
		look = look || n < 0 || str_eq(u.action, "add") ||
		       str_eq(u.action, "bind") || str_eq(u.action, "change");
	}
	if (look)
		probe_all(sb);
}

int
device_init(struct sandbox *sb, struct err *e)
{
	sb->uevent_fd = uevent_open(e);
	if (sb->uevent_fd < 0)
		return -1;
	loop_watch_init(&sb->uevents, on_uevent, sb);
	return loop_add(&sb->loop, &sb->uevents, sb->uevent_fd, EPOLLIN, e);
}

void
device_release(struct sandbox *sb)
{
	if (sb->uevent_fd < 0)
		return;
	loop_remove(&sb->uevents);
	fd_close(&sb->uevent_fd);
}

/* "/dev/NAME" and nothing deeper, so that no path can lead elsewhere. */
static bool
is_dev_path(const char *s)
{
	const char *name = s + sizeof("/dev/") - 1;

	return str_starts(s, "/dev/") && *name != '\0' && *name != '.' &&
	       strchr(name, '/') == NULL && strlen(s) <= DEVICE_NAME_MAX;
}

/* The form that source is meant to have. */
static enum device_form
form_of(const char *source)
{
	if (is_dev_path(source))
		return DEVICE_NODE;
	if (ccwpath_is(source))
		return DEVICE_CCW;
	return scsipath_is(source) ? DEVICE_SCSI : DEVICE_PCI;
}

bool
device_fits(const char *type, const char *source)
{
	enum device_form form = form_of(source);

	if (str_eq(type, "scsi"))
		return form == DEVICE_SCSI;
	if (str_eq(type, "blk-ccw"))
		return form == DEVICE_CCW;
	return form == DEVICE_NODE || form == DEVICE_PCI;
}

static int
parse_source(struct device_wait *w, const char *source, struct err *e)
{
	if (str_copy(w->source, sizeof(w->source), source) < 0)
		return err_set(e, ERR_LIMIT, "device %s", STR_QUOTED(source));
	w->form = form_of(source);
	if (w->kind == DEVICE_NET && w->form != DEVICE_CCW)
		w->form = DEVICE_PCI;
	switch (w->form) {
	case DEVICE_NODE:
		return 0;
	case DEVICE_CCW:
		return ccwpath_parse(source, &w->at.ccw, e);
	case DEVICE_SCSI:
		return scsipath_parse(source, &w->at.scsi, e);
	default:
		return pcipath_parse(source, &w->at.pci, e);
	}
}

/* The time for a device to appear begins when the scan for it is over. */
static void
set_timer(struct device_wait *w)
{
	int s = w->scan == DEVICE_SCAN_OVER ? w->sb->options.hotplug_timeout
					    : SCAN_S;

	loop_timer_set(&w->sb->loop, &w->timer, clock_after((int64_t)s * MS));
}

/* For whom it was; nobody, if that wait was cancelled. */
static void
scan_over(struct sandbox *sb)
{
	for (struct device_wait *w = sb->waits; w != NULL; w = w->next) {
		if (w->scan == DEVICE_SCAN_RUNS) {
			w->scan = DEVICE_SCAN_OVER;
			set_timer(w);
		}
	}
}

/*
 * Have the oldest wait that is for a SCSI disk scanned for, one at a time: the
 * kernel does no more at once, and a host that does not answer shall not hold
 * one process for each request. Once is enough: who names a disk has plugged
 * it in before.
 */
static void
scan_next(struct sandbox *sb)
{
	while (sb->scan == 0) {
		struct device_wait *oldest = NULL;
		struct err e;

		for (struct device_wait *w = sb->waits; w != NULL; w = w->next)
			oldest = w->scan == DEVICE_SCAN_DUE ? w : oldest;
		if (oldest == NULL)
			return;
		oldest->scan = DEVICE_SCAN_RUNS;
		if (scsiscan_start(sb->binary_fd, oldest->source, &sb->scan,
			&e) < 0) {
			log_error("%s", e.msg);
			scan_over(sb);
		}
	}
}

void
device_reaped(struct sandbox *sb, pid_t pid)
{
	if (pid != sb->scan)
		return;
	sb->scan = 0;
	scan_over(sb);
	scan_next(sb);
}

int
device_find(struct sandbox *sb, struct device_wait *w, enum device_kind kind,
    const char *source, device_fn *fn, void *arg, struct err *e)
{
	struct device d;

	if (sb->n_waits >= SANDBOX_WAITS_MAX)
		return err_set(e, ERR_LIMIT, "%d requests wait for devices",
		    SANDBOX_WAITS_MAX);
	memset(w, 0, sizeof(*w));
	w->sb = sb;
	w->kind = kind;
	if (parse_source(w, source, e) < 0)
		return -1;
	w->fn = fn;
	w->arg = arg;
	if (probe(w, &d)) {
		fn(w, &d, NULL);
		return 0;
	}
	w->active = true;
	w->next = sb->waits;
	sb->waits = w;
	sb->n_waits++;
	loop_timer_init(&w->timer, on_timeout, w);
	if (w->form == DEVICE_SCSI)
		w->scan = DEVICE_SCAN_DUE;
	set_timer(w);
	scan_next(sb);
	return 0;
}
