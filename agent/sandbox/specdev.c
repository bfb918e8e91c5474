#include "sandbox/specdev.h"

#include <sys/sysmacros.h>

#include "base/str.h"
#include "sandbox/device.h"
#include "sandbox/limits.h"

const char *const specdev_types[SPECDEV_TYPES] = { "blk", "blk-ccw", "scsi" };

struct change {
	int64_t major, minor; /* the host's */
	dev_t number;         /* the guest's */
};

static int
check_type(const Grpc__Device *d, struct err *e)
{
	size_t i = 0;

	while (i < SPECDEV_TYPES && !str_eq(d->type, specdev_types[i]))
		i++;
	if (i == SPECDEV_TYPES)
		return err_set(e, ERR_UNSUPPORTED,
		    "unsupported: device type %s", STR_QUOTED(d->type));
	if (!device_fits(d->type, d->id))
		return err_set(e, ERR_ARGUMENT, "device %s of type %s",
		    STR_QUOTED(d->id), STR_QUOTED(d->type));
	return 0;
}

int
specdev_check(size_t n, Grpc__Device *const *devices, struct err *e)
{
	if (n > SANDBOX_DEVICES_MAX)
		return err_set(e, ERR_LIMIT, "%zu devices, at most %d", n,
		    SANDBOX_DEVICES_MAX);
	for (size_t i = 0; i < n; i++) {
		if (check_type(devices[i], e) < 0)
			return -1;
		if (devices[i]->n_options > 0)
			return err_set(e, ERR_UNSUPPORTED,
			    "unsupported: device option %s",
			    STR_QUOTED(devices[i]->options[0]));
	}
	return 0;
}

static Grpc__LinuxDevice *
find(const Grpc__Linux *l, const char *path)
{
	for (size_t i = 0; i < l->n_devices; i++) {
		if (str_eq(l->devices[i]->path, path))
			return l->devices[i];
	}
	return NULL;
}

static void
rewrite_rule(Grpc__LinuxDeviceCgroup *rule, const struct change *changes,
    size_t n)
{
	if (!str_eq(rule->type, "b"))
		return;
	for (size_t i = 0; i < n; i++) {
		if (rule->major != changes[i].major ||
		    rule->minor != changes[i].minor)
			continue;
		rule->major = major(changes[i].number);
		rule->minor = minor(changes[i].number);
		return;
	}
}

int
specdev_rewrite(Grpc__Linux *l, size_t n, Grpc__Device *const *devices,
    const dev_t *numbers, struct arena *a, struct err *e)
{
	struct change *changes = arena_array(a, n + 1, sizeof(*changes));

	if (changes == NULL)
		return err_set(e, ERR_LIMIT, "%zu devices", n);
	for (size_t i = 0; i < n; i++) {
		Grpc__LinuxDevice *d = find(l, devices[i]->container_path);

		if (d == NULL)
			return err_set(e, ERR_ARGUMENT,
			    "device %s is not in the spec",
			    STR_QUOTED(devices[i]->container_path));
		changes[i] = (struct change){ d->major, d->minor, numbers[i] };
	}
	for (size_t i = 0; i < n; i++) {
		Grpc__LinuxDevice *d = find(l, devices[i]->container_path);

		d->major = major(numbers[i]);
		d->minor = minor(numbers[i]);
	}
	if (l->resources == NULL)
		return 0;
	for (size_t i = 0; i < l->resources->n_devices; i++)
		rewrite_rule(l->resources->devices[i], changes, n);
	return 0;
}
