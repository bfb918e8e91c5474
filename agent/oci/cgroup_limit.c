#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/str.h"
#include "oci/cgroup_file.h"
#include "oci/cgroup_limit.h"
#include "oci/limits.h"

enum {
	SHARES_MIN = 2,
	SHARES_MAX = 262144,
	IO_WEIGHT_MIN = 10,
	IO_WEIGHT_MAX = 1000,
	VALUE_MAX = 512,
	NAME_LEN_MAX = 64
};

uint64_t
cgroup_limit_weight(uint64_t shares)
{
	if (shares < SHARES_MIN)
		shares = SHARES_MIN;
	if (shares > SHARES_MAX)
		shares = SHARES_MAX;
	return 1 + (shares - SHARES_MIN) * 9999 / (SHARES_MAX - SHARES_MIN);
}

uint64_t
cgroup_limit_io_weight(uint32_t weight)
{
	if (weight < IO_WEIGHT_MIN)
		weight = IO_WEIGHT_MIN;
	if (weight > IO_WEIGHT_MAX)
		weight = IO_WEIGHT_MAX;
	return 1 + (uint64_t)(weight - IO_WEIGHT_MIN) * 9999 /
		       (IO_WEIGHT_MAX - IO_WEIGHT_MIN);
}

__attribute__((format(printf, 4, 5))) static int
set(int dirfd, const char *file, struct err *e, const char *fmt, ...)
{
	char value[VALUE_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(value))
		return err_set(e, ERR_LIMIT, "%s: value too long", file);
	if (!cgroup_file_exists(dirfd, file))
		return err_set(e, ERR_UNSUPPORTED,
		    "%s: the kernel's '%.*s' controller does not have it", file,
		    (int)strcspn(file, "."), file);
	return fd_write_file(dirfd, file, value, e);
}

/* A limit where a negative number means none. */
static int
set_limit(int dirfd, const char *file, int64_t v, struct err *e)
{
	if (v < 0)
		return set(dirfd, file, e, "max");
	return set(dirfd, file, e, "%" PRId64, v);
}

static int
refuse(const char *what, struct err *e)
{
	return err_set(e, ERR_UNSUPPORTED, "%s", what);
}

static int
apply_swap(int dirfd, const Grpc__LinuxMemory *m, struct err *e)
{
	/* OCI counts memory and swap together, v2 swap alone. */
	if (m->swap > 0 && m->limit <= 0)
		return err_set(e, ERR_ARGUMENT,
		    "a swap limit without a memory limit");
	if (m->swap > 0 && m->swap < m->limit)
		return err_set(e, ERR_ARGUMENT,
		    "a swap limit below the memory limit");
	if (cgroup_file_exists(dirfd, "memory.max") &&
	    !cgroup_file_exists(dirfd, "memory.swap.max"))
		return 0;
	return set_limit(dirfd, "memory.swap.max",
	    m->swap < 0 ? -1 : m->swap - m->limit, e);
}

static int
apply_memory(int dirfd, const Grpc__LinuxMemory *m, struct err *e)
{
	if (m->kernel > 0)
		return refuse("kernel memory limit", e);
	if (m->kerneltcp > 0)
		return refuse("kernel TCP memory limit", e);
	if (m->swappiness != 0)
		return refuse("swappiness", e);
	if (m->disableoomkiller)
		return refuse("disabling the OOM killer", e);
	if (m->swap != 0 && apply_swap(dirfd, m, e) < 0)
		return -1;
	if (m->limit != 0 && set_limit(dirfd, "memory.max", m->limit, e) < 0)
		return -1;
	if (m->reservation != 0)
		return set_limit(dirfd, "memory.low", m->reservation, e);
	return 0;
}

static int
apply_list(int dirfd, const char *file, const char *list, struct err *e)
{
	if (list[0] == '\0')
		return 0;
	if (list[strspn(list, "0123456789,-")] != '\0')
		return err_set(e, ERR_ARGUMENT, "%s: %s", file,
		    STR_QUOTED(list));
	return set(dirfd, file, e, "%s", list);
}

static int
apply_cpu(int dirfd, const Grpc__LinuxCPU *c, struct err *e)
{
	static const uint64_t period_default = 100000;
	uint64_t period = c->period != 0 ? c->period : period_default;

	if (c->realtimeruntime != 0 || c->realtimeperiod != 0)
		return refuse("realtime CPU time", e);
	if (c->shares != 0 && set(dirfd, "cpu.weight", e, "%" PRIu64,
				  cgroup_limit_weight(c->shares)) < 0)
		return -1;
	if (c->quota > 0 && set(dirfd, "cpu.max", e, "%" PRId64 " %" PRIu64,
				c->quota, period) < 0)
		return -1;
	if ((c->quota < 0 || (c->quota == 0 && c->period != 0)) &&
	    set(dirfd, "cpu.max", e, "max %" PRIu64, period) < 0)
		return -1;
	if (apply_list(dirfd, "cpuset.cpus", c->cpus, e) < 0)
		return -1;
	return apply_list(dirfd, "cpuset.mems", c->mems, e);
}

static int
apply_throttle(int dirfd, Grpc__LinuxThrottleDevice *const *list, size_t n,
    const char *what, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const Grpc__LinuxThrottleDevice *d = list[i];
		int rc;

		if (d->major < 0 || d->minor < 0)
			return err_set(e, ERR_ARGUMENT,
			    "device of an I/O limit");
		if (d->rate == 0)
			rc = set(dirfd, "io.max", e,
			    "%" PRId64 ":%" PRId64 " %s=max", d->major,
			    d->minor, what);
		else
			rc = set(dirfd, "io.max", e,
			    "%" PRId64 ":%" PRId64 " %s=%" PRIu64, d->major,
			    d->minor, what, d->rate);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int
apply_io_weight(int dirfd, const Grpc__LinuxBlockIO *b, struct err *e)
{
	if (b->leafweight != 0)
		return refuse("block I/O leaf weight", e);
	if (b->weight != 0 && set(dirfd, "io.weight", e, "default %" PRIu64,
				  cgroup_limit_io_weight(b->weight)) < 0)
		return -1;
	for (size_t i = 0; i < b->n_weightdevice; i++) {
		const Grpc__LinuxWeightDevice *d = b->weightdevice[i];

		if (d->leafweight != 0)
			return refuse("block I/O leaf weight", e);
		if (d->major < 0 || d->minor < 0)
			return err_set(e, ERR_ARGUMENT,
			    "device of an I/O weight");
		if (set(dirfd, "io.weight", e,
			"%" PRId64 ":%" PRId64 " %" PRIu64, d->major, d->minor,
			cgroup_limit_io_weight(d->weight)) < 0)
			return -1;
	}
	return 0;
}

static int
apply_io(int dirfd, const Grpc__LinuxBlockIO *b, struct err *e)
{
	if (apply_io_weight(dirfd, b, e) < 0 ||
	    apply_throttle(dirfd, b->throttlereadbpsdevice,
		b->n_throttlereadbpsdevice, "rbps", e) < 0 ||
	    apply_throttle(dirfd, b->throttlewritebpsdevice,
		b->n_throttlewritebpsdevice, "wbps", e) < 0 ||
	    apply_throttle(dirfd, b->throttlereadiopsdevice,
		b->n_throttlereadiopsdevice, "riops", e) < 0)
		return -1;
	return apply_throttle(dirfd, b->throttlewriteiopsdevice,
	    b->n_throttlewriteiopsdevice, "wiops", e);
}

/* KiB of "2MB", "1GB", "64KB"; 0 when it is not such a word. */
static uint64_t
page_size_kib(const char *s)
{
	static const char units[] = "KMG";
	size_t digits = strspn(s, "0123456789");
	const char *unit = s[digits] != '\0' ? strchr(units, s[digits]) : NULL;
	uint64_t v = 0;

	if (digits == 0 || digits > 6 || unit == NULL ||
	    !str_eq(s + digits + 1, "B"))
		return 0;
	for (size_t i = 0; i < digits; i++)
		v = v * 10 + (uint64_t)(s[i] - '0');
	return v << (10 * (unit - units));
}

static int
apply_hugepages(int dirfd, const Grpc__LinuxHugepageLimit *h, struct err *e)
{
	uint64_t kib = page_size_kib(h->pagesize);
	char file[NAME_LEN_MAX], pages[NAME_LEN_MAX];

	if (kib == 0)
		return err_set(e, ERR_ARGUMENT, "huge page size %s",
		    STR_QUOTED(h->pagesize));
	if (str_format(file, sizeof(file), "hugetlb.%s.max", h->pagesize) < 0 ||
	    str_format(pages, sizeof(pages),
		"/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB", kib) < 0)
		return err_set(e, ERR_ARGUMENT, "huge page size");
	if (!cgroup_file_exists(dirfd, file) && access(pages, F_OK) < 0 &&
	    errno == ENOENT)
		return 0;
	return set(dirfd, file, e, "%" PRIu64, h->limit);
}

int
cgroup_limit_apply(int dirfd, const Grpc__LinuxResources *r, struct err *e)
{
	if (r == NULL)
		return 0;
	if (r->network != NULL &&
	    (r->network->classid != 0 || r->network->n_priorities > 0))
		return refuse("network class and priorities", e);
	if (r->memory != NULL && apply_memory(dirfd, r->memory, e) < 0)
		return -1;
	if (r->cpu != NULL && apply_cpu(dirfd, r->cpu, e) < 0)
		return -1;
	if (r->pids != NULL && r->pids->limit != 0 &&
	    set_limit(dirfd, "pids.max", r->pids->limit, e) < 0)
		return -1;
	if (r->blockio != NULL && apply_io(dirfd, r->blockio, e) < 0)
		return -1;
	for (size_t i = 0; i < r->n_hugepagelimits; i++) {
		if (apply_hugepages(dirfd, r->hugepagelimits[i], e) < 0)
			return -1;
	}
	return 0;
}
