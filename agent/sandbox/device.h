/*
 * sandbox/device -- find a device that a request names, or wait for it
 *
 * sysfs is the truth: a wait looks there at once, and again at every uevent
 * of the kernel, until the device and its node are there or the time that
 * hotplug_timeout gives is over, which begins when a scan for it has ended.
 * The loop serves other requests meanwhile.
 *
 *	DEVICE_BLOCK	"/dev/NAME"; or where a virtio-blk device is: a PCI path
 *			(sandbox/pcipath.h) or a CCW bus id (sandbox/ccwpath.h);
 *			or a SCSI address (sandbox/scsipath.h), scanned for by
 *			a child (sandbox/scsiscan.h)
 *	DEVICE_NET	where a virtio-net device is
 */
#ifndef SANDBOX_DEVICE_H
#define SANDBOX_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "proc/loop.h"
#include "sandbox/ccwpath.h"
#include "sandbox/pcipath.h"
#include "sandbox/scsipath.h"
#include "sandbox/state.h"

enum {
	DEVICE_NAME_MAX = 63
};

enum device_kind {
	DEVICE_BLOCK,
	DEVICE_NET
};

struct device {
	char name[DEVICE_NAME_MAX + 1]; /* "/dev/vda"; or "eth0" */
	dev_t number;                   /* DEVICE_BLOCK */
};

struct device_wait;

/* The form in which a source names a device. */
enum device_form {
	DEVICE_NODE,
	DEVICE_PCI,
	DEVICE_CCW,
	DEVICE_SCSI
};

/* Whether the device has been scanned for, or needs none. */
enum device_scan {
	DEVICE_SCAN_OVER,
	DEVICE_SCAN_DUE,
	DEVICE_SCAN_RUNS
};

/* d is NULL when e says why; the wait is over and may be started again. */
typedef void device_fn(struct device_wait *w, const struct device *d,
    const struct err *e);

/* Embedded in the caller's object; zeroed before its first use. */
struct device_wait {
	struct device_wait *next;
	struct sandbox *sb;
	bool active;
	enum device_kind kind;
	char source[128];
	enum device_form form;
	enum device_scan scan;
	union {
		struct pcipath pci;
		struct ccwpath ccw;
		struct scsipath scsi;
	} at;
	struct loop_timer timer;
	device_fn *fn;
	void *arg;
};

/* Listen to uevents. */
int device_init(struct sandbox *sb, struct err *e);
void device_release(struct sandbox *sb);

/*
 * Find source and call fn with it, before this returns or later. -1 with *e,
 * and no call, when source has no form that we know.
 */
int device_find(struct sandbox *sb, struct device_wait *w,
    enum device_kind kind, const char *source, device_fn *fn, void *arg,
    struct err *e);

/* A child that is nobody's process has ended: it may have been the scan's. */
void device_reaped(struct sandbox *sb, pid_t pid);

/*
 * Whether source has the form that Kata gives a block device of type, the name
 * of a storage driver or a device type: a SCSI address for "scsi", a CCW bus id
 * for "blk-ccw", else "/dev/NAME" or a PCI path.
 */
bool device_fits(const char *type, const char *source);

/* Forget a wait; harmless when it is not active. */
void device_cancel(struct device_wait *w);

#endif
