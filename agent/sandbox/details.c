/*
 * Requests about the guest itself.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "sandbox/details.h"
#include "sandbox/handlers.h"
#include "sandbox/request.h"
#include "sandbox/specdev.h"
#include "sandbox/storage.h"

#define MEMORY_DIR "/sys/devices/system/memory"

enum {
	HEX_MAX = 32,
	DRIVERS_MAX = 16
};

uint64_t
details_block_size(const char *text)
{
	char hex[HEX_MAX];
	size_t n = strcspn(text, "\n");
	uint64_t v = 0;

	if (n >= sizeof(hex) - 2)
		return 0;
	memcpy(hex, "0x", 2);
	memcpy(hex + 2, text, n);
	hex[n + 2] = '\0';
	return str_u64(hex, UINT64_MAX, &v) < 0 ? 0 : v;
}

/* A kernel without memory hot-plug has no such file: 0, as Kata answers. */
static uint64_t
block_size(void)
{
	struct buf b;
	struct err e;
	uint64_t v = 0;

	buf_init(&b, HEX_MAX);
	if (fd_read_file(AT_FDCWD, MEMORY_DIR "/block_size_bytes", &b, &e) == 0)
		v = details_block_size(buf_str(&b));
	buf_release(&b);
	return v;
}

int
handle_get_guest_details(struct request *rq, struct err *e)
{
	Grpc__GuestDetailsRequest *m = (Grpc__GuestDetailsRequest *)rq->msg;
	Grpc__GuestDetailsResponse r = GRPC__GUEST_DETAILS_RESPONSE__INIT;
	Grpc__AgentDetails d = GRPC__AGENT_DETAILS__INIT;
	char *devices[SPECDEV_TYPES];
	char *features[] = { (char *)"agent-policy" };
	char *storages[DRIVERS_MAX];

	(void)e;
	for (size_t i = 0; i < SPECDEV_TYPES; i++)
		devices[i] = (char *)specdev_types[i];
	for (size_t i = 0; i < storage_n_drivers; i++)
		storages[i] = (char *)storage_drivers[i];
	d.version = (char *)DETAILS_KATA_VERSION;
	d.init_daemon = true;
	d.n_device_handlers = SPECDEV_TYPES;
	d.device_handlers = devices;
	d.n_storage_handlers = storage_n_drivers;
	d.storage_handlers = storages;
	d.n_extra_features = 1;
	d.extra_features = features;
	r.agent_details = &d;
	if (m->mem_block_size)
		r.mem_block_size_bytes = block_size();
	if (m->mem_hotplug_probe)
		r.support_mem_hotplug_probe =
		    access(MEMORY_DIR "/probe", F_OK) == 0;
	request_ok(rq, &r.base);
	return 0;
}

/* There is no virtio-fs here, so no mount of it can be stale. */
int
handle_remove_stale_virtiofs(struct request *rq, struct err *e)
{
	(void)e;
	request_ok(rq, NULL);
	return 0;
}
